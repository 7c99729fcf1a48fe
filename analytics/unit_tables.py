"""Share what every room's table by lower unit says: headings, ranks, tabs 单元明细."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Protocol

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from analytics.queries import By
from analytics.shares import SMALL_N
from core import formats

SIZE_BANDS = (
    ("0", gettext_lazy("0 人")),
    ("1", gettext_lazy("1–9 人")),
    ("2", gettext_lazy("10–49 人")),
    ("3", gettext_lazy("50–199 人")),
    ("4", gettext_lazy("200–999 人")),
    ("5", gettext_lazy("≥ 1000 人")),
)
UNIT_HEADINGS: Mapping[By, Any] = {
    "city": gettext_lazy("地市"),
    "county": gettext_lazy("县区"),
    "account_manager": gettext_lazy("客户经理"),
}
UNIT_TITLES: Mapping[By, Any] = {
    "city": gettext_lazy("地市明细"),
    "county": gettext_lazy("县区明细"),
    "account_manager": gettext_lazy("客户经理明细"),
}
UNIT_TABS: Mapping[By, Any] = {
    "city": gettext_lazy("按地市"),
    "county": gettext_lazy("按县区"),
    "account_manager": gettext_lazy("按客户经理"),
}


class Totals(dict[str, Any]):
    """Be the totals line 合计 of a list of groups; what has no total is nothing there."""

    def __missing__(self, name: str) -> None:
        """Return that there is no total."""

    def __getattr__(self, name: str) -> Any:
        """Return a total where rows of the list have attributes."""
        return self[name]


class Ranked(Protocol):
    """Be a row with a rank."""

    @property
    def code(self) -> str:
        """Return the unit's code; empty on the totals row."""

    @property
    def rank_change(self) -> int | None:
        """Return how many places were won."""


def beside(*notes: Any) -> str:
    """Join what is said beside a table's heading; empty notes are left out."""
    return " · ".join(str(note) for note in notes if note)


def interval_text(interval: tuple[float, float]) -> str:
    """Write the interval of a share 区间, the same on every page: ``12.3–45.6%``."""
    return f"{formats.number(interval[0] * 100, 1)}–{formats.ratio(interval[1])}"


def interval_note(interval: tuple[float, float] | None) -> str:
    """Write an interval as the note beside its share; empty without one."""
    return f"({interval_text(interval)})" if interval else ""


def intervals_said(bases: Iterable[float | None]) -> str:
    """Explain the brackets 95% 区间 where a unit has so few cases that they are drawn."""
    is_small = any(base and base < SMALL_N for base in bases)
    return _("分母少于 30：括号内为 95% 区间") if is_small else ""


def climbed(row: Ranked) -> str:
    """Say how a rank moved 名次变化: ▲ places won, ▼ places lost, – where it stayed."""
    if not row.rank_change:
        return "–" if row.rank_change == 0 else ""
    return f"{'▲' if row.rank_change > 0 else '▼'}{abs(row.rank_change)}"


def no_rank(row: Ranked) -> str:
    """Say why a row has no rank."""
    return _("本月没有该项数据") if row.code else _("合计不排名")
