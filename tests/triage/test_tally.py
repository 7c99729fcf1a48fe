"""Counts kept ahead are the counts of the alerts at every moment, whatever happened since."""

from __future__ import annotations

import json
import random
from unittest.mock import patch

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from alerts.tally import TALLY_LOCK, fold, is_tallied
from core.month import Month
from tests.personas import build_org, build_people
from tests.triage.months import OWNERS, Hit, make_run, month_of, publish_again, publish_month
from tests.triage.tallying import EVERYBODY, RULES, counted_ahead, counted_now

MONTHS = 15  # more than are counted, so that closed alerts leave
PEOPLE = (("A", "A01", "MA1"), ("A", "A02", "MA2"), ("B", "B01", "MB1"), ("A", "A01", "MA2"),
          ("B", "A01", "MB1"))  # fmt: skip
GROUPS = tuple(OWNERS)
PERSONAS = {"MA1": "manager_a1", "MA2": "manager_a2", "MB1": "manager_b1"}
NEEDED = {"suppress": {"on_change": True}, "escalate": {"note": "x"}}
STEPS = ("acknowledge", "take", "resolve", "suppress", "escalate", "reopen")


class Life:
    """Publish, withdraw and work on alerts at random."""

    def __init__(self, seed, people):
        self.rng, self.people = random.Random(seed), people
        self.ways = [*[self.publish] * 4, *[self.step] * 6, self.withdraw, fold]

    def publish(self):
        number = self.rng.randint(1, MONTHS)
        hits = [Hit(group, rule, weight=self.rng.randint(1, 3)) for group in GROUPS
                for rule in RULES if self.rng.random() < 0.5]  # fmt: skip
        owners = {group: self.rng.choice(PEOPLE) for group in GROUPS}
        publish_again(make_run(month_of(number), hits, owners=owners))

    def withdraw(self):
        from warehouse import publish
        from warehouse.models import PublishedMonth

        here = PublishedMonth.objects.filter(run__isnull=False)
        months = list(here.order_by("month_index").values_list("month_index", flat=True))
        if months:
            publish.withdraw(Month.from_index(self.rng.choice(months)), user_id=None)

    def step(self):
        from alerts.alert_actions import take_step
        from alerts.alert_asks import Ask, Item
        from alerts.models import Alert
        from alerts.triage import Step
        from core.errors import Conflict
        from tests.personas import scope_of_persona

        rows = list(Alert.objects.order_by("pk"))
        if not rows:
            return
        alert, step = self.rng.choice(rows), self.rng.choice(STEPS)
        reason = self.rng.choice(("handled", "false_alarm"))
        more = NEEDED.get(step, {"reason": reason} if step == "resolve" else {})
        actor = scope_of_persona(self.people, PERSONAS[alert.account_manager_code])
        try:
            item = Item(alert.pk, alert.version)
            take_step(actor=actor, item=item, ask=Ask(Step(step), **more))
        except Conflict:
            return

    def forget(self):
        from alerts.models import Alert

        pk = Alert.objects.filter(version=0).values_list("pk", flat=True).first()
        Alert.objects.filter(pk=pk).delete()

    def live(self):
        """Do one thing, folding or not."""
        what = self.rng.choice(self.ways)
        with patch("alerts.triage_sync.fold", fold if self.rng.random() < 0.5 else lambda: False):
            what()


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(4))
def test_after_anything_in_any_order_the_counts_are_those_of_the_alerts(seed):
    life = Life(seed, build_people(build_org()))
    for _ in range(40):
        life.live()
        assert counted_ahead() == counted_now()
    assert counted_now()["province", ""], "something was counted"
    life.forget()
    assert counted_ahead() == counted_now()
    fold()
    assert counted_ahead() == counted_now()


@pytest.mark.django_db
def test_folding_leaves_one_row_a_number_and_nothing_to_do():
    from alerts.models import AlertTally, UntalliedOwner

    with patch("alerts.triage_sync.fold", lambda: False):
        publish_month(1, *(Hit(group, rule) for group in GROUPS for rule in RULES))
        publish_month(2, Hit())
    assert UntalliedOwner.objects.exists() and fold() and not fold()
    assert not UntalliedOwner.objects.exists()
    unit = ("level", "city_code", "county_code", "account_manager_code")
    rows = list(AlertTally.objects.values_list(*unit, "kind", "key", "closed_month"))
    assert len(rows) == len(set(rows)) > 0
    assert not AlertTally.objects.filter(n=0, n_escalated=0, n_judged=0, n_right=0).exists()


