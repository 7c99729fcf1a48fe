"""Each module as each role that may open it: drawn, walked down and back, switched, taken along.

The state of a page is its URL: place, month, comparison and filter stay in it on every step.
"""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from tests.analytics.published import groups_of

pytestmark = pytest.mark.e2e
MODULES = (
    "grading", "member_analysis", "product_usage", "contribution", "income_composition",
    "grade_changes", "price_elasticity", "anomaly_alerts",
)  # fmt: skip
ROLES = ("province", "city", "manager")
TABS = ("basic", "members", "products", "income", "service")
MARKS = ".trace, .point, .heatmaplayer image, path.js-line"
DRAWN = f"""() => [...document.querySelectorAll('.gc-plot')].map(plot => ({{
    traces: plot.querySelectorAll('.main-svg').length && plot.querySelectorAll('{MARKS}').length,
    name: plot.dataset.figure}}))"""


def modules_of(role):
    return (*MODULES, "multi_dimensional") if role == "province" else MODULES


def state_of(url) -> dict[str, list[str]]:
    return parse_qs(urlsplit(url).query)


@pytest.fixture(scope="module")
def readers(site):
    return {role: getattr(site.published, role) for role in ROLES}


@pytest.mark.parametrize("role", ROLES)
def test_every_module_draws_charts_and_complains_of_nothing(site, visit, readers, role):
    visitor, found = visit(readers[role]), {}
    for module in modules_of(role):
        page = visitor.open(f"/{module}/")
        charts = page.evaluate(DRAWN)
        empty = [each["name"] for each in charts if not each["traces"]]
        says_why = page.locator(".gc-state, .gc-notice").count() > 0  # nothing to draw, and why
        if empty or not (charts or says_why):
            found[module] = empty or "no chart at all"
    assert found == {}
    assert visitor.complaints == []


@pytest.mark.parametrize("role", ["province", "city"])
def test_a_bar_leads_down_and_back_returns_to_the_same_state(site, visit, readers, role):
    """Click the first bar that can be clicked, with an earlier month and 同比 chosen."""
    visitor, month = visit(readers[role]), str(site.published.months[-2])
    clicked = []
    for module in modules_of(role):
        page = visitor.open(f"/{module}/?month={month}&compare=yoy")
        bars = page.locator(".gc-plot-clicks .barlayer .point path")
        if not bars.count():
            continue
        before = page.url
        bars.first.scroll_into_view_if_needed()
        bars.first.click(force=True)
        page.wait_for_url(lambda url, before=before: url != before)
        visitor.settled()
        below = state_of(page.url)
        assert (below["month"], below["compare"]) == ([month], ["yoy"]), module
        assert "unit" in below or "am" in below or "product" in below, (module, page.url)
        page.go_back()
        visitor.settled()
        assert page.url == before, module
        clicked.append(module)
    assert len(clicked) >= 5, clicked
    assert visitor.complaints == []


@pytest.mark.parametrize("role", ROLES)
def test_month_and_language_are_switched_on_every_module_in_place(site, visit, readers, role):
    visitor, months = visit(readers[role]), site.published.months
    for module in modules_of(role):
        page = visitor.open(f"/{module}/?compare=yoy")
        page.locator(".gc-months a").first.click()
        visitor.settled()
        state = state_of(page.url)
        assert (state["month"], state["compare"]) == ([str(months[-2])], ["yoy"]), module
    page.locator("form[action*=language] button:visible").first.click()
    visitor.settled()
    assert page.locator("html").get_attribute("lang") == "en"
    for module in modules_of(role):
        page = visitor.open(f"/{module}/?month={months[0]}")
        assert page.locator("html").get_attribute("lang") == "en"
        assert "A1" in page.content() or page.locator("h1").inner_text().isascii(), module
    assert visitor.complaints == []


@pytest.mark.parametrize("role", ROLES)
def test_every_table_is_taken_along_as_a_file(site, visit, readers, role, tmp_path):
    visitor, taken = visit(readers[role]), []
    for module in modules_of(role):
        page = visitor.open(f"/{module}/")
        for link in page.locator("a.gc-export").all()[:2]:
            href = link.get_attribute("href") or ""
            if "format=" not in href or not link.is_visible():
                continue
            with page.expect_download() as download:
                link.click()
            file = tmp_path / f"{module}-{download.value.suggested_filename}"
            download.value.save_as(file)
            assert file.stat().st_size > 100, (module, href)
            taken.append(module)
    assert len(set(taken)) >= len(MODULES) - 1, taken
    assert visitor.complaints == []


@pytest.mark.parametrize("role", ["province", "city"])
def test_the_remaining_pages_have_no_barrier(site, visit, readers, role):
    """The sweep of the other rooms stands in test_rooms.py; these are the unified view's tabs."""
    visitor, found = visit(readers[role]), {}
    code = groups_of(site.published, site.published.manager_code)[0].group_code
    for tab in TABS:
        visitor.open(f"/grading/groups/{code}/?tab={tab}")
        if said := visitor.violations():
            found[tab] = said
    assert found == {}
    assert visitor.complaints == []


def test_the_unified_view_keeps_its_tab_on_the_way_to_the_next_group(site, visit):
    visitor = visit(site.published.manager)
    code = groups_of(site.published, site.published.manager_code)[0].group_code
    month = str(site.published.months[-2])
    page = visitor.open(f"/grading/groups/{code}/?tab=income&month={month}")
    before = page.url
    page.locator(".gc-tabs a", has_text="服务视图").click()
    visitor.settled()
    assert state_of(page.url) == {"tab": ["service"], "month": [month]}
    page.go_back()
    visitor.settled()
    assert page.url == before
    assert visitor.complaints == []
