"""A city's administrator tunes a threshold at a real browser; the next run's alerts follow it."""

from __future__ import annotations

import pytest

from tests.e2e.conftest import LOOKS

pytestmark = pytest.mark.e2e


def test_a_threshold_tuned_on_the_page_is_followed_by_the_next_run(site, visit):
    from tests.warehouse.worlds import run
    from warehouse.mart_models import GroupRuleHit
    from warehouse.publish import withdraw

    published, month = site.published, site.published.months[-1]
    visitor = visit(published.city)
    page = visitor.open("/thresholds/?code=contract_days")
    page.wait_for_selector("#preview dl")
    before = int(page.locator("#preview dd").nth(0).inner_text().replace(",", ""))
    slider = page.locator("[data-gc-range]")
    slider.focus()
    slider.press("End")
    page.wait_for_function(
        "n => Number(document.querySelector('#preview dd')?.innerText.replace(',', '')) > n",
        arg=before,
    )
    tried = int(page.locator("#preview dd").nth(0).inner_text().replace(",", ""))
    assert page.input_value("#threshold-value") == "180"
    assert visitor.violations() == []
    page.fill("#reason", "多看三个月")
    page.select_option("#from-month", str(month))
    page.get_by_role("button", name="保存").click()
    visitor.settled()
    assert "阈值已更新" in page.locator(".gc-messages").inner_text()
    assert "地市设置" in page.locator("tr", has_text="合同到期剩余天数").first.inner_text()
    assert visitor.violations() == []
    made = run(month)
    try:
        hits = GroupRuleHit.objects.in_run(made.pk).filter(
            rule="contract_end", city_code=published.city_code
        )
        assert hits.count() == tried > before
        assert set(hits.values_list("threshold", flat=True)) == {180.0}
    finally:
        withdraw(month, user_id=None)
    assert visitor.complaints == []


@pytest.mark.parametrize(
    ("who", "look"), list(zip(("province", "city", "manager", "operator"), LOOKS, strict=True))
)
def test_both_pages_are_accessible_to_everyone(site, visit, who, look):
    lang, theme, size = look
    visitor = visit(getattr(site.published, who), lang=lang, theme=theme, size=size)
    for address in ("/thresholds/?code=state_share", "/thresholds/backtest/?code=state_share"):
        visitor.open(address)
        assert visitor.violations() == [], address
        assert visitor.overhang() <= 0, address
    assert visitor.complaints == []
