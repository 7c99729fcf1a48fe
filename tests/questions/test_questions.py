"""A question about a number reaches the operator with its context, and its answer comes back."""

from __future__ import annotations

import pytest
from django.utils import timezone, translation

from accounts.models import Notification
from accounts.notices import notices_of, render
from analytics.models import DataQuestion
from analytics.questions.actions import answer_question, ask_question, close_question
from analytics.questions.queries import questions_for
from core.errors import Conflict, DomainError, NotAllowed, NotInScope
from core.month import Month
from tests.personas import build_org, build_people, client_of, scope_of_persona
from warehouse.mart_models import GroupResult
from warehouse.models import MonthRun, PublishedMonth

MONTH = Month(2026, 10)
pytestmark = pytest.mark.django_db


@pytest.fixture
def people():
    return build_people(build_org())


@pytest.fixture
def run(people):
    made = MonthRun.objects.create(month_index=MONTH.index, state=MonthRun.State.READY)
    PublishedMonth.objects.create(month_index=MONTH.index, run=made, published_at=timezone.now())
    return made


def ask(people, name, at, **more):
    said = {
        "figure_code": "n_groups",
        "figure_label": "集团客户数",
        "value_shown": "1,234",
        "text": "为什么比上月少？",
    }
    return ask_question(actor=scope_of_persona(people, name), at=at, **{**said, **more})


def answer(people, question, text="上月重复计入", name="operator"):
    actor = scope_of_persona(people, name)
    return answer_question(actor=actor, question_id=question.pk, answer=text)


@pytest.mark.parametrize("label", ["集团客户数", "Groups"])
def test_a_figure_is_named_in_its_readers_language_whoever_asked(people, run, label):
    question = ask(people, "city_a", "/grading/", figure_label=label)
    for language, name in (("zh-hans", "集团客户数"), ("en", "Groups")):
        with translation.override(language):
            assert question.figure == name
            assert f"“{name}”" in told(people, "operator")[0]


def test_a_figure_nobody_declared_keeps_the_name_that_was_seen(people, run):
    question = ask(people, "city_a", "/grading/", figure_code="new", figure_label="某图表")
    assert question.figure == "某图表"


def told(people, name):
    return [render(row) for row in notices_of(scope_of_persona(people, name))]


def test_a_question_carries_the_state_of_its_page(people, run):
    question = ask(people, "city_a", "/grading/?unit=A01&month=2026-10&sort=-score&grade=A1")
    assert (question.slug, question.month, question.run) == ("grading", MONTH, run.pk)
    assert (question.level, question.unit_code) == ("county", "A01")
    assert question.filters == {"sort": "-score", "grade": "A1"}
    assert question.url == "/grading/?unit=A01&month=2026-10&sort=-score&grade=A1"
    assert question.value_shown == "1,234"


@pytest.mark.parametrize(
    ("name", "at", "refusal"),
    [
        ("city_a", "/grading/?unit=B", NotInScope),
        ("city_a", "/grading/?unit=nowhere", NotInScope),
        ("manager_a1", "/grading/?am=MB1", NotInScope),
        ("city_a", "/multi_dimensional/", NotAllowed),
        ("operator", "/grading/", NotAllowed),
        ("no_role", "/grading/", NotAllowed),
        ("city_a", "/imports/", DomainError),
        ("city_a", "https://elsewhere.example/grading/", DomainError),
        ("city_a", "//elsewhere.example/grading/", DomainError),
        ("city_a", "/no/such/page/", DomainError),
        ("city_a", "/grading/?month=soon", DomainError),
        ("city_a", "/grading/groups/GB1/", NotInScope),
    ],
)
def test_what_the_asker_may_not_open_cannot_be_asked_about(people, run, name, at, refusal):
    with pytest.raises(refusal):
        ask(people, name, at)
    assert not DataQuestion.objects.exists()


def test_a_question_needs_a_sentence_of_a_length(people, run):
    for text in ("", "   ", "长" * 1001):
        with pytest.raises(DomainError):
            ask(people, "city_a", "/grading/", text=text)


def test_the_operator_is_told_and_the_answer_comes_back(people, run):
    question = ask(people, "city_a", "/grading/")
    assert told(people, "operator") == ["某人-city_a对“集团客户数”提出数据疑问"]
    assert told(people, "province") == []
    answered = answer(people, question)
    assert (answered.state, answered.answered_by) == ("answered", people["operator"])
    assert told(people, "city_a") == ["您对“集团客户数”的数据疑问已回复"]
    assert Notification.objects.get(user=people["city_a"]).url == f"/questions/{question.pk}/"


