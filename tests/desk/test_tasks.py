"""The order of the to-do list, and on which day a birthday falls."""

from __future__ import annotations

import datetime as dt

import pytest

from analytics.desk.tasks import (
    Task,
    birthdays,
    counted,
    in_order,
    urgency_of_arrears,
    urgency_of_contract,
)


def task(kind, urgency, **more):
    return Task(kind=kind, urgency=urgency, text="", url="", **more)


def test_urgent_lines_come_first_then_kinds_in_their_order_then_the_nearest_day():
    late = task("contract", 0, due=dt.date(2026, 12, 1))
    soon = task("contract", 0, due=dt.date(2026, 11, 25))
    alert, idle = task("alert", 0, size=5), task("no_use", 2)
    worse, arrears = task("alert", 0, size=9), task("arrears", 1)
    assert in_order([idle, late, arrears, alert, soon, worse]) == (
        worse,
        alert,
        soon,
        late,
        arrears,
        idle,
    )


def test_lines_are_counted_by_kind_and_absent_kinds_are_left_out():
    assert counted([task("alert", 0), task("no_use", 2), task("alert", 1)]) == {
        "alert": 2,
        "no_use": 1,
    }


def test_birthdays_are_those_of_the_next_fourteen_days_over_the_end_of_the_year():
    found = birthdays(dt.date(2026, 12, 25))
    assert found["12-25"] == dt.date(2026, 12, 25)
    assert found["01-08"] == dt.date(2027, 1, 8)
    assert "01-09" not in found and "12-24" not in found
    assert len(found) == 15


@pytest.mark.parametrize(
    ("today", "day"),
    [
        (dt.date(2027, 2, 20), dt.date(2027, 2, 28)),  # no such day that year
        (dt.date(2028, 2, 20), dt.date(2028, 2, 29)),
    ],
)
def test_who_was_born_on_a_leap_day_is_not_forgotten(today, day):
    assert birthdays(today)["02-29"] == day


@pytest.mark.parametrize(("left", "urgency"), [(0, 0), (30, 0), (31, 1), (90, 1)])
def test_a_contract_becomes_urgent_within_thirty_days(left, urgency):
    assert urgency_of_contract(left) == urgency


@pytest.mark.parametrize(("months", "urgency"), [(None, 1), (1, 1), (2, 1), (3, 0), (12, 0)])
def test_arrears_become_urgent_from_three_months_on(months, urgency):
    assert urgency_of_arrears(months) == urgency
