"""Write down how Postgres answers every page at a size: nodes, indexes and rows read.

    python bench/explain.py L

Each page is opened as four readers, with each of its own tabs, and each table of several pages
there in every order it offers, narrowed by every choice of its menus, searched for words of many
names and few, turned to its last page. A page is asked for twice, and the queries of the second
time are run again with EXPLAIN ANALYZE. Sequential scans over big tables and pages beyond the limit
of rows are flagged.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from bench.pages import SHOWN_MONTH, begin, readers_of
from bench.plans import BIG, Plan, explained
from bench.sizes import SIZES, Size

TABS = ("by", "tab", "view", "state", "rows", "list")
LEFT_OUT = re.compile(r"^(logout|readyz|healthz|api_schema|api_docs|set_)|export|_slides|file|csv")
MOST_ROWS = 5_000
LISTED = 2_500
ASKED = {
    "thresholds_preview": "?code=unified_fall&value=20",
    "api_thresholds_preview": "?code=unified_fall&value=0.2",
    "search": "?q=%E5%AD%A6%E6%A0%A1",
    "places": "?q=%E5%AD%A6",
}
WORDS = ("学校", "机械", "zz", "0012")


@dataclass(frozen=True)
class Page:
    """Be one page of one reader with the plans of its queries."""

    role: str
    name: str
    plans: tuple[Plan, ...]
    is_choice: bool = False

    @property
    def rows(self) -> int:
        """Return the rows read by all queries."""
        return sum(plan.rows for plan in self.plans)


def pages_of(role: str, client: Any, known: dict[str, Any]) -> Iterator[Page]:
    """Open every address with its tabs."""
    for name, path in paths(known):
        address = path + ASKED.get(name, "")
        text = _opened(client, address)
        if text is None:
            continue
        yield Page(role, name, _plans(client, address))
        if path.startswith("/api/"):
            continue
        yield from _choices_of(role, client, name, path, text)
        for tab in _tabs(path, text):
            opened = _opened(client, f"{path}?{tab}")
            if opened is not None:
                yield Page(role, f"{name}?{tab}", _plans(client, f"{path}?{tab}"))
                yield from _choices_of(role, client, f"{name}?{tab}", f"{path}?{tab}", opened)


def _choices_of(role: str, client: Any, name: str, address: str, text: str) -> Iterator[Page]:
    """Open a table of several pages as its readers leave it: sorted, narrowed, searched.

    One that fits its page was read whole as it opened; no order of it reads more.
    """
    if 'class="gc-pages"' not in text:
        return
    for choice in _choices(text):
        asked = f"{address}{'&' if '?' in address else '?'}{choice}"
        if _opened(client, asked) is not None:
            said = "&" if "?" in name else "?"
            yield Page(role, f"{name}{said}{choice}", _plans(client, asked), is_choice=True)


def _choices(text: str) -> list[str]:
    """Return every order, every choice of a menu, some words and the last page, a query each."""
    found, last = set(), 1
    for link in re.findall(r'href="([^"]+)"', text):
        for key, value in parse_qsl(urlsplit(unescape(link)).query):
            if key == "sort":
                found |= {f"sort={value.lstrip('-')}", f"sort=-{value.lstrip('-')}"}
            elif key == "page":
                last = max(last, int(value))
    if last > 1:
        found.add(f"page={last}")
    for menu, options in re.findall(r'<select[^>]*name="(\w+)"[^>]*>(.*?)</select>', text, re.S):
        values = [value for value in re.findall(r'<option value="([^"]+)"', options) if value]
        if menu not in (*TABS, "month", "unit", "am", "size"):
            found |= {urlencode({menu: value}) for value in values}
    if re.search(r'<input[^>]*name="q" id="table-', text):
        found |= {urlencode({"q": word}) for word in WORDS}
    return sorted(found)


def paths(known: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield every address with its name, arguments filled in."""
    from django.urls import NoReverseMatch, get_resolver, reverse

    names = {name for name in get_resolver().reverse_dict if isinstance(name, str)}
    for name in sorted(names):
        if LEFT_OUT.search(name):
            continue
        asked = get_resolver().reverse_dict.getlist(name)[0][0][0][1]
        if all(each in known for each in asked):
            try:
                yield name, reverse(name, kwargs={each: known[each] for each in asked})
            except NoReverseMatch:
                continue


