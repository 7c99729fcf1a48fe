"""Whatever is published, withdrawn or done by people, in any order: the invariants hold."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from tests.triage.months import Hit, make_run, month_of, publish_again
from tests.triage.oracle import episodes

pytestmark = pytest.mark.django_db
GROUPS, RULES, MONTHS = ("GA1", "GA2", "GB1"), ("arrears", "call_drop"), 5
PERSONAS = ("manager_a1", "manager_a2", "manager_b1", "city_a", "province", "operator")
STEPS = ("acknowledge", "take", "resolve", "suppress", "note", "escalate", "reopen")
OWNER = {"GA1": "manager_a1", "GA2": "manager_a2", "GB1": "manager_b1"}
NEEDED = {"resolve": {"reason": "handled"}, "note": {"note": "x"}, "escalate": {"note": "x"}}


class Triage(RuleBasedStateMachine):
    """Publish, withdraw and triage; compare with what the rules of the book say."""

    scopes: dict = {}

    @initialize()
    def prepare(self):
        from django.db import transaction

        self.point = transaction.atomic()
        self.point.__enter__()
        self.said = {}

    def teardown(self):
        from django.db import transaction

        transaction.set_rollback(True)
        self.point.__exit__(None, None, None)

    @rule(
        number=st.integers(1, MONTHS),
        fired=st.sets(st.tuples(st.sampled_from(GROUPS), st.sampled_from(RULES))),
        value=st.sampled_from((2.0, 3.0)),
        unjudged=st.sets(st.sampled_from(GROUPS), max_size=1),
    )
    def publish(self, number, fired, value, unjudged):
        hits = [Hit(group, name, value=value) for group, name in sorted(fired)]
        calls = {(group, "call") for group in unjudged}
        run = make_run(month_of(number), hits, unjudged=calls)
        self.said[run.pk] = {
            (group, name): "fired"
            if (group, name) in fired
            else "unjudged"
            if name == "call_drop" and group in unjudged
            else "clean"
            for group in GROUPS
            for name in RULES
        }
        publish_again(run)

    @rule(number=st.integers(1, MONTHS))
    def publish_the_same_again(self, number):
        if number in published():
            before = snapshot()
            publish_again(published()[number])
            assert snapshot() == before

    @rule(data=st.data())
    def withdraw_some_and_publish_them_again_in_any_order(self, data):
        from warehouse import publish

        here = published()
        if not here:
            return
        before = snapshot()
        chosen = data.draw(st.lists(st.sampled_from(sorted(here)), unique=True, min_size=1))
        for number in chosen:
            while number in published():
                publish.withdraw(month_of(number), user_id=None)
        for number in data.draw(st.permutations(chosen)):
            publish_again(here[number])
        assert snapshot() == before

    @rule(number=st.integers(1, MONTHS))
    def withdraw(self, number):
        from warehouse import publish

        if number in published():
            publish.withdraw(month_of(number), user_id=None)

    @rule(
        persona=st.sampled_from(PERSONAS),
        step=st.sampled_from(STEPS),
        choice=st.integers(0, 30),
        stale=st.integers(0, 1),
        on_change=st.booleans(),
    )
    def act(self, persona, step, choice, stale, on_change):
        from alerts.alert_actions import take_step
        from alerts.alert_asks import Ask, Item
        from alerts.models import Alert, AlertStep
        from alerts.triage import State, Step, may_follow
        from core.errors import Conflict, NotAllowed, NotInScope

        rows = list(Alert.objects.order_by("pk"))
        if not rows:
            return
        alert = rows[choice % len(rows)]
        before = (alert.state, AlertStep.objects.count())
        more = dict(NEEDED.get(step, {}))
        if step == "suppress":
            day = dt.date.today() + dt.timedelta(days=9)
            more = {"on_change": on_change, "until": None if on_change else day}
        try:
            item = Item(alert.pk, alert.version - stale)
            outcome = take_step(actor=self.scopes[persona], item=item, ask=Ask(Step(step), **more))
        except (Conflict, NotAllowed, NotInScope) as refused:
            alert.refresh_from_db()
            assert (alert.state, AlertStep.objects.count()) == before
            if isinstance(refused, NotInScope):
                assert persona not in (OWNER[alert.group_code], "province")
            return
        allowed = persona == OWNER[alert.group_code]
        noted = step == "note" and persona == "city_a" and alert.escalated_at is not None
        assert allowed or noted
        if outcome.result == "done":
            assert stale == 0 and may_follow(State(before[0]), Step(step))
            assert AlertStep.objects.count() == before[1] + 1

    @invariant()
    def one_open_alert_a_group_and_rule(self):
        from alerts.models import Alert

        pairs = list(Alert.objects.open().values_list("group_code", "rule"))
        assert len(pairs) == len(set(pairs))

    @invariant()
    def alerts_are_what_months_and_steps_make_of_them(self):
        from alerts.models import Alert
        from warehouse.models import PublishedMonth

        runs = dict(PublishedMonth.objects.filter(run__isnull=False).values_list("pk", "run_id"))
        for pair in ((group, name) for group in GROUPS for name in RULES):
            said = {month: self.said[run][pair] for month, run in sorted(runs.items())}
            rows = {a.pk: a for a in Alert.objects.filter(group_code=pair[0], rule=pair[1])}
            claims = {
                a.anchor_month: (a.pk, a.closed_month if a.work_state == "resolved" else None)
                for a in rows.values()
                if a.version
            }
            assert len(claims) == sum(a.version > 0 for a in rows.values())
            expected, waiting = episodes(said, claims)
            assert len(rows) == len(expected) + len(waiting)
            assert waiting == {a.pk for a in rows.values() if a.version and not a.n_firings} - {
                each.claim for each in expected
            }
            for each in expected:
                self.agrees(rows, each)

    def agrees(self, rows, each):
        found = [
            a
            for a in rows.values()
            if a.pk == each.claim
            or (not each.claim and not a.version and a.opened_month == each.fired[0])
        ]
        assert len(found) == 1
        (alert,) = found
        fired = each.fired or [each.starts]
        assert (alert.opened_month, alert.last_fired_month) == (fired[0], fired[-1])
        assert (alert.n_firings, alert.closed_month) == (len(each.fired), each.closed)
        assert alert.clean_months == min(len(each.clean), 2)
        if each.cut is not None:
            assert alert.state == "resolved"
        elif each.closed is not None:
            assert alert.state == "auto_closed"
        else:
            assert alert.state in (alert.work_state, "new")

    @invariant()
    def levels_follow_the_weights(self):
        from alerts.levels import level_of
        from alerts.models import Alert

        for group in GROUPS:
            rows = Alert.objects.filter(group_code=group)
            level = level_of(tuple(rows.active().values_list("weight", flat=True)))
            assert set(rows.open().values_list("level", flat=True)) <= {level.value}

    @invariant()
    def a_group_is_open_to_its_city_while_it_is_escalated_and_open(self):
        from accounts.disclosures import Disclosure
        from alerts.models import Alert

        opened = set(Disclosure.objects.filter(closed_at=None).values_list("basis_id", flat=True))
        assert opened == set(Alert.objects.open().escalated().values_list("pk", flat=True))

    @invariant()
    def every_version_has_its_step(self):
        from alerts.models import Alert

        for alert in Alert.objects.all():
            versions = list(alert.steps.values_list("version", flat=True))
            assert versions == list(range(1, alert.version + 1))


def published():
    """Return the run readers see of each published month."""
    from warehouse.models import PublishedMonth

    found = PublishedMonth.objects.filter(run__isnull=False).select_related("run")
    return {each.month_index - month_of(1).index + 1: each.run for each in found}


def snapshot():
    """Return every alert; one whose month is withdrawn shows what it last had, whatever it was."""
    from alerts.models import Alert

    fields = (
        "n_firings", "value", "group_code", "rule", "state", "work_state", "opened_month",
        "closed_month", "clean_months", "last_fired_month", "level", "version",
    )  # fmt: skip
    rows = Alert.objects.values_list(*fields)
    return sorted(((row[1] if row[0] else None, *row[2:]) for row in rows), key=str)


def test_the_invariants_hold_whatever_happens(people, scopes):
    Triage.scopes = {name: scopes(name) for name in PERSONAS}
    run_state_machine_as_test(
        Triage,
        settings=settings(
            max_examples=25,
            stateful_step_count=18,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
