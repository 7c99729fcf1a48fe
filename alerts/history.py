"""Read what the rules need of this month and of the pinned earlier ones 历史账期, in one order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from alerts.periods import months_before, months_of, periods_before
from core.month import Month
from core.working_days import WorkingDays
from scoring.frames import SHOWN, floats
from warehouse.context import RunContext

Floats = NDArray[np.float64]

#: Members whose state is abnormal; those cancelled in the month are among them.
ABNORMAL = (
    "n_stop_one_way",
    "n_stop_two_way",
    "n_arrears_stop",
    "n_lost",
    "n_pre_cancel",
    "n_cancelled",
)
FACTS = (*ABNORMAL, "n_members", "n_silent_members", "mo_minutes_milli")
MILLI = 1000.0


@dataclass(frozen=True)
class Facts:
    """Hold one month's facts, one entry a group; nan where the group was not shown that month."""

    columns: dict[str, Floats]

    @cached_property
    def abnormal(self) -> Floats:
        """Return members in an abnormal state and those cancelled in the month."""
        parts = [self.columns[name] for name in ABNORMAL]
        return np.asarray(np.sum(parts, axis=0), dtype=np.float64)

    @cached_property
    def base(self) -> Floats:
        """Return members and those cancelled in the month."""
        return self.columns["n_members"] + self.columns["n_cancelled"]

    @property
    def abnormal_share(self) -> Floats:
        """Return the share of abnormal states; nan without a base."""
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(self.base > 0, self.abnormal / self.base, np.nan)

    @property
    def minutes(self) -> Floats:
        """Return the outgoing minutes."""
        return self.columns["mo_minutes_milli"] / MILLI


@dataclass(frozen=True)
class History:
    """Hold the months a run can see, each in the order of this month's groups."""

    month: Month
    calendar: WorkingDays
    months: dict[int, Facts]
    n_groups: int

    def _of(self, month: Month) -> Facts | None:
        return self.months.get(month.index)

    def _nothing(self) -> Floats:
        return np.full(self.n_groups, np.nan)

    @property
    def now(self) -> Facts:
        """Return this month's facts."""
        return self.months[self.month.index]

    def level(self, period: Month) -> Floats:
        """Return outgoing minutes per working day of a period; nan where a part is missing."""
        parts = [self._of(month) for month in months_of(period)]
        days = sum(self.calendar.n_in(month) for month in months_of(period))
        total = sum((part.minutes if part else self._nothing()) for part in parts)
        return np.asarray(total / days, dtype=np.float64)

    def earlier_levels(self) -> Floats:
        """Return the levels of the six periods before, groups × periods."""
        return np.column_stack([self.level(each) for each in periods_before(self.month)])

    def earlier_shares(self) -> Floats:
        """Return the shares of abnormal states of the six months before, groups × months."""
        facts = [self._of(month) for month in months_before(self.month)]
        return np.column_stack([part.abnormal_share if part else self._nothing() for part in facts])


def read_history(ctx: RunContext, now: pa.Table, calendar: WorkingDays) -> History:
    """Read the earlier months by group code; a month that is not published is simply absent."""
    codes = now["group_code"].combine_chunks()
    months = {ctx.month.index: Facts({name: floats(now, name) for name in FACTS})}
    asked = {
        month
        for period in (ctx.month, *periods_before(ctx.month))
        for month in months_of(period)
        if month != ctx.month
    }
    for month in sorted(asked | set(months_before(ctx.month))):
        path = ctx.earlier(ctx.month - month, "group_month")
        if path is not None:
            table = pq.read_table(path, columns=["group_code", *SHOWN, *FACTS])
            months[month.index] = _in_order(table, codes, FACTS)
    return History(ctx.month, calendar, months, len(codes))


def _in_order(table: pa.Table, codes: pa.Array, names: Sequence[str]) -> Facts:
    shown = pc.and_(pc.equal(table["excluded_reason"], ""), pc.equal(table["is_on_net"], 1))
    kept = table.filter(shown)
    rows = pc.index_in(codes, value_set=kept["group_code"].combine_chunks())
    found = kept.select(list(names)).take(rows)
    return Facts({name: floats(found, name) for name in names})
