"""Score models: the example, drafts, publishing, retiring, reference means, grades in force."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import IntegrityError, InternalError, connection, transaction

from accounts.scope import Scope
from core.errors import Conflict, DomainError, NotAllowed
from core.month import Month
from scoring.actions import (
    draft_score_model,
    ensure_default_model,
    pin_reference,
    publish_score_model,
    retire_score_model,
)
from scoring.models import GradeInForce, ScoreModel
from scoring.queries import grades_in_force, model_for, newest_adjustment
from scoring.steps import pin_model
from tests.scoring.factories import default_definition

SYSTEM = Scope.of_system()
JUNE, JULY, AUGUST = Month(2026, 6), Month(2026, 7), Month(2026, 8)


def drafted(**changes: Any) -> ScoreModel:
    return draft_score_model(actor=SYSTEM, name="新模型", definition=default_definition(**changes))


@pytest.mark.django_db
def test_the_example_model_is_made_once_and_is_in_force_since_ever() -> None:
    first, again = ensure_default_model(), ensure_default_model()
    assert first.pk == again.pk and ScoreModel.objects.count() == 1
    assert first.is_example and "示例权重" in first.note
    assert pin_model(Month(1999, 1)) == first.pk


@pytest.mark.django_db(transaction=True)
def test_eight_at_once_make_one_example_model() -> None:
    def make(_: int) -> int:
        try:
            return ensure_default_model().pk
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(make, range(8)))) == 1


@pytest.mark.django_db
def test_the_model_in_force_is_the_latest_to_begin() -> None:
    example = ensure_default_model()
    newer = publish_score_model(actor=SYSTEM, model_id=drafted().pk, from_month=JULY)
    drafted()
    assert [model_for(month).pk for month in (JUNE, JULY, AUGUST)] == [
        *(example.pk, newer.pk, newer.pk)
    ]
    assert newer.version == 2 and newer.published_at is not None


@pytest.mark.django_db
def test_without_a_published_model_the_month_says_what_to_do() -> None:
    with pytest.raises(DomainError) as refused:
        model_for(JULY)
    assert refused.value.code == "no_score_model" and refused.value.hint


@pytest.mark.django_db
def test_only_the_operator_changes_models() -> None:
    city = Scope(user_id=None, username="wang", role="city", reader="city")
    model = ensure_default_model()
    with pytest.raises(NotAllowed):
        draft_score_model(actor=city, name="x", definition=default_definition())
    with pytest.raises(NotAllowed):
        publish_score_model(actor=city, model_id=model.pk, from_month=JULY)
    with pytest.raises(NotAllowed):
        retire_score_model(actor=city, model_id=model.pk)


@pytest.mark.django_db
def test_a_model_is_published_once_and_never_before_the_one_in_force() -> None:
    ensure_default_model()
    first, second = drafted(), drafted()
    publish_score_model(actor=SYSTEM, model_id=first.pk, from_month=AUGUST)
    with pytest.raises(Conflict) as twice:
        publish_score_model(actor=SYSTEM, model_id=first.pk, from_month=AUGUST)
    with pytest.raises(Conflict) as earlier:
        publish_score_model(actor=SYSTEM, model_id=second.pk, from_month=JULY)
    assert (twice.value.code, earlier.value.code) == ("not_a_draft", "earlier_than_published")


@pytest.mark.django_db
def test_the_last_published_model_cannot_be_retired() -> None:
    example = ensure_default_model()
    with pytest.raises(Conflict):
        retire_score_model(actor=SYSTEM, model_id=example.pk)
    newer = publish_score_model(actor=SYSTEM, model_id=drafted().pk, from_month=JULY)
    assert retire_score_model(actor=SYSTEM, model_id=newer.pk).state == "retired"
    assert model_for(AUGUST).pk == example.pk


@pytest.mark.django_db
def test_the_database_itself_keeps_a_published_definition_as_it_is() -> None:
    example = ensure_default_model()
    with pytest.raises(InternalError), transaction.atomic():
        ScoreModel.objects.filter(pk=example.pk).update(definition=default_definition(note=1))
    draft = drafted()
    ScoreModel.objects.filter(pk=draft.pk).update(definition=default_definition(note=1))


@pytest.mark.django_db
def test_a_draft_that_makes_no_sense_is_not_saved() -> None:
    with pytest.raises(DomainError):
        drafted(indicators=[])
    assert not ScoreModel.objects.exists()


@pytest.mark.django_db
def test_the_first_month_with_an_indicator_gives_its_reference_for_good() -> None:
    model = ensure_default_model()

    def pin(month: Month, means: list[int | None]) -> list[int | None]:
        return pin_reference(
            model_id=model.pk, month=month, codes=["influence", "off_net_ratio"],
            means=means, n_groups=3,
        )  # fmt: skip

    assert pin(JUNE, [5, None]) == [5, None]
    assert pin(JULY, [7, 8]) == [5, 8]
    assert pin(JUNE, [9, 9]) == [5, 8]
    model.refresh_from_db()
    assert model.reference["off_net_ratio"] == {"micro": 8, "n_groups": 3, "month": JULY.index}


@pytest.mark.django_db(transaction=True)
def test_of_months_run_at_once_one_gives_the_reference() -> None:
    model = ensure_default_model()

    def pin(k: int) -> int | None:
        try:
            return pin_reference(
                model_id=model.pk, month=JUNE.plus(k), codes=["influence"], means=[k], n_groups=1
            )[0]
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(pin, range(8)))) == 1


@pytest.mark.django_db
def test_the_newest_approval_up_to_the_pinned_id_is_in_force() -> None:
    def approve(code: str, grade: str, first: Month, last: Month) -> int:
        row = GradeInForce(
            group_code=code, grade=grade, from_month_index=first.index, to_month_index=last.index
        )
        row.save()
        return row.pk

    assert newest_adjustment() == 0
    approve("G1", "A2", JUNE, AUGUST)
    upto = approve("G2", "B1", JULY, JULY)
    assert newest_adjustment() == upto
    approve("G1", "A1", JULY, JULY)
    assert grades_in_force(JULY, upto) == {"G1": "A2", "G2": "B1"}
    assert grades_in_force(JULY, newest_adjustment()) == {"G1": "A1", "G2": "B1"}
    assert grades_in_force(AUGUST, newest_adjustment()) == {"G1": "A2"}


@pytest.mark.django_db
@pytest.mark.parametrize(("grade", "last"), [("NR", AUGUST), ("A1", JUNE)])
def test_an_approval_that_makes_no_sense_is_refused_by_the_database(
    grade: str, last: Month
) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        GradeInForce.objects.create(
            group_code="G1", grade=grade, from_month_index=JULY.index, to_month_index=last.index
        )
