"""Read what earlier months said of the same groups, and find out why a grade moved since."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from core.month import Month
from scoring.changes import GradeChange, attribute_grade_change
from scoring.definition import ModelDefinition
from scoring.frames import columns_of, floats, shown_groups
from scoring.grades import to_ranks
from scoring.queries import grades_in_force, grading_facts, model_of
from scoring.rating import Effective, Past, Suggested, suggest_grades
from scoring.score import score_groups
from warehouse.context import RunContext

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_GRADES = ("suggested_grade", "raw_grade", "effective_grade")


@dataclass(frozen=True, slots=True)
class Earlier:
    """Hold the last published month 上一已发布账期 in the order of this month's groups.

    ``codes`` are the two grades as stored, '' where a group was not there; ``model_version_id`` is
    the model that month was graded under, None when there is no such month.
    """

    past: Past
    scores: Floats
    suggested_codes: list[str]
    effective_codes: list[str]
    model_version_id: int | None


def read_earlier(ctx: RunContext, group_codes: pa.ChunkedArray) -> Earlier:
    """Read the newest pinned month before this one; it may be more than a month ago."""
    n = len(group_codes)
    months = [index for index in ctx.earlier_runs if index < ctx.month.index]
    if not months:
        return Earlier(Past.nothing(n), np.full(n, np.nan), [""] * n, [""] * n, None)
    month = Month.from_index(max(months))
    folder = ctx.earlier_runs[month.index]
    found = _in_order(
        folder / "group_result.parquet", group_codes, ("score", *_GRADES, "effective_source")
    )
    codes = {name: [each or "" for each in found[name].to_pylist()] for name in _GRADES}
    sources = np.array([each or "" for each in found["effective_source"].to_pylist()], dtype=str)
    suggested, stored = (to_ranks(codes[name]) for name in ("suggested_grade", "effective_grade"))
    codes["effective_grade"] = _as_read(ctx, month, group_codes, codes["effective_grade"])
    past = Past(
        suggested=suggested,
        raw=to_ranks(codes["raw_grade"]) if ctx.month - month == 1 else Past.nothing(n).raw,
        effective=to_ranks(codes["effective_grade"]),
        base=np.where(sources == "adjustment", suggested, stored),
        was_opening=sources == "opening",
    )
    facts = grading_facts(folder)
    return Earlier(
        past=past,
        scores=floats(found, "score"),
        suggested_codes=codes["suggested_grade"],
        effective_codes=codes["effective_grade"],
        model_version_id=facts.model_version_id if facts else None,
    )


def _as_read(
    ctx: RunContext, month: Month, group_codes: pa.ChunkedArray, stored: list[str]
) -> list[str]:
    """Return the effective grades readers of that month see: approvals since its run over them."""
    approved = grades_in_force(month, ctx.adjustments_upto)
    return [
        approved.get(code, grade) if grade else ""
        for code, grade in zip(group_codes.to_pylist(), stored, strict=True)
    ]


def read_reviewed(ctx: RunContext, review: Month, group_codes: pa.ChunkedArray) -> Ints | None:
    """Return the suggested grades of the last review month; None when it is not published."""
    path = ctx.earlier(ctx.month - review, "group_result")
    if path is None:
        return None
    found = _in_order(path, group_codes, ("suggested_grade",))
    return to_ranks(found["suggested_grade"].to_pylist())


def _in_order(path: Path, group_codes: pa.ChunkedArray, names: tuple[str, ...]) -> pa.Table:
    """Read columns of an earlier result in the order of the groups; null where there is none."""
    table = pq.read_table(path, columns=["group_code", *names])
    rows = pc.index_in(group_codes, value_set=table["group_code"].combine_chunks())
    return table.select(list(names)).take(rows)


def causes_of_change(
    ctx: RunContext, floor: Ints, suggested: Suggested, effective: Effective, earlier: Earlier
) -> GradeChange:
    """Split each group's change of grade since the last published month by cause.

    Only where the model changed since is this month graded twice more: by the old model with its
    cuts, and by the new scores with the old cuts. Between two reviews no such cause takes effect.
    """
    crossed = old_cut = effective.base
    reviewed = np.array_equal(suggested.grades, effective.base)
    if reviewed and earlier.model_version_id not in (None, ctx.model_version_id):
        old = model_of(int(earlier.model_version_id or 0)).parsed()
        scores = floats(ctx.read("group_score", ("group_code", "score")), "score")
        crossed = _regrade(ctx, old, None, earlier.past, floor)
        old_cut = _regrade(ctx, old, scores, earlier.past, floor)
    return attribute_grade_change(
        before=earlier.past.base,
        crossed=crossed,
        old_cut=old_cut,
        now=effective.base,
        effective_before=earlier.past.effective,
        effective_now=effective.grades,
    )


def _regrade(
    ctx: RunContext, old: ModelDefinition, scores: Floats | None, past: Past, floor: Ints
) -> Ints:
    """Grade this month under the old model's rules: the given scores, or its own."""
    if scores is None:
        table = shown_groups(ctx, ("group_code", *old.columns))
        scores = score_groups(old, columns_of(table, old), ctx.month).score
    return suggest_grades(old, scores, past, floor).grades
