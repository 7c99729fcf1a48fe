"""What becomes of alerts people worked on: reopened, put off, withdrawn, escalated."""

from __future__ import annotations

import pytest
from django.utils import timezone

from accounts.delegations import delegate
from accounts.disclosures import Disclosure
from alerts.alert_queries import alert_in, open_alerts, open_alerts_of
from alerts.models import Alert
from alerts.triage import Step
from alerts.triage_sync import wake_due
from core.errors import Conflict, NotAllowed
from tests.triage.acts import TOMORROW, act
from tests.triage.months import OWNERS, Hit, publish_again, publish_month, withdraw_month

pytestmark = pytest.mark.django_db


def test_a_resolved_alert_stays_and_what_fires_later_is_another(alert, scopes):
    act(scopes("manager_a1"), alert, Step.RESOLVE, reason="false_alarm")
    publish_month(1, Hit(value=5.0))
    assert Alert.objects.count() == 1 and Alert.objects.get().state == "resolved"
    second = publish_month(2, Hit())
    assert Alert.objects.open().get().opened_month == alert.opened_month + 1
    withdraw_month(2)
    publish_again(second)
    assert list(Alert.objects.order_by("pk").values_list("state", flat=True)) == ["resolved", "new"]
    with pytest.raises(Conflict) as refused:  # the new one is open: one at a time
        act(scopes("manager_a1"), alert, Step.REOPEN)
    assert "未办结" in refused.value.message


def test_a_reopened_alert_goes_on_with_the_months(alert, scopes):
    act(scopes("manager_a1"), alert, Step.RESOLVE)
    act(scopes("manager_a1"), alert, Step.REOPEN)
    assert (alert.state, alert.reason, alert.closed_month) == ("acknowledged", "", None)
    publish_month(2, Hit())
    alert.refresh_from_db()
    assert (alert.state, alert.n_firings) == ("acknowledged", 2)


def test_what_people_did_survives_a_month_withdrawn_and_published_again(alert, scopes):
    second = publish_month(2, Hit(), Hit("GA1", "grade_fall"))
    fresh = Alert.objects.get(rule="grade_fall")
    act(scopes("manager_a1"), fresh, Step.TAKE)
    act(scopes("manager_a1"), alert, Step.ACKNOWLEDGE)
    withdraw_month(2)
    fresh.refresh_from_db()
    assert (fresh.state, fresh.work_state, fresh.n_firings) == ("auto_closed", "in_work", 0)
    publish_again(second)
    fresh.refresh_from_db()
    alert.refresh_from_db()
    assert (fresh.state, fresh.n_firings, alert.state) == ("in_work", 1, "acknowledged")


def test_a_put_off_alert_comes_back_after_its_day(alert, scopes):
    day = timezone.localdate() + TOMORROW
    act(scopes("manager_a1"), alert, Step.SUPPRESS, until=day)
    assert alert.level == 0
    publish_month(2, Hit(value=9.0))  # a change of value was not asked for
    assert wake_due(day) == 0
    alert.refresh_from_db()
    assert alert.state == "suppressed"
    assert wake_due(day + TOMORROW) == 1
    alert.refresh_from_db()
    assert (alert.state, alert.level) == ("new", 1)


@pytest.mark.parametrize(("value", "state"), [(2.3, "suppressed"), (2.4, "new"), (1.6, "new")])
def test_a_put_off_alert_comes_back_when_its_value_moves_by_a_fifth(alert, scopes, value, state):
    act(scopes("manager_a1"), alert, Step.SUPPRESS, until=None, on_change=True)
    second = publish_month(2, Hit(value=value))
    alert.refresh_from_db()
    assert alert.state == state
    withdraw_month(2)
    alert.refresh_from_db()
    assert alert.state == "suppressed"
    publish_again(second)
    alert.refresh_from_db()
    assert alert.state == state


def test_an_escalated_alert_opens_the_group_to_its_city_until_it_is_resolved(alert, scopes):
    with pytest.raises(NotAllowed):
        alert_in(scopes("city_a"), alert.pk)
    act(scopes("manager_a1"), alert, Step.ESCALATE)
    assert (alert.state, alert.escalated_by.username) == ("new", "manager_a1")
    assert alert_in(scopes("city_a"), alert.pk) == alert
    assert list(open_alerts(scopes("city_a"))) == [alert]
    assert list(open_alerts_of(scopes("city_a"), "GA1")) == [alert]
    assert scopes("city_a").opened.bases_of("GA1") == {"alert"}
    for persona in ("city_b", "county_a01", "province"):
        assert scopes(persona).opened.bases_of("GA1") == frozenset()
    with pytest.raises(NotAllowed):
        alert_in(scopes("province"), alert.pk)
    act(scopes("city_a"), alert, Step.NOTE, note="请于本周上门")
    act(scopes("manager_a1"), alert, Step.RESOLVE)
    assert scopes("city_a").opened.bases_of("GA1") == frozenset()
    assert Disclosure.objects.filter(closed_at=None).count() == 0


def test_who_stands_in_reads_what_was_escalated_and_does_not_answer_it(alert, people, scopes):
    today = timezone.localdate()
    delegate(
        actor=scopes("city_a"), city_code="A", to_username="city_b", from_date=today, to_date=today
    )
    act(scopes("manager_a1"), alert, Step.ESCALATE)
    assert alert_in(scopes("city_b"), alert.pk) == alert
    with pytest.raises(NotAllowed):
        act(scopes("city_b"), alert, Step.NOTE)
    act(scopes("city_a"), alert, Step.NOTE)


def test_an_escalation_follows_the_group_to_its_new_city_and_ends_with_the_alert(alert, scopes):
    act(scopes("manager_a1"), alert, Step.ESCALATE)
    moved = {**OWNERS, "GA1": ("B", "B01", "MB1")}
    publish_month(2, owners=moved)
    assert scopes("city_a").opened.bases_of("GA1") == frozenset()
    assert scopes("city_b").opened.bases_of("GA1") == {"alert"}
    publish_month(3, owners=moved)
    assert Alert.objects.get().state == "auto_closed"
    assert scopes("city_b").opened.bases_of("GA1") == frozenset()
