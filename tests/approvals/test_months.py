"""What months do to approvals: absorb them, end them, ask again, and come back when withdrawn."""

from __future__ import annotations

import datetime as dt
import shutil

import pytest

from accounts.models import AccountManager, Notification, OrgUnit
from adjustments import actions, clockwork
from adjustments.models import GradeAdjustment
from adjustments.states import State
from core.errors import Conflict
from tests.adjustments.people import REASON
from tests.adjustments.totals import assert_flows_are_counts, assert_totals_are_counts
from tests.approvals import small
from tests.approvals.small import GRADES, OCTOBER, OWNERS
from tests.once import kept_back
from tests.personas import Org, build_people, scope_of_persona
from tests.warehouse.worlds import SYSTEM, run
from warehouse import actions as months
from warehouse.mart_models import GradeFlowMonth
from warehouse.models import GradeOverlay, GroupResult, MonthRun, OrgMonth

NOVEMBER, DECEMBER = OCTOBER.plus(1), OCTOBER.plus(2)


@pytest.fixture(scope="module")
def published(django_db_setup, django_db_blocker, tmp_path_factory):
    """Publish September and October of the tiny province, with one person of every kind."""
    var = tmp_path_factory.mktemp("approvals")
    with django_db_blocker.unblock(), kept_back(var):
        small.grade_by_influence()
        small.publish(OCTOBER.plus(-1), {**GRADES, "GA3": "B1"})
        small.publish(OCTOBER)
        org = Org(
            {unit.code: unit for unit in OrgUnit.objects.all()},
            {person.code: person for person in AccountManager.objects.all()},
        )
        people = build_people(org)
        yield var, {name: scope_of_persona(people, name) for name in people}


@pytest.fixture
def world(published, db, var_folder):
    """Return the scopes; a run may remove older runs' files, so each test has its own."""
    var, scopes = published
    shutil.copytree(var, var_folder, dirs_exist_ok=True)
    return scopes


def _ask(world, code: str, grade: str, months_valid: int = 6) -> GradeAdjustment:
    who = {"MA1": "manager_a1", "MA2": "manager_a2", "MB1": "manager_b1"}[OWNERS[code][2]]
    return actions.request_adjustment(
        actor=world[who],
        group_code=code,
        requested_grade=grade,
        reason=REASON,
        validity_months=months_valid,
    )


def _approved(world, code: str, grade: str, months_valid: int = 6) -> GradeAdjustment:
    asked = _ask(world, code, grade, months_valid)
    city = "city_a" if code.startswith("GA") else "city_b"
    return actions.approve(actor=world[city], adjustment_id=asked.pk, version=asked.version)


def _row(month, code: str) -> GroupResult:
    return GroupResult.objects.in_run(_run(month)).get(group_code=code)


def _run(month) -> int:
    from warehouse.queries import published_run

    found = published_run(month)
    assert found is not None
    return found.run


def _assert_all(month) -> None:
    assert_totals_are_counts(_run(month))
    assert_flows_are_counts(_run(month))


def _summed(month) -> dict[tuple[str, ...], tuple[int, ...]]:
    """Add the rows of each key up, as rooms do."""
    totals: dict[tuple[str, ...], list[float]] = {}
    for row in OrgMonth.objects.in_run(_run(month)).values():
        keys = tuple(str(row.pop(k)) for k in sorted(row) if isinstance(row[k], str))
        size = row.pop("size_band")
        row.pop("run"), row.pop("operating_income_li")
        values = [row[name] or 0 for name in sorted(row) if name not in ("pk", "month")]
        found = totals.setdefault((*keys, str(size)), [0] * len(values))
        totals[(*keys, str(size))] = [a + b for a, b in zip(found, values, strict=True)]
    return {key: tuple(each) for key, each in totals.items() if any(each)}


