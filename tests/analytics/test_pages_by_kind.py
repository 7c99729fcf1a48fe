"""Grading by industry and by size: the same totals, cut another way."""

from __future__ import annotations

import re
from collections import Counter
from html import unescape

import pytest

from tests.analytics.asked import api, csv_rows, page, rows_of_table
from tests.analytics.published import client_of
from warehouse.models import GroupMonth


@pytest.mark.parametrize("persona", ["province", "city"])
@pytest.mark.parametrize(
    ("by", "column", "tab"),
    [("industry", "industry_code", "按行业"), ("size_band",) * 2 + ("按规模",)],
)
def test_a_unit_adds_up_by_industry_and_by_size(published, persona, by, column, tab):
    said = api(getattr(published, persona), f"grading/?by={by}")
    assert (said["by"], said["reconciled"]) == (by, True)
    shown = GroupMonth.objects.in_run(published.run).filter(excluded_reason="", is_on_net=1)
    if persona == "city":
        shown = shown.filter(city_code=published.city_code)
    counted = Counter(str(value) for value in shown.values_list(column, flat=True))
    assert {unit["code"]: unit["n_groups"] for unit in said["units"] if unit["n_groups"]} == counted
    html = page(getattr(published, persona), f"/grading/?by={by}")
    lines = rows_of_table(html, "units")
    assert re.search(rf'href="[^"]*by={by}[^>]*>\s*{tab}', html)
    for unit in said["units"]:
        assert any(unit["name"] in line and f"{unit['n_groups']:,}" in line for line in lines)
    assert ("/multi_dimensional/?" in html) is (persona == "province")
    exported = csv_rows(getattr(published, persona), f"/grading/export/?by={by}&format=csv")
    assert [int(row["集团客户数"]) for row in exported] == [u["n_groups"] for u in said["units"]]


def test_an_industry_of_grading_leads_to_cells_of_as_many_groups(published):
    unit = max(
        api(published.province, "grading/?by=industry")["units"], key=lambda u: u["n_groups"]
    )
    cells = api(published.province, f"multi_dimensional/?industry={unit['code']}")
    html = page(published.province, "/grading/?by=industry")
    assert f"industry={unit['code']}" in html
    assert cells["total"]["total"] == unit["n_groups"]


@pytest.mark.parametrize(
    ("by", "column"), [("industry", "industry_code"), ("size_band", "size_band")]
)
def test_an_account_managers_groups_add_up_by_kind_and_each_kind_leads_to_its_list(
    published, by, column
):
    said = api(published.manager, f"grading/?by={by}")
    assert (said["by"], said["reconciled"]) == (by, True)
    own = published.manager_code
    shown = GroupMonth.objects.in_run(published.run).filter(
        excluded_reason="", is_on_net=1, account_manager_code=own
    )
    counted = Counter(str(value) for value in shown.values_list(column, flat=True))
    assert {unit["code"]: unit["n_groups"] for unit in said["units"]} == counted
    for measure in ("n_rated", "n_a_class", "n_up", "n_down", "total_income_li"):
        assert sum(unit[measure] for unit in said["units"]) == said["total"][measure], measure
    html = page(published.manager, f"/grading/?by={by}")
    assert "合计与上级一致" in html
    for unit in said["units"]:
        link = re.search(rf'href="([^"]*[?&;]{by}={unit["code"]}(?:&amp;[^"]*)?)"', html)
        listed = page(published.manager, unescape(link[1]))
        assert 'id="table-groups"' in listed
        rows = api(published.manager, f"grading/groups/?{by}={unit['code']}")
        assert rows["n_rows"] == unit["n_groups"]
    exported = csv_rows(published.manager, f"/grading/export/?by={by}&format=csv")
    assert [int(row["集团客户数"]) for row in exported] == [u["n_groups"] for u in said["units"]]


def test_the_groups_of_the_api_are_groups_whatever_kind_is_asked_for(published):
    listed = api(published.manager, "grading/groups/?by=industry")
    assert listed == api(published.manager, "grading/groups/")


def test_where_lists_are_closed_a_portfolio_is_not_read_by_kind_either(published, settings):
    settings.GCVA_ACCESS = "strict"
    place = f"am={published.manager_code}&unit={published.city_code}"
    html = page(published.city, f"/grading/?{place}&by=industry")
    assert "集团清单不对管理角色开放" in html
    assert 'id="table-' not in html
    assert re.search(r">\s*按行业\s*<", html) is None
    assert api(published.city, f"grading/?{place}&by=industry")["units"] == []
    refused = client_of(published.city).get(f"/grading/export/?{place}&by=industry&format=csv")
    assert refused.status_code == 403
