"""A number is questioned where it stands; the operator answers; the answer comes back."""

from __future__ import annotations

import re

import pytest

pytestmark = pytest.mark.e2e


def test_a_doubted_number_reaches_the_operator_and_its_answer_the_reader(site, visit):
    asker = visit(site.published.city)
    page = asker.open("/member_analysis/")
    card = page.locator("article:has(#kpi-n_members)")
    shown = card.locator("[data-gc=ask]").get_attribute("data-value")
    card.hover()
    asker.follow(card.locator("[data-gc=ask]"))
    assert shown in page.locator(".gc-question").inner_text()
    assert asker.violations() == []

    page.get_by_role("button", name="提交疑问").click()
    asker.settled()
    assert page.locator("#text-errors").inner_text().strip()
    assert len(asker.complaints) == 1  # the browser's own line about the refused form
    asker.complaints.clear()
    page.fill("textarea[name=text]", "成员数比我们的台账多 42 人，请核对。")
    page.get_by_role("button", name="提交疑问").click()
    page.wait_for_url(re.compile(r"/questions/$"))
    asker.settled()

    keeper = visit(site.published.operator)
    desk = keeper.open("/questions/")
    keeper.follow(desk.get_by_role("link", name=re.compile("成员数比我们的台账")).first)
    assert shown in desk.locator(".gc-question").inner_text()
    assert re.search(r"2026年10月 · 运行 #\d+", desk.locator(".gc-question").inner_text())
    assert keeper.violations() == []
    desk.fill("textarea[name=answer]", "台账未计 9 月新入网成员，以本页为准。")
    desk.get_by_role("button", name="发送回复").click()
    keeper.settled()
    assert "以本页为准" in desk.locator(".gc-question").inner_text()
    assert keeper.complaints == []

    page = asker.open("/member_analysis/")
    assert int(page.locator(".gc-bell-n").inner_text()) >= 1
    asker.follow(page.locator(".gc-bell"))
    assert "疑问" in page.locator("main").inner_text()
    page = asker.open("/questions/")
    asker.follow(page.get_by_role("link", name=re.compile("成员数比我们的台账")).first)
    assert "以本页为准" in page.locator(".gc-question").inner_text()
    page.get_by_role("link", name="打开当时的页面").click()
    asker.settled()
    assert "/member_analysis/" in page.url
    assert asker.complaints == []
