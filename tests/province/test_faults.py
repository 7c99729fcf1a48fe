"""Each line of the gate has its faulty file, and truth.json says where the fault is."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest

from gcva.province.build import write_province
from gcva.province.faults import write_faults
from gcva.province.plan import Plan

ROOT = Path(__file__).resolve().parents[2]
# lines of the gate that no extract file can show: they belong to a mapping file, to what else was
# imported, or to the calendar
NOT_IN_FILES = {
    "mapping_unknown_column",
    "mapping_no_source",
    "mapping_no_file",
    "monthly_kind_missing",
    "holidays_missing",
}


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    out, plan = tmp_path_factory.mktemp("faulty"), Plan(60, 600, 1, 4)
    write_province(out, plan)
    write_faults(out, plan)
    return out / "faults", json.loads((out / "truth.json").read_text())["faults"]


def everything(told: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    return [(folder, fault) for folder, faults in told["folders"].items() for fault in faults]


def test_every_line_of_the_gate_is_planted(planted: tuple[Path, dict[str, Any]]) -> None:
    codes = set(tomllib.loads((ROOT / "warehouse" / "gate_messages.toml").read_text()))
    assert {fault["code"] for _, fault in everything(planted[1])} >= codes - NOT_IN_FILES


def test_each_refusing_fault_stands_alone_in_a_folder_of_its_code(
    planted: tuple[Path, dict[str, Any]],
) -> None:
    folder, told = planted
    for name, faults in told["folders"].items():
        assert (folder / name).is_dir()
        if name != "all-quarantine":
            assert [fault["code"] for fault in faults] == [name]
            assert faults[0]["verdict"] == "R"
        else:
            assert {fault["verdict"] for fault in faults} == {"Q", "N", "W"}


def test_the_line_told_holds_the_value_told(planted: tuple[Path, dict[str, Any]]) -> None:
    folder, told = planted
    checked = 0
    for name, fault in everything(told):
        if not (fault["line"] and fault["column"] and fault["value"]) or fault["line"] == 1:
            continue
        path = folder / name / fault["file"]
        encoding = "gb18030" if fault["kind"] == "key_people" else "utf-8-sig"
        line = path.read_text(encoding=encoding).split("\n")[fault["line"] - 1]
        assert fault["value"] in line, fault
        checked += 1
    assert checked > 25


def test_the_bad_byte_is_where_told(planted: tuple[Path, dict[str, Any]]) -> None:
    folder, told = planted
    offset = told["folders"]["bad_byte"][0]["offset"]
    assert (folder / "bad_byte" / "groups.csv").read_bytes()[offset] == 0xFF


def test_the_base_months_are_clean_months(planted: tuple[Path, dict[str, Any]]) -> None:
    folder, told = planted
    for name in ("base", "all-quarantine-base"):
        text = (folder / name / "members.csv").read_text(encoding="utf-8")
        assert f",{told['base_month']}\n" in text
        assert "￥" not in text
