"""The same month gives the same bytes; rows and money add up, whatever is wrong with them."""

import csv
import gzip
import json
import random
import shutil
from fractions import Fraction
from pathlib import Path

import pyarrow.csv
import pyarrow.parquet as pq
import pytest
import xlsxwriter
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.intake.months import OCTOBER, base_month, bytes_of, rows_of, take
from warehouse.gate import Known, UnitRef
from warehouse.intake import content_hash
from warehouse.mapping import parse_mapping

BY_ROW, BY_SCAN = 10**9, 1


def shuffled(month: Path, seed: int) -> None:
    for path in sorted(month.glob("*.csv")):
        header, *rows = path.read_text(encoding="utf-8").splitlines()
        random.Random(seed).shuffle(rows)
        path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")


@pytest.mark.parametrize("typed_from_bytes", [BY_ROW, BY_SCAN])
@pytest.mark.parametrize("threads", [1, 2])
def test_shuffled_rows_threads_and_ways_of_reading_give_the_same_bytes(
    typed_from_bytes, threads, tmp_path
):
    plain = take(base_month(tmp_path / "a"), tmp_path / "a/var", typed_from_bytes=BY_ROW)
    month = base_month(tmp_path / "b")
    shuffled(month, seed=threads)
    other = take(month, tmp_path / "b/var", typed_from_bytes=typed_from_bytes, threads=threads)
    assert bytes_of(other, tmp_path / "b/var") == bytes_of(plain, tmp_path / "a/var")


@pytest.mark.parametrize("typed_from_bytes", [BY_ROW, BY_SCAN])
def test_one_file_a_city_gives_the_same_bytes_as_one_file(typed_from_bytes, tmp_path):
    whole = take(base_month(tmp_path / "a"), tmp_path / "a/var")
    month = base_month(tmp_path / "b")
    header, *rows = (month / "members.csv").read_text(encoding="utf-8").splitlines()
    (month / "members.csv").unlink()
    for i, name in enumerate(["members_c1.csv", "members_c2.csv"]):
        (month / name).write_text("\n".join([header, *rows[i::2]]) + "\n", encoding="utf-8")
    parts = take(month, tmp_path / "b/var", typed_from_bytes=typed_from_bytes)
    assert bytes_of(parts, tmp_path / "b/var") == bytes_of(whole, tmp_path / "a/var")


def test_a_key_that_stands_in_two_scanned_files_is_named_with_both_lines(tmp_path):
    month = base_month(tmp_path)
    header, *rows = (month / "members.csv").read_text(encoding="utf-8").splitlines()
    changed = rows[5].replace("active", "lost")
    (month / "members_2.csv").write_text("\n".join([header, rows[3], changed]) + "\n")
    result = take(month, tmp_path / "var", typed_from_bytes=BY_SCAN)
    (conflict,) = [f for f in result.findings if f.verdict == "R"]
    assert conflict.code == "key_conflict"
    assert (conflict.file, conflict.line) == ("members_2.csv", 3)
    assert conflict.params == {"other_file": "members.csv", "other_line": 7}
    (dropped,) = [f for f in result.findings if f.code == "duplicates_dropped"]
    assert (dropped.file, dropped.n) == ("members_2.csv", 1)


def test_formats_and_compression_do_not_matter(tmp_path):
    plain = take(base_month(tmp_path / "a"), tmp_path / "a/var")
    month = base_month(tmp_path / "b")
    members = month / "members.csv"
    (month / "members.csv.gz").write_bytes(gzip.compress(members.read_bytes()))
    members.unlink()
    pq.write_table(pyarrow.csv.read_csv(month / "groups.csv"), month / "groups.parquet")
    (month / "groups.csv").unlink()
    as_workbook(month / "org_units.csv")
    chinese = (month / "products.csv").read_text(encoding="utf-8")
    (month / "products.csv").write_bytes(chinese.replace("\n", "\r\n").encode("gb18030"))
    other = take(month, tmp_path / "b/var")
    assert other.accepted, [f.message for f in other.findings]
    assert bytes_of(other, tmp_path / "b/var") == bytes_of(plain, tmp_path / "a/var")


