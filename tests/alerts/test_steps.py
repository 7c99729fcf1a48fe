"""The step judges each shown group by its own earlier months, and says why where it cannot."""

from __future__ import annotations

import pytest

from core.month import Month
from core.working_days import working_days
from tests.alerts.months import Judge, group, table, verdicts

LEVELS = (100, 104, 96, 102, 98, 100)  # median 100, MAD 2
OCTOBER = Month(2026, 10)


def history(judge: Judge, last: Month, levels=LEVELS, code: str = "G1", **said) -> None:
    for back, level in zip(range(len(levels), 0, -1), levels, strict=True):
        month = last.plus(-back)
        judge(month, table(group(code, month, level, **said)), ["C"])


def test_the_worked_example_of_the_method_note(judge: Judge) -> None:
    history(judge, OCTOBER)
    found = verdicts(judge(OCTOBER, table(group("G1", OCTOBER, 40)), ["C"]))["G1"]
    assert (found["call_evaluable"], found["call_fired"], found["call_dropped"]) == (1, 1, 1)
    assert found["call_level"] == pytest.approx(40)
    assert found["call_median"] == pytest.approx(100, abs=0.01)
    assert found["call_z"] == pytest.approx(0.6745 * (40 - 100) / 2, rel=1e-3)
    assert found["call_series"] == pytest.approx([*LEVELS, 40], abs=0.001)
    assert (found["state_fired"], found["fired"], found["call_reason"]) == (0, 1, "")


def test_states_of_the_method_note(judge: Judge) -> None:
    said = {"n_members": 100, "n_stop_one_way": 5}
    history(judge, OCTOBER, **said)
    row = group("G1", OCTOBER, 100, n_members=28, n_cancelled=2, n_stop_one_way=7)
    found = verdicts(judge(OCTOBER, table(row), ["C"]))["G1"]
    assert (found["n_abnormal"], found["state_base"]) == (9, 30)
    assert found["state_share"] == pytest.approx(0.3)
    assert found["state_median"] == pytest.approx(0.05)
    assert (found["state_by_share"], found["state_by_jump"], found["state_fired"]) == (1, 1, 1)


def test_class_a_has_its_own_thresholds(judge: Judge) -> None:
    for back in range(6, 0, -1):
        month = OCTOBER.plus(-back)
        rows = [group(code, month, LEVELS[6 - back]) for code in ("G1", "G2")]
        judge(month, table(*rows), ["A1", "C"])
    rows = [group(code, OCTOBER, 60) for code in ("G1", "G2")]
    found = verdicts(judge(OCTOBER, table(*rows), ["A1", "C"]))
    assert [found[code]["call_dropped"] for code in ("G1", "G2")] == [1, 0]
    assert [found[code]["call_change_limit"] for code in ("G1", "G2")] == [0.35, 0.5]


def test_january_is_not_judged_for_calls_and_february_pools_both(judge: Judge) -> None:
    january, february = Month(2026, 1), Month(2026, 2)
    history(judge, january)
    first = verdicts(judge(january, table(group("G1", january, 10)), ["C"]))["G1"]
    assert (first["call_evaluable"], first["call_reason"]) == (0, "january")
    assert first["state_evaluable"] == 1
    then = verdicts(judge(february, table(group("G1", february, 10)), ["C"]))["G1"]
    days = [working_days().n_in(month) for month in (january, february)]
    assert then["call_level"] == pytest.approx((10 * days[0] + 10 * days[1]) / sum(days))
    assert (then["n_call_history"], then["call_dropped"]) == (6, 1)


def test_three_earlier_months_are_too_few_for_calls_and_four_are_enough(judge: Judge) -> None:
    history(judge, OCTOBER, LEVELS[:4])
    enough = verdicts(judge(OCTOBER, table(group("G1", OCTOBER, 40)), ["C"]))["G1"]
    assert (enough["call_evaluable"], enough["call_fired"]) == (1, 1)
    rows = table(group("G2", OCTOBER, 40))
    new = verdicts(judge(OCTOBER, rows, ["C"], again="-new"))["G2"]
    assert (new["call_evaluable"], new["call_reason"], new["n_call_history"]) == (
        0, "short_history", 0,
    )  # fmt: skip
    assert new["call_median"] is None


def test_a_group_that_was_not_shown_has_no_history_then(judge: Judge) -> None:
    for back in range(6, 0, -1):
        month = OCTOBER.plus(-back)
        shown = group("G2", month, 100)
        gone = group("G1", month, 100, excluded_reason="off_net", is_on_net=0)
        judge(month, table(gone, shown), ["NR", "C"])
    ctx = judge(OCTOBER, table(group("G1", OCTOBER, 1), group("G2", OCTOBER, 100)), ["C", "C"])
    found = verdicts(ctx)
    assert found["G1"]["call_reason"] == "short_history"
    assert found["G2"]["call_reason"] == ""


def test_groups_without_members_or_call_data_say_so(judge: Judge) -> None:
    few = group("G1", OCTOBER, 0, n_members=2, n_stop_one_way=1, n_silent_members=2)
    none = group("G2", OCTOBER, 0, mo_minutes_milli=None)
    empty = group("G3", OCTOBER, 0, n_members=0, n_stop_one_way=0, n_silent_members=0)
    found = verdicts(judge(OCTOBER, table(few, none, empty), ["C", "C", "NR"]))
    assert found["G1"]["call_reason"] == "few_members"
    assert (found["G1"]["state_evaluable"], found["G1"]["state_reason"]) == (0, "few_members")
    assert found["G2"]["call_reason"] == "no_calls"
    assert (found["G3"]["state_share"], found["G3"]["state_reason"]) == (None, "few_members")
    assert not any(row["fired"] for row in found.values())


def test_replaying_a_month_gives_the_same_bytes(judge: Judge) -> None:
    history(judge, OCTOBER)
    rows = [group("G1", OCTOBER, 40), group("G2", OCTOBER, 30)]
    one = judge(OCTOBER, table(*rows), ["C", "A1"])
    two = judge(OCTOBER, table(*reversed(rows)), ["A1", "C"], again="-again")
    assert one.path("group_alert").read_bytes() == two.path("group_alert").read_bytes()
