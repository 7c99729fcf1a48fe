"""A month with the least that may come in: pages say what is missing, and none fails.

Only groups and members came; no products, orders, prices, people or operating income. One group has
no members, one brings nothing at all, one was lost since the month before; nobody uses anything.
"""

from __future__ import annotations

import pytest

from tests.bare.months import OCTOBER, SEPTEMBER
from tests.canary.crawl import Crawl
from tests.personas import client_of
from warehouse.models import PublishedMonth

ROOMS = (
    "", "grading/", "member_analysis/", "product_usage/", "contribution/", "income_composition/",
    "grade_changes/", "price_elasticity/", "anomaly_alerts/",
)  # fmt: skip
ROLES = ("province", "county_a01", "manager_a1", "manager_a2")


@pytest.mark.live
@pytest.mark.parametrize("persona", ["province", "city_a", "manager_a1"])
def test_no_page_file_or_endpoint_fails_on_a_bare_month(people, persona):
    crawl = Crawl(client_of(people, persona), ("G1", "G2", "G3", "G4", "G5"), brief=True)
    answers = crawl.walk()
    assert len(answers) > 120
    assert [each for each in answers if each.status >= 500] == []


@pytest.mark.parametrize("persona", ROLES)
def test_every_room_opens_in_the_first_and_in_the_last_month(people, persona):
    client = client_of(people, persona)
    for month in (SEPTEMBER, OCTOBER):
        for room in ROOMS:
            answer = client.get(f"/{room}?month={month}")
            assert answer.status_code == 200, (room, month)
            text = answer.content.decode()
            assert "依据的历史账期已重新发布" not in text, room
            assert "Traceback" not in text and "nan" not in text.lower().split(), room
            assert ">None<" not in text and ">NaN<" not in text, (room, month)


def test_what_is_missing_is_named_and_never_shown_as_nought(people):
    client = client_of(people, "manager_a1")
    said = client.get("/api/v1/product_usage/").json()
    assert {kpi["value"] for kpi in said["kpis"]} <= {None, 0.0}
    members = client.get("/api/v1/member_analysis/").json()
    ratios = [kpi for kpi in members["kpis"] if kpi["code"] == "retention_ratio"]
    assert [kpi["value"] for kpi in ratios] in ([None], [])
    html = client.get("/contribution/").content.decode()
    assert "—" in html


def test_a_group_without_members_opens_in_every_tab(people):
    client = client_of(people, "manager_a1")
    for code in ("G2", "G3"):
        for tab in ("basic", "members", "products", "income", "service"):
            answer = client.get(f"/grading/groups/{code}/?tab={tab}")
            assert answer.status_code == 200, (code, tab)


def test_a_withdrawn_month_says_so_and_the_later_one_names_its_history(people):
    rows = PublishedMonth.objects.filter(month_index=SEPTEMBER.index)
    assert rows.update(run=None) == 1
    for persona in ("city_a", "manager_a1"):
        client = client_of(people, persona)
        for room in ROOMS:
            gone = client.get(f"/{room}?month={SEPTEMBER}").content.decode()
            assert "2026年9月尚未发布" in gone, room
            later = client.get(f"/{room}?month={OCTOBER}").content.decode()
            assert (
                "依据的历史账期已重新发布" in later and "2026年9月已重新发布或取消发布" in later
            ), room
    group = client_of(people, "manager_a1").get("/grading/groups/G1/").content.decode()
    assert "依据的历史账期已重新发布" in group