def _flows(month) -> dict[tuple[str, ...], int]:
    counted: dict[tuple[str, ...], int] = {}
    for row in GradeFlowMonth.objects.in_run(_run(month)).values():
        key = tuple(str(row[name]) for name in sorted(row) if isinstance(row[name], str))
        counted[key] = counted.get(key, 0) + row["n_groups"]
    return {key: n for key, n in counted.items() if n}


def test_the_next_run_of_the_month_says_the_same_without_an_overlay(world) -> None:
    _approved(world, "GA1", "A1")
    _approved(world, "GA3", "C")
    _approved(world, "GA4", "B2")
    _approved(world, "GB2", "B1")
    totals, flows = _summed(OCTOBER), _flows(OCTOBER)
    assert GradeOverlay.objects.filter(run=_run(OCTOBER)).count() == 4
    run(OCTOBER)
    assert not GradeOverlay.objects.filter(run=_run(OCTOBER)).exists()
    assert _summed(OCTOBER) == totals
    assert _flows(OCTOBER) == flows
    _assert_all(OCTOBER)


def test_the_next_month_keeps_the_grade_and_counts_the_rise_once(world) -> None:
    _approved(world, "GA1", "A1")
    assert _row(OCTOBER, "GA1").grade_way == "approved_up"
    small.publish(NOVEMBER)
    row = _row(NOVEMBER, "GA1")
    assert (row.effective_grade, row.prev_effective_grade, row.grade_way) == ("A1", "A1", "")
    assert row.effective_source == "adjustment"
    _assert_all(OCTOBER)
    _assert_all(NOVEMBER)


def test_an_approval_after_a_run_was_made_lies_over_it_when_published(world) -> None:
    small.import_month(NOVEMBER, {**GRADES, "GA2": "B2"})
    made = run(NOVEMBER, publish=False)
    _approved(world, "GA1", "A1")
    _approved(world, "GA2", "A2", 1)
    assert not GradeOverlay.objects.filter(run=made.pk).exists()
    months.publish_month(actor=SYSTEM, month=NOVEMBER)
    row = _row(NOVEMBER, "GA1")
    assert (row.effective_grade, row.prev_effective_grade, row.grade_way) == ("A1", "A1", "")
    fell = _row(NOVEMBER, "GA2")
    assert (fell.effective_grade, fell.prev_effective_grade) == ("B2", "A2")
    assert fell.grade_way == "approved_down"
    _assert_all(NOVEMBER)
    totals, flows = _summed(NOVEMBER), _flows(NOVEMBER)
    run(NOVEMBER)
    assert (_summed(NOVEMBER), _flows(NOVEMBER)) == (totals, flows)


def test_an_approval_ends_with_its_last_month_and_people_are_told(world) -> None:
    asked = _approved(world, "GA1", "A1", 1)
    Notification.objects.all().delete()
    small.publish(NOVEMBER)
    row = _row(NOVEMBER, "GA1")
    assert (row.effective_grade, row.effective_source) == ("B1", "suggested")
    assert (row.prev_effective_grade, row.grade_way) == ("A1", "approved_down")
    assert GradeAdjustment.objects.get(pk=asked.pk).state == State.EXPIRED
    told = {each.user.username for each in Notification.objects.filter(kind="adjustment")}
    assert told == {"manager_a1", "city_a"}
    assert clockwork.expire_due() == 0
    _assert_all(NOVEMBER)


