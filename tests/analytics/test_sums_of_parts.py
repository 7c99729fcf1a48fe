"""Counts and money of every unit are the sums of its parts, at each level, month and measure."""

from __future__ import annotations

import pytest
from django.db import connection

from scoring import overlay
from scoring.models import GradeInForce
from tests.analytics.published import client_of
from tests.analytics.sums import MEASURES, differences
from warehouse.mart_models import OrgQuerySet
from warehouse.marts import ORG_MONTH
from warehouse.models import GroupResult, OrgMonth
from warehouse.queries import published_runs


def test_every_unit_is_the_sum_of_its_parts_in_every_month(published):
    assert len(MEASURES) > 100
    runs = published_runs()
    assert [each.month for each in runs] == list(reversed(published.months))
    found = {str(each.month): differences(each.run) for each in runs}
    assert found == {str(month): [] for month in published.months}


def test_grades_approved_since_move_every_total_with_their_groups(published):
    first = published.months[-1].index
    codes = []
    for grade, approved in (("C", "A1"), ("B1", "A2"), ("A1", "B2"), ("NR", "B1"), ("A2", "C")):
        for each in GroupResult.objects.in_run(published.run).filter(effective_grade=grade)[:4]:
            code = each.group_code
            codes.append(code)
            GradeInForce.objects.create(
                group_code=code, from_month_index=first, to_month_index=first + 2, grade=approved
            )
    assert overlay.lay_over(run_id=published.run, group_codes=codes) == len(codes) > 10
    laid = OrgMonth.objects.in_run(published.run).at_level("province").rolled_up()
    assert len(laid) == 2  # the run's own row, and what the approvals changed
    assert differences(published.run) == []


@pytest.mark.parametrize("measure", ["n_members", "total_income_li", "score_sum", "n_up"])
def test_a_unit_that_is_one_off_is_found(published, measure):
    county = OrgMonth.objects.in_run(published.run).at_level("county").rolled_up().first()
    keys = {"run": published.run, **{name: getattr(county, name) for name in ORG_MONTH.keys}}
    where = " AND ".join(f"{name} = %s" for name in keys)
    with connection.cursor() as cursor:
        spoil = f"UPDATE mart_org_month SET {measure} = COALESCE({measure}, 0) + 1 WHERE {where}"
        cursor.execute(spoil, [*keys.values()])
        assert cursor.rowcount == 1
    found = "\n".join(differences(published.run))
    assert f"account_manager → county by unit ('{county.city_code}'" in found
    assert f"{measure}: " in found


RATES = {
    "member_analysis": {
        "valid_ratio": ("n_valid", "n_members"),
        "retention_ratio": ("n_snapshot_kept", "n_snapshot_base"),
        "mean_tenure_months": ("tenure_months_sum", "n_tenure"),
    },
    "grading": {"mean_score": ("score_sum", "n_rated")},
}


@pytest.mark.parametrize("room", RATES)
@pytest.mark.parametrize("level", ["province", "city"])
def test_a_rate_is_recomputed_from_the_summed_parts(published, room, level):
    user = getattr(published, level)
    for month in published.months:
        said = client_of(user).get(f"/api/v1/{room}/?month={month}").json()
        rows = {row["code"]: row for row in said["units"] if row["code"]}
        run = next(each.run for each in published_runs() if each.month == month)
        lower: OrgQuerySet = OrgMonth.objects.in_run(run).rolled_up()
        lower = lower.at_level({"province": "city", "city": "county"}[level])
        for unit in lower:
            code = unit.city_code if level == "province" else unit.county_code
            for rate, (top, base) in RATES[room].items():
                if code not in rows or rate not in rows[code]:
                    continue
                n, d = getattr(unit, top), getattr(unit, base)
                expected = n / d if n is not None and d else None
                assert rows[code][rate] == pytest.approx(expected), (month, code, rate)
