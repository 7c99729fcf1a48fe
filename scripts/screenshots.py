"""Take pictures of every page of a running demo for README and for looking at them.

    python scripts/screenshots.py --url http://127.0.0.1:8000 --out docs/screenshots
    python scripts/screenshots.py --all --out /some/folder       every role, language, theme, width

Needs Chromium on the machine and the demo's logins; reports console errors and foreign requests.
"""

from __future__ import annotations

import argparse
import shutil
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

PASSWORD = "gcva-demo-2026"  # noqa: S105 - printed by the demo itself
WIDE, PHONE = 1440, 375


@dataclass(frozen=True)
class Shot:
    """Be one picture: who looks at what; ``follow`` clicks through links first."""

    name: str
    user: str
    path: str
    follow: tuple[str, ...] = ()


SHOTS = (
    Shot("login", "", "/login/"),
    Shot("home-province", "province", "/"),
    Shot("grading-province", "province", "/grading/"),
    Shot("home-city", "city-c01", "/"),
    Shot("grading-city", "city-c01", "/grading/"),
    Shot("grading-city-managers", "city-c01", "/grading/?by=account_manager"),
    Shot("grading-list-read-only", "city-c01", "/grading/?by=account_manager",
         ("#table-units tbody:last-of-type tr:first-child a",)),
    Shot("home-account-manager", "@manager", "/"),
    Shot("grading-account-manager", "@manager", "/grading/"),
    Shot("group", "@manager", "/grading/", ("#table-groups tbody tr:first-child a",)),
    Shot("desk", "@manager", "/desk/"),
    Shot("alerts", "@manager", "/anomaly_alerts/"),
    Shot("requests", "@manager", "/adjustments/"),
    Shot("request-new", "@manager", "/grading/",
         ("#table-groups tbody tr:first-child a", "a[href*='/adjustments/new/']")),
    Shot("inbox", "city-c01", "/inbox/"),
    Shot("thresholds", "city-c01", "/thresholds/", ("a.gc-th-value",)),
    Shot("backtest", "city-c01", "/thresholds/backtest/"),
    Shot("score-models", "operator", "/score-models/"),
    Shot("score-model", "operator", "/score-models/",
         ("#table-versions tbody tr:first-child a",)),
    Shot("imports", "operator", "/imports/"),
    Shot("import-report", "operator", "/imports/", ("#table-history tbody tr:first-child a",)),
    Shot("run", "operator", "/imports/", ("table a[href*='/runs/']",)),
    Shot("profile", "province", "/profile/"),
    Shot("not-published", "province", "/grading/?month=2020-01"),
    Shot("not-found", "province", "/grading/?unit=nowhere"),
)  # fmt: skip
README = (
    "home-province", "home-account-manager", "grading-city", "group", "alerts", "thresholds",
    "imports",
)  # fmt: skip


def sign_in(context: BrowserContext, base: str, user: str) -> None:
    """Log in by the form."""
    page = context.new_page()
    page.goto(f"{base}/login/")
    page.fill("input[name=username]", user)
    page.fill("input[name=password]", PASSWORD)
    page.click("form button:not([type=button])[type=submit], form.gc-form button")
    page.wait_for_load_state("networkidle")
    page.close()


def settle(page: Page) -> None:
    """Wait until every chart is drawn."""
    page.wait_for_load_state("networkidle")
    page.wait_for_function(
        "() => [...document.querySelectorAll('.gc-plot')].every(p => p.dataset.drawn)",
        timeout=15_000,
    )


def take(
    browser: Browser,
    base: str,
    shot: Shot,
    user: str,
    file: Path,
    *,
    width: int,
    lang: str,
    theme: str,
) -> list[str]:
    """Take one picture; return what the browser complained about."""
    height = 900 if width > PHONE else 812
    context = browser.new_context(viewport={"width": width, "height": height})
    host = urlsplit(base).netloc
    context.add_cookies([
        {"name": "django_language", "value": lang, "url": base},
        {"name": "gcva_theme", "value": theme, "url": base},
    ])  # fmt: skip
    said: list[str] = []
    if user:
        sign_in(context, base, user)
    page = context.new_page()
    page.on("console", lambda m: said.append(f"{m.type}: {m.text}") if m.type == "error" else None)
    page.on("pageerror", lambda error: said.append(f"page error: {error}"))
    page.on(
        "request",
        lambda r: (
            said.append(f"foreign: {r.url}")
            if urlsplit(r.url).netloc not in ("", host) and not r.url.startswith(("data:", "blob:"))
            else None
        ),
    )
    page.goto(base + shot.path)
    for selector in shot.follow:
        page.locator(selector).first.click()
    settle(page)
    overflow = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    if overflow > 0:
        said.append(f"the page is {overflow} px wider than the window")
    page.evaluate("window.scrollTo(0, 0)")
    page.screenshot(path=str(file), full_page=True)
    context.close()
    return [f"{file.name}: {line}" for line in said]


def main() -> None:
    """Take the pictures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", default="http://127.0.0.1:8000")
    parser.add_argument("--out", type=Path, default=Path("docs/screenshots"))
    parser.add_argument("--manager", required=True, help="login of an account manager")
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--only", nargs="*", default=None)
    parser.add_argument("--langs", nargs="*", default=["zh-hans", "en"])
    parser.add_argument("--themes", nargs="*", default=["light", "dark"])
    parser.add_argument("--widths", nargs="*", type=int, default=[WIDE, PHONE])
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    wanted = options.only or ([shot.name for shot in SHOTS] if options.all else README)
    langs, themes, widths = (
        (options.langs, options.themes, options.widths)
        if options.all or options.only
        else (["zh-hans"], ["light"], [WIDE])
    )
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for shot in (shot for shot in SHOTS if shot.name in wanted):
            user = options.manager if shot.user == "@manager" else shot.user
            for lang in langs:
                for theme in themes:
                    for width in widths:
                        plain = not options.all and not options.only
                        ending = "" if plain else f"-{lang[:2]}-{theme}-{width}"
                        file = options.out / f"{shot.name}{ending}.png"
                        for line in take(
                            browser,
                            options.url,
                            shot,
                            user,
                            file,
                            width=width,
                            lang=lang,
                            theme=theme,
                        ):
                            print(line)
        browser.close()


if __name__ == "__main__":
    main()
