"""Open the gallery in a real browser: axe, console, hosts, keys, drill-down, widths."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.test.testcases import LiveServerThread

from tests.core.gallery.site import gallery

pytestmark = pytest.mark.e2e
AXE = (Path(__file__).resolve().parents[1] / "vendor/axe-core/axe.min.js").read_text()
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
CHROMIUM = os.environ.get("GCVA_CHROMIUM", "/usr/bin/chromium")


@pytest.fixture(scope="module")
def address():
    with gallery():
        server = LiveServerThread("127.0.0.1", StaticFilesHandler)
        server.daemon = True
        server.start()
        server.is_ready.wait()
        yield f"http://127.0.0.1:{server.port}"
        server.terminate()


@pytest.fixture(scope="module")
def browser():
    if not Path(CHROMIUM).exists():
        pytest.fail(f"The browser tests need a Chromium at {CHROMIUM} (or set GCVA_CHROMIUM).")
    from playwright.sync_api import sync_playwright

    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # playwright runs a loop here
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.fixture
def open_page(browser, address):
    opened = []

    def opener(path, *, theme="light", language="zh-hans", width=1440):
        context = browser.new_context(viewport={"width": width, "height": 900})
        stored = {"gcva_theme": theme, "django_language": language}
        context.add_cookies([{"name": n, "value": v, "url": address} for n, v in stored.items()])
        page = context.new_page()
        page.complaints, page.hosts = [], set()
        page.on("console", lambda m: page.complaints.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        page.on("request", lambda request: page.hosts.add(urlsplit(request.url).netloc))
        page.goto(address + path)
        page.wait_for_load_state("networkidle")
        opened.append(context)
        return page

    yield opener
    for context in opened:
        context.close()


def violations(page):
    page.evaluate(AXE)
    found = page.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)["violations"]
    return [(v["id"], [node["html"][:120] for node in v["nodes"]]) for v in found]


LOOKS = [
    ("/gallery/", "light", "zh-hans", 1440),
    ("/gallery/", "dark", "en", 1440),
    ("/gallery/", "dark", "zh-hans", 375),
    ("/gallery/", "light", "en", 375),
    ("/gallery/states/", "light", "zh-hans", 1440),
    ("/gallery/states/", "dark", "en", 375),
    ("/gallery/sign-in/", "dark", "zh-hans", 375),
    ("/gallery/sign-in/", "light", "en", 1440),
    ("/gallery/not-published/", "dark", "zh-hans", 1024),
]


@pytest.mark.parametrize(("path", "theme", "language", "width"), LOOKS)
def test_pages_are_accessible_quiet_and_fit_their_width(
    open_page, address, path, theme, language, width
):
    page = open_page(path, theme=theme, language=language, width=width)
    assert violations(page) == []
    assert page.complaints == []
    assert page.hosts == {urlsplit(address).netloc}
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_charts_draw_retheme_and_lead_down(open_page):
    page = open_page("/gallery/")
    page.wait_for_selector("#chart-cities .gc-plot[data-drawn] .barlayer .point path")
    colour = "getComputedStyle(document.querySelector('#chart-cities .barlayer .point path')).fill"
    assert page.evaluate(colour) == "rgb(22, 99, 199)"
    page.click(".gc-top .gc-to-dark")
    page.wait_for_function(f"{colour} === 'rgb(91, 156, 240)'")
    bar = page.locator("#chart-cities .barlayer .point path").first
    bar.scroll_into_view_if_needed()
    box = bar.bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.wait_for_url("**/drill/?unit=0")


@pytest.mark.parametrize("width", [375, 1024, 1440])
def test_labels_of_charts_never_touch(open_page, width):
    page = open_page("/gallery/", width=width)
    page.wait_for_function("document.querySelectorAll('.gc-plot[data-drawn]').length === 6")
    touching = page.evaluate("""() => [...document.querySelectorAll('.gc-plot')].flatMap((plot) => {
        const boxes = [...plot.querySelectorAll('.main-svg text')]
            .filter((each) => each.textContent.trim())
            .map((each) => [each.textContent, each.getBoundingClientRect()]);
        return boxes.flatMap(([a, one], i) => boxes.slice(i + 1)
            .filter(([, two]) => one.left < two.right - 1 && two.left < one.right - 1
                && one.top < two.bottom - 3 && two.top < one.bottom - 3)
            .map(([b]) => `${plot.closest('section').id}: ${a} / ${b}`));
    })""")
    assert touching == []


def test_sorting_and_filtering_swap_the_table_and_live_in_the_url(open_page):
    page = open_page("/gallery/")
    rows = "document.querySelectorAll('#table-units tbody:last-of-type tr').length"
    page.click("#table-units thead a:has-text('成员数')")
    page.wait_for_url("**/gallery/?sort=-members")
    page.wait_for_load_state("networkidle")
    assert page.locator("#table-units tbody:last-of-type th").first.text_content() == "白沙镇片区"
    page.select_option("#table-units select[name=grade]", "A1")
    page.wait_for_url("**sort=-members&grade=A1")
    page.wait_for_function(f"{rows} === 1")
    page.go_back()
    page.wait_for_url("**/gallery/?sort=-members")
    page.wait_for_function(f"{rows} === 10")
    assert page.locator(".gc-nav").count() == 1


def test_slash_searches_and_arrows_walk_the_hits(open_page):
    page = open_page("/gallery/")
    page.keyboard.press("/")
    page.keyboard.type("bj")
    page.wait_for_selector("#gc-search-hits li")
    page.keyboard.press("ArrowDown")
    assert "滨江医院" in page.evaluate("document.activeElement.textContent")
    page.keyboard.press("Escape")
    assert page.locator("#gc-search-hits li").count() == 0


def test_the_switcher_loads_its_tree_when_opened(open_page):
    page = open_page("/gallery/")
    assert page.locator("#gc-tree li").count() == 0
    page.click(".gc-place summary")
    page.click("[aria-label='江北市的下级']")
    page.wait_for_selector("#gc-tree >> text=江岸区")
    assert violations(page) == []


def test_the_menu_slides_in_on_a_phone_and_escape_closes_it(open_page):
    page = open_page("/gallery/", width=375)
    assert not page.locator(".gc-nav nav").is_visible()
    page.click(".gc-nav-open")
    page.wait_for_selector(".gc-nav nav", state="visible")
    assert violations(page) == []
    page.keyboard.press("Escape")
    page.wait_for_selector(".gc-nav nav", state="hidden")


def test_a_chart_is_also_a_table_and_a_file(open_page):
    page = open_page("/gallery/")
    page.click("#chart-trend [data-gc=chart-table]")
    assert page.locator("#chart-trend-table tbody tr").count() == 13
    page.click("#chart-trend summary")
    with page.expect_download() as download:
        page.click("#chart-trend [data-gc=chart-csv]")
    assert Path(download.value.path()).read_text("utf-8-sig").startswith("账期,本市,全省")


def test_paper_is_white_even_for_readers_of_the_dark_theme(open_page):
    page = open_page("/gallery/", theme="dark")
    page.wait_for_selector("#chart-cities .gc-plot[data-drawn] .barlayer .point path")
    colour = "getComputedStyle(document.querySelector('#chart-cities .barlayer .point path')).fill"
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.wait_for_function(f"{colour} !== 'rgb(91, 156, 240)'")
    page.emulate_media(media="print")
    assert not page.locator(".gc-nav, .gc-top").first.is_visible()
    page.emulate_media(media="screen")
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    page.wait_for_function(f"{colour} === 'rgb(91, 156, 240)'")
