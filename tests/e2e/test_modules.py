"""Each module as each role that may open it: drawn, no barrier, walked, switched, taken along.

The state of a page is its URL: place, month, comparison and filter stay in it on every step.
"""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from tests.analytics.published import groups_of
from tests.e2e.conftest import PHONE, WIDE

pytestmark = pytest.mark.e2e
MODULES = (
    "grading", "member_analysis", "product_usage", "contribution", "income_composition",
    "grade_changes", "price_elasticity", "anomaly_alerts",
)  # fmt: skip
ROLES = ("province", "city", "manager")
LOOKS = {
    "province": ("zh-hans", "light", WIDE),
    "city": ("en", "dark", WIDE),
    "manager": ("zh-hans", "light", PHONE),
}
TABS = ("basic", "members", "products", "income", "service")
# three months measure no elasticity; a small city has months without an abnormal group
MAY_HAVE_NO_BAR = ("price_elasticity", "anomaly_alerts")
MARKS = ".trace, .point, .heatmaplayer image, path.js-line"
UNDRAWN = f"""() => [...document.querySelectorAll('.gc-plot[data-gc]')]
    .filter(plot => !plot.dataset.drawn || !plot.querySelectorAll('{MARKS}').length)
    .map(plot => plot.dataset.figure)"""
# a bar of nothing has no length: nobody can hit it
BAR_TO_HIT = """() => {
    const bars = [...document.querySelectorAll('.gc-plot-clicks .barlayer .point path')];
    return bars.findIndex(bar => bar.getBoundingClientRect().width >= 4
        && bar.getBoundingClientRect().height >= 4);
}"""


def modules_of(role):
    return (*MODULES, "multi_dimensional") if role == "province" else MODULES


def addresses_of(site, role):
    """Return each module, and the unified view's tabs of a group that the role may open."""
    # account managers land on their list of alerts; the figures stand on the tab beside it
    modules = [
        "/anomaly_alerts/?view=figures" if module == "anomaly_alerts" else f"/{module}/"
        for module in modules_of(role)
    ]
    code = groups_of(site.published, site.published.manager_code)[0].group_code
    return modules, [f"/grading/groups/{code}/?tab={tab}" for tab in TABS]


def state_of(url) -> dict[str, list[str]]:
    return parse_qs(urlsplit(url).query)


@pytest.fixture(scope="module")
def readers(site):
    return {role: getattr(site.published, role) for role in ROLES}


@pytest.mark.parametrize("role", ROLES)
def test_every_module_draws_its_charts_has_no_barrier_and_fits(site, visit, readers, role):
    lang, theme, size = LOOKS[role]
    visitor, found = visit(readers[role], lang=lang, theme=theme, size=size), {}
    modules, tabs = addresses_of(site, role)
    for address in modules + tabs:
        page = visitor.open(address)
        undrawn, said, over = page.evaluate(UNDRAWN), visitor.violations(), visitor.overhang()
        missing = address in modules and not page.locator(".gc-plot").count()
        if undrawn or missing or said or over > 0:
            found[address] = (undrawn, missing, said, over)
    assert found == {}
    assert visitor.complaints == []


@pytest.mark.parametrize("role", ["province", "city"])
def test_a_bar_leads_down_and_back_returns_to_the_same_state(site, visit, readers, role):
    """Click the first bar that can be hit, with an earlier month and 同比 chosen."""
    visitor, month = visit(readers[role]), str(site.published.months[-2])
    for module in MODULES:
        page = visitor.open(f"/{module}/?month={month}&compare=yoy")
        before, nth = page.url, page.evaluate(BAR_TO_HIT)
        if nth < 0:  # nothing measured or nothing abnormal: then the name in the table leads down
            assert module in MAY_HAVE_NO_BAR, module
            visitor.follow(page.locator(".gc-table tbody th a[href*='unit=']").first)
        else:
            bar = page.locator(".gc-plot-clicks .barlayer .point path").nth(nth)
            bar.scroll_into_view_if_needed()
            with page.expect_navigation():
                bar.click(force=True)  # Plotly lays its own surface over the bars and listens there
        visitor.settled()
        below = state_of(page.url)
        assert (below["month"], below["compare"]) == ([month], ["yoy"]), module
        assert "unit" in below or "am" in below or "product" in below, (module, page.url)
        page.go_back()
        visitor.settled()
        assert page.url == before, module
    assert visitor.complaints == []


@pytest.mark.parametrize("role", ROLES)
def test_month_and_language_are_switched_on_every_module_in_place(site, visit, readers, role):
    visitor, month = visit(readers[role]), str(site.published.months[-2])
    for module in modules_of(role):
        page = visitor.open(f"/{module}/?compare=yoy")
        chinese = page.locator("h1").inner_text()
        visitor.follow(page.locator(".gc-months a").first)
        state = state_of(page.url)
        assert (state["month"], state["compare"]) == ([month], ["yoy"]), module
        before = page.url
        for lang in ("en", "zh-hans"):
            visitor.follow(page.locator(f"form[action*=language] button[value={lang}]:visible"))
            assert page.locator("html").get_attribute("lang") == lang
            assert page.url == before, module
            assert (page.locator("h1").inner_text() == chinese) is (lang != "en"), module
    assert visitor.complaints == []


@pytest.mark.parametrize("role", ROLES)
def test_every_table_is_taken_along_as_a_file(site, visit, readers, role, tmp_path):
    visitor, starts = visit(readers[role]), {"xlsx": b"PK\x03\x04", "csv": b"\xef\xbb\xbf"}
    for module in modules_of(role):
        page = visitor.open(f"/{module}/")
        links = page.locator("a.gc-export[href*='format=']:visible").all()[:2]
        kinds = set()
        for link in links:
            with page.expect_download() as download:
                link.click()
            file = tmp_path / download.value.suggested_filename
            download.value.save_as(file)
            kinds.add(file.suffix[1:])
            assert file.read_bytes().startswith(starts[file.suffix[1:]]), (module, file.name)
        assert kinds == set(starts), module
    assert visitor.complaints == []


def test_the_unified_view_keeps_its_month_from_tab_to_tab(site, visit):
    visitor, month = visit(site.published.manager), str(site.published.months[-2])
    code = groups_of(site.published, site.published.manager_code)[0].group_code
    page = visitor.open(f"/grading/groups/{code}/?tab=income&month={month}")
    before = page.url
    visitor.follow(page.locator(".gc-tabs a", has_text="服务视图"))
    assert state_of(page.url) == {"tab": ["service"], "month": [month]}
    page.go_back()
    visitor.settled()
    assert page.url == before
    assert visitor.complaints == []
