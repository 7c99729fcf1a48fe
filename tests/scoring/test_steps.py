"""The two steps over real files and Postgres: whole tables, months in a row, byte-equal re-runs."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from accounts.scope import Scope
from core.errors import DomainError
from core.month import Month
from scoring.actions import draft_score_model, publish_score_model
from scoring.models import GradeInForce, ScoreModel
from scoring.queries import explanation_of, grading_facts, model_of
from scoring.steps import grade_step, pin_model, score_step
from tests.scoring.factories import WORKED, default_definition, random_rows
from warehouse.context import RunContext
from warehouse.marts import GROUP_MONTH, GROUP_RESULT

OCTOBER = Month(2026, 10)
Grade = Callable[..., RunContext]


def group(code: str, **said: Any) -> dict[str, Any]:
    """Make a row of group_month; texts are '' and numbers null unless said."""
    row: dict[str, Any] = {
        column.name: "" if column.type == "text" else None for column in GROUP_MONTH.columns
    }
    scope = {"city_code": "C01", "county_code": "C01-00", "account_manager_code": "KH1"}
    shown = {"is_on_net": 1, "name": f"集团{code}", "total_income_li": 5}
    return row | WORKED | scope | shown | {"group_code": code} | said


@pytest.fixture
def run(db: None, tmp_path: Path) -> Grade:
    """Score and grade one month over the rows given; months before it that were run are pinned."""
    folders: dict[int, Path] = {}

    def run_month(
        month: Month,
        rows: list[dict[str, Any]],
        *,
        upto: int = 0,
        model: int | None = None,
        again: str = "",
    ) -> RunContext:
        folder = tmp_path / f"{month}{again}"
        folder.mkdir()
        ctx = RunContext(
            run_id=len(folders) + 1,
            month=month,
            folder=folder,
            extracts={},
            earlier_extracts={},
            earlier_runs={index: path for index, path in folders.items() if index < month.index},
            model_version_id=pin_model(month) if model is None else model,
            adjustments_upto=upto,
            engine=None,  # type: ignore[arg-type] - the scoring steps never ask it
            progress=lambda done, total, message: None,
            check_fence=lambda: None,
        )
        rows = [row | {"month": month.index} for row in rows]
        pq.write_table(pa.Table.from_pylist(rows, GROUP_MONTH.schema), ctx.path("group_month"))
        assert score_step(ctx) == grade_step(ctx)
        folders[month.index] = folder
        return ctx

    return run_month


def result(ctx: RunContext) -> dict[str, dict[str, Any]]:
    return {row["group_code"]: row for row in ctx.read("group_result").to_pylist()}


def scoring(score: float) -> dict[str, Any]:
    """Return values with which the example model gives a score: all indicators at that share."""
    t = score / 100
    return {
        "unified_pay_li": round(50_000 * 400**t),
        "ict_li": round(10_000 * 1_000**t),
        "personal_bill_li": round(100_000 * 400**t),
        "employees": 5 * 256**t,
        "n_vnet": 2 * 100**t,
        "n_ict_products": None,
        "informatisation_level": None,
        "contract_tenure_months": None,
        "n_off_net": None,
        "influence": score,
        "tax_score": score,
    }


def at(score: float, code: str = "G1", **said: Any) -> dict[str, Any]:
    values = scoring(score)
    whole = ("employees", "n_vnet")
    return group(
        code, **{k: round(v) if k in whole and v else v for k, v in values.items()}, **said
    )


def test_one_month_by_hand(run: Grade) -> None:
    rows = [
        group("G2", employees=None, tax_score=None),
        group("G1"),
        group("G3", unified_pay_li=None, ict_li=None, tax_score=None),
        group("G4", grade_floor="A2"),
        group("T1", excluded_reason="test_group"),
        group("L1", excluded_reason="absent", is_on_net=0),
    ]
    ctx = run(OCTOBER, rows)
    made = result(ctx)
    assert list(made) == ["G1", "G2", "G3", "G4"]
    assert ctx.read("group_result").schema.equals(GROUP_RESULT.schema)
    first = made["G1"]
    assert first["score"] == 57.55591404
    assert first["points"] == [50, 66.666667, 50, 50, 50, 60, 60, 50, 80.376344, 70, 40]
    assert first["weights"] == [*(0.15, 0.2, 0.15, 0.07, 0.06, 0.08, 0.04, 0.04, 0.06, 0.09, 0.06)]
    grades = [(r["raw_grade"], r["suggested_grade"], r["effective_grade"]) for r in made.values()]
    assert grades == [("B2",) * 3, ("B2",) * 3, ("NR",) * 3, ("B2", "A2", "A2")]
    assert [row["n_missing"] for row in made.values()] == [0, 2, 3, 0]
    assert made["G2"]["missing"] == "employees tax_score"
    assert made["G2"]["weight_present"] == 0.87
    assert (made["G3"]["score"], made["G3"]["weight_present"]) == (None, 0.59)
    assert made["G4"]["floored"] == 1
    assert made["G4"]["floor_bar"] == pytest.approx(75 - 57.55591404)
    assert [row["grade_way"] for row in made.values()] == ["first", "first", "", "first"]
    assert (first["prev_score"], first["prev_effective_grade"]) == (None, "")
    assert (first["name"], first["city_code"], first["total_income_li"]) == ("集团G1", "C01", 5)


def test_stored_bars_add_up_for_every_group_of_a_later_month(run: Grade) -> None:
    def rows(seed: int) -> list[dict[str, Any]]:
        return [group(f"G{k:04}", **row) for k, row in enumerate(random_rows(300, seed))]

    run(OCTOBER, rows(1))
    made = result(run(OCTOBER.plus(1), rows(2)))
    model = ScoreModel.objects.get()
    reference = [micro / 1e6 for micro in model.reference_of(model.parsed().codes)]
    assert {each["month"] for each in model.reference.values()} == {OCTOBER.index}
    rated = [row for row in made.values() if row["score"] is not None]
    assert len(rated) > 30
    for row in rated:
        level = sum(w * ref for w, ref in zip(row["weights"], reference, strict=True))
        assert abs(level + sum(row["bars"]) - row["score"]) < 1e-9


def test_the_same_facts_give_the_same_bytes_in_any_order(run: Grade) -> None:
    rows = [group(f"G{k:04}", **row) for k, row in enumerate(random_rows(200, 4))]
    one = run(OCTOBER, rows)
    shuffled = [rows[k] for k in np.random.default_rng(0).permutation(200)]
    other = run(OCTOBER, shuffled, again="-again")
    for mart in ("group_score", "group_result"):
        assert one.path(mart).read_bytes() == other.path(mart).read_bytes()
    name = "grading.json"
    assert (one.folder / name).read_bytes() == (other.folder / name).read_bytes()


def test_hysteresis_reads_the_month_before(run: Grade) -> None:
    grades = [
        (row["raw_grade"], row["suggested_grade"], row["grade_held"], row["grade_way"])
        for k, score in enumerate([62, 59, 59, 72, 80])
        for row in result(run(OCTOBER.plus(k), [at(score)])).values()
    ]
    assert grades == [
        ("B1", "B1", 0, "first"),
        ("B2", "B1", 1, ""),
        ("B2", "B2", 0, "score_down"),
        ("B1", "B1", 0, "score_up"),
        ("A2", "A2", 0, "score_up"),
    ]


def test_a_month_left_out_breaks_the_two_in_a_row_but_not_the_comparison(run: Grade) -> None:
    run(OCTOBER, [at(62)])
    run(OCTOBER.plus(1), [at(59)])
    made = result(run(OCTOBER.plus(3), [at(59)]))["G1"]
    assert (made["raw_grade"], made["suggested_grade"]) == ("B2", "B1")
    assert made["prev_score"] == pytest.approx(59, abs=0.5)


def test_new_groups_begin_and_groups_that_left_are_not_listed(run: Grade) -> None:
    run(OCTOBER, [at(50), at(50, "G2")])
    gone = at(50, "G2", excluded_reason="absent", is_on_net=0, is_lost=1)
    made = result(run(OCTOBER.plus(1), [at(50), gone, at(50, "G3")]))
    assert {code: row["grade_way"] for code, row in made.items()} == {"G1": "", "G3": "first"}
    assert made["G3"]["prev_suggested_grade"] == ""


def approve(code: str, grade: str, first: Month, last: Month) -> int:
    row = GradeInForce.objects.create(
        group_code=code, grade=grade, from_month_index=first.index, to_month_index=last.index
    )
    return int(row.pk)


def test_an_approved_grade_is_in_force_while_it_lasts_and_only_if_pinned(run: Grade) -> None:
    november, december = OCTOBER.plus(1), OCTOBER.plus(2)
    rows = [at(50), at(50, "G2")]
    run(OCTOBER, rows)
    upto = approve("G1", "A2", november, november)
    approve("G2", "A2", november, november)
    made = result(run(november, rows, upto=upto))
    shown = ("suggested_grade", "effective_grade", "effective_source", "grade_way")
    assert [made["G1"][name] for name in shown] == ["B2", "A2", "adjustment", "approved_up"]
    assert [made["G2"][name] for name in shown] == ["B2", "B2", "suggested", ""]
    made = result(run(december, rows, upto=upto))
    assert [made["G1"][name] for name in shown] == ["B2", "B2", "suggested", "approved_down"]


def test_a_quarterly_review_takes_over_opening_grades_until_the_first(
    run: Grade, settings: Any
) -> None:
    settings.GCVA_REVIEW_CYCLE = "quarter"
    seen = []
    for k, score in enumerate([50, 50, 50, 70, 70, 70]):
        # the customer system learns our grade and sends another one back: the opening one stays
        current = "A1" if k == 0 else "C"
        made = result(run(OCTOBER.plus(k), [at(score, current_grade=current)]))["G1"]
        seen.append((made["effective_grade"], made["effective_source"], made["grade_way"]))
    assert seen == [
        ("A1", "opening", "opening"),
        ("A1", "opening", ""),
        ("B2", "suggested", "score_down"),
        ("B2", "suggested", ""),
        ("B2", "suggested", ""),
        ("B1", "suggested", "score_up"),
    ]


def publish(month: Month, **changes: Any) -> int:
    system = Scope.of_system()
    draft = draft_score_model(actor=system, name="新", definition=default_definition(**changes))
    return publish_score_model(actor=system, model_id=draft.pk, from_month=month).pk


def test_a_new_model_and_new_cuts_are_told_from_a_new_score(run: Grade) -> None:
    november, december = OCTOBER.plus(1), OCTOBER.plus(2)
    rows = [at(50), at(50, "G2")]
    first = run(OCTOBER, rows)
    cuts = {"mode": "absolute", "A1": 85, "A2": 75, "B1": 48, "B2": 30}
    easier = publish(november, cutoffs=cuts)
    made = result(run(november, [at(50), at(40, "G2")]))
    assert [row["grade_way"] for row in made.values()] == ["threshold", ""]
    flat = default_definition(cutoffs=cuts)["indicators"]
    for each in flat[:5]:
        each["map"] |= {"high": each["map"]["high"] // 10}
    publish(december, cutoffs=cuts, indicators=flat)
    again = result(run(december, [at(50), at(40, "G2")]))
    assert [row["grade_way"] for row in again.values()] == ["", "model"]
    facts = grading_facts(first.folder)
    assert facts is not None and facts.model_version_id != easier
    assert facts.cut_scores == (85, 75, 60, 45) and facts.n_rated == 2


def test_a_quota_is_cut_within_the_month_and_its_overshoot_kept(run: Grade) -> None:
    run(OCTOBER, [at(10)])
    publish(OCTOBER, cutoffs={"mode": "quota", "A1": 0.1, "A2": 0.2, "B1": 0.3, "B2": 0.3})
    scores = [90, 90, 80, 70, 60, 50, 40, 30, 20, 10]
    ctx = run(OCTOBER.plus(1), [at(score, f"G{k}0") for k, score in enumerate(scores)])
    assert [row["raw_grade"] for row in result(ctx).values()] == [
        *("A1", "A1", "A2", "B1", "B1", "B1", "B2", "B2", "B2", "C")
    ]
    said = json.loads((ctx.folder / "grading.json").read_text())
    assert said["overshoot"] == [1, 0, 0, 0]


def test_results_of_other_groups_are_refused(run: Grade) -> None:
    ctx = run(OCTOBER, [at(50), at(60, "G2")])
    rows = [at(50) | {"month": OCTOBER.index}]
    pq.write_table(pa.Table.from_pylist(rows, GROUP_MONTH.schema), ctx.path("group_month"))
    with pytest.raises(DomainError) as refused:
        grade_step(ctx)
    assert refused.value.code == "scores_out_of_step"


def test_a_month_without_groups_is_an_empty_table(run: Grade) -> None:
    assert run(OCTOBER, []).read("group_result").num_rows == 0


def test_one_stored_score_is_explained_with_what_would_lift_it(run: Grade) -> None:
    ctx = run(OCTOBER, [group("G1"), group("G2", tax_score=None, employees=60)])
    model = model_of(ctx.model_version_id)
    facts = {row["group_code"]: row for row in ctx.read("group_month").to_pylist()}
    for code, row in result(ctx).items():
        said = explanation_of(SimpleNamespace(**facts[code]), SimpleNamespace(**row), model)
        total = said.reference_level + sum(bar.bar for bar in said.bars)
        assert total == pytest.approx(row["score"], abs=1e-9)
        assert said.next_grade is not None and said.next_grade.grade == "B1"
        assert [bar.indicator.code for bar in said.bars if bar.is_missing] == row["missing"].split()
    assert said.bars[3].raw == 60 and said.bars[3].reach is not None
    assert said.bars[10].raw is None and said.bars[10].points == 0
