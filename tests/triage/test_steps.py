"""Steps of people: the table of states, who may, what is remembered, and one effect."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from alerts.alert_actions import take_step, take_steps
from alerts.alert_asks import Ask, Item
from alerts.alert_queries import (
    alert_in,
    counts_by,
    counts_in,
    listed_alerts,
    precision_in,
)
from alerts.models import Alert, AlertStep
from alerts.triage import State, Step, after, may_follow, steps_from
from core.errors import Conflict, DomainError, NotAllowed, NotInScope
from tests.triage.acts import act, ask_for
from tests.triage.months import Hit, publish_month

pytestmark = pytest.mark.django_db
# from the state in the row: may the step of the column be taken, and where does it lead
TABLE = """
               acknowledge   take     resolve   suppress    note          escalate      reopen
new            acknowledged  in_work  resolved  suppressed  new           new           -
acknowledged   -             in_work  resolved  suppressed  acknowledged  acknowledged  -
in_work        -             in_work  resolved  suppressed  in_work       in_work       -
resolved       -             -        -         -           resolved      -             acknowledged
suppressed     -             -        resolved  -           suppressed    suppressed    acknowledged
auto_closed    -             -        -         -           auto_closed   -             -
"""


def golden():
    lines = [line.split() for line in TABLE.strip().splitlines()]
    for state, *cells in lines[1:]:
        for step, to in zip(lines[0], cells, strict=True):
            yield State(state), Step(step), None if to == "-" else State(to)


@pytest.mark.parametrize(("state", "step", "to"), list(golden()))
def test_a_step_leads_where_the_table_says(state, step, to):
    assert may_follow(state, step) == (to is not None)
    if to is not None:
        assert after(state, step) is to
    assert (step in steps_from(state)) == (to is not None)


@pytest.mark.parametrize(("state", "step", "to"), list(golden()))
def test_the_actions_keep_the_table(alert, scopes, state, step, to):
    Alert.objects.filter(pk=alert.pk).update(state=state, work_state=state)
    alert.refresh_from_db()
    if to is None:
        with pytest.raises(Conflict) as refused:
            act(scopes("manager_a1"), alert, step)
        assert refused.value.code == "wrong_state"
        assert (alert.state, alert.version, AlertStep.objects.count()) == (state, 0, 0)
        return
    assert act(scopes("manager_a1"), alert, step).result == "done"
    assert (alert.state, alert.version) == (to, 1)
    (line,) = AlertStep.objects.all()
    assert (line.from_state, line.to_state, line.step) == (state, to, step)
    assert line.user.username == "manager_a1"


@pytest.mark.parametrize("persona", ["province", "city_a", "county_a01", "operator", "no_role"])
@pytest.mark.parametrize("step", list(Step))
def test_only_the_account_manager_triages(alert, scopes, persona, step):
    with pytest.raises((NotAllowed, NotInScope)):
        act(scopes(persona), alert, step)
    assert AlertStep.objects.count() == 0


@pytest.mark.parametrize("persona", ["manager_a2", "manager_b1"])
def test_a_foreign_alert_is_one_that_does_not_exist(alert, scopes, persona):
    for alert_id in (alert.pk, 10**9):
        with pytest.raises(NotInScope):
            take_step(actor=scopes(persona), item=Item(alert_id, 0), ask=ask_for(Step.TAKE))
        with pytest.raises(NotInScope):
            alert_in(scopes(persona), alert_id)


def test_who_stands_in_triages_too(alert, people, scopes):
    from accounts.models import PortfolioCover

    today = timezone.localdate()
    PortfolioCover.objects.create(
        covering=people["manager_a2"], covered_id="MA1", from_date=today, to_date=today
    )
    act(scopes("manager_a2"), alert, Step.TAKE)
    assert alert.taken_by == people["manager_a2"]


def test_a_foreign_alert_among_several_refuses_all(people, scopes):
    publish_month(1, Hit(), Hit(rule="call_drop"), Hit("GB1"))
    items = [Item(pk, 0) for pk in Alert.objects.values_list("pk", flat=True)]
    with pytest.raises(NotInScope):
        take_steps(actor=scopes("manager_a1"), items=items, ask=ask_for(Step.ACKNOWLEDGE))
    assert set(Alert.objects.values_list("state", "version")) == {("new", 0)}


def test_several_at_once_answer_one_by_one(people, scopes):
    publish_month(1, Hit(), Hit(rule="call_drop"), Hit(rule="grade_fall"))
    first, second, third = Alert.objects.order_by("rule")
    act(scopes("manager_a1"), second, Step.NOTE)
    act(scopes("manager_a1"), third, Step.ACKNOWLEDGE)
    items = [Item(first.pk, 0), Item(second.pk, 0), Item(third.pk, 1)]
    asked = ask_for(Step.ACKNOWLEDGE)
    outcomes = take_steps(actor=scopes("manager_a1"), items=items, ask=asked)
    assert [each.result for each in outcomes] == ["done", "conflict", "refused"]
    assert "某人-manager_a1" in outcomes[1].message and "备注" in outcomes[1].message
    assert "已签收" in outcomes[2].message


def test_a_double_click_is_one_effect_and_a_stale_version_says_who_was_first(alert, people, scopes):
    from accounts.models import PortfolioCover

    today = timezone.localdate()
    PortfolioCover.objects.create(
        covering=people["manager_a2"], covered_id="MA1", from_date=today, to_date=today
    )
    item, asked = Item(alert.pk, 0), ask_for(Step.ACKNOWLEDGE)
    results = [take_step(actor=scopes("manager_a1"), item=item, ask=asked).result for _ in range(2)]
    assert results == ["done", "already"]
    with pytest.raises(Conflict) as late:
        take_step(actor=scopes("manager_a2"), item=item, ask=asked)
    assert late.value.code == "already_changed" and "某人-manager_a1" in late.value.message
    assert AlertStep.objects.count() == 1


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        (Ask(Step.RESOLVE), "reason_required"),
        (Ask(Step.RESOLVE, reason="bored"), "reason_required"),
        (Ask(Step.SUPPRESS), "until_required"),
        (Ask(Step.SUPPRESS, until=dt.date(2020, 1, 1)), "bad_until"),
        (Ask(Step.SUPPRESS, until=dt.date(2999, 1, 1)), "bad_until"),
        (Ask(Step.NOTE, note="  "), "note_required"),
        (Ask(Step.ESCALATE), "note_required"),
        (Ask(Step.ACKNOWLEDGE, note="x" * 1001), "bad_note"),
        (Ask(Step.ACKNOWLEDGE, note="\x00"), "bad_note"),
    ],
)
def test_what_a_step_needs_is_asked_for_in_a_sentence(alert, scopes, asked, code):
    with pytest.raises(DomainError) as refused:
        take_step(actor=scopes("manager_a1"), item=Item(alert.pk, 0), ask=asked)
    assert refused.value.code == code and refused.value.hint


def test_counts_say_states_and_groups_by_level(people, scopes):
    publish_month(1, Hit(), Hit(rule="ict_stopped", weight=3), Hit("GA2"), Hit("GB1"))
    from accounts.scope import Selection

    act(scopes("manager_a2"), Alert.objects.get(group_code="GA2"), Step.RESOLVE)
    whole = counts_in(scopes("province"), Selection("province", "P"))
    assert dict(whole.by_state) == {"new": 3, "resolved": 1}
    assert dict(whole.groups_by_level) == {3: 1, 1: 1}
    assert (whole.n_open, whole.n_active, whole.n_escalated) == (3, 3, 0)
    by_city = counts_by(scopes("province"), Selection("province", "P"), "city_code")
    assert {code: each.n_open for code, each in by_city.items()} == {"A": 2, "B": 1}
    assert list(listed_alerts(scopes("province"))) == []


def test_precision_follows_from_the_reasons(people, scopes):
    from accounts.scope import Selection

    owners = {f"G{n}": ("A", "A01", "MA1") for n in range(7)}
    publish_month(1, *(Hit(group) for group in owners), owners=owners)
    reasons = ["handled", "lost_anyway", "false_alarm", "data_error", "known", "duplicate"]
    for alert, reason in zip(Alert.objects.order_by("group_code"), reasons, strict=False):
        act(scopes("manager_a1"), alert, Step.RESOLVE, reason=reason)
    found = precision_in(scopes("city_a"), Selection("city", "P", "A"), ["arrears", "call_drop"])
    assert (found[0].n_alerts, found[0].n_judged, found[0].n_right) == (7, 6, 2)
    assert found[0].precision == pytest.approx(2 / 6)
    assert found[1].precision is None


def test_the_log_of_steps_cannot_be_changed(alert, scopes):
    act(scopes("manager_a1"), alert, Step.NOTE)
    with pytest.raises(DatabaseError), transaction.atomic():
        AlertStep.objects.update(note="nothing")
    with pytest.raises(DatabaseError), transaction.atomic():
        AlertStep.objects.all().delete()
    history = alert.events.count()
    assert history == 1  # people's writes are audited; what the months change is not a write


def test_many_at_once_cost_few_queries(people, scopes, django_assert_max_num_queries):
    owners = {f"G{n}": ("A", "A01", "MA1") for n in range(50)}
    publish_month(1, *(Hit(group) for group in owners), owners=owners)
    items = [Item(pk, 0) for pk in Alert.objects.values_list("pk", flat=True)]
    with django_assert_max_num_queries(14):
        take_steps(actor=scopes("manager_a1"), items=items, ask=ask_for(Step.RESOLVE))
    assert set(Alert.objects.values_list("state", flat=True)) == {"resolved"}


def test_the_city_is_told_of_an_escalation_and_the_account_manager_of_its_answer(
    alert, people, scopes
):
    from accounts.notices import notices_of, render

    def told(persona):
        return [render(each) for each in notices_of(scopes(persona))]

    act(scopes("manager_a1"), alert, Step.ESCALATE, note="需要地市协调")
    assert told("city_a") == ["某人-manager_a1上报集团“GA1学校”的告警：需要地市协调"]
    assert told("city_b") == told("province") == told("manager_a1") == []
    act(scopes("city_a"), alert, Step.NOTE, note="本周上门")
    assert told("manager_a1") == ["某人-city_a就集团“GA1学校”上报的告警回复：本周上门"]
    assert told("manager_a2") == []
