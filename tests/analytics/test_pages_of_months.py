"""Months that are missing, withdrawn, late or the first: each page says what cannot be known."""

from __future__ import annotations

import pytest
from django.utils.html import strip_tags

from accounts.scope import Scope
from tests.analytics.asked import api, page
from tests.analytics.published import client_of
from warehouse.actions import withdraw_month
from warehouse.models import MonthRun


@pytest.mark.parametrize("persona", ["province", "manager"])
def test_what_moved_stays_known_when_the_month_before_is_withdrawn(published, persona):
    user, month = getattr(published, persona), f"month={published.months[-1]}"
    before = {path: page(user, f"{path}?{month}") for path in ("/", "/grading/")}
    withdraw_month(actor=Scope.of_system(), month=published.months[-2])
    for path, old in before.items():
        said = strip_tags(page(user, f"{path}?{month}"))
        assert "无法判断等级升降" not in said
        for words in ("新增集团", "流失集团", "较上月升级", "由A级降级的集团"):
            assert (words in said) == (words in strip_tags(old)), words
    members = page(user, f"/member_analysis/?{month}")
    assert "离网率、退团、集团流失率和名次变化需要上月数据，本页不显示" not in members
    assert "环比和名次变化需要上月数据" in members


@pytest.mark.parametrize("persona", ["province", "manager"])
def test_a_month_before_that_was_published_after_this_run_is_not_called_unpublished(
    published, persona
):
    MonthRun.objects.filter(pk=published.run).update(earlier_runs={})
    for path in ("/", "/grading/"):
        said = strip_tags(page(getattr(published, persona), path))
        assert "在本月运行之后才发布，重新运行本月即可判断等级升降" in said, path
        assert "未发布，无法判断等级升降" not in said, path


def test_a_month_that_is_not_published_says_so_on_page_and_api(published):
    html = page(published.province, "/grading/?month=2020-01")
    assert "2020年1月尚未发布" in html and "查看最新账期（2026年10月）" in html
    answer = client_of(published.province).get("/api/v1/grading/?month=2020-01")
    assert (answer.status_code, answer.json()["code"]) == (409, "not_published")
    assert client_of(published.province).get("/grading/?month=hello").status_code == 400


def test_before_anything_is_published_every_page_says_so(published, monkeypatch):
    monkeypatch.setattr("warehouse.queries.published_runs", lambda: ())
    for persona in (published.province, published.city, published.manager):
        for path in ("/", "/grading/"):
            assert "还没有发布任何账期" in page(persona, path)


def test_the_first_published_month_invents_no_comparison(published):
    first = str(published.months[0])
    said = api(published.province, f"home/?month={first}")
    assert {kpi["month_on_month"] for kpi in said["kpis"]} == {None}
    text = "".join(said["report"][0]["paragraphs"])
    assert "无法计算环比" in text and "无法计算同比" in text
    assert "无法判断等级升降" in "".join(said["report"][1]["paragraphs"])
