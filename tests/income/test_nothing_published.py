"""Before the first month is published both pages of income say so."""

from __future__ import annotations

from tests.analytics.published import client_of
from tests.personas import build_org, build_people


def test_nothing_published_is_said_on_both_pages(db):
    people = build_people(build_org())
    for room in ("contribution", "income_composition"):
        html = client_of(people["province"]).get(f"/{room}/").content.decode()
        assert "还没有发布任何账期" in html
