"""Approvals over immutable marts: groups, totals and flows always say the same."""

from __future__ import annotations

import pytest

from scoring import overlay
from scoring.models import GradeInForce
from tests.adjustments.totals import assert_flows_are_counts, assert_totals_are_counts
from warehouse.mart_models import GradeFlowMonth, GroupGradeChange
from warehouse.models import GradeOverlay, GroupResult, OrgMonth


def _approve(published, group_code: str, grade: str, months: int = 12) -> None:
    month = published.months[-1]
    GradeInForce.objects.create(
        group_code=group_code,
        from_month_index=month.index,
        to_month_index=month.index + months - 1,
        grade=grade,
    )
    overlay.lay_over(run_id=published.run, group_codes=[group_code])


def _groups(published, grade: str, n: int = 3) -> list[str]:
    rows = GroupResult.objects.in_run(published.run).filter(effective_grade=grade)
    return list(rows.order_by("group_code").values_list("group_code", flat=True)[:n])


def test_totals_and_flows_are_counts_before_anything_is_approved(published) -> None:
    assert_totals_are_counts(published.run)
    assert_flows_are_counts(published.run)


def test_an_approval_moves_a_group_in_every_total_that_knows_grades(published) -> None:
    before = OrgMonth.objects.in_run(published.run).at_level("province").rolled_up().get()
    code = _groups(published, "B1")[0]
    _approve(published, code, "A1")
    row = GroupResult.objects.in_run(published.run).get(group_code=code)
    assert (row.effective_grade, row.effective_source) == ("A1", "adjustment")
    totals = OrgMonth.objects.in_run(published.run).at_level("province").rolled_up()
    assert sum(each.n_effective_a1 for each in totals) == before.n_effective_a1 + 1
    assert sum(each.n_effective_b1 for each in totals) == before.n_effective_b1 - 1
    assert_totals_are_counts(published.run)
    assert_flows_are_counts(published.run)


def test_several_approvals_one_over_another_keep_every_total(published) -> None:
    codes = [*_groups(published, "C"), *_groups(published, "A2"), *_groups(published, "NR", 1)]
    for code, grade in zip(codes, ("A1", "B2", "A2", "C", "B1", "A1", "B1"), strict=False):
        _approve(published, code, grade)
    _approve(published, codes[0], "B2")
    _approve(published, codes[1], "C")
    assert_totals_are_counts(published.run)
    assert_flows_are_counts(published.run)


def test_laying_over_twice_leaves_what_once_leaves(published) -> None:
    codes = _groups(published, "B2")
    for code in codes:
        _approve(published, code, "A2")
    once = sorted(OrgMonth.objects.in_run(published.run).values_list())
    assert overlay.lay_over(run_id=published.run) == len(codes)
    assert sorted(OrgMonth.objects.in_run(published.run).values_list()) == once
    assert GradeOverlay.objects.filter(run=published.run).count() == len(codes)
    assert_totals_are_counts(published.run)


def test_a_read_touches_one_partition_and_the_lists_keep_their_index(published) -> None:
    other = published.run - 1
    rows = GroupResult.objects.in_run(published.run).filter(
        account_manager_code=published.manager_code
    )
    reads = (
        rows.values("group_code", "effective_grade"),
        OrgMonth.objects.in_run(published.run).at_level("city").values("city_code", "n_groups"),
        GradeFlowMonth.objects.in_run(published.run).values("way", "n_groups"),
        GroupGradeChange.objects.in_run(published.run).values("group_code", "way"),
    )
    for read in reads:
        plan = read.explain()
        assert f"_r{published.run}" in plan
        assert f"_r{other} " not in plan
    assert "account_manager_code" in reads[0].explain()


def test_what_lies_over_a_retired_run_is_forgotten(published) -> None:
    from warehouse.models import MonthRun

    _approve(published, _groups(published, "B1")[0], "A1")
    MonthRun.objects.filter(pk=published.run).update(state=MonthRun.State.RETIRED)
    overlay.forget_retired()
    assert not GradeOverlay.objects.filter(run=published.run).exists()
    assert_no_changes(published.run)


def assert_no_changes(run: int) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        for table in ("org_month_delta", "grade_flow_delta"):
            cursor.execute(f"SELECT COUNT(*) FROM {table} WHERE run = %s", [run])
            assert cursor.fetchone() == (0,)


def test_the_views_follow_a_new_column_of_a_mart(db) -> None:
    from django.db import connection

    from warehouse.now_views import refresh_views

    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE mart_org_month ADD COLUMN n_something bigint")
        refresh_views()
        cursor.execute("SELECT n_something FROM org_month_now LIMIT 1")
        cursor.execute("SELECT n_something FROM org_month_delta LIMIT 1")


def test_a_group_left_standing_in_its_old_grade_would_be_noticed(published, monkeypatch) -> None:
    """Control: what these tests compare can fail."""
    honest = overlay._shift
    monkeypatch.setattr(
        overlay, "_shift", lambda run, codes, sign: honest(run, codes, sign) if sign > 0 else None
    )
    _approve(published, _groups(published, "B1")[0], "A1")
    with pytest.raises(AssertionError):
        assert_totals_are_counts(published.run)
    with pytest.raises(AssertionError):
        assert_flows_are_counts(published.run)