@pytest.mark.django_db
def test_what_is_read_does_not_grow_with_closed_alerts():
    from alerts.models import Alert

    publish_month(1, *(Hit(group, rule) for group in GROUPS for rule in RULES))
    before = rows_read()
    like = Alert.objects.first()
    closed = {"state": "resolved", "work_state": "resolved", "reason": "handled", "level": 0}
    Alert.objects.bulk_create(
        Alert(**{**plain(like), **closed, "closed_month": month_of(1).index, "version": 1})
        for _ in range(3_000)
    )
    fold()
    assert counted_ahead() == counted_now()
    assert counted_now()[("province",)][0].n_alerts >= 3_000
    assert rows_read() <= before + 30


def plain(alert):
    fields = [each.attname for each in alert._meta.fields if not each.primary_key]
    return {name: getattr(alert, name) for name in fields}


def rows_read():
    """Return how many rows of tables the counts read."""
    with CaptureQueriesContext(connection) as asked:
        counted_ahead()
    said = [each["sql"] for each in asked.captured_queries]
    with connection.cursor() as cursor:
        total = 0
        for sql in said:
            cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {sql}")
            (plan,) = cursor.fetchone()
            plan = json.loads(plan) if isinstance(plan, str) else plan
            total += scanned(plan[0]["Plan"])
    return total


def scanned(node):
    below = sum(scanned(each) for each in node.get("Plans", ()))
    if node.get("Relation Name") not in ("alerts_alert", "alerts_untallied"):
        return below
    return below + node["Actual Loops"] * (
        node["Actual Rows"] + node.get("Rows Removed by Filter", 0)
    )


def test_parts_of_units_are_counted_by_reading(scopes):
    from accounts.scope import Selection

    city = Selection("city", city_code="A")
    assert is_tallied(scopes("city_a"), city)
    assert not is_tallied(scopes("city_b"), city)
    assert not is_tallied(scopes("manager_a1"), city)
    assert not is_tallied(scopes("city_a"), city, "account_manager_code")
    assert not is_tallied(scopes("city_a"), Selection("province"))
    assert not is_tallied(EVERYBODY, Selection("account_manager", account_manager_code="MA1"))


@pytest.fixture
def other(transactional_db):
    """Return a second connection, in a transaction of its own."""
    second = connection.copy()
    second.set_autocommit(False)
    yield second
    second.rollback()
    second.close()


def resolve(cursor, rule):
    cursor.execute(
        "UPDATE alerts_alert SET state = 'resolved', work_state = 'resolved', reason = 'handled',"
        " closed_month = last_fired_month, level = 0 WHERE group_code = 'GA1' AND rule = %s",
        [rule],
    )


@pytest.mark.live
def test_two_transactions_at_once_lose_nothing(other):
    """Two steps on one group at once: neither sees the other, the counts see both."""
    publish_month(1, *(Hit(rule=rule, weight=1) for rule in RULES[:2]))
    with other.cursor() as theirs, connection.cursor() as ours:
        resolve(theirs, RULES[0])
        resolve(ours, RULES[1])
        assert counted_ahead() == counted_now()
        assert fold()
        assert counted_ahead() == counted_now()
        other.commit()
        assert counted_ahead() == counted_now()
        assert fold()
        assert counted_ahead() == counted_now()
    assert counted_now()["province", ""][""] == ({"resolved": 2}, {}, 0)


@pytest.mark.live
def test_while_one_folds_others_read_and_step(other):
    with patch("alerts.triage_sync.fold", lambda: False):
        publish_month(1, *(Hit(rule=rule, weight=1) for rule in RULES))
    with transaction.atomic():
        assert fold()
        with other.cursor() as theirs:
            theirs.execute("SELECT pg_try_advisory_xact_lock(%s)", [TALLY_LOCK])
            assert theirs.fetchone() == (False,), "another would not fold now"
            theirs.execute("SET LOCAL lock_timeout = '2s'")
            resolve(theirs, RULES[0])
        other.commit()
        assert counted_ahead() == counted_now()
    assert counted_ahead() == counted_now()
    assert fold()
    assert counted_ahead() == counted_now()
