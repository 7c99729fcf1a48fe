"""Serve a published province to a real browser: real database, gunicorn, worker, Chromium."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, sync_playwright

from tests.controller.processes import LiveSite, worker

if TYPE_CHECKING:
    from tests.analytics.published import Published

AXE = (Path(__file__).parents[1] / "vendor" / "axe-core" / "axe.min.js").read_text()
WIDE, PHONE = (1440, 900), (375, 812)
# language, theme and window: every pair of them stands in one of four, so eight are not needed
LOOKS = (
    ("zh-hans", "light", WIDE), ("zh-hans", "dark", PHONE),
    ("en", "light", PHONE), ("en", "dark", WIDE),
)  # fmt: skip
# htmx marks what it waits for; what asks on "load" has asked when the window is loaded
RESTS = """() => document.readyState === 'complete' && !document.querySelector('.htmx-request')
    && [...document.querySelectorAll('.gc-plot')].every(plot => plot.dataset.drawn !== undefined)"""
CHOICES = ("django_language", "gcva_theme", "gcva_nav")


@dataclass(frozen=True)
class Site:
    """Hold where the site answers and what is published on it."""

    url: str
    folder: Path
    published: Published


@pytest.fixture(scope="session")
def site(django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[Site]:
    """Publish a province for good, then serve it; these tests run in a session of their own."""
    from django.conf import settings

    from tests.analytics.published import publish_province

    folder = tmp_path_factory.mktemp("e2e")
    var = folder / "var"
    var.mkdir()
    settings.GCVA_VAR = var
    with django_db_blocker.unblock():
        published = publish_province(folder)
        environment = {"GCVA_VAR": str(var), "GCVA_DROP": str(folder / "extracts")}
        # Playwright's loop runs in this process; only reading the database from a test needs this
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
        process = LiveSite(folder, **environment)
        helper = worker(folder, **environment)
        yield Site(process.url, folder, published)
        helper.kill()
        process.kill()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Start the machine's own Chromium."""
    path = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    if not path:
        pytest.skip("no Chromium on this machine")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield chromium
        chromium.close()


class Visitor:
    """Be one person at a browser; remembers whatever the browser complains about."""

    def __init__(self, context: BrowserContext, url: str) -> None:
        self.context, self.url = context, url
        self.page: Page = context.new_page()
        self.complaints: list[str] = []
        self.host = urlsplit(url).netloc
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.complaints.append(f"error: {error}"))
        self.page.on("request", self._request)

    def _console(self, message: Any) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(f"{message.type}: {message.text}")

    def _request(self, request: Any) -> None:
        if request.url.startswith(("data:", "blob:")):
            return
        if urlsplit(request.url).netloc != self.host:
            self.complaints.append(f"foreign request: {request.url}")

    def open(self, path: str) -> Page:
        """Open a page and wait until it rests."""
        self.page.goto(self.url + path)
        self.page.wait_for_function(RESTS)
        return self.page

    def settled(self) -> Page:
        """Wait, after a click, until nothing loads and every chart is drawn."""
        self.page.wait_for_load_state("networkidle")
        self.page.wait_for_function(RESTS)
        return self.page

    def follow(self, link: Locator) -> Page:
        """Click what leads to another page and wait until that rests."""
        with self.page.expect_navigation():
            link.click()
        self.page.wait_for_function(RESTS)
        return self.page

    def overhang(self) -> int:
        """Return by how many pixels the page is wider than its window."""
        return int(self.page.evaluate("document.documentElement.scrollWidth - window.innerWidth"))

    def violations(self) -> list[str]:
        """Return what axe finds against WCAG 2.2 AA."""
        # DevTools evaluate it, so that the page's own policy stays as strict as it is
        self.page.evaluate(AXE)
        rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
        asked = {"runOnly": rules, "resultTypes": ["violations"]}
        found = self.page.evaluate("asked => axe.run(document, asked)", asked)
        return [
            f"{each['id']}: {node['target']} {node['failureSummary']}"
            for each in found["violations"]
            for node in each["nodes"]
        ]


@pytest.fixture(scope="session")
def logins() -> dict[str, list[Any]]:
    """Keep the cookies of who has signed in already."""
    return {}


@pytest.fixture
def visit(
    site: Site, browser: Browser, logins: dict[str, list[Any]]
) -> Iterator[Callable[..., Visitor]]:
    """Sign in: ``visit(user, lang="en", theme="dark", size=PHONE)`` → ``Visitor``."""
    from accounts.provision import DEMO_PASSWORD

    contexts: list[BrowserContext] = []

    def know(context: BrowserContext, user: Any) -> bool:
        """Take the cookies of an earlier login along: each person signs in once a session."""
        context.add_cookies(logins.get(user.username, []))
        return user.username in logins

    def sign_in(
        user: Any = None,
        *,
        lang: str = "zh-hans",
        theme: str = "light",
        size: tuple[int, int] = WIDE,
    ) -> Visitor:
        context = browser.new_context(
            viewport={"width": size[0], "height": size[1]}, accept_downloads=True
        )
        context.add_cookies([
            {"name": "django_language", "value": lang, "url": site.url},
            {"name": "gcva_theme", "value": theme, "url": site.url},
        ])  # fmt: skip
        contexts.append(context)
        visitor = Visitor(context, site.url)
        if user is not None and not know(context, user):
            page = visitor.open("/login/")
            page.fill("input[name=username]", user.username)
            page.fill("input[name=password]", DEMO_PASSWORD)
            page.locator("form:has(input[name=password]) button").click()
            visitor.settled()
            cookies = [each for each in context.cookies() if each["name"] not in CHOICES]
            logins[user.username] = cookies
        return visitor

    yield sign_in
    for context in contexts:
        context.close()
