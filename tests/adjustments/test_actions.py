"""Who may ask and decide, what a decision does, and what double clicks and late ones get."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, transaction

from accounts.models import Notification, User
from adjustments import actions, queries
from adjustments.models import AdjustmentStep, GradeAdjustment
from adjustments.states import State
from core.errors import Conflict, DomainError, NotAllowed, NotInScope
from scoring.models import GradeInForce
from tests.adjustments.people import REASON, scope_of
from tests.adjustments.totals import assert_flows_are_counts, assert_totals_are_counts


def test_a_request_is_asked_decided_and_in_force_at_once(story) -> None:
    asked = story.request()
    assert asked.state == State.SUBMITTED
    assert [each.pk for each in queries.inbox(story.city, "waiting")] == [asked.pk]
    decided = story.approve(asked)
    assert decided.state == State.APPROVED
    row = story.result(asked.group_code)
    assert (row.effective_grade, row.effective_source) == (asked.requested_grade, "adjustment")
    month = story.published.months[-1]
    assert (decided.from_month, decided.to_month) == (month, month.plus(5))
    steps = [(step.action, step.to_state) for step in queries.steps_of(story.manager, asked.pk)]
    assert steps == [("submit", "submitted"), ("approve", "approved")]
    assert_totals_are_counts(story.published.run)
    assert_flows_are_counts(story.published.run)


def test_a_refusal_needs_its_reason_and_changes_no_grade(story) -> None:
    asked = story.request()
    before = story.result(asked.group_code).effective_grade
    with pytest.raises(DomainError) as said:
        actions.reject(
            actor=story.city, adjustment_id=asked.pk, version=asked.version, comment="  "
        )
    assert said.value.code == "comment_required"
    refused = actions.reject(
        actor=story.city, adjustment_id=asked.pk, version=asked.version, comment="材料不足"
    )
    assert (refused.state, refused.comment) == (State.REJECTED, "材料不足")
    assert story.result(asked.group_code).effective_grade == before
    assert not GradeInForce.objects.exists()


@pytest.mark.parametrize("who", ["other_manager", "other_city", "province", "operator"])
def test_whoever_may_not_see_a_request_learns_nothing_of_it(story, who) -> None:
    asked = story.request()
    actor = getattr(story, who)
    calls = (
        lambda pk: queries.request_of(actor, pk),
        lambda pk: actions.approve(actor=actor, adjustment_id=pk, version=1),
        lambda pk: actions.recall(actor=actor, adjustment_id=pk, version=1),
    )
    for call in calls:
        said = []
        for pk in (asked.pk, 10**9):
            with pytest.raises(NotInScope) as error:
                call(pk)
            said.append((error.value.code, error.value.message, error.value.status))
        assert said[0] == said[1]


@pytest.mark.parametrize("who", ["manager", "county"])
def test_who_sees_a_request_without_the_right_does_not_decide_it(story, who) -> None:
    asked = story.request()
    with pytest.raises(NotAllowed):
        story.approve(asked, getattr(story, who))


@pytest.mark.parametrize("who", ["other_manager", "city", "county", "province", "operator"])
def test_only_who_looks_after_the_group_asks(story, who) -> None:
    with pytest.raises((NotInScope, NotAllowed)):
        actions.save_draft(
            actor=getattr(story, who),
            group_code=story.codes[0],
            requested_grade=story.another_grade(story.codes[0]),
            reason=REASON,
            validity_months=3,
        )
    assert not GradeAdjustment.objects.exists()


def test_nobody_decides_an_own_request_after_a_change_of_role(story) -> None:
    asked = story.request()
    person = User.objects.get(pk=story.published.manager.pk)
    person.role, person.account_manager = User.Role.CITY, None
    person.save()
    from accounts import policies
    from accounts.models import OrgUnit

    policies.grant_unit(person, OrgUnit.objects.get(code=asked.city_code))
    with pytest.raises(NotAllowed):
        story.approve(asked, scope_of(person))
    assert GradeAdjustment.objects.get(pk=asked.pk).state == State.SUBMITTED


def test_who_comes_second_hears_who_was_first_and_when(story) -> None:
    asked = story.request()
    story.approve(asked)
    for version in (asked.version, asked.version + 1):
        with pytest.raises(Conflict) as said:
            actions.reject(
                actor=story.city, adjustment_id=asked.pk, version=version, comment="晚了"
            )
        assert said.value.code == "already_decided"
        assert story.published.city.get_full_name() in said.value.message
    assert GradeInForce.objects.count() == 1
    assert AdjustmentStep.objects.filter(adjustment=asked.pk).count() == 2


def test_a_stale_version_decides_nothing(story) -> None:
    asked = story.request()
    with pytest.raises(Conflict) as said:
        actions.approve(actor=story.city, adjustment_id=asked.pk, version=asked.version - 1)
    assert said.value.code == "stale_version"


def test_the_same_token_is_the_same_request(story) -> None:
    code = story.codes[0]
    words = {
        "actor": story.manager,
        "group_code": code,
        "requested_grade": story.another_grade(code),
        "reason": REASON,
        "validity_months": 3,
        "token": "form-1",
    }
    first = actions.request_adjustment(**words)
    assert actions.request_adjustment(**words).pk == first.pk
    assert GradeAdjustment.objects.count() == 1
    story.approve(first)
    assert actions.request_adjustment(**words).pk == first.pk


def test_one_group_has_one_pending_request(story) -> None:
    asked = story.request()
    with pytest.raises(Conflict) as said:
        story.request(asked.group_code)
    assert said.value.code == "pending_exists"


def test_a_recall_before_the_decision_leaves_nothing(story) -> None:
    asked = story.request()
    back = actions.recall(actor=story.manager, adjustment_id=asked.pk, version=asked.version)
    assert back.state == State.RECALLED
    with pytest.raises(Conflict):
        story.approve(back)
    assert story.request(asked.group_code).state == State.SUBMITTED


@pytest.mark.parametrize(
    ("field_name", "words"),
    [
        ("requested_grade", {"requested_grade": "S1"}),
        ("requested_grade", {"requested_grade": "same"}),
        ("reason", {"reason": "好"}),
        ("reason", {"reason": "长" * 1001}),
        ("validity_months", {"validity_months": 0}),
        ("validity_months", {"validity_months": 13}),
    ],
)
def test_bad_words_are_refused_with_their_field(story, field_name, words) -> None:
    code = story.codes[0]
    good = {
        "requested_grade": story.another_grade(code),
        "reason": REASON,
        "validity_months": 3,
    }
    if words.get("requested_grade") == "same":
        words = {"requested_grade": story.result(code).effective_grade}
    with pytest.raises(DomainError) as said:
        actions.save_draft(actor=story.manager, group_code=code, **{**good, **words})
    assert said.value.field_name == field_name


def test_a_request_without_a_grade_is_told_to_choose_one(story) -> None:
    with pytest.raises(DomainError, match="没有选择申请等级"):
        actions.save_draft(
            actor=story.manager,
            group_code=story.codes[0],
            requested_grade="",
            reason=REASON,
            validity_months=3,
        )


def test_many_are_decided_each_by_itself(story) -> None:
    asked = [story.request(code) for code in story.codes[:3]]
    story.approve(asked[1])
    results = actions.decide_many(
        actor=story.city,
        decision="approve",
        items=[(each.pk, each.version) for each in asked],
    )
    assert [each.code for each in results] == ["", "already_decided", ""]
    assert_totals_are_counts(story.published.run)


def test_one_foreign_request_refuses_all(story) -> None:
    asked = story.request()
    with pytest.raises(NotInScope):
        actions.decide_many(
            actor=story.city,
            decision="approve",
            items=[(asked.pk, asked.version), (10**9, 1)],
        )
    assert GradeAdjustment.objects.get(pk=asked.pk).state == State.SUBMITTED
    assert not GradeInForce.objects.exists()


def test_the_database_itself_keeps_what_was_decided(story) -> None:
    asked = story.approve(story.request())
    writes = (
        lambda: GradeAdjustment.objects.filter(pk=asked.pk).update(comment="改"),
        lambda: GradeAdjustment.objects.filter(pk=asked.pk).update(requested_grade="C"),
        lambda: GradeAdjustment.objects.filter(pk=asked.pk).delete(),
        lambda: AdjustmentStep.objects.filter(adjustment=asked.pk).update(comment="改"),
        lambda: AdjustmentStep.objects.filter(adjustment=asked.pk).delete(),
    )
    for write in writes:
        with pytest.raises(DatabaseError), transaction.atomic():
            write()


def test_people_are_told_and_only_those_who_may_know(story) -> None:
    asked = story.request()
    assert {each.user_id for each in Notification.objects.all()} == {story.city.user_id}
    story.approve(asked)
    told = Notification.objects.order_by("pk").last()
    assert told.user_id == story.manager.user_id


def test_a_draft_is_changed_thrown_away_and_nobody_elses(story) -> None:
    code = story.codes[0]
    words = {"group_code": code, "reason": REASON, "validity_months": 3}
    grade = story.another_grade(code)
    draft = actions.save_draft(actor=story.manager, requested_grade=grade, **words)
    again = actions.save_draft(actor=story.manager, requested_grade=grade, **words)
    assert (again.pk, again.version) == (draft.pk, 2)
    with pytest.raises(NotInScope):
        queries.request_of(story.city, draft.pk)
    actions.delete_draft(actor=story.manager, adjustment_id=draft.pk)
    assert not GradeAdjustment.objects.exists()
