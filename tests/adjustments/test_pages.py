"""The pages and the API of requests: who may, what is said, what it does."""

from __future__ import annotations

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.models import User
from adjustments.models import Evidence, GradeAdjustment
from tests.adjustments.people import REASON

PDF = b"%PDF-1.4\nsigned\n%%EOF\n"


def client_for(scope) -> Client:
    client = Client()
    client.force_login(
        User.objects.get(pk=scope.user_id), "django.contrib.auth.backends.ModelBackend"
    )
    return client


@pytest.fixture
def manager(story):
    return client_for(story.manager)


@pytest.fixture
def city(story):
    return client_for(story.city)


def ask(client, story, *, code="", token="t1", do="submit", files=(), **more):
    code = code or story.codes[0]
    body = {
        "requested_grade": story.another_grade(code),
        "reason": REASON,
        "validity_months": "6",
        "token": token,
        "do": do,
        "files": list(files),
        **more,
    }
    return client.post(reverse("adjustments_new", args=[code]), body)


def pdf(name="contract.pdf", content=PDF):
    return SimpleUploadedFile(name, content)


def test_a_request_with_evidence_waits_in_the_city_and_the_file_reaches_only_readers(
    manager, city, story
):
    answer = ask(manager, story, files=[pdf()])
    row = GradeAdjustment.objects.get()
    assert answer.status_code == 302
    assert (row.state, row.evidence.count()) == ("submitted", 1)
    assert row.group_name in city.get(reverse("inbox")).content.decode()
    file = reverse("adjustments_evidence", args=[row.evidence.get().pk])
    sent = city.get(file)
    assert b"".join(sent.streaming_content) == PDF
    assert sent["Content-Disposition"].startswith("attachment")
    assert sent["X-Content-Type-Options"] == "nosniff"
    for stranger in (story.other_city, story.other_manager, story.province):
        assert client_for(stranger).get(file).status_code == 404


def test_a_double_click_makes_one_request(manager, story):
    ask(manager, story)
    ask(manager, story)
    assert GradeAdjustment.objects.count() == 1


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [("photo.png", b"#!/bin/sh\n", "不是允许的类型"), ("empty.pdf", b"", "空")],
)
def test_a_bad_file_refuses_the_whole_form_in_a_sentence(manager, story, name, content, said):
    answer = ask(manager, story, files=[pdf(), pdf(name, content)])
    assert answer.status_code == 400
    text = answer.content.decode()
    assert name in text
    assert said in text
    assert REASON in text  # what was typed is still there
    assert (GradeAdjustment.objects.count(), Evidence.objects.count()) == (0, 0)


def test_a_draft_is_edited_sent_and_recalled(manager, story):
    ask(manager, story, do="save")
    row = GradeAdjustment.objects.get()
    page = reverse("adjustments_request", args=[row.pk])
    body = {
        "version": row.version,
        "requested_grade": row.requested_grade,
        "reason": f"{REASON}，补充说明",
        "validity_months": "3",
    }
    assert manager.post(page, {**body, "do": "submit"}).status_code == 302
    row.refresh_from_db()
    assert (row.state, row.validity_months) == ("submitted", 3)
    assert manager.post(page, {"do": "recall", "version": row.version}).status_code == 302
    row.refresh_from_db()
    assert row.state == "recalled"


def test_the_inbox_decides_and_tells_the_late_one_who_was_first(city, manager, story):
    ask(manager, story)
    row = GradeAdjustment.objects.get()
    form = {"item": f"{row.pk}:{row.version}", "decision": "approve"}
    assert city.post(reverse("inbox"), form).status_code == 302
    late = city.post(reverse("inbox"), form)
    assert late.status_code == 409
    assert "该申请已由" in late.content.decode()
    assert story.result(row.group_code).effective_grade == row.requested_grade
    listed = manager.get(reverse("grading")).content.decode()
    assert "至 20" in listed


