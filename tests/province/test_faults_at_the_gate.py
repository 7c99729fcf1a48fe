"""The gate says of each planted fault what truth.json expects."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from core.month import Month
from gcva.province.build import write_province
from gcva.province.faults import write_faults
from gcva.province.plan import Plan
from warehouse.gate import Finding, IntakeResult, Known, Limits, PreviousExtract, UnitRef
from warehouse.intake import take_in

# these are told once for all their rows
TOGETHER = {"unknown_value", "parent_quarantined"}


class Gate:
    """Take folders in one after another, as the import does, without its database."""

    def __init__(self, var: Path, faults: Path, told: dict[str, Any]) -> None:
        self.var, self.faults, self.told, self.batch = var, faults, told, 0

    def take(self, folder: str, month: str, known: Known) -> IntakeResult:
        self.batch += 1
        (self.var / "batches" / str(self.batch)).mkdir(parents=True)
        return take_in(
            self.faults / folder,
            month=Month.parse(month),
            mapping=None,
            var=self.var,
            batch_id=self.batch,
            known=known,
            limits=Limits(threads=1),
        )

    def after(self, base: str) -> Known:
        """Take a clean month in and return what is known after it."""
        result = self.take(base, self.told["base_month"], Known())
        assert result.accepted, [finding.message for finding in result.findings]
        assert not [f for f in result.findings if f.verdict in "RQ"]
        kinds = {staged.kind: staged for staged in result.kinds}

        def rows(kind: str) -> list[dict[str, Any]]:
            return pq.read_table(self.var / kinds[kind].path).to_pylist()

        return Known(
            units={r["code"]: UnitRef(r["level"], r["parent_code"]) for r in rows("org_units")},
            account_managers={r["code"]: r["city_code"] for r in rows("account_managers")},
            industries=frozenset(r["code"] for r in rows("industries")),
            products=frozenset(r["product_code"] for r in rows("products")),
            previous={
                kind: PreviousExtract(
                    (self.var / staged.path,),
                    staged.n_accepted,
                    {column: sums["accepted"] for column, sums in staged.money.items()},
                )
                for kind, staged in kinds.items()
            },
        )


@pytest.fixture(scope="module")
def gate(tmp_path_factory: pytest.TempPathFactory) -> Gate:
    out, plan = tmp_path_factory.mktemp("gate"), Plan(60, 600, 1, 7)
    write_province(out, plan)
    write_faults(out, plan)
    told = json.loads((out / "truth.json").read_text())["faults"]
    return Gate(out / "var", out / "faults", told)


def place(finding: Finding | dict[str, Any]) -> tuple[object, ...]:
    told = finding if isinstance(finding, dict) else finding.as_dict()
    return (told["code"], told["kind"], told["file"], told["line"], told["column"], told["value"])


def test_each_refusing_fault_refuses_its_month_and_is_named(gate: Gate) -> None:
    known = gate.after("base")
    for folder, faults in gate.told["folders"].items():
        if folder == "all-quarantine":
            continue
        result = gate.take(folder, gate.told["month"], known)
        assert not result.accepted, folder
        assert not result.kinds, folder
        named = [f for f in result.findings if f.verdict == "R" and f.code == folder]
        assert named, (folder, [f.code for f in result.findings])
        assert named[0].message and named[0].advice
        if faults[0]["line"] and named[0].line:
            assert named[0].line == faults[0]["line"], folder


def test_the_other_faults_are_found_where_they_were_planted(gate: Gate) -> None:
    result = gate.take("all-quarantine", gate.told["month"], gate.after("all-quarantine-base"))
    assert result.accepted, [f.message for f in result.findings if f.verdict == "R"]
    faults = gate.told["folders"]["all-quarantine"]
    found = {(f.code, f.verdict) for f in result.findings}
    assert {(f["code"], f["verdict"]) for f in faults} <= found
    places = {place(f) for f in result.findings}
    exact = [f for f in faults if f["verdict"] == "Q" and f["code"] not in TOGETHER]
    assert len(exact) > 10
    for fault in exact:
        assert place(fault) in places, fault
    counted = {(f.code, f.kind): f.n for f in result.findings}
    for fault in faults:
        if fault["code"] == "parent_quarantined":
            assert counted[fault["code"], fault["kind"]] == fault["n"]
