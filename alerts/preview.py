"""Try a threshold out 试算 on the newest published month: how many groups would have fired.

The stored evidence is judged by the very code of the run; nothing is run and nothing is written.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from accounts.policies import may_do
from accounts.queries import within
from accounts.scope import Scope, Selection
from alerts.evidence import READ_BY, Evidence, evidence_of, read_evidence
from alerts.judge import judge, judged_with
from alerts.rules import rules_of
from alerts.threshold_queries import book_for, log_of, version_of
from alerts.thresholds import Book, Change, Target
from core.month import Month
from warehouse.mart_models import GroupRuleHit
from warehouse.queries import PublishedRun, published_runs

Bools = NDArray[np.bool_]
OWNERS = ("city_code", "county_code", "account_manager_code")
#: Above every stored version: what is tried out is the newest.
TRIED = 2**31


@dataclass(frozen=True, slots=True)
class Preview:
    """Say how many groups would have fired 试算结果, and how many did then and the month before.

    ``n_before`` counts what the month really published; ``n_month_before`` the month before it,
    None while that is not published. Groups are counted once, whichever of the rules fired.
    """

    month: Month
    n_groups: int
    n_fired: int
    n_before: int
    n_new: int
    n_gone: int
    n_month_before: int | None


def preview(
    scope: Scope, selection: Selection | None, tried: Change, runs: tuple[PublishedRun, ...] = ()
) -> Preview | None:
    """Try a change out within the reader's scope; None while nothing is published with evidence.

    ``selection`` None is the whole scope (the operator's province).
    """
    published = runs or published_runs()
    newest = published[0] if published else None
    if newest is None or not (newest.folder / "group_evidence.parquet").exists():
        return None
    table = evidence_in(scope, selection, newest, tried.code)
    evidence = evidence_of(table, READ_BY[tried.code])
    month = newest.month
    with_it = Book([*log_of(month), tried], month.index)
    fired = fired_by(with_it, evidence, tried.code)
    stored = fired_by(book_for(month, version_of(newest.run)), evidence, tried.code)
    before = next((each for each in published if month - each.month == 1), None)
    return Preview(
        month=month,
        n_groups=len(fired),
        n_fired=int(fired.sum()),
        n_before=int(stored.sum()),
        n_new=int((fired & ~stored).sum()),
        n_gone=int((stored & ~fired).sum()),
        n_month_before=_counted(scope, selection, before, tried.code) if before else None,
    )


def fired_by(book: Book, evidence: Evidence, code: str) -> Bools:
    """Tell which groups any rule of a threshold fires for."""
    limits = {name: book.resolve(name, evidence.owners).values for name in judged_with(code)}
    fired = np.zeros(len(evidence), dtype=np.bool_)
    for verdict in judge(evidence, limits, rules_of(code)).values():
        fired |= verdict.fired
    return fired


def evidence_in(
    scope: Scope, selection: Selection | None, run: PublishedRun, code: str, *more: str
) -> pa.Table:
    """Read the evidence of the groups of a run that are in scope and selected."""
    path = run.folder / "group_evidence.parquet"
    names = (*READ_BY[code], *OWNERS, *more)
    return kept_in(scope, selection, read_evidence(path, names))


def kept_in(scope: Scope, selection: Selection | None, table: pa.Table) -> pa.Table:
    """Keep the rows in scope and selected, by the owner they had in their own month."""
    if selection is None and not may_do(scope, "set_province_thresholds"):
        return table.slice(0, 0)
    if not (scope.is_province or selection is None):
        granted = {
            "city_code": scope.city_codes,
            "county_code": scope.county_codes,
            "account_manager_code": scope.account_manager_codes,
        }
        masks = [
            pc.is_in(table[name], value_set=pa.array(sorted(codes), pa.string()))
            for name, codes in granted.items()
            if codes
        ]
        allowed = masks[0] if masks else pa.array([False] * len(table))
        for mask in masks[1:]:
            allowed = pc.or_(allowed, mask)
        table = table.filter(allowed)
    for name in OWNERS if selection is not None else ():
        code = getattr(selection, name)
        if code:
            table = table.filter(pc.equal(table[name], code))
    return table


def _counted(scope: Scope, selection: Selection | None, run: PublishedRun, code: str) -> int:
    """Count the groups that fired in a published month, as stored."""
    rows = GroupRuleHit.objects.in_run(run.run).filter(rule__in=rules_of(code))
    if selection is not None:
        rows = rows.visible_to(scope).filter(within(selection))
    elif not may_do(scope, "set_province_thresholds"):
        return 0
    return int(rows.values("group_code").distinct().count())


def tried_change(target: Target, value: float, month: Month) -> Change:
    """Return a change that is only tried out in a month; nothing stored is newer."""
    return Change(
        version=TRIED,
        code=target.code,
        level=target.level,
        city_code=target.city_code,
        account_manager_code=target.account_manager_code,
        grade_class=target.grade_class,
        from_month=month.index,
        value=value,
    )
