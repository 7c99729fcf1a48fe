"""The operator takes a month in at a real browser: refused, accepted, run, published, withdrawn."""

from __future__ import annotations

import re

import pytest

pytestmark = pytest.mark.e2e


def test_a_month_goes_from_upload_to_publication_and_back(site, visit):
    from gcva.province.build import write_province
    from gcva.province.plan import Plan
    from tests.analytics.published import PLAN

    visitor = visit(site.published.operator)
    page = visitor.open("/imports/")
    month = site.published.months[-1]
    folder = site.folder / "again"
    write_province(folder, Plan(PLAN.groups, PLAN.members, PLAN.months, PLAN.seed + 1))
    files = [str(path) for path in sorted((folder / str(month)).glob("*.csv"))]
    broken = site.folder / "members.csv"
    broken.write_text("hello,world\n1,2\n")

    page.fill("input[name=month]", str(month))
    page.set_input_files("input[name=files]", [str(broken)])
    page.get_by_role("button", name="预检").click()
    page.wait_for_selector(".gc-verdict.gc-bad", timeout=60_000)
    assert page.locator("#findings-title").count() == 1
    assert visitor.violations() == []

    page = visitor.open("/imports/")
    page.fill("input[name=month]", str(month))
    page.set_input_files("input[name=files]", files)
    page.get_by_role("button", name="预检").click()
    page.wait_for_selector(".gc-verdict", timeout=120_000)
    assert page.locator("#kinds-title").count() == 1
    assert visitor.violations() == []
    assert page.locator(".gc-verdict.gc-good").count() == 1
    batch_url = page.url
    page.get_by_role("button", name="开始导入").click()
    page.wait_for_url(re.compile("/imports/runs/"))
    page.wait_for_selector(".gc-title button:has-text('发布')", timeout=120_000)
    assert visitor.violations() == []
    page.get_by_role("button", name="发布", exact=True).click()
    visitor.settled()
    assert "已发布" in page.locator(".gc-messages").inner_text()
    page.once("dialog", lambda dialog: dialog.accept())
    page.locator("form[action*='/withdraw/'] button").first.click()
    visitor.settled()
    assert "已取消发布" in page.locator(".gc-messages").inner_text()

    # the import goes as well: later runs of the month read what they read before
    page.goto(batch_url)
    page.once("dialog", lambda dialog: dialog.accept())
    visitor.follow(page.get_by_role("button", name="整批撤销"))
    assert "已整批撤销" in page.locator(".gc-messages").inner_text()
    assert visitor.complaints == []


def test_the_drop_folder_is_offered_and_the_same_bytes_are_not_taken_twice(site, visit):
    visitor = visit(site.published.operator)
    page = visitor.open("/imports/")
    month = str(site.published.months[0])
    page.fill("input[name=month]", month)
    page.select_option("select[name=folder]", month)
    page.get_by_role("button", name="预检").click()
    page.wait_for_selector("text=相同内容已导入", timeout=120_000)
    assert visitor.violations() == []


def test_a_form_without_files_is_refused_in_place(site, visit):
    visitor = visit(site.published.operator)
    page = visitor.open("/imports/")
    page.fill("input[name=month]", "13")
    page.get_by_role("button", name="预检").click()
    visitor.settled()
    assert "账期应为" in page.content()
    assert visitor.violations() == []


def test_a_double_click_copies_a_score_model_once(site, visit):
    visitor = visit(site.published.operator)
    page = visitor.open("/score-models/")
    n_before = page.locator("#table-versions tbody tr").count()
    page.locator("#table-versions tbody tr a").last.click()
    visitor.settled()
    page.get_by_role("button", name="复制为草稿").dblclick()
    page.wait_for_url(re.compile(r"/score-models/\d+/$"))
    visitor.settled()
    visitor.open("/score-models/")
    assert page.locator("#table-versions tbody tr").count() == n_before + 1
