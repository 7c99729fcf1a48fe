"""Grades over months in a row: hysteresis, approvals, reviews, new models."""

from __future__ import annotations

from typing import Any

import pytest

from core.month import Month
from scoring.models import GradeInForce
from scoring.queries import grading_facts
from tests.scoring.factories import OCTOBER, default_definition
from tests.scoring.months import Grade, at, publish, result


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
