"""Each role at a real browser: pages draw, walk down and back, switch, export, never complain."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.analytics.published import groups_of
from tests.e2e.conftest import LOOKS

pytestmark = pytest.mark.e2e
READERS = ("province", "city", "manager", "operator")
PAGES = {
    "province": ("/", "/grading/", "/profile/", "/grading/?month=2020-01"),
    "city": ("/", "/grading/", "/grading/?by=account_manager"),
    "manager": ("/", "/grading/"),
    "operator": ("/imports/",),
}


def paths_of(site, persona):
    if persona == "manager":
        code = groups_of(site.published, site.published.manager_code)[0].group_code
        return (*PAGES[persona], f"/grading/groups/{code}/")
    return PAGES[persona]


@pytest.mark.parametrize(("lang", "theme", "size"), LOOKS)
@pytest.mark.parametrize("persona", READERS)
def test_every_page_is_accessible_and_fits_its_window(site, visit, persona, lang, theme, size):
    visitor = visit(getattr(site.published, persona), lang=lang, theme=theme, size=size)
    for path in paths_of(site, persona):
        visitor.open(path)
        assert visitor.violations() == [], path
        assert visitor.overhang() <= 0, path
    assert visitor.complaints == []


def test_the_login_page_is_accessible_and_says_when_it_refuses(site, visit):
    visitor = visit()
    page = visitor.open("/login/")
    assert visitor.violations() == []
    page.fill("input[name=username]", "nobody")
    page.fill("input[name=password]", "wrong-password")
    page.locator("form:has(input[name=password]) button").click()
    visitor.settled()
    assert visitor.violations() == []
    assert "/login/" in page.url


def test_charts_are_drawn_with_bars(site, visit):
    page = visit(site.published.province).open("/grading/")
    for name in ("units", "pyramid", "distribution"):
        bars = page.locator(f"#chart-{name} .barlayer .point, [id*='{name}'] .barlayer .point")
        assert bars.count() > 0, name


def test_a_table_drawn_anew_keeps_the_keyboards_place_and_its_address(site, visit):
    visitor = visit(site.published.manager)
    page = visitor.open("/grading/")
    members = page.locator("#table-groups thead a", has_text="成员数")
    for way in ("descending", "ascending"):
        members.focus()
        page.keyboard.press("Enter")
        page.locator(f"#table-groups th[aria-sort={way}]", has_text="成员数").wait_for()
        visitor.settled()
        assert members.evaluate("link => link === document.activeElement")
    page.locator(".gc-pref [name=language]:visible").click()
    visitor.settled()
    assert "sort=n_members" in page.url


def test_the_province_walks_down_to_a_group_and_back(site, visit):
    visitor = visit(site.published.province)
    page = visitor.open("/grading/?compare=yoy")
    page.locator("#table-units tbody:last-of-type a").first.click()
    visitor.settled()
    assert "unit=" in page.url and "compare=yoy" in page.url
    page.locator(".gc-tabs a", has_text="按客户经理").click()
    visitor.settled()
    city_url = page.url
    page.locator("#table-units tbody:last-of-type a").first.click()
    visitor.settled()
    assert "am=" in page.url
    list_url = page.url
    page.locator("#table-groups tbody a").first.click()
    visitor.settled()
    assert "/grading/groups/" in page.url
    page.go_back()
    visitor.settled()
    assert page.url == list_url
    page.go_back()
    visitor.settled()
    assert page.url == city_url
    page.locator(".gc-crumbs a").first.click()
    visitor.settled()
    assert "am=" not in page.url
    assert visitor.complaints == []


def test_the_list_of_account_managers_stays_when_month_and_language_change(site, visit):
    visitor = visit(site.published.city)
    page = visitor.open("/grading/?by=account_manager")
    visitor.follow(page.locator(".gc-months a").first)
    visitor.follow(page.locator("form[action*=language] button:visible"))
    assert page.locator("html").get_attribute("lang") == "en"
    assert f"month={site.published.months[-2]}" in page.url and "by=account_manager" in page.url
    assert visitor.complaints == []


def test_an_account_manager_searches_filters_and_takes_the_list_along(site, visit, tmp_path):
    visitor = visit(site.published.manager)
    page = visitor.open("/grading/")
    own = groups_of(site.published, site.published.manager_code)
    page.fill("#table-groups input[type=search]", own[0].group_code)
    page.wait_for_url(re.compile(f"q={own[0].group_code}"))
    visitor.settled()
    assert page.locator("#table-groups tbody tr").count() == 1
    with page.expect_download() as download:
        page.locator("#table-groups a.gc-export", has_text="csv").click()
    file = tmp_path / "list.csv"
    download.value.save_as(file)
    text = Path(file).read_text(encoding="utf-8-sig")
    assert own[0].group_code in text and len(text.splitlines()) == 2
    page.locator("#table-groups a", has_text="重置").click()
    page.wait_for_function(
        f"() => document.querySelectorAll('#table-groups tbody tr').length > 1 || {len(own)} === 1"
    )
    assert visitor.complaints == []


def test_the_search_finds_a_group_with_the_keyboard_alone(site, visit):
    visitor = visit(site.published.manager)
    page = visitor.open("/")
    wanted = groups_of(site.published, site.published.manager_code)[0]
    page.keyboard.press("/")
    page.keyboard.type(wanted.group_code, delay=10)
    page.wait_for_selector("#gc-search-hits a")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(wanted.group_code))
    assert visitor.complaints == []


def test_the_switcher_opens_the_tree_and_leads_to_a_city(site, visit):
    visitor = visit(site.published.province)
    page = visitor.open("/grading/")
    page.locator(".gc-place > summary").click()
    page.wait_for_selector("#gc-tree a[href*='unit=']")
    assert visitor.violations() == []
    page.locator(f"#gc-tree a[href*='unit={site.published.city_code}']").first.click()
    visitor.settled()
    assert f"unit={site.published.city_code}" in page.url
    assert visitor.complaints == []


def test_the_api_documentation_is_served_without_an_outside_host(site, visit):
    visitor = visit(site.published.province)
    page = visitor.open("/api/v1/docs/")
    page.wait_for_selector(".opblock")
    assert [line for line in visitor.complaints if "foreign" in line or "error" in line] == []
