"""Measure the pages: every module, lists, unified view and inbox, as three logged-in roles.

    python bench/pages.py [S|M|L] [SECONDS]

gunicorn and its load generator (wrk) share the machine's cores. Three things are measured: the
server time of each page alone, next to that of an empty page with the same shell; 20 readers who
think for a second between pages; and as many requests as the server can answer.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from bench.prepare import prepare
from bench.report import write_section
from bench.sizes import MONTH, SIZES, Size

SHOWN_MONTH = MONTH.plus(-1)  # the newest one the prepared site has published
READERS, TIMES = 20, 12
PAGES = (
    "home", "grading", "member_analysis", "product_usage", "contribution", "income_composition",
    "grade_changes", "price_elasticity", "anomaly_alerts", "multi_dimensional", "adjustments",
    "inbox", "thresholds",
)  # fmt: skip
EMPTY = "profile"  # the same shell around two small forms
MIXED = """
local pages = {}
for line in io.lines(os.getenv("MIXED")) do
  local cookie, path = line:match("^(%S+) (%S+)$")
  pages[#pages + 1] = wrk.format("GET", path, {["Cookie"] = cookie})
end
local at = 0
function init(args) math.randomseed(tonumber(tostring(args):match("0x(%x+)"), 16) or 7) end
function request() at = math.random(#pages); return pages[at] end
THINK
function done(summary, latency, requests)
  io.write(string.format(
    '{"p50": %f, "p95": %f, "max": %f, "requests": %d, "seconds": %f, "errors": %d}\\n',
    latency:percentile(50) / 1000, latency:percentile(95) / 1000, latency.max / 1000,
    summary.requests, summary.duration / 1e6,
    summary.errors.status + summary.errors.connect + summary.errors.read
    + summary.errors.write + summary.errors.timeout))
end
"""


# a second on average: with a second sharp, twenty readers would ask in one beat for ever
THINKING = "function delay() return math.random(200, 1800) end"


@dataclass(frozen=True, slots=True)
class Address:
    """Be one page of one reader."""

    role: str
    name: str
    path: str
    cookie: str


def begin(size: Size) -> None:
    """Set the site's Django up in this process."""
    os.environ.update(size.environment(), DJANGO_SETTINGS_MODULE="gcva.settings")
    import django

    django.setup()


def readers_of(size: Size) -> tuple[dict[str, Any], int, Any]:
    """Log four roles in; return their clients, the run shown and the largest group's row."""
    from django.test import Client

    from accounts.models import User
    from accounts.provision import create_demo_users
    from warehouse.mart_models import GroupResult
    from warehouse.models import PublishedMonth

    create_demo_users()
    run = PublishedMonth.objects.get(month_index=SHOWN_MONTH.index).run_id
    row = GroupResult.objects.in_run(run).order_by("-total_income_li").first()
    users = {
        "province": User.objects.filter(role="province").first(),
        "city": User.objects.filter(role="city").order_by("username").first(),
        "account_manager": User.objects.get(account_manager_id=row.account_manager_code),
        "operator": User.objects.filter(role="operator").first(),
    }
    clients = {}
    for role, user in users.items():
        clients[role] = Client(SERVER_NAME="127.0.0.1")
        clients[role].force_login(user)
    return clients, run, row


def addresses(size: Size) -> list[Address]:
    """Log the three roles in and list what they open; runs in the site's Django."""
    begin(size)
    from django.conf import settings
    from django.urls import reverse

    clients, _run, row = readers_of(size)
    found = []
    for role in ("province", "city", "account_manager"):
        client = clients[role]
        name = settings.SESSION_COOKIE_NAME
        cookie = f"{name}={client.cookies[name].value}"
        paths = {page: reverse(page) for page in PAGES} | {"empty": reverse(EMPTY)}
        if role == "account_manager":
            paths["unified_view"] = reverse("grading_group", args=[row.group_code])
            paths["grading page 2"] = reverse("grading") + "?page=2&sort=-score"
            paths["grading search"] = reverse("grading") + "?q=%E5%AD%A6%E6%A0%A1"
        else:
            chosen = f"?unit={row.city_code}" if role == "province" else ""
            paths["grading by manager"] = reverse("grading") + chosen
            listed = f"{chosen}&by=group" if chosen else "?by=group"
            paths["contribution groups"] = reverse("contribution") + listed
        paths["search"] = reverse("search") + "?q=%E5%AD%A6%E6%A0%A1"
        for page, path in paths.items():
            if client.get(path).status_code == 200:
                found.append(Address(role, page, path, cookie))
    return found


@contextmanager
def served(size: Size) -> Iterator[str]:
    """Serve the site as production does: two processes of eight threads."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", "gcva.wsgi", "--bind", f"127.0.0.1:{port}",
               "--worker-class", "gthread", "--workers", "2", "--threads", "8",
               "--no-control-socket"]  # fmt: skip
    log = (size.folder / "gunicorn.log").open("wb")
    server = subprocess.Popen(command, cwd=ROOT, env=size.environment(), stdout=log, stderr=log)
    url = f"http://127.0.0.1:{port}"
    try:
        for _ in range(100):
            try:
                urllib.request.urlopen(f"{url}/readyz", timeout=5).read()
                break
            except (urllib.error.URLError, OSError):
                time.sleep(0.2)
        yield url
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(20)
        log.close()


def alone(url: str, address: Address) -> float:
    """Return the median milliseconds of one page asked for by nobody else."""
    request = urllib.request.Request(url + address.path, headers={"Cookie": address.cookie})
    times = []
    for _ in range(TIMES):
        began = time.perf_counter()
        with urllib.request.urlopen(request) as answer:
            answer.read()
        times.append((time.perf_counter() - began) * 1000)
    return statistics.median(times[2:])


def together(
    url: str, size: Size, found: list[Address], seconds: int, *, think: bool
) -> dict[str, float]:
    """Let wrk ask for a mixture of all pages; with or without a second to think."""
    mixed, script = size.folder / "mixed.txt", size.folder / "mixed.lua"
    mixed.write_text("\n".join(f"{each.cookie} {each.path}" for each in found))
    script.write_text(MIXED.replace("THINK", THINKING if think else ""))
    done = subprocess.run(
        ["wrk", "-t2", f"-c{READERS}", f"-d{seconds}s", "--timeout", "10s", "-s", str(script), url],
        env={**os.environ, "MIXED": str(mixed)},
        capture_output=True,
        text=True,
        check=True,
    )
    line = re.search(r"^\{.*\}$", done.stdout, re.M)
    assert line, done.stdout
    return json.loads(line[0])


def pace() -> float:
    """Return the milliseconds of a fixed loop: how fast this machine is at the moment."""
    times = []
    for _ in range(5):
        began = time.perf_counter()
        sum(range(4_000_000))
        times.append((time.perf_counter() - began) * 1000)
    return statistics.median(times)


def main(name: str, seconds: int) -> None:
    """Prepare, serve, measure, write."""
    if shutil.which("wrk") is None:
        raise SystemExit("wrk is needed: apt-get install wrk")
    size = SIZES[name]
    prepare(size)
    found = addresses(size)
    with served(size) as url:
        times = {(each.role, each.name): alone(url, each) for each in found}
        busy = [each for each in found if each.name != "empty"]
        paces = [pace()]
        thinking = together(url, size, busy, seconds, think=True)
        paces.append(pace())
        saturated = together(url, size, busy, seconds, think=False)
        paces.append(pace())
    write_section(f"Pages, size {size.name}", _said(size, times, thinking, saturated, paces))


def _said(
    size: Size,
    times: dict[tuple[str, str], float],
    thinking: dict[str, float],
    saturated: dict[str, float],
    paces: list[float],
) -> str:
    spent = " / ".join(f"{each:.0f}" for each in paces)
    lines = [
        f"{size.groups:,} groups, 12 to 13 published months; gunicorn with 2 × 8 threads and wrk on"
        f" {os.cpu_count()} cores. A fixed loop took {spent} ms before, between and after"
        " the two measurements: the machine's pace at the time.",
        "",
        "| mixed pages of three roles | measured | bar |",
        "|---|---|---|",
        f"| 20 readers, 1 s to think (0.2–1.8): p50 / p95 / longest ms | {thinking['p50']:.0f} /"
        f" {thinking['p95']:.0f} / {thinking['max']:.0f} | p95 ≤ 200 |",
        f"| … errors | {thinking['errors']:.0f} | 0 |",
        f"| saturated: requests/s | {saturated['requests'] / saturated['seconds']:.1f} | ≥ 40 |",
        f"| … errors | {saturated['errors']:.0f} | 0 |",
        "",
        "| page alone, ms | province | city | account manager |",
        "|---|---|---|---|",
    ]
    names = list(dict.fromkeys(name for _, name in times))
    for name in sorted(names, key=lambda name: name != "empty"):
        cells = []
        for role in ("province", "city", "account_manager"):
            time_ms, empty = times.get((role, name)), times[(role, "empty")]
            cells.append("–" if time_ms is None else f"{time_ms:.0f} ({time_ms / empty:.1f} ×)")
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main(
        sys.argv[1] if len(sys.argv) > 1 else "L",
        int(sys.argv[2]) if len(sys.argv) > 2 else 20,
    )
