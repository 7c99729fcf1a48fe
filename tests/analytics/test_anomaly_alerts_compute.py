"""Shares, ranks and totals of anomalies against figures worked by hand; words for each rule."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import pytest
from django.utils import translation

from alerts.queries import Finding
from analytics.alert_evidence import drawing, in_words
from analytics.anomaly_alerts import sentences
from analytics.anomaly_alerts.compute import (
    COUNTS,
    as_judged,
    ranked,
    reconciles,
    total_of,
    unit_alerts,
)
from analytics.indicators import N_CALL_ABNORMAL, N_STATE_ABNORMAL
from analytics.kpi import kpi_of
from core.month import Month

GOLDEN = Path(__file__).parent / "golden" / "anomaly_alerts.csv"
OCTOBER = Month(2026, 10)


def golden_rows(month):
    with GOLDEN.open() as lines:
        return [row for row in csv.DictReader(lines) if row["month"] == month]


def units_of(month):
    return [
        unit_alerts(row["code"], row["code"], {name: int(row[name]) for name in COUNTS})
        for row in golden_rows(month)
    ]


def optional(text, kind):
    return kind(text) if text else None


def test_units_have_the_shares_and_ranks_worked_by_hand():
    result = {row.code: row for row in ranked(units_of("now"), units_of("before"))}
    for row in golden_rows("now"):
        unit = result[row["code"]]
        for name in ("state_share", "call_share", "either_share"):
            assert getattr(unit, name) == optional(row[f"expected_{name}"], float), (unit, name)
        assert unit.rank == optional(row["expected_rank"], int), unit
        assert unit.rank_change == optional(row["expected_rank_change"], int), unit


def test_the_worst_unit_stands_first_and_one_without_groups_last():
    codes = [row.code for row in ranked(units_of("now"), [])]
    assert codes == ["C2", "C1", "C3", "C4", "C5"]


def test_totals_are_sums_and_shares_are_recomputed():
    units = units_of("now")
    total = total_of(units)
    assert (total.n_state_abnormal, total.n_state_evaluable) == (10, 160)
    assert total.state_share == pytest.approx(10 / 160)
    assert total.call_share == pytest.approx(7 / 122)
    whole = unit_alerts("P", "", {name: getattr(total, name) for name in COUNTS})
    assert reconciles(total, whole)
    assert not reconciles(total, replace(whole, n_call_abnormal=8))


def test_a_run_that_judged_nothing_has_no_figures_and_not_zero():
    unit = unit_alerts("C1", "C1", {"n_groups": 5})
    assert (unit.n_state_abnormal, unit.state_share, unit.is_judged) == (None, None, False)
    assert total_of([unit, unit]).n_state_abnormal is None
    assert ranked([unit], [])[0].rank is None


def test_where_no_group_could_be_judged_the_number_is_missing():
    found = as_judged({"n_state_evaluable": 5, "n_state_abnormal": 0, "n_call_evaluable": 0,
                       "n_call_abnormal": 0})  # fmt: skip
    assert (found["n_state_abnormal"], found["n_call_abnormal"]) == (0, None)


STATE = Finding(
    kind="state", rules=("share", "jump"), group_code="G1", name="甲", effective_grade="C",
    n_members=28, total_income_li=1, value=0.3, median=0.05, limit=0.13,
    months=tuple(OCTOBER.plus(-back) for back in range(6, -1, -1)),
    series=(0.05, 0.04, None, 0.05, 0.06, 0.05, 0.3), n_hit=9, base=30, threshold=0.15,
    jump_threshold=0.08,
)  # fmt: skip
CALL = replace(
    STATE, kind="call", rules=("drop",), value=40.0, median=100.0, limit=50.0, threshold=0.5,
    jump_threshold=None, z=-20.2, n_hit=6, base=28, silent_share=6 / 28, silent_threshold=0.5,
    series=(100.0, 104.0, 96.0, 102.0, 98.0, 100.0, 40.0),
)  # fmt: skip


@pytest.mark.parametrize(
    ("finding", "said"),
    [
        (
            STATE,
            "9/30 人异常（含当月销户），占 30.0%，阈值 15%，前 6 期中位数 5.0%，"
            "高出 25.0\u00a0个百分点（突增阈值 8.0\u00a0个百分点）。",
        ),
        (
            replace(STATE, median=None, lower=0.167, base=20, n_hit=6),
            "6/20 人异常（含当月销户），占 30.0%，阈值 15%，不足 30 人按置信下限 16.7% 判断。",
        ),
        (
            CALL,
            "工作日日均主叫 40.0 分钟，前 6 期中位数 100.0 分钟，下降 60%（阈值 50%），z = −20.2。",
        ),
        (
            replace(CALL, rules=("rise",), value=180.0, z=None),
            "工作日日均主叫 180.0 分钟，前 6 期中位数 100.0 分钟，上升 80%（阈值 50%）。",
        ),
        (
            replace(CALL, rules=("silence",), n_hit=21, silent_share=0.75, z=-1.0, value=80.0),
            "工作日日均主叫 80.0 分钟，前 6 期中位数 100.0 分钟，下降 20%（阈值 50%），z = −1.0，"
            "21/28 名成员没有通话，占 75.0%（阈值 50%）。",
        ),
    ],
)
def test_the_evidence_is_said_in_words(finding, said):
    with translation.override("zh-hans"):
        written = in_words(finding)
    assert written.replace("\u00a0", " ") == said.replace("\u00a0", " ")
    assert "z =" not in written  # the sign never ends a line


def test_the_drawing_has_every_month_known_its_median_and_its_limit():
    svg = drawing(STATE)
    assert svg.count("<circle") == 6
    assert svg.count("<line") == 2
    assert "aria-hidden" in svg
    assert drawing(replace(STATE, median=None, limit=None, series=(None,) * 7)).count("<line") == 0


def kpi(indicator, now, before=None):
    by_month = {OCTOBER.index: {indicator.numerator: now}}
    if before is not None:
        by_month[OCTOBER.index - 1] = {indicator.numerator: before}
    return kpi_of(indicator, by_month, OCTOBER)


def unit(**counts):
    return unit_alerts("C1", "甲市", {**dict.fromkeys(COUNTS, 0), **counts})


@pytest.mark.parametrize(
    ("counts", "before", "said"),
    [
        ({}, None, "甲市本月没有可评估用户状态的集团。"),
        ({"n_state_evaluable": 8}, 0, "甲市可评估用户状态的集团 8 个，没有状态异常。"),
        (
            {"n_state_evaluable": 8, "n_state_abnormal": 1},
            None,
            "甲市可评估用户状态的集团 8 个，状态异常 1 个，占可评估集团的 12.5%。",
        ),
        (
            {"n_state_evaluable": 8, "n_state_abnormal": 4},
            2,
            "甲市可评估用户状态的集团 8 个，状态异常 4 个，占可评估集团的 50.0%，较上月增加 2 个。",
        ),
        (
            {"n_state_evaluable": 8, "n_state_abnormal": 2},
            2,
            "甲市可评估用户状态的集团 8 个，状态异常 2 个，占可评估集团的 25.0%，与上月持平。",
        ),
    ],
)
def test_states_are_said_for_none_one_and_many(counts, before, said):
    from django.utils.html import strip_tags

    whole = unit(**counts)
    with translation.override("zh-hans"):
        figures = kpi(N_STATE_ABNORMAL, whole.n_state_abnormal, before)
        assert strip_tags(sentences.states("甲市", whole, figures)) == said


def test_calls_say_why_none_could_be_judged():
    whole, figures = unit(), kpi(N_CALL_ABNORMAL, None)
    with translation.override("zh-hans"):
        assert "与 2 月合并" in sentences.calls(whole, figures, judged=False)
        assert "至少 4 期" in sentences.calls(whole, figures, judged=True)
        assert "成员不足的 2 个" in sentences.reasons({"state": {"few_members": 2}, "call": {}})
