"""Each line of the gate has a file with its verdict and its sentence."""

import csv
import tomllib

import pytest

from tests.intake.months import CORPUS, OCTOBER, Case, as_previous, base_month, take
from warehouse.gate import Finding, Known
from warehouse.gate_messages import SENTENCES
from warehouse.mapping import load_mapping

CASES = [
    Case(folder.name, tomllib.loads((folder / "expect.toml").read_text(encoding="utf-8")))
    for folder in sorted(CORPUS.iterdir())
    if folder.name != "base"
]


@pytest.fixture(params=CASES, ids=lambda case: case.name)
def case(request):
    return request.param


def judged(case: Case, tmp_path, **limits):
    var = tmp_path / "var"
    previous = {}
    if (CORPUS / case.name / "previous").exists() or case.name in AGAINST_LAST_MONTH:
        month = base_month(tmp_path / "before")
        before = take(month, var, batch_id=9, month=OCTOBER.plus(-1))
        previous = as_previous(before, var)
    mapping = CORPUS / case.name / "mapping.toml"
    years = case.expect.get("holiday_years")
    return take(
        case.lay_out(tmp_path),
        var,
        mapping=load_mapping(mapping) if mapping.exists() else None,
        known=Known(previous=previous, holiday_years=frozenset(years) if years else None),
        **{**case.expect.get("limits", {}), **limits},
    )


AGAINST_LAST_MONTH = {
    "city_missing",
    "fewer_rows",
    "unit_implausible",
    "income_change",
    "grade_change",
    "users_change",
}


def found(case: Case, findings) -> Finding:
    wanted = [f for f in findings if f.code == case.code]
    if "column" in case.expect:
        wanted = [f for f in wanted if f.column == case.expect["column"]]
    assert wanted, f"{case.code} not among {[(f.code, f.message) for f in findings]}"
    return wanted[0]


@pytest.mark.parametrize("typed_from_bytes", [10**9, 1], ids=["by row", "by scan"])
def test_the_gate_says_what_the_case_expects(case, typed_from_bytes, tmp_path):
    if typed_from_bytes == 1 and not case.is_scanned:
        pytest.skip("small kinds are always read row by row")
    result = judged(case, tmp_path, typed_from_bytes=typed_from_bytes)
    finding = found(case, result.findings)
    expect = case.expect
    assert finding.verdict == expect["verdict"]
    assert finding.file == expect.get("file", finding.file)
    assert finding.line == expect.get("line", finding.line)
    assert finding.n == expect.get("n", finding.n)
    assert expect.get("value", "") in finding.value
    assert_sentence(finding, expect)
    assert_whole_or_nothing(result, expect, tmp_path / "var")
    if finding.verdict == "Q":
        assert_in_rejects(result.rejects, finding)


def assert_sentence(finding, expect):
    assert expect.get("contains", "") in finding.message
    for part in ("file", "column"):
        assert str(expect.get(part, "")) in finding.message
    if "line" in expect:
        assert f"第 {expect['line']} 行" in finding.message
        assert f"line {expect['line']}" in finding.text("en")
    assert finding.message.endswith("。")
    if finding.verdict in "RQ":
        assert finding.advice
        assert finding.value in finding.message or finding.code == "unclosed_quote"


def assert_whole_or_nothing(result, expect, var):
    assert result.accepted is (expect["verdict"] != "R")
    assert bool(list(var.glob("extracts/*/month=2026-10/batch=1/*"))) is result.accepted
    assert not list(var.glob("batches/*/spare"))
    assert (var / "batches" / "1" / "report.json").exists()


def assert_in_rejects(path, finding):
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["代码"] == finding.code]
        rows = [row for row in rows if row["文件"] == finding.file]
    assert len(rows) == finding.n
    first = min(rows, key=lambda row: int(row["行"]))
    assert (first["文件"], first["列"]) == (finding.file, finding.column)
    assert str(finding.line) in {row["行"] for row in rows}
    assert first["原因"] and first["建议"]


def test_every_sentence_of_the_gate_has_a_case():
    assert {case.code for case in CASES} == set(SENTENCES)


def test_nothing_is_found_in_the_base_month(tmp_path):
    result = take(base_month(tmp_path), tmp_path / "var", quarantine_share=0.0, bucket_share=0.0)
    assert result.accepted
    assert not result.findings


@pytest.mark.parametrize(
    ("before", "now", "refused"),
    [
        ("1 1 1 1 1 55", "1 1 1 1 1 1", False),  # one large amount less: the mean a tenth
        ("1 1 1 1 1 1", "1 1 1 1 1 55", False),
        ("10 20 30 40 50 90", "1 2 3 4 5 9", True),  # every amount a tenth: another unit
    ],
)
def test_a_unit_is_doubted_where_every_amount_moves_not_where_one_does(
    before, now, refused, tmp_path
):
    var, previous, findings = tmp_path / "var", {}, ()
    for batch, (said, month) in enumerate([(before, OCTOBER.plus(-1)), (now, OCTOBER)], 1):
        folder = base_month(tmp_path / said.replace(" ", "_"))
        few_amounts(folder / "members.csv", "paid_by_group", said.split())
        known = Known(previous=previous)
        result = take(folder, var, batch_id=batch, month=month, known=known)
        previous, findings = as_previous(result, var), result.findings
    doubted = {finding.column for finding in findings if finding.code == "unit_implausible"}
    assert doubted == ({"paid_by_group"} if refused else set())


def few_amounts(path, column, amounts):
    """Let a column hold a few amounts and otherwise 0."""
    header, *lines = path.read_text(encoding="utf-8").splitlines()
    at = header.split(",").index(column)
    rows = [line.split(",") for line in lines]
    for row, amount in zip(rows, [*amounts, *["0"] * len(rows)], strict=False):
        row[at] = amount
    path.write_text("\n".join([header, *map(",".join, rows), ""]), encoding="utf-8")
