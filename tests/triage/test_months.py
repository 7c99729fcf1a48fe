"""Alerts open, go on, and close as months are published, withdrawn and published again."""

from __future__ import annotations

from itertools import combinations_with_replacement

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from alerts.alert_actions import take_step
from alerts.alert_asks import Ask, Item
from alerts.levels import level_of
from alerts.models import Alert, AlertFiring
from alerts.triage import Step
from alerts.triage_sync import refresh_levels
from tests.triage.months import (
    OWNERS,
    Hit,
    make_run,
    month_of,
    publish_again,
    publish_month,
    withdraw_month,
)

pytestmark = pytest.mark.django_db
FACTS = (
    "group_code", "rule", "state", "opened_month", "last_fired_month", "n_firings",
    "clean_months", "closed_month", "level", "value", "account_manager_code",
)  # fmt: skip


def facts() -> list[tuple[object, ...]]:
    return sorted(Alert.objects.values_list(*FACTS), key=str)


def firings() -> list[tuple[object, ...]]:
    fields = ("month", "group_code", "rule", "value", "run")
    return list(AlertFiring.objects.order_by("month", "group_code", "rule").values_list(*fields))


def the_alert() -> Alert:
    return Alert.objects.get()


def test_a_firing_opens_one_alert_and_firing_again_goes_on_with_it():
    publish_month(1, Hit(value=2.0))
    publish_month(2, Hit(value=3.0, detail='{"x":1}'))
    alert = the_alert()
    assert (alert.state, alert.opened, alert.last_fired) == ("new", month_of(1), month_of(2))
    assert (alert.n_firings, alert.clean_months, alert.value) == (2, 0, 3.0)
    assert alert.detail == '{"x":1}'
    assert alert.level == 1
    assert [row[0] for row in firings()] == [month_of(1).index, month_of(2).index]


def test_two_clean_months_close_an_alert_and_a_later_firing_opens_another():
    publish_month(1, Hit())
    publish_month(2)
    assert (the_alert().state, the_alert().clean_months) == ("new", 1)
    publish_month(3)
    alert = the_alert()
    assert (alert.state, alert.clean_months) == ("auto_closed", 2)
    assert alert.closed_month == month_of(3).index
    assert alert.level == 0
    publish_month(4, Hit())
    assert sorted(Alert.objects.values_list("state", flat=True)) == ["auto_closed", "new"]


def test_a_firing_after_one_clean_month_goes_on_with_the_alert():
    publish_month(1, Hit())
    publish_month(2)
    publish_month(3, Hit())
    assert (the_alert().state, the_alert().clean_months, the_alert().n_firings) == ("new", 0, 2)


@pytest.mark.parametrize(("rule", "kind"), [("call_drop", "call"), ("state_share", "state")])
def test_a_month_that_could_not_be_judged_is_not_a_clean_one(rule, kind):
    publish_month(1, Hit(rule=rule))
    publish_month(2, unjudged={("GA1", kind)})
    publish_month(3)
    assert (the_alert().state, the_alert().clean_months) == ("new", 1)
    publish_month(4)
    assert the_alert().closed_month == month_of(4).index


def test_the_series_is_kept_with_the_firing():
    publish_month(1, Hit(rule="state_share"), Hit(rule="call_drop"), Hit())
    assert dict(AlertFiring.objects.values_list("rule", "series")) == {
        "state_share": [0.0, 0.1, 0.2],
        "call_drop": [9.0, 8.0, 1.0],
        "arrears": None,
    }


def test_withdrawing_the_month_that_opened_an_alert_leaves_none():
    publish_month(1)
    publish_month(2, Hit())
    withdraw_month(2)
    assert facts() == [] and firings() == []


def test_withdrawing_a_clean_month_opens_an_alert_it_had_closed():
    publish_month(1, Hit())
    publish_month(2)
    before = facts()
    last = publish_month(3)
    closed = facts()
    withdraw_month(3)
    assert facts() == before
    publish_again(last)
    assert facts() == closed


def test_any_month_published_twice_or_withdrawn_and_published_again_changes_nothing():
    runs = [
        publish_month(1, Hit(), Hit("GB1", "ict_stopped", 3)),
        publish_month(2, Hit("GB1", "ict_stopped", 3)),
        publish_month(3, Hit("GA2", "call_drop")),
        publish_month(4, Hit(), Hit("GA2", "arrears", 3), Hit("GB1", "call_rise", 1)),
    ]
    expected, fired = facts(), firings()
    for number, run in enumerate(runs, start=1):
        publish_again(run)
        assert facts() == expected
        withdraw_month(number)
        publish_again(run)
        assert (facts(), firings()) == (expected, fired), number
    for number in (4, 3):
        withdraw_month(number)
    for run in runs[2:]:
        publish_again(run)
    assert (facts(), firings()) == (expected, fired)


def test_a_new_run_of_the_newest_month_replaces_what_it_said():
    publish_month(1, Hit())
    publish_month(2, Hit(), Hit("GA2"))
    publish_month(2, Hit(value=9.0), Hit("GB1"))
    assert set(Alert.objects.values_list("group_code", "value")) == {("GA1", 9.0), ("GB1", 2.0)}
    withdraw_month(2)  # back to the run before it
    assert set(Alert.objects.values_list("group_code", "value")) == {("GA1", 2.0), ("GA2", 2.0)}


