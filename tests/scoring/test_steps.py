"""The two steps over real files and Postgres: whole tables, byte-equal re-runs."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from core.errors import DomainError
from scoring.models import ScoreModel
from scoring.queries import explanation_of, model_of
from scoring.steps import grade_step
from tests.scoring.factories import OCTOBER, random_rows
from tests.scoring.months import Grade, at, group, publish, result
from warehouse.marts import GROUP_MONTH, GROUP_RESULT


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


def test_new_groups_begin_and_groups_that_left_are_not_listed(run: Grade) -> None:
    run(OCTOBER, [at(50), at(50, "G2")])
    gone = at(50, "G2", excluded_reason="absent", is_on_net=0, is_lost=1)
    made = result(run(OCTOBER.plus(1), [at(50), gone, at(50, "G3")]))
    assert {code: row["grade_way"] for code, row in made.items()} == {"G1": "", "G3": "first"}
    assert made["G3"]["prev_suggested_grade"] == ""


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
