"""Lay scores and grades out as tables, and read the columns of ``group_month`` they follow from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from scoring.definition import ModelDefinition
from scoring.explain import explain_bars
from scoring.grades import to_codes
from scoring.maps import MICRO
from scoring.rating import Effective, Suggested
from scoring.raw import Columns
from scoring.score import Scores, present_ratio
from warehouse.context import RunContext

Floats = NDArray[np.float64]

TEXTS = ("industry_code",)
SHOWN = ("excluded_reason", "is_on_net")


def shown_groups(ctx: RunContext, columns: Sequence[str]) -> pa.Table:
    """Read the groups that are on net and shown 在网且展示, in the order of their codes."""
    table = ctx.read("group_month", tuple(dict.fromkeys((*columns, *SHOWN))))
    shown = pc.and_(pc.equal(table["excluded_reason"], ""), pc.equal(table["is_on_net"], 1))
    return table.filter(shown).sort_by("group_code")


def floats(table: pa.Table, name: str) -> Floats:
    """Return a column as floats, NaN where null."""
    return np.asarray(table[name].cast(pa.float64()).to_numpy(), dtype=np.float64)


def columns_of(table: pa.Table, definition: ModelDefinition) -> Columns:
    """Return the columns a model reads as arrays; texts as numbers, which only tell them apart."""
    return {
        name: _numbered(table[name]) if name in TEXTS else floats(table, name)
        for name in definition.columns
    }


def _numbered(texts: pa.ChunkedArray) -> NDArray[np.int32]:
    return np.asarray(texts.combine_chunks().dictionary_encode().indices.to_numpy())


def score_table(
    group_codes: pa.ChunkedArray,
    definition: ModelDefinition,
    scores: Scores,
    reference: Sequence[int | None],
) -> pa.Table:
    """Lay scores out as ``group_score``: one row a group; lists follow the model's order.

    ``points`` are 0 where the value is missing (``missing`` names the codes, its w′ is 0);
    ``score`` is null where the group is not rated.
    """
    return pa.table(
        {
            "group_code": group_codes,
            "score": pa.array(scores.score, mask=~scores.rated),
            "weight_present": present_ratio(scores),
            "n_missing": (~scores.known).sum(axis=1).astype(np.int16),
            "points": _lists(scores.points / MICRO),
            "weights": _lists(scores.weights),
            "bars": _lists(explain_bars(scores, reference)),
            "missing": _missing_codes(definition, scores),
        }
    )


def _missing_codes(definition: ModelDefinition, scores: Scores) -> pa.Array:
    """Join the codes of what each group lacks; few patterns occur, so each is joined once."""
    codes = np.array(definition.codes)
    places = np.arange(len(codes))
    patterns, which = np.unique((~scores.known) @ (1 << places), return_inverse=True)
    texts = [" ".join(codes[(pattern >> places) % 2 == 1]) for pattern in patterns]
    return pa.array(texts, pa.string()).take(pa.array(which))


def _lists(values: Floats) -> pa.Array:
    n, k = values.shape
    return pa.ListArray.from_arrays(np.arange(n + 1, dtype=np.int32) * k, values.ravel())


def grade_columns(
    suggested: Suggested, effective: Effective, ways: NDArray[np.str_]
) -> Mapping[str, object]:
    """Lay grades out as columns of ``group_result``."""
    return {
        "floor_bar": suggested.floor_bars,
        "raw_grade": to_codes(suggested.raw),
        "suggested_grade": to_codes(suggested.grades),
        "grade_held": suggested.held.astype(np.int16),
        "floored": suggested.floored.astype(np.int16),
        "effective_grade": to_codes(effective.grades),
        "effective_source": effective.sources.tolist(),
        "grade_way": ways.tolist(),
    }
