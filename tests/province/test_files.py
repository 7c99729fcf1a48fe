"""What is written: every kind, as its contract says, the same bytes for the same arguments."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from gcva.province.build import write_province
from gcva.province.plan import Plan
from tests.province.conftest import Written
from warehouse.contract_kinds import KINDS

ROOT = Path(__file__).resolve().parents[2]


def digest(folder: Path) -> str:
    content = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            content.update(str(path.relative_to(folder)).encode() + path.read_bytes())
    return content.hexdigest()


def test_every_month_has_every_kind_with_the_columns_of_its_contract(small: Written) -> None:
    for month in small.plan.calendar:
        written = {path.stem for path in (small.folder / str(month)).glob("*.csv")}
        assert written == set(KINDS)
        for kind, contract in KINDS.items():
            frame = small.read(str(month), kind)
            assert list(frame.columns) == [column.name for column in contract.columns], kind
            assert len(frame) > 0, kind
            required = [column.name for column in contract.columns if column.required]
            assert not frame[required].isna().any().any(), kind
            assert not frame.duplicated(list(contract.key)).any(), kind


def test_enumerations_hold_only_declared_codes(small: Written) -> None:
    for kind, contract in KINDS.items():
        frame = small.read("2026-10", kind)
        for column in contract.columns:
            if column.choices:
                assert set(frame[column.name].dropna()) <= set(column.codes), column.name


def test_the_month_column_is_the_folders(small: Written) -> None:
    assert set(small.read("2026-09", "members")["month"]) == {"2026-09"}


def test_the_same_arguments_write_the_same_bytes_whatever_the_hash_seed(tmp_path: Path) -> None:
    code = "import sys, pathlib; from gcva.province.build import write_province; "
    code += "from gcva.province.plan import Plan; "
    code += "write_province(pathlib.Path(sys.argv[1]), Plan(80, 900, 2, 3))"
    environment = {**os.environ, "PYTHONHASHSEED": "1", "TZ": "America/Lima"}
    command = [sys.executable, "-c", code, str(tmp_path / "there")]
    subprocess.run(command, cwd=ROOT, env=environment, check=True)
    for name, seed in (("here", 3), ("other", 4)):
        write_province(tmp_path / name, Plan(80, 900, 2, seed))
    assert digest(tmp_path / "there") == digest(tmp_path / "here") != digest(tmp_path / "other")


def test_amounts_are_written_in_yuan_without_exponents_or_long_fractions(small: Written) -> None:
    text = (small.folder / "2026-10" / "members.csv").read_text()
    cells = [cell for line in text.splitlines()[1:] for cell in line.split(",")[13:20]]
    assert all(len(cell.partition(".")[2]) <= 3 for cell in cells)
    assert not any("e" in cell for cell in cells)


@pytest.mark.parametrize(
    "wrong", [["--groups", "3"], ["--months", "0"], ["--last-month", "2026-13"], ["--seed", "-1"]]
)
def test_impossible_sizes_are_refused_with_a_sentence(tmp_path: Path, wrong: list[str]) -> None:
    with pytest.raises(CommandError) as refusal:
        call_command("generate_province", tmp_path, *wrong)
    assert refusal.value.returncode == 2
    assert not list(tmp_path.iterdir())
