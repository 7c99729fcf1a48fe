"""What a page reads does not grow with the number of account managers below the place shown.

The published province gets 8 000 more account managers in its largest city, 700 of them with
logins and rows in every total by unit. Each page of the city is then explained: what Postgres read
for it must stay what it was, whatever their number. The home report alone reads a line for each.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import AccountManager, OrgUnit, User
from bench.plans import explained
from tests.analytics.published import client_of
from warehouse.mart_models import MODELS

MORE, PEOPLE = 700, 8000
SLACK = 550  # a page of fifty names, and the 501 that say "too many to compare"
PAGES = (
    "/profile/", "/thresholds/", "/adjustments/", "/inbox/", "/inbox/delegations/",
    "/places/?q=%E5%BC%A0", "/exports/", "/notifications/", "/questions/", "/views/",
    "/search/?q=%E5%AD%A6%E6%A0%A1",
    *(
        f"/{room}/{tab}"
        for room in (
            "grading", "member_analysis", "product_usage", "contribution", "income_composition",
            "grade_changes", "price_elasticity", "anomaly_alerts",
        )
        for tab in ("", "?by=county", "?by=account_manager")
    ),
)  # fmt: skip


def rows_read(client, address: str) -> int:
    """Return how many rows Postgres reads for a page, those it throws away included."""
    with CaptureQueriesContext(connection) as asked:
        response = client.get(address)
    assert response.status_code in (200, 302), (address, response.status_code)
    queries = [each["sql"] for each in asked.captured_queries]
    return sum(plan.rows for plan in explained(connection, queries))


@pytest.fixture
def city(published) -> Iterator[tuple]:
    """Return the city's reader; plans go by index wherever one fits, as on large tables."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    yield client_of(published.city), published


def crowd(published) -> None:
    """Give the city many more account managers: people, logins, and lines of every total."""
    home = OrgUnit.objects.get(code=published.city_code)
    people = [f"MORE{n:05d}" for n in range(PEOPLE)]
    codes = people[:MORE]  # those with groups
    AccountManager.objects.bulk_create(
        AccountManager(code=code, name=f"刘{code[-4:]}", city=home) for code in people
    )
    User.objects.bulk_create(
        User(username=code.lower(), role="account_manager", account_manager_id=code)
        for code in codes
    )
    filled = ["accounts_accountmanager", "accounts_user"]
    with connection.cursor() as cursor:
        for model in MODELS.values():
            names = [field.column for field in model._meta.concrete_fields]
            if not {"level", "account_manager_code"} <= set(names):
                continue
            shown = ", ".join(n if n != "account_manager_code" else "c.code" for n in names)
            cursor.execute(
                f"INSERT INTO {model._meta.db_table} ({', '.join(names)})"
                f" SELECT {shown} FROM {model._meta.db_table} AS t"
                f" CROSS JOIN unnest(%s) AS c(code)"
                f" WHERE level = 'account_manager' AND account_manager_code = %s",
                [codes, published.manager_code],
            )
            filled += [model._meta.db_table] if cursor.rowcount else []
        assert len(filled) >= 7, "every total an account manager has a line in"
        cursor.execute(f"ANALYZE {', '.join(filled)}")


def test_pages_read_no_more_when_a_city_has_thousands_of_account_managers_more(city):
    client, published = city
    before = {address: rows_read(client, address) for address in PAGES}
    crowd(published)
    after = {address: rows_read(client, address) for address in before}
    assert {
        address: (before[address], after[address])
        for address in PAGES
        if after[address] > before[address] + SLACK
    } == {}


def test_a_crowded_city_says_why_it_shows_counties_and_exports_everybody(city):
    client, published = city
    crowd(published)
    page = client.get("/grading/?by=account_manager").content.decode()
    assert "本市客户经理超过 500 位" in page
    link = re.search(r'href="(/grading/export/\?[^"]*by=account_manager[^"]*)"', page)
    assert link
    assert "JT" not in page or "按县区" in page
    answer = client.get("/grading/export/?by=account_manager&format=csv")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    assert text.count("刘") >= MORE


def test_the_home_report_of_a_crowded_city_names_those_it_shows_and_counts_all(city):
    client, published = city
    crowd(published)
    with CaptureQueriesContext(connection) as asked:
        page = client.get("/").content.decode()
    lines = [each["sql"] for each in asked if "\"level\" = 'account_manager'" in each["sql"]]
    runs = {re.search(r'"run" IN \(([^)]*)\)', sql)[1] for sql in lines}
    assert runs == {str(published.run)}, "thousands are not compared with the month before"
    said = re.search(r"([\d,]+) 行", page)
    assert said and int(said[1].replace(",", "")) > MORE
    assert page.count("刘") >= 40  # fifty a page, by name and not by number
    assert "MORE0" not in re.sub(r'(href|hx-get|data-[a-z]+)="[^"]*"', "", page)


def test_a_crowded_city_finds_an_account_manager_for_thresholds_by_name(city):
    client, published = city
    assert 'name="am"' in client.get("/thresholds/").content.decode()
    crowd(published)
    page = client.get("/thresholds/").content.decode()
    assert (
        "<option"
        not in page[: page.index("</header>", page.index("gc-th-table"))].split("gc-th-table")[-1]
    )
    assert "/places/?page=thresholds" in page
    found = client.get("/places/?page=thresholds&q=0042").content.decode()
    assert "/thresholds/?am=MORE00042" in found
