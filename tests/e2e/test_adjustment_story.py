"""A request from the list to the new grade: asked with evidence, weighed, approved, seen."""

from __future__ import annotations

import re

import pytest

pytestmark = pytest.mark.e2e


def test_an_account_manager_asks_and_the_city_approves(site, visit, tmp_path):
    asker = visit(site.published.manager)
    page = asker.open("/grading/")
    page.get_by_role("link", name="申请调级").first.click()
    asker.settled()
    name = page.locator(".gc-back a").first.inner_text()
    script = tmp_path / "photo.png"
    script.write_bytes(b"#!/bin/sh\necho no\n")
    contract = tmp_path / "合同扫描件.pdf"
    contract.write_bytes(b"%PDF-1.4\nsigned\n%%EOF\n")
    page.locator("input[name=requested_grade]:not([disabled])").first.check()
    wanted = page.locator("input[name=requested_grade]:checked").input_value()
    page.fill("textarea[name=reason]", "校信通续签三年，新增班牌业务 42 套")
    assert asker.violations() == []
    assert asker.complaints == []

    page.set_input_files("input[name=files]", [str(script)])
    page.get_by_role("button", name="提交审批").click()
    asker.settled()
    assert "不是允许的类型" in page.locator("#files-error").inner_text()
    page.set_input_files("input[name=files]", [str(contract)])
    page.get_by_role("button", name="提交审批").click()
    page.wait_for_url(re.compile(r"/adjustments/\d+/"))
    asker.settled()
    assert "已提交审批" in page.locator(".gc-messages").inner_text()
    assert asker.violations() == []

    decider = visit(site.published.city)
    inbox = decider.open("/inbox/")
    assert inbox.locator(".gc-nav [aria-current] .gc-count").inner_text().split()[0] == "1"
    inbox.get_by_role("link", name=name).first.click()
    decider.settled()
    inbox.wait_for_selector(".gc-impact-changes")
    decider.settled()
    assert re.search(
        rf"{wanted} [\d,]+ → [\d,]+", inbox.locator(".gc-impact-changes").first.inner_text()
    )
    with inbox.expect_download() as download:
        inbox.get_by_role("link", name="合同扫描件.pdf").click()
    assert download.value.suggested_filename == "合同扫描件.pdf"
    assert decider.violations() == []
    inbox.locator(".gc-decide").get_by_role("button", name="同意").click()
    decider.settled()
    assert "已同意" in inbox.locator(".gc-messages").inner_text()
    assert decider.complaints == []

    page = asker.open("/grading/")
    row = page.locator("#table-groups tbody tr", has_text=name).first
    assert wanted in row.inner_text()
    assert "至 20" in row.inner_text()
    row.locator("a", has_text=name).first.click()
    asker.settled()
    page.get_by_role("link", name="服务视图").click()
    asker.settled()
    assert "同意调级" in page.locator(".gc-timeline").inner_text()
    decided = decider.open("/inbox/?tab=decided")
    assert name in decided.locator(".gc-inbox-lines").inner_text()
