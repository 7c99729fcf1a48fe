"""Lay out what fired 预警命中 as ``group_rule_hit``: the same rows from a run and from a replay."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from alerts.evidence import Evidence, evidence_of
from alerts.judge import Verdict, judge, resolve_all
from alerts.rules import RULES, Rule
from alerts.thresholds import Book, Resolved
from core.month import Month

#: Columns of ``group_evidence`` that a hit repeats.
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
    "effective_grade",
)
#: What the evidence shown says beside value, reference and threshold, by rule.
DETAIL: Mapping[str, tuple[str, ...]] = {
    "state_share": ("n_abnormal", "state_base", "state_lower"),
    "state_jump": ("n_abnormal", "state_base", "state_share"),
    "call_drop": ("call_level", "call_z"),
    "call_rise": ("call_level", "call_z"),
    "call_silence": ("n_silent_members", "n_members"),
    "grade_fall": (
        "prev_effective_grade",
        "effective_grade",
        "prev_suggested_grade",
        "suggested_grade",
    ),
    "unified_fall": ("unified_pay_li", "unified_prev_li"),
    "contract_end": (),
    "ict_stopped": ("ict_stopped", "n_ict_before"),
    "arrears": ("arrears_li",),
}


def hits_of(evidence: pa.Table, book: Book) -> pa.Table:
    """Judge a table of ``group_evidence`` by the thresholds in force and lay out what fired."""
    found = evidence_of(evidence)
    limits = resolve_all(book, found)
    verdicts = judge(found, {code: each.values for code, each in limits.items()})
    parts = [
        _of_rule(RULES[code], evidence, found, verdict, limits[RULES[code].limit])
        for code, verdict in verdicts.items()
    ]
    return pa.concat_tables(parts)


def _of_rule(
    rule: Rule, table: pa.Table, evidence: Evidence, verdict: Verdict, limit: Resolved
) -> pa.Table:
    at = np.flatnonzero(verdict.fired)
    rows = table.take(at)
    detail = [_said(rule.code, row) for row in rows.select(_read(rule.code)).to_pylist()]
    sources = np.array(limit.sources, dtype=object)[limit.source[at]]
    return pa.table(
        {
            **{name: rows[name] for name in REPEATED},
            "rule": pa.array([rule.code] * len(at), pa.string()),
            "weight": np.full(len(at), rule.weight, dtype=np.int16),
            "value": _nullable(verdict.value[at]),
            "reference": _nullable(verdict.reference[at]),
            "threshold": _nullable(limit.values[at]),
            "threshold_source": pa.array(sources.tolist(), pa.string()),
            "detail": pa.array(detail, pa.string()),
        }
    )


def _read(rule: str) -> list[str]:
    return list(dict.fromkeys(("month", "contract_days", *DETAIL[rule])))


def _said(rule: str, row: dict[str, Any]) -> str:
    """Write a hit's detail as JSON with its keys in order; the same row gives the same text."""
    said = _MORE[rule](row) if rule in _MORE else {name: row[name] for name in DETAIL[rule]}
    kept = {name: value for name, value in said.items() if not _is_infinite(value)}
    return json.dumps(kept, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _contract(row: dict[str, Any]) -> dict[str, Any]:
    ends = Month.from_index(row["month"]).last_day + dt.timedelta(days=int(row["contract_days"]))
    return {"contract_end": ends.isoformat()}


def _products(row: dict[str, Any]) -> dict[str, Any]:
    return {"products": row["ict_stopped"].split(), "n_ict_before": row["n_ict_before"]}


_MORE: Mapping[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "contract_end": _contract,
    "ict_stopped": _products,
}


def _is_infinite(value: object) -> bool:
    return isinstance(value, float) and not np.isfinite(value)


def _nullable(values: NDArray[np.float64]) -> pa.Array:
    return pa.array(values, mask=np.isnan(values))
