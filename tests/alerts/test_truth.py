"""The planted anomalies of the demo province are found, and little else: printed, and held.

An alert counts as right when something is planted in that group and month, whatever its kind:
members whose phones are stopped make no calls, so a planted state rightly shows in the calls too.
The months' facts come straight from the generator; that the warehouse reads the same ones out of
the files is proven elsewhere.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from alerts.history import ABNORMAL
from gcva.province import province as generator
from gcva.province.members import CANCELLED
from gcva.province.plan import GRADES, Plan
from tests.alerts.months import Judge
from warehouse.marts import GROUP_MONTH

PLAN = Plan(groups=3_000, members=100_000, months=14, seed=7)
STATUS = dict(zip(ABNORMAL, (1, 2, 3, 4, 5, CANCELLED), strict=True))


def facts(now: generator.ProvinceMonth) -> tuple[pa.Table, list[str]]:
    """Return the month's group_month as far as anomalies need it, and the grades."""
    groups, people, use = now.groups, now.members, now.usage
    shown = np.flatnonzero(groups.is_served)
    own = ~people.is_test
    voice = (use.mo_minutes > 0) | (use.mt_minutes > 0) | (use.calls > 0)

    def count(mask: Any, weights: Any = None) -> Any:
        kept = mask & own
        chosen = None if weights is None else weights[kept]
        sums = np.bincount(people.group[kept], weights=chosen, minlength=len(groups))
        return np.rint(sums[shown]).astype(np.int64)

    staying = use.status != CANCELLED
    minutes = np.rint(use.mo_minutes * 1000.0)
    found: dict[str, Any] = {
        "group_code": groups.codes[shown],
        "month": np.full(len(shown), now.month.index),
        "is_on_net": np.ones(len(shown), dtype=np.int16),
        "n_members": count(staying),
        "n_silent_members": count(staying & ~voice),
        "mo_minutes_milli": count(np.ones(len(people), dtype=np.bool_), minutes),
        **{name: count(use.status == status) for name, status in STATUS.items()},
    }
    columns = [
        pa.array(found[column.name]) if column.name in found
        else pa.array([""] * len(shown)) if column.type == "text"
        else pa.nulls(len(shown))
        for column in GROUP_MONTH.columns
    ]  # fmt: skip
    table = pa.table(columns, names=GROUP_MONTH.names).cast(GROUP_MONTH.schema)
    return table, [GRADES[k] for k in groups.klass[shown]]


@pytest.fixture
def judged(judge: Judge) -> tuple[dict[tuple[str, str], set[str]], generator.Province]:
    """Return what fired by month and group, and the province with its truth."""
    state, fired = generator.opening(PLAN), {}
    for month in PLAN.calendar:
        ctx = judge(month, *facts(generator.live(state, month)))
        for row in ctx.read("group_alert").to_pylist():
            kinds = {kind for kind in ("state", "call") if row[f"{kind}_fired"]}
            if kinds:
                fired[str(month), row["group_code"]] = kinds
    return fired, state


def test_planted_anomalies_are_found_and_little_else(judged, capsys) -> None:
    fired, province = judged
    planted = {(e["month"], e["group_code"]): e["kind"] for e in province.chronicle["anomalies"]}
    kind_of = {key: "state" if kind == "state" else "call" for key, kind in planted.items()}
    found = sum(kind in fired.get(key, ()) for key, kind in kind_of.items())
    right = sum(key in planted for key in fired)
    recall, precision = found / len(planted), right / len(fired)
    drifts = {(e["month"], e["group_code"]) for e in province.chronicle["drifts"]} - set(planted)
    drifted = sum(key in fired for key in drifts) / len(drifts)
    with capsys.disabled():
        print(
            f"\nanomalies: {len(planted)} planted, recall {recall:.1%};"
            f" {len(fired)} fired, precision {precision:.1%}; of drifts {drifted:.1%} fired"
        )
    assert len(planted) > 300
    assert recall >= 0.95
    assert precision >= 0.90
    assert drifted <= 0.05
