"""Approvals over immutable marts: groups, totals and flows always say the same."""

from __future__ import annotations

from scoring import overlay
from scoring.models import GradeInForce
from tests.adjustments.totals import assert_flows_are_counts, assert_totals_are_counts
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
