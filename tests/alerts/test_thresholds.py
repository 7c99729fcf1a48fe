"""Whose threshold holds: account manager before city before province, the class before all."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.evidence import evidence_of, owners_of
from alerts.judge import judge
from alerts.rules import LIMITS, RULES, rules_of
from alerts.thresholds import GRADE_CLASSES, Book, Change

OCTOBER = 2026 * 12 + 10


def change(version: int, value: float | None, level="province", **said) -> Change:
    """Make a change of state_share that starts in October unless it says otherwise."""
    plain = {
        "version": version, "code": "state_share", "level": level, "city_code": "",
        "account_manager_code": "", "grade_class": "", "from_month": OCTOBER, "value": value,
    }  # fmt: skip
    if level != "province":
        plain["city_code"] = "A"
    if level == "account_manager":
        plain["account_manager_code"] = "MA1"
    return Change(**{**plain, **said})


def in_force(*changes: Change, klass="C", city="A", person="MA1", month=OCTOBER, version=None):
    found = Book(changes, month, version).value_of("state_share", klass, city, person)
    return found.value, found.source


def test_without_changes_the_constants_hold_and_class_a_has_its_own() -> None:
    assert in_force() == (0.15, "province")
    assert in_force(klass="A") == (0.08, "province:A")
    assert in_force(klass="") == (0.15, "province")


def test_the_nearest_place_wins_and_within_it_the_class() -> None:
    city = change(1, 0.2, "city")
    city_a = change(2, 0.1, "city", grade_class="A")
    person = change(3, 0.3, "account_manager")
    assert in_force(city) == (0.2, "city")
    assert in_force(city, klass="A") == (0.2, "city")  # before the province's own for class A
    assert in_force(city, city_a, klass="A") == (0.1, "city:A")
    assert in_force(city, city_a, person, klass="A") == (0.3, "account_manager")
    assert in_force(city, city_a, person, klass="A", person="MA2") == (0.1, "city:A")
    assert in_force(city, city_a, person, city="B") == (0.15, "province")


def test_a_change_holds_from_its_month_on_and_only_as_far_as_it_was_known() -> None:
    now = change(1, 0.2, "city")
    later = change(2, 0.25, "city", from_month=OCTOBER + 2)
    assert in_force(now, later, month=OCTOBER - 1) == (0.15, "province")
    assert in_force(now, later, month=OCTOBER + 1) == (0.2, "city")
    assert in_force(now, later, month=OCTOBER + 2) == (0.25, "city")
    assert in_force(now, later, month=OCTOBER + 2, version=1) == (0.2, "city")
    assert in_force(now, later, month=OCTOBER + 2, version=0) == (0.15, "province")


def test_a_change_made_later_for_an_earlier_month_leaves_what_is_planned() -> None:
    planned = change(1, 0.25, "city", from_month=OCTOBER + 2)
    now = change(2, 0.2, "city")
    assert in_force(planned, now, month=OCTOBER + 1) == (0.2, "city")
    assert in_force(planned, now, month=OCTOBER + 2) == (0.25, "city")


def test_the_newer_of_two_changes_of_one_month_holds_and_nothing_inherits_again() -> None:
    assert in_force(change(2, 0.3, "city"), change(1, 0.2, "city")) == (0.3, "city")
    assert in_force(change(1, 0.2, "city"), change(2, None, "city")) == (0.15, "province")
    assert in_force(change(1, 0.2), change(2, None)) == (0.15, "province")


def test_a_narrower_range_holds_a_citys_value_at_its_end() -> None:
    narrow = change(2, None, lowest=0.05, highest=0.18)
    book = Book([change(1, 0.5, "city"), narrow], OCTOBER)
    found = book.value_of("state_share", "C", "A")
    assert (found.value, found.clipped, found.source) == (0.18, True, "city")
    assert (book.range_of("state_share").lowest, book.range_of("state_share").highest) == (
        0.05,
        0.18,
    )


VALUES = st.one_of(st.none(), st.sampled_from([0.06, 0.12, 0.3, 0.55]))
PLACES = st.sampled_from(
    [("province", "", ""), ("city", "A", ""), ("city", "B", "")]
    + [("account_manager", city, person) for city in "AB" for person in ("MA1", "MA2")]
)


@st.composite
def logs(draw):
    months = st.integers(OCTOBER - 2, OCTOBER + 2)
    row = st.tuples(PLACES, st.sampled_from(["", *GRADE_CLASSES]), VALUES, months)
    rows = draw(st.lists(row, max_size=12))
    return [
        change(n, value, level, city_code=city, account_manager_code=person, grade_class=klass,
               from_month=month)
        for n, ((level, city, person), klass, value, month) in enumerate(rows, start=1)
    ]  # fmt: skip


@given(logs())
def test_all_groups_at_once_get_what_each_gets_alone(log) -> None:
    book = Book(log, OCTOBER)
    rows = [
        (city, person, grade)
        for city in "ABC"
        for person in ("MA1", "MA2", "MA3")
        for grade in ("A1", "B2", "C", "NR")
    ]
    columns = zip(*rows, strict=True)
    names = ("city_code", "account_manager_code", "effective_grade")
    table = pa.table({name: list(values) for name, values in zip(names, columns, strict=True)})
    found = book.resolve("state_share", owners_of(table))
    for at, (city, person, grade) in enumerate(rows):
        alone = book.value_of("state_share", grade[0] if grade != "NR" else "", city, person)
        assert (found.values[at], found.sources[found.source[at]]) == (alone.value, alone.source)


@st.composite
def evidence(draw):
    """Draw five groups with any evidence at all."""
    number = st.one_of(st.none(), st.floats(0, 1.5))
    count = st.one_of(st.none(), st.integers(0, 200))
    shares = ("state_share", "state_lower", "state_median", "call_level", "call_median")
    counts = (
        "n_abnormal", "state_base", "n_members", "n_call_history", "n_silent_members",
        "unified_pay_li", "unified_prev_li", "contract_days", "n_ict_stopped", "n_ict_before",
        "arrears_li", "arrears_months", "grade_steps",
    )  # fmt: skip
    five = {"min_size": 5, "max_size": 5}
    columns = {name: draw(st.lists(number, **five)) for name in shares}
    columns |= {name: draw(st.lists(count, **five)) for name in counts}
    columns["call_z"] = draw(st.lists(st.floats(-8, 8), **five))
    columns |= {
        "city_code": ["A"] * 5, "account_manager_code": ["MA1"] * 5, "effective_grade": ["C"] * 5,
    }  # fmt: skip
    return evidence_of(pa.table({name: pa.array(values) for name, values in columns.items()}))


@given(evidence(), st.sampled_from(sorted(LIMITS)), st.floats(0, 1), st.floats(0, 1))
def test_a_more_sensitive_threshold_never_loses_a_hit(found, code, one, other) -> None:
    limit = LIMITS[code]
    loose, strict = sorted(
        limit.lowest + (limit.highest - limit.lowest) * each for each in (one, other)
    )
    if limit.is_at_most:
        loose, strict = strict, loose
    values = {name: np.full(5, float(each.default)) for name, each in LIMITS.items()}
    more = judge(found, values | {code: np.full(5, loose)}, rules_of(code))
    fewer = judge(found, values | {code: np.full(5, strict)}, rules_of(code))
    for rule in rules_of(code):
        assert not (fewer[rule].fired & ~more[rule].fired).any()


def test_every_rule_has_a_threshold_with_its_defaults_inside_the_range() -> None:
    assert {rule.limit for rule in RULES.values()} | {"min_members"} == set(LIMITS)
    for limit in LIMITS.values():
        assert limit.lowest <= min(limit.default, limit.default_a)
        assert max(limit.default, limit.default_a) <= limit.highest
    assert {rule.weight for rule in RULES.values()} == {1, 2, 3}
    assert rules_of("call_change") == ("call_drop", "call_rise")


@pytest.mark.parametrize("code", sorted(LIMITS))
def test_unknown_evidence_never_fires(code: str) -> None:
    nothing = pa.table(
        {
            "city_code": ["A"], "account_manager_code": ["M"], "effective_grade": ["C"],
            **{name: pa.array([None], pa.float64()) for name in ALL},
        }
    )  # fmt: skip
    values = {name: np.full(1, each.default) for name, each in LIMITS.items()}
    verdicts = judge(evidence_of(nothing), values, rules_of(code))
    assert not any(verdict.fired.any() for verdict in verdicts.values())


ALL = (
    "n_abnormal", "state_base", "state_share", "state_lower", "state_median", "n_members",
    "n_call_history", "call_level", "call_median", "call_z", "n_silent_members", "grade_steps",
    "unified_pay_li", "unified_prev_li", "contract_days", "n_ict_stopped", "n_ict_before",
    "arrears_li", "arrears_months",
)  # fmt: skip
