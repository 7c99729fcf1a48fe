"""Read what the anomaly rules said of groups 异常检测结果; always within a scope.

Totals by unit are not here: ``org_month`` counts evaluable and abnormal groups
(``n_state_evaluable``, ``n_state_abnormal``, ``n_call_evaluable``, ``n_call_abnormal``,
``n_abnormal_groups``), as declared in ``analytics.indicators``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from accounts.queries import within
from accounts.scope import Scope, Selection
from alerts.alert_queries import open_alerts, open_alerts_of
from alerts.periods import months_before, periods_before
from alerts.rules import CALL, STATE
from core.month import Month
from warehouse.mart_models import GroupAlert

__all__ = [
    "Finding",
    "Kind",
    "Rule",
    "findings_from",
    "findings_in",
    "findings_of",
    "open_alerts",
    "open_alerts_of",
    "reasons_in",
]

Kind = Literal["state", "call"]
Rule = Literal["share", "jump", "drop", "rise", "silence"]


@dataclass(frozen=True, slots=True)
class Finding:
    """Be one abnormal group and kind 异常 with the evidence it was judged by.

    ``value`` and ``median`` are a share (state) or outgoing minutes per working day (call);
    ``limit`` is the level from which the group is abnormal, on the side it crossed; ``months`` and
    ``series`` go together, the judged month last. ``z`` is missing where the months before did
    not vary.
    """

    kind: Kind
    rules: tuple[Rule, ...]
    group_code: str
    name: str
    effective_grade: str
    n_members: int
    total_income_li: int
    value: float | None
    median: float | None
    limit: float | None
    months: tuple[Month, ...]
    series: tuple[float | None, ...]
    n_hit: int  # abnormal members (state) or members without a call
    base: int  # what they are a share of
    threshold: float  # of the share (state), of the change (call)
    jump_threshold: float | None = None
    lower: float | None = None  # Wilson lower bound held against the threshold, small groups
    z: float | None = None
    silent_share: float | None = None
    silent_threshold: float | None = None

    @property
    def key(self) -> str:
        """Return what names the finding within its month."""
        return f"{self.group_code}:{self.kind}"

    @property
    def change(self) -> float | None:
        """Return the step against the median: a difference of shares, or a relative change."""
        if self.value is None or self.median is None:
            return None
        if self.kind == STATE:
            return self.value - self.median
        return self.value / self.median - 1 if self.median else None


def findings_in(scope: Scope, run: int, selection: Selection) -> tuple[Finding, ...]:
    """Return the selection's abnormal groups of one run, by income; one entry a group and kind."""
    rows = GroupAlert.objects.in_run(run).visible_to(scope).filter(within(selection), fired=1)
    found = rows.order_by("-total_income_li", "group_code")
    return tuple(finding for row in found for finding in findings_from(row))


def findings_of(scope: Scope, run: int, group_code: str) -> tuple[Finding, ...]:
    """Return what is abnormal about one group in one run; empty where nothing is, or not in scope.

    ``run`` is the published run of the month shown.
    """
    rows = GroupAlert.objects.in_run(run).visible_to(scope)
    row = rows.filter(group_code=group_code, fired=1).first()
    return findings_from(row) if row is not None else ()


def reasons_in(scope: Scope, run: int, selection: Selection) -> dict[str, dict[str, int]]:
    """Count why groups could not be judged 不可评估, by kind and reason."""
    rows = GroupAlert.objects.in_run(run).visible_to(scope).filter(within(selection))
    counted: dict[str, dict[str, int]] = {STATE: {}, CALL: {}}
    for state, call in rows.values_list("state_reason", "call_reason"):
        for kind, reason in ((STATE, state), (CALL, call)):
            if reason:
                counted[kind][reason] = counted[kind].get(reason, 0) + 1
    return counted


def findings_from(row: GroupAlert) -> tuple[Finding, ...]:
    """Lay one row of the mart out as findings: none, one or two."""
    found = []
    if row.state_fired:
        found.append(_state(row))
    if row.call_fired:
        found.append(_call(row))
    return tuple(found)


def _state(row: GroupAlert) -> Finding:
    rules: tuple[tuple[Rule, int], ...] = (
        ("share", row.state_by_share),
        ("jump", row.state_by_jump),
    )
    month = Month.from_index(row.month)
    above = None if row.state_median is None else row.state_median + row.state_jump_limit
    limits = [limit for limit in (row.state_share_limit, above) if limit is not None]
    return Finding(
        kind="state",
        rules=tuple(rule for rule, fired in rules if fired),
        group_code=row.group_code,
        name=row.name,
        effective_grade=row.effective_grade,
        n_members=row.n_members or 0,
        total_income_li=row.total_income_li or 0,
        value=row.state_share,
        median=row.state_median,
        limit=min(limits),
        months=(*months_before(month), month),
        series=tuple(row.state_series),
        n_hit=row.n_abnormal or 0,
        base=row.state_base or 0,
        threshold=row.state_share_limit,
        jump_threshold=row.state_jump_limit,
        lower=None if row.state_lower == row.state_share else row.state_lower,
    )


def _call(row: GroupAlert) -> Finding:
    rules: tuple[tuple[Rule, int], ...] = (
        ("drop", row.call_dropped),
        ("rise", row.call_rose),
        ("silence", row.call_silent),
    )
    month = Month.from_index(row.month)
    step = row.call_change_limit if row.call_rose else -row.call_change_limit
    return Finding(
        kind="call",
        rules=tuple(rule for rule, fired in rules if fired),
        group_code=row.group_code,
        name=row.name,
        effective_grade=row.effective_grade,
        n_members=row.n_members or 0,
        total_income_li=row.total_income_li or 0,
        value=row.call_level,
        median=row.call_median,
        limit=None if row.call_median is None else row.call_median * (1 + step),
        months=(*periods_before(month), month),
        series=tuple(row.call_series),
        n_hit=row.n_silent_members or 0,
        base=row.n_members or 0,
        threshold=row.call_change_limit,
        z=row.call_z,
        silent_share=row.silent_share,
        silent_threshold=row.silent_share_limit,
    )
