"""The demo province through the real pipeline: shares, exact bars, no difference to the oracle."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from core.month import Month
from gcva.province.build import write_province
from gcva.province.plan import Plan
from scoring.models import ScoreModel
from tests.scoring.oracle import grade_of, score_group, suggested_grade
from tests.warehouse.worlds import SYSTEM, run
from warehouse import actions
from warehouse.mart_models import GroupMonth, GroupResult, OrgMonth
from warehouse.models import ImportBatch, MonthRun

PLAN = Plan(months=2, last_month=Month(2026, 10))
SHARES = {"A1": 0.01, "A2": 0.02, "B1": 0.06, "B2": 0.12, "C": 0.79}


def published(files: Path) -> list[MonthRun]:
    """Import, run and publish every month of the default demo province."""
    write_province(files, PLAN)
    runs = []
    for month in PLAN.calendar:
        batch = actions.import_extracts(actor=SYSTEM, path=files / str(month), month=month)
        assert batch.state == ImportBatch.State.ACCEPTED, batch.report
        runs.append(run(month))
    return runs


@pytest.mark.django_db(transaction=True)
def test_the_demo_is_graded_as_described_and_as_the_oracle_says(
    tmp_path: Path, var_folder: Path
) -> None:
    last: dict[str, tuple[str, str]] = {}
    for made in published(tmp_path / "province"):
        model = ScoreModel.objects.get()
        results = list(GroupResult.objects.in_run(made.pk))
        facts = {row.group_code: row for row in GroupMonth.objects.in_run(made.pk).shown()}
        assert {row.group_code for row in results} == set(facts)
        for grade, share in SHARES.items():
            ours = sum(row.suggested_grade == grade for row in results) / len(results)
            assert ours == pytest.approx(share, rel=0.30), (made.month, grade)
        check_bars(model, results)
        last = check_grades(model, made.month, results, facts, last)
        province = OrgMonth.objects.in_run(made.pk).at_level("province").rolled_up().get()
        assert province.n_groups == len(results)
        assert province.score_sum == pytest.approx(sum(row.score or 0 for row in results), abs=0.01)


def check_bars(model: ScoreModel, results: list[GroupResult]) -> None:
    reference = [(micro or 0) / 1e6 for micro in model.reference_of(model.parsed().codes)]
    for row in results:
        level = math.fsum(w * ref for w, ref in zip(row.weights, reference, strict=True))
        if row.score is not None:
            assert abs(level + math.fsum(row.bars) - row.score) < 1e-9


def check_grades(
    model: ScoreModel,
    month: Month,
    results: list[GroupResult],
    facts: dict[str, GroupMonth],
    last: dict[str, tuple[str, str]],
) -> dict[str, tuple[str, str]]:
    """Compare every group with the oracle; return its own grades for the month after."""
    now = {}
    for row in results:
        of_group = facts[row.group_code]
        score, missing = score_group(
            model.definition, vars(of_group), month.n_days, month.n_days_in_year
        )
        before = last.get(row.group_code, ("", ""))
        grade = suggested_grade(score, model.definition, *before, of_group.grade_floor)
        assert (row.score, row.missing.split(), row.suggested_grade) == (score, missing, grade)
        now[row.group_code] = (grade, grade_of(score, model.definition["cutoffs"]))
    return now
