"""The story of an alert in a browser: seen, taken, escalated, answered, resolved."""

from __future__ import annotations

import pytest

from tests.e2e.conftest import LOOKS, PHONE

pytestmark = pytest.mark.e2e


def alerts_of(published):
    from alerts.models import Alert

    rows = Alert.objects.filter(account_manager_code=published.manager_code).active()
    return rows.order_by("-level", "-total_income_li", "group_code", "-weight", "rule")


@pytest.mark.parametrize(("lang", "theme", "size"), LOOKS)
def test_the_list_and_one_alert_are_accessible_and_fit_their_window(site, visit, lang, theme, size):
    visitor = visit(site.published.manager, lang=lang, theme=theme, size=size)
    alert = alerts_of(site.published).first()
    for path in ("/anomaly_alerts/", f"/anomaly_alerts/alerts/{alert.pk}/"):
        page = visitor.open(path)
        for summary in page.locator(".gc-alert-more summary, .gc-step-form summary").all()[:2]:
            summary.click()
        assert visitor.violations() == [], path
        assert visitor.overhang() <= 0, path
    assert visitor.complaints == []


@pytest.mark.parametrize("persona", ["province", "city"])
def test_management_reads_counts_that_are_accessible(site, visit, persona):
    visitor = visit(getattr(site.published, persona), lang="en", theme="dark", size=PHONE)
    visitor.open("/anomaly_alerts/?view=work")
    assert visitor.violations() == []
    assert visitor.overhang() <= 0
    assert visitor.complaints == []


def test_an_account_manager_works_through_alerts_and_the_city_answers_one(site, visit):
    visitor = visit(site.published.manager)
    first, second, third = alerts_of(site.published)[:3]
    page = visitor.open("/anomaly_alerts/")
    n_before = int(page.locator(".gc-chips a").first.locator("b").inner_text())

    # one click from the list: 签收
    line = page.locator(f".gc-alert-line:has(input[value='{first.pk}:0'])")
    line.get_by_role("button", name="签收").click()
    visitor.settled()
    assert "签收完成" in page.locator(".gc-messages").inner_text()

    # several at once: 办结 with a reason
    for alert in (second, third):
        page.locator(f"input[type=checkbox][value='{alert.pk}:0']").check()
    assert page.locator("[data-gc-count]").inner_text() == "2"
    assert page.locator("[data-gc-for=resolve]").is_hidden()
    page.select_option("[data-gc-step]", "resolve")
    page.select_option("#gc-bulk [name=reason]", "false_alarm")
    page.locator("#gc-bulk button").click()
    visitor.settled()
    assert "2 条告警：办结完成" in page.locator(".gc-messages").inner_text()
    assert int(page.locator(".gc-chips a").first.locator("b").inner_text()) == n_before - 2

    # on its page: 认领, 上报
    page.locator(f".gc-alert-line:has(input[value='{first.pk}:1']) .gc-alert-what a").click()
    visitor.settled()
    page.get_by_role("button", name="认领").click()
    visitor.settled()
    page.locator("summary", has_text="上报").click()
    page.locator("details[open] textarea").fill("需要地市协调停机恢复")
    page.locator("details[open] button").click()
    visitor.settled()
    assert "处理中" in page.locator(".gc-alert-card").inner_text()
    assert "已上报" in page.locator(".gc-alert-card").inner_text()

    # the city reads it in full and answers
    boss = visit(site.published.city)
    seen = boss.open("/anomaly_alerts/?view=escalated")
    seen.locator(".gc-alert-what a", has_text="").first.click()
    boss.settled()
    assert "需要地市协调停机恢复" in seen.locator(".gc-timeline").inner_text()
    assert seen.get_by_role("button", name="认领").count() == 0
    seen.locator("textarea").fill("本周内由网络部处理")
    seen.locator(".gc-step-form button").click()
    boss.settled()

    # the account manager sees the answer and resolves; a click sent twice is one step
    page.reload()
    visitor.settled()
    assert "本周内由网络部处理" in page.locator(".gc-timeline").inner_text()
    page.locator("summary", has_text="办结").click()
    page.select_option("details[open] [name=reason]", "handled")
    page.locator("details[open] button").dblclick()
    visitor.settled()
    first.refresh_from_db()
    assert (first.state, first.reason, first.version) == ("resolved", "handled", 5)
    assert visitor.complaints == [] and boss.complaints == []