def _opened(client: Any, address: str) -> str | None:
    answer = client.get(address)
    if answer.status_code != 200 or answer.streaming:
        return None
    return str(answer.content.decode("utf-8", "replace"))


def _plans(client: Any, address: str) -> tuple[Plan, ...]:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as asked:
        client.get(address)
    return tuple(explained(connection, [each["sql"] for each in asked.captured_queries]))


def _tabs(path: str, text: str) -> list[str]:
    seen = set()
    for link in re.findall(r'href="([^"]+)"', text):
        parts = urlsplit(unescape(link))
        asked = [pair for pair in parse_qsl(parts.query) if pair[0] in TABS]
        if parts.path in ("", path) and asked:
            seen.add(urlencode(asked))
    return sorted(seen)


def known_of(run: int, row: Any) -> dict[str, Any]:
    """Return what addresses are filled in with."""
    from django.apps import apps

    def newest(label: str) -> Any:
        return apps.get_model(label).objects.order_by("-pk").values_list("pk", flat=True).first()

    found = {
        "group_code": row.group_code,
        "month": str(SHOWN_MONTH),
        "run_id": run,
        "batch_id": newest("warehouse.ImportBatch"),
        "model_id": newest("scoring.ScoreModel"),
        "user_id": newest("accounts.User"),
        "alert_id": newest("alerts.Alert"),
        "adjustment_id": newest("adjustments.GradeAdjustment"),
        "question_id": newest("analytics.DataQuestion"),
    }
    return {name: value for name, value in found.items() if value is not None}


def big_tables() -> frozenset[str]:
    """Return the tables no page may read from end to end."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE reltuples > %s", [BIG])
        return frozenset(name for (name,) in cursor.fetchall())


def written(size: Size, pages: list[Page], big: frozenset[str]) -> str:
    """Write the pages down, those that read most first."""
    whole = [(page, scan) for page in pages for plan in page.plans for scan in plan.scans]
    flagged = sorted(
        {(p.role, p.name, s.table) for p, s in whole if s.is_sequential and s.table in big}
    )
    n_choices = sum(page.is_choice for page in pages)
    over = [page for page in pages if page.rows > MOST_ROWS]
    lines = [
        f"# What Postgres reads for each page, size {size.name}", "",
        f"Written by `python bench/explain.py {size.name}`; {size.groups:,} groups. Rows count what"
        " was thrown away, too; a month's partitions stand under their table's name.", "",
        f"{len(pages)} pages of four readers, {n_choices} of them orders, choices, words and last"
        f" pages of their tables (listed from {LISTED:,} rows on). Beyond"
        f" {MOST_ROWS:,} rows: {len(over)}. Sequential scans over tables of more than"
        f" {BIG:,} rows: {len(flagged)}.", "",
        *(f"* sequential scan: {role} {name}: {table}" for role, name, table in flagged),
        "", "| reader | page | queries | rows | read by |", "|---|---|---|---|---|",
    ]  # fmt: skip
    for page in sorted(pages, key=lambda page: (-page.rows, page.role, page.name)):
        if page.is_choice and page.rows < LISTED:
            continue
        total: Counter[str] = Counter()
        for plan in page.plans:
            for scan in plan.scans:
                total[scan.said] += scan.rows
        most = [f"{said} {n:,}" for said, n in total.most_common(6) if n > 1]
        lines.append(
            f"| {page.role} | {page.name}{' **!**' if page.rows > MOST_ROWS else ''}"
            f" | {len(page.plans)} | {page.rows:,} | {'; '.join(most)} |"
        )
    return "\n".join(lines) + "\n"


def main(name: str) -> None:
    """Open, explain, write."""
    size = SIZES[name]
    begin(size)
    readers, run, row = readers_of(size)
    known = known_of(run, row)
    pages = [page for role, client in readers.items() for page in pages_of(role, client, known)]
    (ROOT / "bench" / "explain.md").write_text(written(size, pages, big_tables()))
    for page in sorted(pages, key=lambda page: -page.rows)[:25]:
        print(f"{page.rows:7d} {page.role} {page.name}")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "L")