def as_workbook(path: Path) -> None:
    with xlsxwriter.Workbook(str(path.with_suffix(".xlsx"))) as book:
        sheet = book.add_worksheet()
        with path.open(encoding="utf-8", newline="") as file:
            for i, row in enumerate(csv.reader(file)):
                sheet.write_row(i, 0, [int(c) if c.isdigit() else c for c in row])
    path.unlink()


def test_the_content_hash_sees_bytes_and_mapping_but_not_names_or_order(tmp_path):
    month = base_month(tmp_path)
    first = content_hash(month, None)
    assert content_hash(month, None) == first
    (month / "members.csv").rename(month / "members_x.csv")
    assert content_hash(month, None) == first
    mapping = parse_mapping('[[files]]\nkind = "members"\nglob = "members_x.csv"\n')
    assert content_hash(month, mapping) != first
    text = (month / "members_x.csv").read_text(encoding="utf-8")
    (month / "members_x.csv").write_text(text.replace("U001", "U00X"), encoding="utf-8")
    assert content_hash(month, None) != first


def test_missing_dimensions_become_buckets_and_a_missing_column_is_null(tmp_path):
    month = base_month(tmp_path)
    (month / "groups.csv").write_text(
        "group_code,name,status,city_code,county_code,account_manager_code,industry\n"
        "G1,一,on_net,C1,,,\nG2,二,on_net,C1,C201,M9,space\nG3,三,on_net,C2,C201,M2,education\n",
        encoding="utf-8",
    )
    result = take(month, tmp_path / "var")
    rows = rows_of(result, tmp_path / "var", "groups")
    assert [
        (
            r["group_code"],
            r["county_code"],
            r["account_manager_code"],
            r["industry"],
            r["grid_code"],
        )
        for r in rows
    ] == [
        ("G1", "C1-00", "C1-NA", "other", ""),
        ("G2", "C1-00", "C1-NA", "other", ""),
        ("G3", "C201", "M2", "education", ""),
    ]
    assert {r["influence"] for r in rows} == {None}


def test_members_alone_are_checked_against_the_groups_already_accepted(tmp_path):
    var = tmp_path / "var"
    month = base_month(tmp_path)
    first = take(month, var)
    paths = {kind.kind: (var / kind.path,) for kind in first.kinds}
    known = Known(units={"C1": UnitRef("city"), "C2": UnitRef("city")}, files_of_month=paths)
    with (month / "members.csv").open("a", encoding="utf-8") as file:
        file.write("G99,U900,active,1,2021-03-01,1,1,1,1,0,1,1\n")
    again = take(month / "members.csv", var, batch_id=2, known=known)
    assert again.accepted
    assert [f.code for f in again.findings if f.verdict == "Q"] == ["unknown_group"]
    assert [k.kind for k in again.kinds] == ["members"]


def test_a_disk_that_fails_in_the_last_step_leaves_nothing(tmp_path, monkeypatch):
    real = Path.replace

    def fails_on_the_fifth(self, target, seen=[]):  # noqa: B006 - counts calls
        seen.append(target)
        if len(seen) == 5:
            raise OSError(28, "No space left on device")
        return real(self, target)

    monkeypatch.setattr(Path, "replace", fails_on_the_fifth)
    with pytest.raises(OSError, match="No space"):
        take(base_month(tmp_path), tmp_path / "var")
    assert not list((tmp_path / "var").rglob("*.parquet"))
    assert not list((tmp_path / "var").rglob("spare"))