def test_a_second_answer_says_who_was_first(people, run):
    question = ask(people, "city_a", "/grading/")
    answer(people, question)
    with pytest.raises(Conflict) as refused:
        answer(people, question, "另一个答复")
    assert "某人-operator" in refused.value.message
    question.refresh_from_db()
    assert question.answer == "上月重复计入"


def test_only_asker_and_operator_see_and_close_a_question(people, run):
    question = ask(people, "city_a", "/grading/")
    for other in ("province", "city_b", "manager_a1", "no_role"):
        scope = scope_of_persona(people, other)
        assert not questions_for(scope).exists()
        with pytest.raises(NotInScope):
            close_question(actor=scope, question_id=question.pk)
        with pytest.raises(NotAllowed):
            answer(people, question, name=other)
    closed = close_question(actor=scope_of_persona(people, "city_a"), question_id=question.pk)
    assert closed.state == "closed" and closed.closed_at
    with pytest.raises(Conflict):
        answer(people, question)


def test_the_pages_ask_list_and_answer(people, run):
    city, operator = client_of(people, "city_a"), client_of(people, "operator")
    about = {"at": "/grading/?unit=A01", "code": "n_groups", "label": "集团客户数", "value": "12"}
    form = city.get("/questions/new/", about).content.decode()
    assert "甲一县（A01）" in form and "评分及等级评定" in form
    refused = city.post("/questions/new/", {**about, "text": ""})
    assert refused.status_code == 400
    assert (
        city.post("/questions/new/", {**about, "text": "<b>何故</b>"})["Location"] == "/questions/"
    )
    question = DataQuestion.objects.get()
    listed = operator.get("/questions/").content.decode()
    assert "&lt;b&gt;何故" in listed and "<b>何故" not in listed
    path = f"/questions/{question.pk}/"
    page = operator.get(path).content.decode()
    assert 'href="/grading/?unit=A01"' in page and 'name="answer"' in page
    assert operator.post(path, {"answer": "因为"}).status_code == 302
    assert "因为" in city.get(path).content.decode()
    assert operator.post(path, {"answer": "再答"}, follow=True).status_code == 200
    foreign, nothing = (client_of(people, "city_b").get(p) for p in (path, "/questions/999999/"))
    assert foreign.status_code == nothing.status_code == 404
    assert city.post(f"{path}close/").status_code == 302


def test_the_api_asks_and_answers_alike(people, run):
    city, operator = client_of(people, "city_a"), client_of(people, "operator")
    kind = "application/json"
    body = {"at": "/contribution/?unit=A", "code": "ict_li", "text": "单位？"}
    made = city.post("/api/v1/questions/", body, content_type=kind)
    assert made.status_code == 201 and made.json()["page"] == "contribution"
    path = f"/api/v1/questions/{made.json()['id']}/"
    said = operator.post(f"{path}answer/", {"answer": "元"}, content_type=kind).json()
    assert (said["state"], said["answered_by"]) == ("answered", "operator")
    again = operator.post(f"{path}answer/", {"answer": "元"}, content_type=kind)
    assert again.status_code == 409 and again.json()["code"] == "already_answered"
    assert [row["id"] for row in city.get("/api/v1/questions/").json()] == [said["id"]]
    assert client_of(people, "city_b").get("/api/v1/questions/").json() == []
    assert city.post(f"{path}close/", {}, content_type=kind).json()["state"] == "closed"


def test_a_group_of_the_own_scope_can_be_asked_about(people, run, monkeypatch):
    monkeypatch.setattr("analytics.questions.seen.group_in", lambda *given: GroupResult())
    question = ask(people, "manager_a1", "/grading/groups/GA1/?tab=income")
    assert (question.group_code, question.filters) == ("GA1", {"tab": "income"})


def test_every_write_of_a_question_is_audited(people, run):
    from accounts.audit import history_of

    question = answer(people, ask(people, "city_a", "/grading/"))
    close_question(actor=scope_of_persona(people, "city_a"), question_id=question.pk)
    assert [row.action for row in history_of(question)] == ["update", "update", "insert"]
