"""Two account managers at once: an alert has one owner, one step, one line in the log."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier, BrokenBarrierError
from unittest.mock import patch

import pytest
from django.utils import timezone

from alerts.levels import Level
from alerts.triage_sync import refresh_levels
from tests.triage.months import Hit, make_run, month_of, publish_again, publish_month

pytestmark = [pytest.mark.live, pytest.mark.django_db(transaction=True)]
AT_ONCE = 8


@pytest.fixture
def pair(transactional_db):
    """Return the scopes of the account manager of GA1 and of who stands in."""
    from accounts.models import PortfolioCover
    from tests.personas import build_org, build_people, scope_of_persona

    people = build_people(build_org())
    today = timezone.localdate()
    PortfolioCover.objects.create(
        covering=people["manager_a2"], covered_id="MA1", from_date=today, to_date=today
    )
    return [scope_of_persona(people, name) for name in ("manager_a1", "manager_a2")]


def together(calls):
    """Start all calls at the same moment, each on a connection of its own."""
    barrier = Barrier(len(calls))

    def go(call):
        from django.db import connection

        barrier.wait()
        try:
            return call()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return [future.result() for future in [pool.submit(go, call) for call in calls]]


def attempt(scope, alert_id, step):
    from alerts.alert_actions import take_step
    from alerts.alert_asks import Ask, Item
    from core.errors import Conflict

    try:
        return take_step(actor=scope, item=Item(alert_id, 0), ask=Ask(step)).result
    except Conflict as late:
        return late.code


def test_many_clicks_of_two_people_are_one_step(pair):
    from alerts.models import Alert, AlertStep
    from alerts.triage import Step

    publish_month(1, Hit())
    alert = Alert.objects.get()
    calls = [
        (lambda scope=scope: attempt(scope, alert.pk, Step.TAKE))
        for scope in pair
        for _click in range(AT_ONCE // 2)
    ]
    counted = Counter(together(calls))
    alert.refresh_from_db()
    assert counted["done"] == 1
    assert counted["already"] == AT_ONCE // 2 - 1  # the winner's other clicks
    assert counted["already_changed"] == AT_ONCE // 2
    assert (alert.version, AlertStep.objects.count()) == (1, 1)


def test_publishing_while_people_work_leaves_one_truth(pair):
    from alerts.models import Alert, AlertStep
    from alerts.triage import Step

    publish_month(1, *(Hit(rule=name) for name in ("arrears", "call_drop", "grade_fall")))
    second = make_run(month_of(2), [Hit(), Hit(rule="call_drop")])
    ids = list(Alert.objects.values_list("pk", flat=True))
    calls = [lambda: publish_again(second)]
    calls += [(lambda pk=pk: attempt(pair[0], pk, Step.ACKNOWLEDGE)) for pk in ids]
    results = together(calls)
    assert results[1:] == ["done"] * 3
    found = dict(Alert.objects.values_list("rule", "clean_months"))
    assert found == {"arrears": 0, "call_drop": 0, "grade_fall": 1}
    assert set(Alert.objects.values_list("state", flat=True)) == {"acknowledged"}
    assert AlertStep.objects.count() == 3


def test_two_alerts_of_one_group_resolved_at_once_leave_the_level_of_the_third(pair):
    from alerts.alert_actions import take_step
    from alerts.alert_asks import Ask, Item
    from alerts.models import Alert
    from alerts.triage import Step

    rules = {"arrears": 3, "call_drop": 2, "grade_fall": 1}
    publish_month(1, *(Hit(rule=rule, weight=weight) for rule, weight in rules.items()))
    ids = dict(Alert.objects.values_list("rule", "pk"))
    ask, met = Ask(Step.RESOLVE, reason="handled"), Barrier(2)

    def resolve(scope, rule):
        return take_step(actor=scope, item=Item(ids[rule], 0), ask=ask).result

    def slowly(groups):  # if both got here, neither would see what the other resolved
        with suppress(BrokenBarrierError):
            met.wait(timeout=1)
        refresh_levels(groups)

    with patch("alerts.alert_actions.refresh_levels", slowly):
        calls = [lambda: resolve(pair[0], "arrears"), lambda: resolve(pair[1], "call_drop")]
        assert together(calls) == ["done", "done"]
    assert Alert.objects.get(rule="grade_fall").level == Level.YELLOW


def test_without_the_version_the_naive_way_takes_twice(pair):
    """A control: two people who write what they read overwrite each other silently."""
    from alerts.models import Alert

    publish_month(1, Hit())
    alert_id = Alert.objects.get().pk
    barrier = Barrier(2)

    def naive(scope):
        alert = Alert.objects.get(pk=alert_id)
        barrier.wait()
        if alert.state != "new":
            return "late"
        Alert.objects.filter(pk=alert_id).update(state="in_work", taken_by_id=scope.user_id)
        return "done"

    results = together([lambda scope=scope: naive(scope) for scope in pair])
    assert results == ["done", "done"]
