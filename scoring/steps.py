"""Be the two scoring steps of the month run: group_month → group_score → group_result.

Both tables have one row for each group that is on net and shown (``excluded_reason`` empty), in
the order of group codes. A group that left has no row; its last one is the month before's.
"""

from __future__ import annotations

import json

import numpy as np
import pyarrow as pa
from django.conf import settings
from numpy.typing import NDArray

from core.errors import DomainError
from core.month import Month
from scoring.actions import ensure_default_model, pin_reference
from scoring.changes import grade_ways
from scoring.earlier import Earlier, causes_of_change, read_earlier, read_reviewed
from scoring.frames import columns_of, floats, grade_columns, score_table, shown_groups
from scoring.grades import to_ranks
from scoring.queries import GRADING_FILE, grades_in_force, model_for, model_of
from scoring.rating import Effective, Suggested, effective_grades, review_month, suggest_grades
from scoring.score import mean_points, score_groups
from warehouse.context import RunContext
from warehouse.engine import whole_file

Floats = NDArray[np.float64]

#: Scope and sort keys that ``group_result`` repeats from ``group_month``.
REPEATED = (
    "month",
    "group_code",
    "name",
    "city_code",
    "county_code",
    "account_manager_code",
    "industry_code",
    "size_band",
    "n_members",
    "total_income_li",
)


def pin_model(month: Month) -> int:
    """Return the id of the model in force in a month 生效模型; a run pins it when it is made."""
    ensure_default_model()
    return int(model_for(month).pk)


def looked_up(ctx: RunContext) -> dict[str, object]:
    """Return what scores and grades follow from besides pins: reference means, review cycle.

    The first run under a model gives the means it finds missing, so they are asked for afterwards.
    """
    reference = model_of(ctx.model_version_id).reference
    return {"reference": reference, "review_cycle": settings.GCVA_REVIEW_CYCLE}


def score_step(ctx: RunContext) -> int:
    """Score every shown group of the month 评分 and write ``group_score``."""
    definition = model_of(ctx.model_version_id).parsed()
    table = shown_groups(ctx, ("group_code", *definition.columns))
    ctx.progress(0, table.num_rows, "评分")
    scores = score_groups(definition, columns_of(table, definition), ctx.month)
    means, n_rated = mean_points(scores)
    ctx.check_fence()
    reference = pin_reference(
        model_id=ctx.model_version_id,
        month=ctx.month,
        codes=definition.codes,
        means=means,
        n_groups=n_rated,
    )
    rows = ctx.write("group_score", score_table(table["group_code"], definition, scores, reference))
    ctx.progress(rows, rows, "评分")
    return rows


def grade_step(ctx: RunContext) -> int:
    """Grade every scored group 评定等级 and write ``group_result``."""
    definition = model_of(ctx.model_version_id).parsed()
    table = shown_groups(ctx, (*REPEATED, "current_grade", "grade_floor"))
    scored = _scored(ctx, table)
    ctx.progress(0, table.num_rows, "评定等级")
    earlier = read_earlier(ctx, table["group_code"])
    scores = floats(scored, "score")
    floor = to_ranks(table["grade_floor"].to_pylist())
    suggested = suggest_grades(definition, scores, earlier.past, floor)
    effective = effective_of(ctx, table, suggested, earlier)
    causes = causes_of_change(ctx, floor, suggested, effective, earlier)
    first = np.where(effective.sources == "opening", "opening", "first")
    ways = grade_ways(earlier.past.effective, effective.grades, causes, first)
    columns = {
        **{name: table[name] for name in REPEATED},
        **{name: scored[name] for name in scored.column_names},
        **grade_columns(suggested, effective, ways),
        "prev_score": pa.array(earlier.scores, mask=np.isnan(earlier.scores)),
        "prev_suggested_grade": earlier.suggested_codes,
        "prev_effective_grade": earlier.effective_codes,
    }
    _write_grading(ctx, suggested, scores)
    rows = ctx.write("group_result", pa.table(columns))
    ctx.progress(rows, rows, "评定等级")
    return rows


def _scored(ctx: RunContext, table: pa.Table) -> pa.Table:
    """Read ``group_score`` and make sure that it speaks of the same groups."""
    scored = ctx.read("group_score")
    if not scored["group_code"].equals(table["group_code"]):
        raise DomainError("scores_out_of_step", "评分结果与集团清单不一致。", "请重新运行该账期。")
    return scored


def effective_of(
    ctx: RunContext, table: pa.Table, suggested: Suggested, earlier: Earlier
) -> Effective:
    """Find the grades in force: approved ones, the last review's, or the opening ones."""
    codes = table["group_code"]
    approved = grades_in_force(ctx.month, ctx.adjustments_upto)
    review = review_month(ctx.month, settings.GCVA_REVIEW_CYCLE)
    own = review == ctx.month
    current = to_ranks(table["current_grade"].to_pylist())
    return effective_grades(
        suggested.grades,
        suggested.grades if own else read_reviewed(ctx, review, codes),
        np.where(earlier.past.was_opening, earlier.past.base, current),
        to_ranks([approved.get(code) for code in codes.to_pylist()]),
    )


def _write_grading(ctx: RunContext, suggested: Suggested, scores: Floats) -> None:
    """Keep beside the results what they followed from, for pages and for the next month."""
    cuts = [cut if np.isfinite(cut) else None for cut in suggested.cuts.scores]
    said = {
        "model_version_id": ctx.model_version_id,
        "cut_scores": cuts,
        "overshoot": list(suggested.cuts.overshoot),
        "n_rated": int((~np.isnan(scores)).sum()),
    }
    with whole_file(ctx.folder / GRADING_FILE, ctx.check_fence) as unfinished:
        unfinished.write_text(json.dumps(said, sort_keys=True) + "\n")
