"""A changed threshold is told to those it is in force for, and to nobody else."""

from __future__ import annotations

import pytest
from django.utils import translation

from accounts.notices import notices_of, render
from alerts import actions_thresholds as actions
from alerts.actions_thresholds import When
from alerts.threshold_news import tell_thresholds
from alerts.thresholds import Range, Target
from tests.personas import scope_of_persona as scope
from tests.thresholds.world import OCTOBER

pytestmark = pytest.mark.django_db
EVERYBODY = (
    "no_role", "province", "city_a", "city_b", "county_a01", "manager_a1", "manager_a2",
    "manager_b1", "operator",
)  # fmt: skip
NOW = When(OCTOBER, "本地集团较小")


def said_to(people, name):
    return [render(each) for each in notices_of(scope(people, name))]


def told(people):
    return {name for name in EVERYBODY if said_to(people, name)}


def test_a_citys_threshold_is_told_to_its_account_managers(people) -> None:
    target = Target("unified_fall", "city", "A")
    actions.set_threshold(actor=scope(people, "city_a"), target=target, value=0.2, when=NOW)
    assert [tell_thresholds(), tell_thresholds()] == [2, 0]
    assert told(people) == {"manager_a1", "manager_a2"}, "not to who changed it"
    (line,) = said_to(people, "manager_a1")
    assert "30% 改为 20%：本地集团较小" in line and "2026年10月" in line
    with translation.override("en"):
        (line,) = said_to(people, "manager_a1")
        assert "30%" in line and "20%" in line and "统付" not in line


def test_an_account_managers_threshold_is_told_to_that_person_only(people) -> None:
    target = Target("unified_fall", "account_manager", "A", "MA1")
    actions.set_threshold(actor=scope(people, "city_a"), target=target, value=0.2, when=NOW)
    tell_thresholds()
    assert told(people) == {"manager_a1"}


def test_who_has_an_own_threshold_hears_nothing_of_the_citys(people) -> None:
    own = Target("unified_fall", "account_manager", "A", "MA1")
    actions.set_threshold(actor=scope(people, "city_a"), target=own, value=0.4, when=NOW)
    tell_thresholds()
    target = Target("unified_fall", "city", "A")
    actions.set_threshold(actor=scope(people, "city_a"), target=target, value=0.2, when=NOW)
    tell_thresholds()
    assert told(people) == {"manager_a1", "manager_a2"}
    assert [len(said_to(people, name)) for name in ("manager_a1", "manager_a2")] == [1, 1]


def test_the_provinces_default_and_range_are_told_to_cities_without_an_own_value(people) -> None:
    own = Target("unified_fall", "city", "A")
    actions.set_threshold(actor=scope(people, "city_a"), target=own, value=0.4, when=NOW)
    tell_thresholds()
    before = {name: len(said_to(people, name)) for name in EVERYBODY}
    operator = scope(people, "operator")
    actions.set_threshold(actor=operator, target=Target("unified_fall"), value=0.25, when=NOW)
    tell_thresholds()
    assert {n for n in EVERYBODY if len(said_to(people, n)) > before[n]} == {"city_b", "manager_b1"}
    before = {name: len(said_to(people, name)) for name in EVERYBODY}
    allowed = Range(0.2, 0.6)
    actions.set_range(actor=operator, code="unified_fall", allowed=allowed, when=NOW)
    tell_thresholds()
    assert {n for n in EVERYBODY if len(said_to(people, n)) > before[n]} == {"city_a", "city_b"}
    assert "20% – 60%" in said_to(people, "city_a")[0]
