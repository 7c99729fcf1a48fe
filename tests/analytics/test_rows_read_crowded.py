"""A city of thousands of account managers is named, listed, searched and exported all the same."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.analytics.crowd import MORE, crowd
from tests.analytics.published import Published, client_of
from tests.once import kept_back


@dataclass(frozen=True)
class Crowded:
    """Hold the province with its crowded city, and a page as it was before the crowd."""

    published: Published
    thresholds_before: str


@pytest.fixture(scope="module")
def crowded_world(published_world, django_db_blocker) -> Iterator[Crowded]:
    """Crowd the city once for this file."""
    with django_db_blocker.unblock(), kept_back(settings.GCVA_VAR):
        before = client_of(published_world.city).get("/thresholds/").content.decode()
        crowd(published_world)
        yield Crowded(published_world, before)


@pytest.fixture
def crowded(crowded_world, db) -> Crowded:
    """Return the crowded city; plans go by index wherever one fits, as on large tables."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    return crowded_world


def test_a_crowded_city_says_why_it_shows_counties_and_exports_everybody(crowded):
    client = client_of(crowded.published.city)
    page = client.get("/grading/?by=account_manager").content.decode()
    assert "本市客户经理超过 500 位" in page
    link = re.search(r'href="(/grading/export/\?[^"]*by=account_manager[^"]*)"', page)
    assert link
    assert "JT" not in page or "按县区" in page
    answer = client.get("/grading/export/?by=account_manager&format=csv")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    assert text.count("刘") >= MORE


def test_the_home_report_of_a_crowded_city_names_those_it_shows_and_counts_all(crowded):
    client = client_of(crowded.published.city)
    with CaptureQueriesContext(connection) as asked:
        page = client.get("/").content.decode()
    lines = [each["sql"] for each in asked if "\"level\" = 'account_manager'" in each["sql"]]
    runs = {re.search(r'"run" IN \(([^)]*)\)', sql)[1] for sql in lines}
    assert runs == {str(crowded.published.run)}, "thousands are not compared with the month before"
    said = re.search(r"([\d,]+) 行", page)
    assert said and int(said[1].replace(",", "")) > MORE
    assert page.count("刘") >= 40  # fifty a page, by name and not by number
    assert "MORE0" not in re.sub(r'(href|hx-get|data-[a-z]+)="[^"]*"', "", page)


def test_a_crowded_city_finds_an_account_manager_for_thresholds_by_name(crowded):
    assert 'name="am"' in crowded.thresholds_before
    client = client_of(crowded.published.city)
    page = client.get("/thresholds/").content.decode()
    assert (
        "<option"
        not in page[: page.index("</header>", page.index("gc-th-table"))].split("gc-th-table")[-1]
    )
    assert "/places/?page=thresholds" in page
    found = client.get("/places/?page=thresholds&q=0042").content.decode()
    assert "/thresholds/?am=MORE00042" in found
