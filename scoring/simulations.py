"""Try a score model out on a published month 试算: what a re-run under it would change.

The very functions of the month run grade the month again, over the same facts and the same months
before, with the approvals of today; so the groups that move here are those that move then.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from accounts import policies
from accounts.scope import Scope, Selection
from core.errors import NotInScope
from core.month import Month
from scoring.definition import ModelDefinition
from scoring.earlier import read_earlier
from scoring.frames import columns_of, floats, shown_groups
from scoring.grades import NOT_RATED, to_codes, to_ranks
from scoring.queries import grades_in_force, newest_adjustment
from scoring.rating import suggest_grades
from scoring.score import score_groups
from scoring.simulate import Moves, compare_grades
from scoring.steps import REPEATED, effective_of
from warehouse.context import RunContext
from warehouse.inputs import runs_before
from warehouse.queries import PublishedRun, published_runs, run_folder

Ints = NDArray[np.int64]
_SEEN = ("group_code", "score", "suggested_grade", "effective_grade")


@dataclass(frozen=True, slots=True)
class Mover:
    """Be one group whose effective grade would change."""

    group_code: str
    name: str
    city_code: str
    account_manager_code: str
    before: str
    after: str
    score_before: float | None
    score_after: float | None
    total_income_li: int


@dataclass(frozen=True, slots=True)
class Simulation:
    """Be a model tried out on a month: the totals, and the rows behind them."""

    month: Month
    run: int
    moves: Moves
    table: pa.Table
    before: Ints
    after: Ints
    scores_before: NDArray[np.float64]
    scores_after: NDArray[np.float64]


def simulate(
    scope: Scope,
    definition: ModelDefinition,
    month: Month,
    known: tuple[PublishedRun, ...] | None = None,
) -> Simulation:
    """Grade a published month under another definition and compare.

    ``known`` are the published months, where the caller has read them already.

    Raises:
        NotAllowed: if the reader may not see score models.
        NotInScope: if the month is not published.
    """
    policies.require_action(scope, "see_score_models")
    months = published_runs() if known is None else known
    published = next((each for each in months if each.month == month), None)
    if published is None:
        raise NotInScope
    ctx = _as_run_again(published, months)
    columns = (*REPEATED, "current_grade", "grade_floor", *definition.columns)
    table = shown_groups(ctx, tuple(dict.fromkeys(columns)))
    scores = score_groups(definition, columns_of(table, definition), month).score
    earlier = read_earlier(ctx, table["group_code"])
    floor = to_ranks(table["grade_floor"].to_pylist())
    suggested = suggest_grades(definition, scores, earlier.past, floor)
    after = effective_of(ctx, table, suggested, earlier).grades
    seen = _as_published(ctx, table["group_code"])
    income = np.nan_to_num(floats(table, "total_income_li")).astype(np.int64)
    moves = compare_grades(
        before=seen.effective,
        after=after,
        suggested_before=seen.suggested,
        suggested_after=suggested.grades,
        scores_before=seen.scores,
        scores_after=scores,
        income_li=income,
        city_codes=table["city_code"].to_pylist(),
        account_manager_codes=table["account_manager_code"].to_pylist(),
    )
    return Simulation(
        month, published.run, moves, table, seen.effective, after, seen.scores, scores
    )


def movers(scope: Scope, simulation: Simulation, selection: Selection) -> tuple[Mover, ...]:
    """Return the groups of an account manager that would move, largest income first.

    Raises:
        NotAllowed: unless the reader sees rows of groups in the grading module there.
    """
    policies.require(scope, "grading", "rows", selection)
    table = simulation.table
    owners = np.asarray(table["account_manager_code"].to_pylist())
    moved = simulation.before != simulation.after
    chosen = np.flatnonzero(moved & (owners == selection.account_manager_code))
    before, after = to_codes(simulation.before), to_codes(simulation.after)
    rows = [
        Mover(
            group_code=table["group_code"][i].as_py(),
            name=table["name"][i].as_py(),
            city_code=table["city_code"][i].as_py(),
            account_manager_code=str(owners[i]),
            before=before[i],
            after=after[i],
            score_before=_known(simulation.scores_before[i]),
            score_after=_known(simulation.scores_after[i]),
            total_income_li=table["total_income_li"][i].as_py() or 0,
        )
        for i in chosen.tolist()
    ]
    return tuple(sorted(rows, key=lambda row: (-row.total_income_li, row.group_code)))


def _known(score: float) -> float | None:
    return None if np.isnan(score) else float(score)


@dataclass(frozen=True, slots=True)
class _Seen:
    effective: Ints
    suggested: Ints
    scores: NDArray[np.float64]


def _as_published(ctx: RunContext, group_codes: pa.ChunkedArray) -> _Seen:
    """Return what readers of the month see now, in the order of the groups."""
    stored = pq.read_table(ctx.path("group_result"), columns=list(_SEEN))
    if not stored["group_code"].equals(group_codes):
        stored = stored.sort_by("group_code")
    approved = grades_in_force(ctx.month, ctx.adjustments_upto)
    effective = to_ranks(stored["effective_grade"].to_pylist())
    if approved:
        codes = stored["group_code"].to_pylist()
        over = to_ranks([approved.get(code) for code in codes])
        effective = np.where(over < NOT_RATED, over, effective)
    return _Seen(
        effective, to_ranks(stored["suggested_grade"].to_pylist()), floats(stored, "score")
    )


def _as_run_again(published: PublishedRun, months: tuple[PublishedRun, ...]) -> RunContext:
    """Build what a run of the month would pin now, without anything that computes or writes."""
    earlier = runs_before(published.month, months)
    return RunContext(
        run_id=published.run,
        month=published.month,
        folder=published.folder,
        extracts={},
        earlier_extracts={},
        earlier_runs={index: run_folder(run) for index, run in earlier.items()},
        model_version_id=published.model_version_id or 0,
        adjustments_upto=newest_adjustment(),
        engine=cast(Any, None),
        progress=_nothing,
        check_fence=_nothing,
    )


def _nothing(*_: object) -> None:
    """Report to nobody."""
