"""A month without orders, products, operating income and history says what is missing."""

from __future__ import annotations

import pytest

from tests.analytics.published import client_of
from tests.once import kept_back
from tests.permissions.worlds import KINDS, MONTH
from tests.personas import build_org, build_people
from tests.warehouse.worlds import run, take_in_by_hand


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker, tmp_path_factory):
    """Publish one month that holds nothing but groups and members."""
    from scoring.actions import ensure_default_model

    with django_db_blocker.unblock(), kept_back(tmp_path_factory.mktemp("members_only")):
        people = build_people(build_org())
        ensure_default_model()
        kept = ("org_units", "account_managers", "industries", "groups", "members")
        take_in_by_hand(MONTH, {kind: KINDS[kind] for kind in kept})
        run(MONTH)
        yield people


@pytest.fixture
def members_only(world, db):
    """Return the people; what a test writes is taken back after it."""
    return world


@pytest.mark.parametrize("persona", ["province", "city_a", "county_a01", "manager_a1"])
def test_contribution_says_what_is_missing(members_only, persona):
    client = client_of(members_only[persona])
    html = client.get("/contribution/").content.decode()
    assert "本月没有订购数据" in html
    assert ("本月没有运营收入数据" in html) == (persona != "manager_a1")
    total = client.get("/api/v1/contribution/").json()["total"]
    assert total["total_income_li"] is None and total["unified_pay_li"] is None
    assert total["personal_bill_li"] > 0 and total["arpu_li"] is None
    assert client.get("/contribution/export/?format=xlsx").status_code == 200


def test_a_small_province_is_masked_for_management_and_open_to_its_account_managers(members_only):
    # four groups in all; each city, county and account manager has one or two
    said = client_of(members_only["province"]).get("/api/v1/income_composition/").json()
    assert said["total"]["masked"] is False and said["total"]["fee_total_li"] == 46_000
    assert [unit["masked"] for unit in said["units"]] == [True, True]
    assert sum(unit["n_groups"] for unit in said["units"]) == 4
    city = client_of(members_only["city_a"]).get("/api/v1/income_composition/").json()
    assert all(unit["masked"] and not any(unit["fees"].values()) for unit in city["units"])
    own = client_of(members_only["manager_a1"]).get("/api/v1/income_composition/").json()
    assert own["total"]["fees"]["roaming_li"] == 1000 and own["effects"] == []


@pytest.mark.parametrize("persona", ["province", "city_a", "county_a01", "manager_a1"])
def test_the_first_month_of_a_composition_has_no_change_and_says_so(members_only, persona):
    client = client_of(members_only[persona])
    html = client.get("/income_composition/").content.decode()
    assert "占比变化分解（环比）" not in html and "2026年9月未发布" in html
    assert client.get("/income_composition/export/?format=xlsx").status_code == 200
