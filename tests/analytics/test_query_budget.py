"""Every page stays within its number of queries, pinned in ``query_budget.toml``, and reads no more
rows than a person could.

A page is an address that answers GET with 200, by itself and with each of its own tabs (``tab``,
``by``). After a change that is meant: ``GCVA_WRITE_BUDGET=1 pytest`` this file.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from django.db import connection
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from accounts.queries import scope_for
from adjustments.actions import request_adjustment
from alerts.alert_actions import take_step
from alerts.alert_asks import Ask, Item
from alerts.alert_queries import open_alerts
from alerts.triage import Step
from analytics.questions.actions import ask_question
from scoring.models import ScoreModel
from tests.analytics.published import client_of, groups_of
from tests.permissions.matrix import addresses
from warehouse.models import ImportBatch

FILE = Path(__file__).parent / "query_budget.toml"
MOST_QUERIES, MOST_ROWS = 12, 5_000
ROLES = ("province", "city", "manager", "operator")
TABS = ("by", "tab", "product", "view", "state")
#: What a partial asks for besides its address.
ASKED = {
    "thresholds_preview": "?code=unified_fall&value=20",
    "api_thresholds_preview": "?code=unified_fall&value=0.2",
}
#: Pages and partials of one request, alert or question, by who must be able to open them.
NEEDED = {
    "province": set(),
    "city": {"inbox_impact", "api_adjustment", "anomaly_alerts_alert",
             "api_anomaly_alerts_alert", "thresholds_preview"},
    "manager": {"adjustments_request", "api_adjustment", "anomaly_alerts_alert",
                "api_anomaly_alerts_alert", "questions_one", "api_question"},
    "operator": {"questions_one", "api_question"},
}  # fmt: skip
LEFT_OUT = {"logout", "readyz", "api_schema"}


@dataclass
class Spent:
    """Count what one request asks of the database."""

    n_queries: int = 0
    n_rows: int = 0
    said: list[str] = field(default_factory=list)

    def __call__(self, execute, sql, params, many, context):
        answer = execute(sql, params, many, context)
        if not sql.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")):
            self.n_queries += 1
            self.n_rows += max(context["cursor"].rowcount, 0)
            self.said.append(sql)
        return answer


def budget() -> dict[str, dict[str, int]]:
    return tomllib.loads(FILE.read_text())


def spent_on(client, address) -> tuple[Spent, int, str]:
    """Return what a request cost, its status and its text."""
    spent = Spent()
    with connection.execute_wrapper(spent):
        response = client.get(address)
        if response.streaming:
            text = b"".join(response.streaming_content)[:1].decode("latin-1")
        else:
            text = response.content.decode("utf-8", "replace")
    return spent, response.status_code, text


@pytest.fixture
def work(published) -> dict[str, int]:
    """Leave what people work on: a request, an escalated alert, a question; name each."""
    manager = scope_for(published.manager, timezone.localdate())
    group = groups_of(published, published.manager_code)[0]
    request = request_adjustment(
        actor=manager,
        group_code=group.group_code,
        requested_grade="A2" if group.effective_grade == "A1" else "A1",
        reason="总部已签署三年合作协议",
        validity_months=6,
    )
    alert = open_alerts(manager).first()
    item = Item(alert.pk, alert.version)
    take_step(actor=manager, item=item, ask=Ask(Step.ESCALATE, note="请地市协调"))
    question = ask_question(
        actor=manager, at="/contribution/", figure_code="unified_pay_li", figure_label="统付收入",
        value_shown="1", text="与上月差异较大",
    )  # fmt: skip
    return {"adjustment_id": request.pk, "alert_id": alert.pk, "question_id": question.pk}


def paths(published, work) -> Iterator[tuple[str, str]]:
    """Yield every address with its name, arguments filled in."""
    group = groups_of(published, published.manager_code)[0].group_code
    batch, model = ImportBatch.objects.latest("pk"), ScoreModel.objects.latest("pk")
    known = {
        "group_code": group, "month": str(published.months[-1]), "run_id": published.run,
        "batch_id": batch.pk, "model_id": model.pk, "user_id": published.manager.pk, **work,
    }  # fmt: skip
    for each in addresses():
        names = re.findall(r"<(?:\w+:)?(\w+)>", each.pattern)
        if each.name in LEFT_OUT:
            continue
        try:
            path = reverse(each.name, kwargs={n: known.get(n, "1") for n in names})
            yield each.name, path + ASKED.get(each.name, "")
        except NoReverseMatch:
            continue


def tabs_of(path: str, text: str) -> Iterator[str]:
    """Yield the queries of a page's own tabs."""
    seen = set()
    for link in re.findall(r'href="([^"]+)"', text):
        parts = urlsplit(unescape(link))
        asked = [pair for pair in parse_qsl(parts.query) if pair[0] in TABS]
        if parts.path in ("", path) and asked:
            seen.add(urlencode(asked))
    yield from sorted(seen)


def measured(published, role, work) -> dict[str, Spent]:
    """Return the cost of every page this role may open: name → what was spent."""
    client = client_of(getattr(published, role))
    client.raise_request_exception = False
    found: dict[str, Spent] = {}
    for name, path in paths(published, work):
        spent, status, text = spent_on(client, path)
        if status != 200:
            continue
        found[name] = spent
        if path.startswith("/api/"):
            continue
        for tab in tabs_of(path, text):
            spent, status, _text = spent_on(client, f"{path}?{tab}")
            label = re.sub(r"(product|state)=[^&]*", r"\1", tab)
            if status == 200:
                found[f"{name}?{label}"] = spent
    return found


@pytest.mark.parametrize("role", ROLES)
def test_every_page_keeps_to_its_number_of_queries_and_rows(published, work, role):
    found, allowed = measured(published, role, work), budget().get(role, {})
    if os.environ.get("GCVA_WRITE_BUDGET"):
        write(role, {name: spent.n_queries for name, spent in found.items()})
        allowed = budget()[role]
    assert len(found) > (10 if role == "operator" else 40)
    over = {
        name: (spent.n_queries, [line[:120] for line in spent.said])
        for name, spent in found.items()
        if spent.n_queries > allowed.get(name, MOST_QUERIES)
    }
    assert NEEDED[role] <= set(found), "a page of the work people do is measured"
    assert over == {}, "raise the number in query_budget.toml only for a reason"
    assert {name: spent.n_rows for name, spent in found.items() if spent.n_rows > MOST_ROWS} == {}


def test_the_budget_allows_no_page_more_than_the_limit():
    assert {
        (role, name): n
        for role, pages in budget().items()
        for name, n in pages.items()
        if n > MOST_QUERIES
    } == {}


def write(role: str, counts: dict[str, int]) -> None:
    known = {**(budget() if FILE.exists() else {}), role: counts}
    lines = ["# Queries of each page by role: address name (with its tab) = number.", ""]
    for each in ROLES:
        lines += [f"[{each}]"]
        lines += [f'"{name}" = {n}' for name, n in sorted(known.get(each, {}).items())]
        lines += [""]
    FILE.write_text("\n".join(lines).rstrip() + "\n")
