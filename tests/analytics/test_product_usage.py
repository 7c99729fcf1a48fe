"""产品使用情况分析: page, export and API say the marts' numbers, to the readers they are for."""

from __future__ import annotations

import csv
import io
import statistics

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from analytics.product_usage.compute import MEASURES
from tests.analytics.published import client_of
from warehouse.mart_models import GroupMonth, GroupProductMonth, OrgMonth, OrgProductMonth
from warehouse.models import Product


def get(user, path):
    response = client_of(user).get(path)
    assert response.status_code == 200, (path, response.status_code)
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return content.decode()


def api(user, path=""):
    response = client_of(user).get(f"/api/v1/product_usage/{path}")
    assert response.status_code == 200, response.content
    return response.json()


def rows_of_file(user, query):
    return list(csv.DictReader(io.StringIO(get(user, f"/product_usage/export/?{query}")[1:])))


def test_every_product_is_the_sum_of_its_groups(published):
    rows = list(GroupProductMonth.objects.in_run(published.run))
    for said in api(published.province)["products"]:
        own = [row for row in rows if row.product_code == said["code"]]
        used = [row for row in own if (row.n_orders or 0) > 0 or (row.users or 0) > 0]
        assert said["n_groups_using"] == len(used), said["code"]
        for name in ("users", "member_users", "amount_li", "group_paid_li"):
            assert (said[name] or 0) == sum(getattr(row, name) or 0 for row in own), name


def test_the_main_products_agree_with_the_totals_by_unit(published):
    total = OrgMonth.objects.in_run(published.run).at_level("province").rolled_up().get()
    said = {row["code"]: row for row in api(published.province)["products"]}
    for role in ("switchboard", "ringback", "sms", "school", "bank", "police", "agri"):
        codes = [product.code for product in Product.objects.filter(role=role)]
        users = sum(said[code]["users"] or 0 for code in codes)
        assert users == (getattr(total, f"{role}_users") or 0), role


@pytest.mark.parametrize("level", ["city", "county", "account_manager"])
def test_every_level_of_the_mart_adds_up_to_the_province(published, level):
    def sums(of_level):
        rows = OrgProductMonth.objects.in_run(published.run).at_level(of_level).rolled_up()
        found = {}
        for row in rows:
            for name in MEASURES:
                key = row.product_code, name
                found[key] = found.get(key, 0) + (getattr(row, name) or 0)
        return found

    assert sums(level) == sums("province")


@pytest.mark.parametrize(
    ("persona", "by"), [("province", "city"), ("city", "county"), ("city", "account_manager")]
)
def test_one_product_reconciles_by_unit_on_page_in_api_and_export(published, persona, by):
    user = getattr(published, persona)
    product = Product.objects.get(role="ringback")
    query = f"by={by}&product={product.code}"
    said = api(user, f"?{query}")
    assert (said["by"], said["product"], said["reconciled"]) == (by, product.code, True)
    whole = next(row for row in said["products"] if row["code"] == product.code)
    for name in ("n_groups_using", "users", "amount_li", "n_groups", "n_members"):
        assert sum(unit[name] or 0 for unit in said["units"]) == whole[name], name
    exported = rows_of_file(user, f"{query}&format=csv")
    assert [row["编码"] for row in exported] == [unit["code"] for unit in said["units"]]
    assert [int(row["使用集团数"]) for row in exported] == [
        unit["n_groups_using"] for unit in said["units"]
    ]
    html = get(user, f"/product_usage/?{query}")
    assert f"{product.name}使用明细" in html
    assert "合计与上级一致" in html


def test_management_opens_the_groups_of_its_own_city_and_no_other(published):
    product = Product.objects.get(role="ringback")
    wanted = GroupProductMonth.objects.in_run(published.run).filter(
        product_code=product.code, city_code=published.city_code
    )
    wanted = {row.group_code for row in wanted if (row.n_orders or 0) or (row.users or 0)}
    query = f"by=groups&product={product.code}"
    exported = rows_of_file(published.city, query)
    assert {row["集团编码"] for row in exported} == wanted
    assert api(published.city, f"groups/?{query}")["n_rows"] == len(wanted)
    every = api(published.city, "groups/?by=groups")["n_rows"]
    assert f"{every} 行" in get(published.city, "/product_usage/?by=groups")
    assert "使用清单" in get(published.city, f"/product_usage/?{query}")


