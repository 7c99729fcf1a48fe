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
        self.runs, self.log, self.late = {}, [], False

    def teardown(self):
        from django.db import transaction

        transaction.set_rollback(True)
        self.point.__exit__(None, None, None)

    @rule(
        number=st.integers(1, MONTHS),
        fired=st.sets(st.tuples(st.sampled_from(GROUPS), st.sampled_from(RULES))),
        value=st.sampled_from((2.0, 3.0)),
    )
    def publish(self, number, fired, value):
        hits = [Hit(group, name, value=value) for group, name in sorted(fired)]
        # only the newest month opens alerts: one published late opens them when it is the newest
        self.late = self.late or number < max(published(), default=0)
        self.runs.setdefault(number, []).append(make_run(month_of(number), hits))
        publish_again(self.runs[number][-1])

    @rule(number=st.integers(1, MONTHS))
    def publish_the_same_again(self, number):
        if self.runs.get(number) and number in published():
            before = snapshot()
            publish_again(self.runs[number][-1])
            assert snapshot() == before

    @rule()
    def withdraw_the_newest_and_publish_it_again(self):
        from warehouse import publish

        if not published():
            return
        number = max(published())
        before, kept = snapshot(), self.runs[number][-1]
        publish.withdraw(month_of(number), user_id=None)
        publish_again(kept)
        assert self.late or snapshot() == before

    @rule(number=st.integers(1, MONTHS))
    def withdraw(self, number):
        from warehouse import publish

        if number in published():
            self.late = self.late or number < max(published())
            publish.withdraw(month_of(number), user_id=None)
            self.runs[number].pop()

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
    def what_fired_in_the_newest_month_is_an_alert_and_what_stayed_clean_is_closed(self):
        from alerts.models import Alert, AlertFiring

        months = published()
        newest = month_of(max(months)).index if months else None
        for firing in AlertFiring.objects.filter(month=newest or -1):
            covering = Alert.objects.filter(
                group_code=firing.group_code, rule=firing.rule, opened_month__lte=newest
            )
            assert any(a.closed_month is None or a.closed_month >= newest for a in covering)
        for alert in Alert.objects.open():
            fired = set(
                AlertFiring.objects.filter(
                    group_code=alert.group_code, rule=alert.rule, month__gte=alert.opened_month
                ).values_list("month", flat=True)
            )
            assert fired and alert.last_fired_month == max(fired) and alert.n_firings == len(fired)
            clean = [m for m in months if month_of(m).index > max(fired)]
            assert alert.clean_months == len(clean) < 2

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


def published() -> set[int]:
    from warehouse.models import PublishedMonth

    found = PublishedMonth.objects.filter(run__isnull=False).values_list("month_index", flat=True)
    return {index - month_of(1).index + 1 for index in found}


def snapshot():
    from alerts.models import Alert

    fields = (
        "group_code", "rule", "state", "work_state", "opened_month", "closed_month", "clean_months",
        "n_firings", "last_fired_month", "level", "value", "version",
    )  # fmt: skip
    return sorted(Alert.objects.values_list(*fields), key=str)


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
