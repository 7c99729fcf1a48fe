"""The small marts beside the totals say what the groups themselves say."""

from __future__ import annotations

import math

from analytics.income_composition.steps import sizes_of
from analytics.masking import masked_units
from warehouse.mart_models import GroupMonth, OrgConcentration, OrgMask, OrgMonth


def test_the_concentration_of_a_unit_is_that_of_its_groups(published):
    for level, city in (("province", "*"), ("city", published.city_code)):
        groups = GroupMonth.objects.in_run(published.run).shown()
        if city != "*":
            groups = groups.filter(city_code=city)
        incomes = sorted(groups.values_list("total_income_li", flat=True), reverse=True)
        points = OrgConcentration.objects.in_run(published.run).filter(level=level, city_code=city)
        assert points.count() == 21
        for row in points:
            n_top = min(10, len(incomes))
            if row.point:
                n_top = math.ceil(len(incomes) * row.point / 20)
            assert (row.n_groups, row.n_top) == (len(incomes), n_top)
            assert (row.income_li, row.top_li) == (sum(incomes), sum(incomes[:n_top]))


def test_every_unit_of_a_month_is_masked_or_not(published):
    totals = OrgMonth.objects.in_run(published.run).rolled_up()
    sizes = sizes_of(totals.order_by("level").values())
    stored = {
        (row.level, row.city_code, row.county_code, row.account_manager_code): row.masked
        for row in OrgMask.objects.in_run(published.run)
    }
    assert stored.keys() == sizes.keys()
    assert {key for key, masked in stored.items() if masked} == masked_units(sizes)
    assert any(stored.values()) and not all(stored.values())
