"""A field closed to its reader is refused as column, filter, sort key, export column and API field;
it is never silently dropped, and never silently used."""

from __future__ import annotations

import pytest

from accounts.policies import FIELD_READERS
from tests.analytics.published import client_of, groups_of

CLOSED = sorted(
    field.removeprefix("group.") for field in FIELD_READERS if field.startswith("group.")
)
WAYS = ("sort={}", "sort=-{}", "{}=5", "columns=name,{}", "fields=name,{}")
ROOMS = (
    "grading", "member_analysis", "product_usage", "contribution", "income_composition",
    "grade_changes", "price_elasticity", "anomaly_alerts",
)  # fmt: skip


def doors(room: str, where: str) -> tuple[str, ...]:
    """Return every address of a room that shows rows: its page, its file, its endpoints."""
    return (
        f"/{room}/?{where}",
        f"/{room}/export/?{where}&format=csv",
        f"/api/v1/{room}/?{where}",
        f"/api/v1/{room}/groups/?{where}",
    )


def named(field: str, way: str) -> str:
    return way.format(field)


@pytest.mark.parametrize("room", ROOMS)
def test_a_closed_field_of_groups_is_refused_by_every_door(published, room):
    """Ask for the rows of one account manager, where a list may be open at all."""
    client = client_of(published.city)
    where = f"unit={published.city_code}&am={published.manager_code}&by=group"
    for place, field in enumerate(CLOSED):
        way = named(field, WAYS[place % len(WAYS)])
        if room == "income_composition" and field.endswith("_li"):
            continue  # its totals bear these names; its rows are shut altogether (below)
        for door in doors(room, where):
            assert client.get(f"{door}&{way}").status_code == 403, (door, way)


@pytest.mark.parametrize("way", WAYS)
def test_a_closed_field_is_refused_in_whatever_way_it_is_named(published, way):
    for user in (published.province, published.city):
        client = client_of(user)
        for field in ("roaming_li", "prev_effective_grade"):
            for door in doors("contribution", f"am={published.manager_code}&by=group"):
                assert client.get(f"{door}&{named(field, way)}").status_code == 403, (door, field)


@pytest.mark.parametrize("room", ["income_composition", "grade_changes"])
@pytest.mark.parametrize("persona", ["province", "city"])
def test_rows_of_groups_are_shut_to_management_where_only_totals_are_shown(
    published, room, persona
):
    client = client_of(getattr(published, persona))
    where = f"unit={published.city_code}&am={published.manager_code}"
    group = groups_of(published, published.manager_code)[0]
    assert client.get(f"/api/v1/{room}/groups/?{where}").status_code == 403
    assert client.get(f"/api/v1/{room}/groups/").status_code == 403
    asked = ("", "&by=group", "&by=groups", "&tab=groups", "&sort=group_code", "&q=" + group.name)
    for more in asked:
        for door in doors(room, where)[:3]:
            answer = client.get(f"{door}{more}")
            text = b"".join(answer.streaming_content) if answer.streaming else answer.content
            assert answer.status_code in (200, 403), (door, more)
            typed = text.decode().replace("q=" + group.name, "")
            assert group.group_code not in typed, (door, more)


@pytest.mark.parametrize("section", ["members", "income", "service"])
def test_closed_sections_of_one_group_stay_shut_by_page_and_api(published, section):
    code = groups_of(published, published.manager_code)[0].group_code
    client = client_of(published.city)
    assert client.get(f"/api/v1/groups/{code}/members/").status_code == 403
    answer = client.get(
        f"/grading/groups/{code}/?tab={section}",
        headers={"HX-Request": "true", "HX-Target": "table-members"},
    )
    assert answer.status_code == 403 if section == "members" else answer.status_code in (200, 403)


def test_only_the_province_crosses_the_dimensions(published):
    asked = "rows=city&columns=grade&measure=total_income_li"
    for user in (published.city, published.manager, published.operator):
        client = client_of(user)
        for door in doors("multi_dimensional", asked)[:3]:
            assert client.get(door).status_code == 403, (user, door)
            for way in ("sort=-total", "grade=A1", "industry=edu", "columns=grade"):
                assert client.get(f"{door}&{way}").status_code == 403, (user, door, way)


def test_the_account_manager_may_name_every_field_of_the_own_groups(published):
    client = client_of(published.manager)
    for field in CLOSED:
        assert client.get(f"/income_composition/?sort=-{field}").status_code == 200
        assert client.get(f"/api/v1/grade_changes/groups/?sort={field}").status_code == 200