def test_a_new_month_that_sees_the_group_otherwise_asks_the_requester_again(world) -> None:
    changed, same = _ask(world, "GA1", "A1"), _ask(world, "GA3", "A1")
    small.publish(NOVEMBER, {**GRADES, "GA1": "A2"})
    back = GradeAdjustment.objects.get(pk=changed.pk)
    assert back.state == State.NEEDS_RECONFIRMATION
    with pytest.raises(Conflict):
        actions.approve(actor=world["city_a"], adjustment_id=back.pk, version=back.version)
    again = actions.reconfirm(
        actor=world["manager_a1"], adjustment_id=back.pk, version=back.version
    )
    assert (again.state, again.suggested_grade) == (State.SUBMITTED, "A2")
    done = actions.approve(actor=world["city_a"], adjustment_id=again.pk, version=again.version)
    assert done.from_month == NOVEMBER
    same = GradeAdjustment.objects.get(pk=same.pk)
    assert same.state == State.SUBMITTED
    actions.approve(actor=world["city_a"], adjustment_id=same.pk, version=same.version)
    _assert_all(NOVEMBER)


def test_a_group_that_moved_to_another_city_goes_back_and_then_to_that_city(world) -> None:
    asked = _ask(world, "GA1", "A1")
    small.publish(NOVEMBER, GRADES, {**OWNERS, "GA1": ("B", "B01", "MB1")})
    back = GradeAdjustment.objects.get(pk=asked.pk)
    assert back.state == State.NEEDS_RECONFIRMATION
    actions.recall(actor=world["manager_a1"], adjustment_id=back.pk, version=back.version)
    asked = actions.request_adjustment(
        actor=world["manager_b1"],
        group_code="GA1",
        requested_grade="A1",
        reason=REASON,
        validity_months=3,
    )
    actions.approve(actor=world["city_b"], adjustment_id=asked.pk, version=asked.version)


def test_withdrawing_the_month_leaves_the_older_one_as_it_was_read(world) -> None:
    _approved(world, "GA1", "A1")
    before = _summed(OCTOBER)
    small.publish(NOVEMBER)
    later = _ask(world, "GB1", "A2")
    actions.approve(actor=world["city_b"], adjustment_id=later.pk, version=later.version)
    assert _row(OCTOBER, "GB1").effective_grade == "B1"
    months.withdraw_month(actor=SYSTEM, month=NOVEMBER)
    assert _summed(OCTOBER) == before
    months.publish_month(actor=SYSTEM, month=NOVEMBER)
    assert _row(NOVEMBER, "GB1").effective_grade == "A2"
    _assert_all(NOVEMBER)


def test_withdrawing_a_run_puts_the_approvals_over_the_one_before(world) -> None:
    first = _run(OCTOBER)
    run(OCTOBER)
    _approved(world, "GA1", "A1")
    months.withdraw_month(actor=SYSTEM, month=OCTOBER)
    assert _run(OCTOBER) == first
    assert _row(OCTOBER, "GA1").effective_grade == "A1"
    _assert_all(OCTOBER)


def test_a_run_pins_the_newest_approval(world) -> None:
    assert MonthRun.objects.get(pk=_run(OCTOBER)).adjustments_upto == 0
    _approved(world, "GA1", "A1")
    made = months.create_run(actor=SYSTEM, month=OCTOBER)
    assert made.adjustments_upto > 0


def test_the_city_is_reminded_once_and_the_province_told_once(world, time_machine) -> None:
    # Friday 6 November 2026; three and five working days later are Wednesday and Friday
    time_machine.move_to(dt.datetime(2026, 11, 6, 2, tzinfo=dt.UTC), tick=False)
    asked = _ask(world, "GA1", "A1")
    said = []
    for day in (9, 10, 11, 11, 12, 13, 13, 16):
        time_machine.move_to(dt.datetime(2026, 11, day, 2, tzinfo=dt.UTC), tick=False)
        said.append(clockwork.remind_and_escalate())
    assert said == [(0, 0), (0, 0), (1, 0), (0, 0), (0, 0), (0, 1), (0, 0), (0, 0)]
    words = Notification.objects.filter(user__username="province")
    assert [each.params["city"] for each in words] == ["甲市"]
    assert "集团" not in str(words[0].params)
    steps = [step.action for step in GradeAdjustment.objects.get(pk=asked.pk).steps.all()]
    assert steps == ["submit", "remind", "escalate"]