def test_a_rejection_needs_a_comment(city, manager, story):
    ask(manager, story)
    row = GradeAdjustment.objects.get()
    form = {"item": f"{row.pk}:{row.version}", "decision": "reject"}
    answer = city.post(reverse("inbox"), form)
    assert answer.status_code == 400
    assert "驳回时必须填写审批意见" in answer.content.decode()
    city.post(reverse("inbox"), {**form, "comment": "材料不足"})
    row.refresh_from_db()
    assert (row.state, row.comment) == ("rejected", "材料不足")


def test_one_foreign_id_in_a_bulk_decision_refuses_all(city, manager, story):
    ask(manager, story)
    row = GradeAdjustment.objects.get()
    items = [{"id": row.pk, "version": row.version}, {"id": 10**9, "version": 1}]
    answer = city.post(
        reverse("api_adjustments_decide"),
        json.dumps({"decision": "approve", "items": items}),
        content_type="application/json",
    )
    assert answer.status_code == 404
    page = city.post(
        reverse("inbox"),
        {"several": "1", "decision": "approve", "item": [f"{row.pk}:{row.version}", "999999999:1"]},
    )
    assert page.status_code == 404
    row.refresh_from_db()
    assert row.state == "submitted"


def test_several_are_decided_with_a_result_each(city, manager, story):
    for number, code in enumerate(story.codes[:2]):
        ask(manager, story, code=code, token=f"t{number}")
    rows = list(GradeAdjustment.objects.order_by("pk"))
    story.approve(rows[0])
    form = {
        "several": "1",
        "decision": "approve",
        "item": [f"{row.pk}:{row.version}" for row in rows],
    }
    text = city.post(reverse("inbox"), form).content.decode()
    assert "2 条中 1 条已办理" in text
    assert "该申请已由" in text


def test_the_api_asks_shows_the_impact_and_approves(city, manager, story):
    code = story.codes[0]
    body = {
        "group_code": code,
        "requested_grade": story.another_grade(code),
        "reason": REASON,
        "validity_months": 6,
    }
    made = manager.post(
        reverse("api_adjustments"), json.dumps(body), content_type="application/json"
    )
    assert made.status_code == 201
    asked = made.json()
    detail = city.get(reverse("api_adjustment", args=[asked["id"]])).json()
    of_city = next(each for each in detail["impact"]["counts"] if each["level"] == "city")
    grade = asked["requested_grade"]
    assert of_city["after"][grade] == of_city["before"][grade] + 1
    assert manager.get(reverse("api_adjustment", args=[asked["id"]])).json()["impact"] is None
    path = reverse("api_adjustment_approve", args=[asked["id"]])
    sent = json.dumps({"version": asked["version"]})
    assert city.post(path, sent, content_type="application/json").json()["state"] == "approved"
    late = city.post(path, sent, content_type="application/json")
    assert late.status_code == 409
    assert set(late.json()) == {"code", "message", "field", "hint", "request_id"}


@pytest.mark.parametrize("who", ["manager", "city", "county", "province"])
def test_no_page_asks_more_than_twelve_queries(story, who, django_assert_max_num_queries):
    row = story.request()
    client = client_for(getattr(story, who))
    pages = [reverse("adjustments")]
    if who == "city":
        pages += [reverse("inbox"), reverse("inbox_delegations")]
    if who == "manager":
        pages += [
            reverse("adjustments_request", args=[row.pk]),
            reverse("adjustments_new", args=[story.codes[1]]),
        ]
    for page in pages:
        client.get(page)
        with django_assert_max_num_queries(12):
            assert client.get(page).status_code == 200


def test_the_list_is_exported_whole_and_the_province_exports_totals(manager, story):
    story.approve(story.request())
    text = (
        manager.get(reverse("adjustments_export"), {"format": "csv"}).getvalue().decode("utf-8-sig")
    )
    assert story.codes[0] in text
    totals = client_for(story.province).get(reverse("adjustments_export"), {"format": "csv"})
    said = totals.getvalue().decode("utf-8-sig")
    assert story.codes[0] not in said
    assert "准确率" in said
