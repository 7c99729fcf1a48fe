"""Draft, try out, publish: what the simulation says is what a run under the model does."""

from __future__ import annotations

import copy

import pytest
from django.urls import reverse

from accounts.queries import selection_for
from accounts.scope import Scope
from core.errors import Conflict, DomainError, NotAllowed
from scoring import actions
from scoring.models import ScoreModel
from scoring.queries import model_of
from scoring.simulations import movers, simulate
from scoring.studio_form import ModelForm, initial_of
from tests.analytics.published import Published, _scope
from warehouse import actions as warehouse
from warehouse.models import GroupResult
from warehouse.queries import published_run
from warehouse.run import work_on

pytestmark = pytest.mark.django_db


def heavier_on_ict(definition: dict) -> dict:
    """Move ten points of weight from unified pay to ICT, and lower the cut of A2."""
    changed = copy.deepcopy(definition)
    weights = {each["code"]: each for each in changed["indicators"]}
    weights["unified_pay"]["weight"] = 0.05
    weights["ict_income"]["weight"] = 0.30
    changed["cutoffs"]["A2"] = 70
    return changed


@pytest.fixture
def draft(published: Published) -> ScoreModel:
    base = ScoreModel.objects.get(version=1)
    return actions.draft_score_model(
        actor=_scope(published.operator),
        name="重信息化",
        definition=heavier_on_ict(base.definition),
    )


def grades_of(run: int) -> dict[str, str]:
    return dict(GroupResult.objects.in_run(run).values_list("group_code", "effective_grade"))


def test_the_simulated_movers_are_exactly_those_that_move(published, draft):
    month = published.months[-1]
    said = simulate(_scope(published.operator), draft.parsed(), month)
    before = grades_of(published_run(month).run)
    assert said.moves.whole.n_moved > 5, "a change nobody feels would prove nothing"
    actions.publish_score_model(
        actor=_scope(published.operator), model_id=draft.pk, from_month=month
    )
    run = warehouse.create_run(actor=Scope.of_system(), month=month, publish_when_ready=True)
    assert work_on(run.pk)
    after = grades_of(published_run(month).run)
    moved = {code: (before[code], after[code]) for code in before if before[code] != after[code]}
    codes = said.table["group_code"].to_pylist()
    from scoring.grades import to_codes

    pairs = zip(to_codes(said.before), to_codes(said.after), strict=True)
    simulated = {c: pair for c, pair in zip(codes, pairs, strict=True) if pair[0] != pair[1]}
    assert simulated == moved
    assert model_of(published_run(month).model_version_id).pk == draft.pk


def test_the_model_in_force_moves_nobody(published):
    base = ScoreModel.objects.get(version=1)
    for month in published.months:
        moves = simulate(_scope(published.province), base.parsed(), month).moves
        assert moves.whole.n_moved == moves.n_suggested_moved == 0
        assert moves.psi == pytest.approx(0)


def test_a_form_saved_unchanged_is_the_same_model(published):
    base = ScoreModel.objects.get(version=1)
    form = ModelForm(base.definition, {**initial_of(base.definition), "name": "x"})
    assert form.is_valid(), form.errors
    from scoring.definition import parse_definition

    assert parse_definition(form.definition()) == base.parsed()


def test_rows_of_movers_are_for_readers_of_detail_only(published, draft):
    month = published.months[-1]
    said = simulate(_scope(published.province), draft.parsed(), month)
    code = max(said.moves.account_managers, key=lambda each: each.n_moved).code
    chosen = selection_for(_scope(published.province), account_manager=code)
    rows = movers(_scope(published.province), said, chosen)
    assert len(rows) == next(
        each.n_moved for each in said.moves.account_managers if each.code == code
    )
    with pytest.raises(NotAllowed):
        movers(_scope(published.operator), said, chosen)
    with pytest.raises(NotAllowed):
        simulate(_scope(published.city), draft.parsed(), month)


def test_two_editors_of_a_draft_do_not_overwrite_each_other(published, draft):
    actor, seen = _scope(published.operator), draft.digest
    change = {"actor": actor, "model_id": draft.pk, "definition": draft.definition, "note": ""}
    actions.revise_score_model(**change, name="先", based_on=seen)
    with pytest.raises(Conflict) as late:
        actions.revise_score_model(**change, name="后", based_on=seen)
    assert late.value.code == "draft_changed"
    assert ScoreModel.objects.get(pk=draft.pk).name == "先"


def test_a_published_version_is_neither_changed_nor_deleted(published):
    base = ScoreModel.objects.get(version=1)
    actor = _scope(published.operator)
    with pytest.raises(Conflict):
        actions.discard_draft(actor=actor, model_id=base.pk)
    with pytest.raises(Conflict):
        actions.revise_score_model(
            actor=actor, model_id=base.pk, name="x", note="", definition=base.definition,
            based_on=base.digest,
        )  # fmt: skip


def test_weights_that_do_not_add_up_come_back_with_a_sentence(published, draft, client):
    client.force_login(published.operator)
    url = reverse("score_models_model", args=[draft.pk])
    filled = {**initial_of(draft.definition), "name": draft.name, "based_on": draft.digest}
    posted = {k: v for k, v in filled.items() if v is not False}
    answer = client.post(url, {**posted, "weight_unified_pay": "50"})
    assert answer.status_code == 400
    assert "应为 100%" in answer.content.decode()
    assert 'value="50"' in answer.content.decode(), "nothing typed is lost"
    answer = client.post(
        url, {**posted, "edges_ict_products": "0, eins", "points_ict_products": "1"}
    )
    assert answer.status_code == 400
    assert "分段" in answer.content.decode()
    assert client.post(url, posted).status_code == 302


def test_the_story_page_by_page(published, client):
    client.force_login(published.operator)
    base = ScoreModel.objects.get(version=1)
    made = client.post(reverse("score_models_copy", args=[base.pk]))
    draft = ScoreModel.objects.order_by("-version").first()
    assert made.url == reverse("score_models_model", args=[draft.pk])
    page = client.get(reverse("score_models_simulate", args=[draft.pk]))
    assert page.status_code == 200
    for kind, start in (("csv", b"\xef\xbb\xbf"), ("xlsx", b"PK")):
        url = reverse("score_models_simulate_export", args=[draft.pk])
        file = b"".join(client.get(f"{url}?format={kind}").streaming_content)
        assert file.startswith(start)
    gone = client.post(reverse("score_models_discard", args=[draft.pk]))
    assert gone.url == reverse("score_models")
    assert not ScoreModel.objects.filter(pk=draft.pk).exists()


def test_a_bad_definition_is_refused_by_the_api(published, client):
    client.force_login(published.operator)
    answer = client.post(
        reverse("api_score_models"),
        {"name": "x", "definition": {"cutoffs": {}}},
        content_type="application/json",
    )
    assert answer.status_code == 400
    assert answer.json()["code"] == "bad_definition"
    with pytest.raises(DomainError):
        actions.draft_score_model(actor=_scope(published.operator), name="x", definition={})
