"""Pages ask few questions, and totals never read rows of groups."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.analytics.published import client_of, groups_of

MAX_QUERIES = 12
NOT_THE_PAGE = ("set_config", 'FROM "django_session"', 'FROM "accounts_user"')
PAGES = [
    ("province", "/"),
    ("province", "/grading/"),
    ("province", "/grading/?compare=yoy"),
    ("province", "/grading/?unit={city}"),
    ("province", "/grading/?unit={city}&am={manager}"),
    ("province", "/grading/groups/{group}/"),
    ("province", "/grading/groups/{group}/?tab=members"),
    ("province", "/grading/groups/{group}/?tab=products"),
    ("province", "/grading/groups/{group}/?tab=income"),
    ("province", "/grading/groups/{group}/?tab=service"),
    ("province", "/api/v1/groups/{group}/?section=timeline"),
    ("city", "/"),
    ("city", "/grading/"),
    ("city", "/grading/?by=account_manager"),
    ("city", "/grading/?am={manager}"),
    ("manager", "/"),
    ("manager", "/grading/"),
    ("manager", "/grading/?q=gs&grade=C&sort=-score"),
    ("manager", "/grading/groups/{group}/"),
    ("manager", "/grading/groups/{group}/?tab=members"),
    ("manager", "/grading/groups/{group}/?tab=products"),
    ("manager", "/grading/groups/{group}/?tab=income"),
    ("manager", "/grading/groups/{group}/?tab=service"),
    ("manager", "/api/v1/groups/{group}/?section=timeline"),
    ("operator", "/imports/"),
    ("province", "/places/"),
    ("province", "/places/?parent={city}"),
    ("province", "/search/?q=gs"),
    ("province", "/api/v1/months/"),
    ("province", "/api/v1/units/"),
    ("province", "/api/v1/home/"),
    ("province", "/api/v1/grading/"),
    ("manager", "/api/v1/grading/groups/"),
    ("manager", "/api/v1/grading/groups/{group}/"),
]


def ask(published, persona, path):
    keys = {
        "city": published.city_code,
        "manager": published.manager_code,
        "group": groups_of(published, published.manager_code)[0].group_code,
    }
    client = client_of(getattr(published, persona))
    with CaptureQueriesContext(connection) as asked:
        response = client.get(
            path.format(**keys), headers={"HX-Request": "true"} if "/search/" in path else {}
        )
    assert response.status_code == 200, path
    # signing in, savepoints of the test and writing the opening are not reading the page
    read = [each["sql"] for each in asked if each["sql"].startswith("SELECT")]
    return [sql for sql in read if not any(word in sql for word in NOT_THE_PAGE)]


@pytest.mark.parametrize(("persona", "path"), PAGES)
def test_a_page_asks_at_most_twelve_questions(published, persona, path):
    asked = ask(published, persona, path)
    assert len(asked) <= MAX_QUERIES, "\n".join(asked)


@pytest.mark.parametrize(
    ("persona", "path"),
    [
        (persona, path)
        for persona, path in PAGES
        if persona in ("province", "city")
        and path
        in ("/", "/grading/", "/grading/?by=account_manager", "/api/v1/home/", "/api/v1/grading/")
    ],
)
def test_totals_never_read_rows_of_groups(published, persona, path):
    assert not [sql for sql in ask(published, persona, path) if "mart_group" in sql]
