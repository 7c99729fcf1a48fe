"""The rule step writes what each rule needs to know, and what fired by the thresholds in force."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from alerts.rule_steps import rule_step
from core.month import Month
from tests.alerts.months import Judge, group, table
from warehouse.context import RunContext

SEPTEMBER, OCTOBER = Month(2026, 9), Month(2026, 10)
LEVELS = (100, 104, 96, 102, 98, 100)


def regrade(ctx: RunContext, **said: list[str]) -> None:
    """Give the groups of a judged month the grades of now and before."""
    result = pq.read_table(ctx.path("group_result"))
    columns: dict[str, Any] = {"group_code": result["group_code"], **{
        name: result["effective_grade"] if "prev" not in name else [""] * len(result)
        for name in (
            "effective_grade", "suggested_grade", "prev_effective_grade", "prev_suggested_grade",
        )
    }}  # fmt: skip
    pq.write_table(pa.table(columns | said), ctx.path("group_result"))


def hits(ctx: RunContext) -> dict[tuple[str, str], dict[str, Any]]:
    rows = ctx.read("group_rule_hit").to_pylist()
    return {(row["group_code"], row["rule"]): row for row in rows}


@pytest.fixture
def october(judge: Judge) -> RunContext:
    """Judge October after six quiet months: G1 falls in everything, G2 in nothing."""
    for back, level in zip(range(6, 0, -1), LEVELS, strict=True):
        month = OCTOBER.plus(-back)
        rows = [group(code, month, level, unified_pay_li=1_000_000) for code in ("G1", "G2")]
        judge(month, table(*rows), ["A1", "C"])
    fallen = group(
        "G1", OCTOBER, 40, unified_pay_li=600_000, contract_end=dt.date(2026, 12, 30),
        arrears_li=5_000, arrears_months=2, n_stop_one_way=40, n_silent_members=60,
    )  # fmt: skip
    quiet = group("G2", OCTOBER, 100, unified_pay_li=1_000_000, contract_end=dt.date(2027, 12, 31))
    ctx = judge(OCTOBER, table(fallen, quiet), ["B1", "C"])
    regrade(ctx, prev_effective_grade=["A1", "C"], prev_suggested_grade=["A1", "C"])
    rule_step(ctx)
    return ctx


def test_everything_that_fell_fires_with_its_value_and_threshold(october: RunContext) -> None:
    found = hits(october)
    assert [rule for code, rule in found if code == "G2"] == []
    assert {rule for _, rule in found} == {
        "state_share", "state_jump", "call_drop", "call_silence", "grade_fall", "unified_fall",
        "contract_end", "arrears",
    }  # fmt: skip
    fall = found["G1", "unified_fall"]
    assert (fall["value"], fall["reference"], fall["threshold"]) == (0.4, 1_000_000, 0.3)
    assert (fall["weight"], fall["threshold_source"]) == (3, "province")
    assert json.loads(fall["detail"]) == {"unified_pay_li": 600_000, "unified_prev_li": 1_000_000}
    end = found["G1", "contract_end"]
    assert (end["value"], json.loads(end["detail"])) == (60, {"contract_end": "2026-12-30"})
    grade = found["G1", "grade_fall"]
    assert (grade["value"], json.loads(grade["detail"])["prev_effective_grade"]) == (2, "A1")
    drop = found["G1", "call_drop"]
    assert drop["value"] == pytest.approx(0.6)
    assert drop["reference"] == pytest.approx(100)
    assert (found["G1", "arrears"]["value"], found["G1", "arrears"]["threshold"]) == (2, 1)


def test_states_and_calls_fire_exactly_where_group_alert_says_so(october: RunContext) -> None:
    found = hits(october)
    flags = {
        "state_share": "state_by_share", "state_jump": "state_by_jump", "call_drop": "call_dropped",
        "call_rise": "call_rose", "call_silence": "call_silent",
    }  # fmt: skip
    for row in october.read("group_alert").to_pylist():
        for rule, flag in flags.items():
            assert ((row["group_code"], rule) in found) == bool(row[flag])


def test_doing_the_step_again_gives_the_same_bytes(october: RunContext) -> None:
    before = {name: Path(october.path(name)).read_bytes() for name in WRITTEN}
    rule_step(october)
    assert {name: Path(october.path(name)).read_bytes() for name in WRITTEN} == before


WRITTEN = ("group_evidence", "group_rule_hit")
