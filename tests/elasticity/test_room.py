"""The room over published months: page, export and API say the same, to whom they are for.

A folder of its own: the months written by hand must be the only published ones.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.html import strip_tags

from accounts.models import User
from tests.analytics.published import client_of
from tests.analytics.test_price_elasticity_steps import MONTHS, extracts_of
from tests.once import kept_back
from warehouse.mart_models import GroupElasticity, OrgElasticity


@dataclass(frozen=True)
class World:
    """Hold seven published months written by hand and their readers."""

    run: int
    province: User
    city: User
    manager: User


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[World]:
    with django_db_blocker.unblock(), kept_back(tmp_path_factory.mktemp("prices")):
        yield publish_by_hand()


def publish_by_hand() -> World:
    from accounts.provision import create_demo_users
    from scoring.actions import ensure_default_model
    from tests.warehouse.worlds import run, take_in_by_hand

    ensure_default_model()
    made = 0
    for k, month in enumerate(MONTHS):
        take_in_by_hand(month, extracts_of(k, priced=True))
        made = run(month).pk
    create_demo_users()
    return World(
        run=made,
        province=User.objects.get(role=User.Role.PROVINCE),
        city=User.objects.get(role=User.Role.CITY),
        manager=User.objects.get(account_manager_id="MA1"),
    )


@pytest.fixture
def prices(world, db) -> World:
    return world


def page(user, path):
    response = client_of(user).get(path)
    assert response.status_code == 200, (path, response.status_code)
    parts = response.streaming_content if response.streaming else [response.content]
    return b"".join(parts).decode()


def api(user, path):
    response = client_of(user).get(f"/api/v1/price_elasticity/{path}")
    assert response.status_code == 200, response.content
    return response.json()


def exported(user, query):
    text = page(user, f"/price_elasticity/export/?format=csv&{query}")
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


def test_an_account_manager_reads_the_example_of_the_definition_on_the_cards(prices):
    said = api(prices.manager, "?stream=unified")["streams"]["unified"]
    assert said["eta"] == pytest.approx(-0.1765, abs=1e-4)
    assert said["epsilon"] == pytest.approx(-1.174, abs=1e-4)
    html = page(prices.manager, "/price_elasticity/?stream=unified")
    assert "−0.18" in html and "−1.17" in html
    assert "价格每降 1%，收入约升" in html


def test_the_api_answers_the_course_over_the_months_as_masked_as_the_page(prices):
    own = api(prices.manager, "?stream=unified")
    course = own["course"]["unified"]
    assert len(course) == 13
    assert course[-1] == {"month": own["place"]["month"], "value": own["streams"]["unified"]["eta"]}
    of_all = api(prices.province, "?stream=unified")["course"]["unified"]
    assert [point["value"] for point in of_all] == [None] * 13


def test_management_never_reads_an_elasticity_over_one_or_two_groups(prices):
    """Two of seven are measurable: no door shows η or ε, every door shows how many there are."""
    for user, by in ((prices.province, ""), (prices.city, "county"), (prices.city,
                     "account_manager"), (prices.city, "")):  # fmt: skip
        query = f"?stream=unified&by={by}"
        said = api(user, query)
        for unit in (said["streams"]["unified"], *said["units"]):
            assert unit["masked"] is (0 < unit["n_measured"] < 3)
            if unit["masked"]:
                assert unit["eta"] is unit["epsilon"] is unit["rank"] is None
        html = page(user, f"/price_elasticity/{query}")
        assert "可测算集团少于 3 个，弹性不显示" in html
        assert "弹性已屏蔽" in html and ">已屏蔽<" in html and "&lt;3" not in html
        for row in exported(user, f"stream=unified&by={by}"):
            if int(row["可测算集团"]):
                assert row["收入弹性 η"] == row["需求弹性 ε"] == "已屏蔽"
    whole = api(prices.province, "?stream=unified")["streams"]["unified"]
    assert (whole["n_measured"], whole["n_groups"]) == (2, 7)  # nothing is abnormal here
    assert set(whole["refused"].values()) <= {0, 1, 2}
    assert whole["income_li"] > 0
    person = api(prices.city, "?am=MA1&stream=unified")["streams"]["unified"]
    assert person["masked"] and person["eta"] is None


def test_units_add_up_on_page_and_in_api(prices):
    for user, by in (
        (prices.province, ""),
        (prices.city, "county"),
        (prices.city, "account_manager"),
    ):
        said = api(user, f"?stream=unified&by={by}")
        assert said["reconciled"] is True
        whole = said["streams"]["unified"]
        for name in ("n_groups", "n_measured", "income_li"):
            assert sum(unit[name] for unit in said["units"]) == whole[name], (by, name)
        html = page(user, f"/price_elasticity/?stream=unified&by={by}")
        assert "合计与上级一致" in html


def test_the_income_beside_the_bar_is_that_of_the_other_rooms(prices):
    said = api(prices.province, "")["streams"]
    home = client_of(prices.province).get("/api/v1/home/").json()
    of_home = {kpi["code"]: kpi["value"] for kpi in home["kpis"]}
    assert of_home["unified_pay_li"] == said["unified"]["income_li"]


def test_export_and_api_hold_the_same_units(prices):
    units = api(prices.city, "?stream=unified&by=county")["units"]
    rows = exported(prices.city, "stream=unified&by=county")
    assert len(rows) == len(units) == 2
    for unit, row in zip(units, rows, strict=True):
        assert row["县区"] == unit["name"]
        said = "已屏蔽" if unit["masked"] else "" if unit["eta"] is None else str(unit["eta"])
        assert row["收入弹性 η"] == said
        assert int(row["X5"]) == unit["refused"]["X5"]


def test_an_account_manager_reads_every_own_group_and_no_other(prices):
    own = set(
        GroupElasticity.objects.in_run(prices.run)
        .filter(account_manager_code="MA1", stream="unified")
        .values_list("group_code", flat=True)
    )
    rows = exported(prices.manager, "stream=unified")
    said = api(prices.manager, "groups/?stream=unified")
    assert {row["集团编码"] for row in rows} == own
    assert {row["group_code"] for row in said["results"]} == own
    html = page(prices.manager, "/price_elasticity/?stream=unified")
    assert all(code in html for code in own) and "GX5" not in html
    by_code = {row["group_code"]: row for row in said["results"]}
    assert by_code["GA"]["changed_in"] == "2026-04"
    assert by_code["GX4"]["refusal"] == "X4"


def test_filters_narrow_list_export_and_api_alike(prices):
    query = "stream=unified&refusal=X4"
    assert [row["集团编码"] for row in exported(prices.manager, query)] == ["GX4"]
    assert [row["group_code"] for row in api(prices.manager, f"groups/?{query}")["results"]] == [
        "GX4"
    ]


def test_management_sees_totals_and_never_a_group(prices):
    for path in ("", "?by=segments", "?am=MA1", "?unit=A01", "?stream=personal"):
        html = page(prices.city, f"/price_elasticity/{path}")
        assert not any(f">{code}<" in html for code in ("GA", "GX1", "GX4"))
    client = client_of(prices.city)
    for path in ("/price_elasticity/?by=groups", "/price_elasticity/export/?by=groups&am=MA1"):
        assert client.get(path).status_code == 403
    assert client.get("/api/v1/price_elasticity/groups/?am=MA1").status_code == 403


@pytest.mark.parametrize("stream", ["ict", "unified", "personal"])
@pytest.mark.parametrize("by", ["city", "segments"])
def test_every_view_of_the_province_is_a_page_of_at_most_twelve_queries(prices, stream, by):
    client = client_of(prices.province)
    client.get("/price_elasticity/")
    with CaptureQueriesContext(
        connection,
    ) as seen:
        response = client.get(f"/price_elasticity/?stream={stream}&by={by}")
    assert response.status_code == 200
    of_marts = [each for each in seen.captured_queries if "mart_" in each["sql"]]
    assert len(of_marts) <= 12, len(of_marts)


@pytest.mark.parametrize("month", MONTHS, ids=str)
def test_every_month_has_a_page_from_the_first_on(prices, month):
    for user in (prices.province, prices.manager):
        html = page(user, f"/price_elasticity/?month={month}")
        if month != MONTHS[-1]:
            assert "本月没有可测算的集团" in html
            assert "主要原因是前后不足 3 个月" in strip_tags(html)


def test_a_run_made_before_elasticities_says_that_there_are_none(prices):
    OrgElasticity.objects.in_run(prices.run).delete()
    assert "尚未计算弹性" in page(prices.province, "/price_elasticity/")
    assert api(prices.province, "")["streams"]["ict"]["eta"] is None


def test_a_month_that_is_not_published_says_so(prices):
    assert "尚未发布" in page(prices.province, "/price_elasticity/?month=2020-01")
    answer = client_of(prices.province).get("/api/v1/price_elasticity/?month=2020-01")
    assert answer.status_code == 409
