"""What a page reads does not grow with the number of account managers below the place shown.

The published province gets thousands more account managers in its largest city (``crowd``). Each
page of the city is then explained: what Postgres read for it must stay what it was, whatever their
number. The home report alone reads a line for each.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bench.plans import explained
from tests.analytics.crowd import crowd
from tests.analytics.published import client_of

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
