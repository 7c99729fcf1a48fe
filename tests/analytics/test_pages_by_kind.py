"""Grading by industry and by size: the same totals, cut another way."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from tests.analytics.asked import api, csv_rows, page, rows_of_table
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


def test_an_account_manager_is_not_read_by_industry(published):
    said = api(published.manager, "grading/?by=industry")
    assert (said["by"], said["units"]) == ("", [])
    html = page(published.manager, "/grading/?by=industry")
    assert re.search(r">\s*按(行业|规模)\s*<", html) is None