def test_the_report_is_json_in_both_languages(tmp_path):
    month = base_month(tmp_path)
    text = (month / "members.csv").read_text(encoding="utf-8")
    (month / "members.csv").write_text(text.replace(",active,", ",frozen,", 1), encoding="utf-8")
    result = take(month, tmp_path / "var")
    report = json.loads((tmp_path / "var/batches/1/report.json").read_text(encoding="utf-8"))
    assert report == json.loads(json.dumps(result.report))
    finding = report["findings"][0]
    assert finding["message"].startswith("members.csv，第 2 行，列 status：有未知的取值：frozen")
    assert finding["message_en"].startswith("members.csv, line 2, column status: There are unknown")


CELLS = st.sampled_from(
    [
        "",
        "1.5",
        " 2",
        "x",
        "１２",
        "1,5",
        "合计",
        "-3",
        "1e3",
        "0.0005",
        '"',
        "￥1",
        "G1",
        "cancelled",
    ]
)
CHANGES = st.lists(
    st.tuples(st.integers(1, 24), st.integers(0, 12), CELLS), min_size=1, max_size=12
)


def corrupted(month: Path, changes: list[tuple[int, int, str]], *, doubled: int) -> None:
    with (month / "members.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    for row, column, cell in changes:
        if column < len(rows[row]):
            rows[row][column] = cell
        else:
            rows[row].append(cell)
    rows += rows[1 : 1 + doubled]
    with (month / "members.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)


def readable_sum(path: Path, column: str) -> Fraction:
    """Sum, in 厘, the cells a person would call money, in rows of full width.

    Delimiters at the end do not count.
    """
    with path.open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    total = Fraction(0)
    for row in rows:
        if len(row) >= len(header) and not any(row[len(header) :]):
            cell = row[header.index(column)].strip().translate(str.maketrans("１２", "12"))
            if cell.lstrip("-").replace(".", "", 1).isdigit() and cell != "0.0005":
                total += Fraction(cell) * 1000
    return total


@settings(
    max_examples=20,
    phases=[Phase.generate],  # each example takes a second: a failure is shown as it is
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(changes=CHANGES, doubled=st.integers(0, 3))
def test_rows_and_money_are_conserved_and_both_ways_of_reading_agree(tmp_path, changes, doubled):
    shutil.rmtree(tmp_path)
    month = base_month(tmp_path)
    corrupted(month, changes, doubled=doubled)
    by_row = take(month, tmp_path / "row", typed_from_bytes=BY_ROW)
    by_scan = take(month, tmp_path / "scan", typed_from_bytes=BY_SCAN)
    assert by_scan.accepted is by_row.accepted
    said = [
        [(f.code, f.kind, f.line if f.verdict != "N" else 0, f.n) for f in r.findings]
        for r in (by_row, by_scan)
    ]
    assert sorted(map(str, said[0])) == sorted(map(str, said[1]))
    if not by_row.accepted:
        return
    assert bytes_of(by_scan, tmp_path / "scan") == bytes_of(by_row, tmp_path / "row")
    members = next(k for k in by_row.kinds if k.kind == "members")
    assert members == next(k for k in by_scan.kinds if k.kind == "members")
    assert members.n_in == 24 + doubled
    assert members.n_in == members.n_accepted + members.n_quarantined + members.n_dropped
    for column, sums in members.money.items():
        assert sums["in"] == sums["accepted"] + sums["quarantined"] + sums["dropped"]
        if column in ("roaming", "new_business", "long_distance", "local", "paid_by_group"):
            assert sums["in"] == readable_sum(month / "members.csv", column)


def test_the_declared_month_offset_is_respected(tmp_path):
    month = base_month(tmp_path)
    text = month / "prices.csv"
    text.write_text("item_code,price,month\nP1,0.08,202609\n", encoding="utf-8")
    mapping = parse_mapping('[[files]]\nkind = "prices"\nglob = "prices.csv"\nmonth_offset = -1\n')
    result = take(month, tmp_path / "var", mapping=mapping, month=OCTOBER)
    assert rows_of(result, tmp_path / "var", "prices") == [{"item_code": "P1", "price_li": 80}]