def test_an_older_month_published_again_says_what_it_would_have_said_in_its_turn():
    publish_month(1, Hit())
    publish_month(2, Hit())
    publish_month(1, Hit(value=7.0), Hit("GB1"))
    assert set(Alert.objects.values_list("group_code", "clean_months")) == {("GA1", 0), ("GB1", 1)}
    assert (month_of(1).index, "GA1", "arrears", 7.0) in [row[:4] for row in firings()]


def test_a_month_published_late_moves_the_opening_month_back_and_leaves_it_again():
    publish_month(2, Hit())
    expected, number = facts(), the_alert().pk
    publish_month(1, Hit())
    assert (the_alert().pk, the_alert().opened, the_alert().n_firings) == (number, month_of(1), 2)
    withdraw_month(1)
    assert facts() == expected and the_alert().pk == number


def test_any_order_of_publishing_leaves_the_same_alerts():
    said = {
        1: [Hit(), Hit("GB1", "ict_stopped", 3)],
        2: [Hit("GB1", "ict_stopped", 3)],
        3: [Hit("GA2", "call_drop")],
        4: [Hit(), Hit("GA2", "arrears", 3), Hit("GB1", "call_rise", 1)],
        5: [Hit("GB1", "ict_stopped", 3, value=4.0)],
    }
    runs = {number: make_run(month_of(number), hits) for number, hits in said.items()}
    found = []
    for order in [(1, 2, 3, 4, 5), (5, 4, 3, 2, 1), (3, 1, 5, 2, 4), (2, 5, 1, 4, 3)]:
        for number in order:
            publish_again(runs[number])
        found.append(facts())
        for number in order:
            withdraw_month(number)
        assert facts() == []
    assert len(found[0]) == 7  # GA1 twice: closed by months 2 and 3, and again in month 4
    assert found.count(found[0]) == len(found)


def test_work_on_two_alerts_that_become_one_episode_stays_apart(people, scopes):
    runs = [publish_month(1, Hit()), publish_month(2), publish_month(3), publish_month(4, Hit())]
    for alert in Alert.objects.all():
        step = Ask(Step.NOTE, note="已联系")
        take_step(actor=scopes("manager_a1"), item=Item(alert.pk, 0), ask=step)
    before = facts()
    publish_month(2, Hit())  # only month 3 is clean now
    rows = list(Alert.objects.order_by("pk").values_list("state", "n_firings", "closed_month"))
    assert rows == [("auto_closed", 2, month_of(4).index), ("new", 1, None)]
    publish_again(runs[1])
    assert facts() == before


def test_a_resolved_alert_holds_what_fired_up_to_the_month_it_was_resolved_in(people, scopes):
    publish_month(2, Hit())
    publish_month(4, Hit())
    alert = the_alert()
    step = Ask(Step.RESOLVE, reason="handled")
    take_step(actor=scopes("manager_a1"), item=Item(alert.pk, 0), ask=step)
    publish_month(3, Hit())
    publish_month(1, Hit())
    assert (the_alert().pk, the_alert().state, the_alert().n_firings) == (alert.pk, "resolved", 4)
    publish_month(5, Hit())
    assert list(Alert.objects.order_by("pk").values_list("state", flat=True)) == ["resolved", "new"]


def test_owners_follow_the_newest_month_and_come_back_when_it_is_withdrawn():
    publish_month(1, Hit())
    moved = {**OWNERS, "GA1": ("B", "B01", "MB1")}
    publish_month(2, owners=moved)
    assert (the_alert().city_code, the_alert().account_manager_code) == ("B", "MB1")
    withdraw_month(2)
    assert (the_alert().city_code, the_alert().account_manager_code) == ("A", "MA1")


def test_nothing_published_leaves_nothing_open():
    publish_month(1, Hit())
    withdraw_month(1)
    assert facts() == []


def test_the_database_levels_groups_as_the_pure_rule_does():
    rules = ["arrears", "call_drop", "call_rise", "grade_fall", "state_jump"]
    combinations = [
        weights for n in range(1, 6) for weights in combinations_with_replacement((1, 2, 3), n)
    ]
    for number, weights in enumerate(combinations):
        for rule, weight in zip(rules, weights, strict=False):
            Alert.objects.create(
                group_code=f"G{number}", rule=rule, weight=weight, name="", city_code="A",
                county_code="A01", account_manager_code="MA1", opened_month=1, last_fired_month=1,
            )  # fmt: skip
    refresh_levels()
    for number, weights in enumerate(combinations):
        levels = set(Alert.objects.filter(group_code=f"G{number}").values_list("level", flat=True))
        assert levels == {level_of(weights).value}, weights


def test_publishing_costs_the_same_number_of_queries_whatever_fires():
    asked = []
    for month, n_groups in ((1, 2), (2, 60)):
        owners = {f"G{n}": ("A", "A01", "MA1") for n in range(n_groups)}
        run = make_run(month_of(month), [Hit(group) for group in owners], owners=owners)
        with CaptureQueriesContext(connection) as queries:
            publish_again(run)
        asked.append(len(queries))
    assert Alert.objects.count() == 60
    assert asked[1] <= asked[0], "a first month has no month before: it may only cost less"
