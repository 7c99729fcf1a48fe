"""Account managers are told once a month of what the newest month opened, and of nothing else."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone, translation

from accounts.models import Notification, PortfolioCover
from accounts.notices import notices_of, render
from alerts.opened_news import tell_opened
from tests.triage.months import OWNERS, Hit, publish_again, publish_month, withdraw_month

pytestmark = pytest.mark.django_db
EVERYBODY = (
    "no_role", "province", "city_a", "city_b", "county_a01", "manager_a1", "manager_a2",
    "manager_b1", "operator",
)  # fmt: skip


def said_to(scopes, name):
    return [render(each) for each in notices_of(scopes(name))]


def told(scopes):
    return {name for name in EVERYBODY if said_to(scopes, name)}


def test_one_line_says_how_many_alerts_groups_and_red_ones(people, scopes):
    publish_month(1, Hit(), Hit(rule="ict_stopped", weight=3), Hit("GA2"))
    assert tell_opened() == 2
    (line,) = said_to(scopes, "manager_a1")
    assert (
        "2026年1月" in line
        and "2 条告警" in line
        and "1 个集团" in line
        and "红色预警 1 个" in line
    )
    (line,) = said_to(scopes, "manager_a2")
    assert "1 条告警" in line and "红色预警 0 个" in line
    with translation.override("en"):
        assert "GA1" not in said_to(scopes, "manager_a1")[0]
    assert Notification.objects.first().url == "/anomaly_alerts/?view=work"


def test_nobody_is_told_of_groups_that_are_not_the_own_ones(people, scopes):
    publish_month(1, Hit(), Hit("GB1"))
    tell_opened()
    assert told(scopes) == {"manager_a1", "manager_b1"}


def test_telling_again_and_publishing_again_tells_nothing_twice(people, scopes):
    run = publish_month(1, Hit())
    assert [tell_opened(), tell_opened()] == [1, 0]
    withdraw_month(1)
    publish_again(run)
    assert tell_opened() == 0
    publish_month(2, Hit(), Hit(rule="call_drop"))
    assert tell_opened() == 1
    assert "1 条告警" in said_to(scopes, "manager_a1")[0], "what goes on is no news"


def test_whoever_stands_in_is_told_and_the_line_goes_with_the_cover(people, scopes):
    today = timezone.localdate()
    cover = PortfolioCover.objects.create(
        covering=people["manager_a2"], covered_id="MA1", from_date=today, to_date=today
    )
    publish_month(1, Hit())
    tell_opened()
    assert told(scopes) == {"manager_a1", "manager_a2"}
    PortfolioCover.objects.filter(pk=cover.pk).update(
        from_date=today - dt.timedelta(days=3), to_date=today - dt.timedelta(days=1)
    )
    assert told(scopes) == {"manager_a1"}


def test_what_somebody_resolved_meanwhile_and_nothing_published_are_no_news(people, scopes):
    assert tell_opened() == 0
    publish_month(1, owners=OWNERS)
    assert tell_opened() == 0 and told(scopes) == set()