def test_a_list_is_searched_by_name(published):
    row = GroupProductMonth.objects.in_run(published.run).filter(
        account_manager_code=published.manager_code, n_orders__gt=0
    )[0]
    group = GroupMonth.objects.in_run(published.run).get(group_code=row.group_code)
    said = api(published.manager, f"groups/?by=groups&q={group.name}")["results"]
    assert said
    assert {one["name"] for one in said} == {group.name}


def similar_of(published, group, product_code):
    rows = GroupMonth.objects.in_run(published.run).shown()
    kind = rows.filter(industry_code=group.industry_code, size_band=group.size_band)
    codes = set(kind.values_list("group_code", flat=True))
    uses = GroupProductMonth.objects.in_run(published.run).filter(product_code=product_code)
    used = [
        row for row in uses if row.group_code in codes and ((row.n_orders or 0) or (row.users or 0))
    ]
    return len(codes), used


def test_what_a_group_lacks_is_what_its_similar_groups_use(published):
    said = api(published.manager, "groups/?by=lacking&size=200")["results"]
    assert said
    for one in said[:10]:
        group = GroupMonth.objects.in_run(published.run).get(group_code=one["group_code"])
        n_similar, used = similar_of(published, group, one["product_code"])
        assert one["group_code"] not in {row.group_code for row in used}
        assert one["share"] == pytest.approx(len(used) / n_similar)
        assert n_similar >= 3
        assert len(used) / n_similar >= 0.3
        users = [row.users for row in used if row.users is not None]
        if len(users) >= 3:
            assert one["users_median"] == pytest.approx(statistics.median(users))
        else:
            assert one["users_median"] is None


def test_one_group_stands_beside_similar_groups_and_none_is_named(published):
    lack = api(published.manager, "groups/?by=lacking&size=1")["results"][0]
    path = f"groups/{lack['group_code']}/"
    said = api(published.city, path)
    mine = next(row for row in said["products"] if row["product_code"] == lack["product_code"])
    assert (mine["is_used"], mine["lacks"]) == (False, True)
    assert mine["similar_share_ratio"] == lack["share"]
    html = get(published.manager, f"/product_usage/{path}")
    assert lack["name"] in html
    others = GroupMonth.objects.in_run(published.run).exclude(group_code=lack["group_code"])
    assert not [name for name in others.values_list("name", flat=True) if name in html]


def test_a_foreign_group_does_not_exist(published):
    foreign = GroupMonth.objects.in_run(published.run).shown()
    foreign = foreign.exclude(account_manager_code=published.manager_code)[0]
    for path in ("/product_usage/groups/{}/", "/api/v1/product_usage/groups/{}/"):
        answer = client_of(published.manager).get(path.format(foreign.group_code))
        assert answer.status_code == 404


def test_strict_access_keeps_the_lists_of_this_module_open(published, settings):
    settings.GCVA_ACCESS = "strict"
    html = get(published.city, "/product_usage/?by=groups")
    assert "/grading/groups/" not in html


@pytest.mark.parametrize(
    ("persona", "view", "at_most"),
    [
        ("province", "product", 12),
        ("province", "city", 13),
        ("province", "groups", 12),
        ("manager", "product", 12),
        ("manager", "groups", 12),
        ("manager", "lacking", 16),
    ],
)
def test_a_page_asks_few_questions(published, persona, view, at_most):
    client = client_of(getattr(published, persona))
    client.get(f"/product_usage/?by={view}")
    with CaptureQueriesContext(connection) as asked:
        client.get(f"/product_usage/?by={view}")
    assert len(asked) <= at_most, [each["sql"] for each in asked.captured_queries]


def test_the_list_of_the_api_asks_for_its_name_when_none_is_given(published):
    for user in (published.city, published.manager):
        response = client_of(user).get("/api/v1/product_usage/groups/")
        assert response.status_code == 400
        assert (response.json()["code"], response.json()["field"]) == ("list_not_named", "by")
