"""Share what the two rooms of income say alike: tabs, links, exports, chart frames."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import policies
from analytics.page import RoomReading
from analytics.queries import By, at_unit, lower_levels
from analytics.unit_tables import UNIT_TABS
from core import formats
from core.parts import ChartCard, Drawing, NavItem, PageState, Words
from core.web import carry, compare_of

GROUPS = "group"


class IncomeRoom(RoomReading):
    """Be a room whose page reads by lower unit, or group by group (``by=group``)."""

    @property
    def months_back(self) -> int:
        """Return what this month is compared with: 1 环比, 12 同比."""
        return 12 if compare_of(self.http) == "yoy" else 1

    @property
    def by(self) -> str:
        """Return by what the reader asked to read; the lowest level knows only groups."""
        return str(self.http.GET.get("by", ""))

    @property
    def asks_for_groups(self) -> bool:
        """Tell whether rows of single groups were asked for, by choice or for want of units."""
        lower = lower_levels(self.reading.selection)
        return self.by == GROUPS or not lower

    @property
    def level(self) -> By | None:
        """Return the lower unit read by; None at an account manager."""
        levels = self.reading.levels(self.by)
        return next((level for level in levels if level == self.by), levels[0] if levels else None)

    def unit_url(self, code: str) -> str:
        """Return the link one step down; empty on the totals row."""
        if not code or self.level is None:
            return ""
        return self.link_to(at_unit(self.reading.selection, self.level, code))

    def group_url(self, row: Mapping[str, Any]) -> str:
        """Return the link to the group's unified view; none where it would end in 403."""
        code = row["group_code"]
        if not policies.may(self.reading.scope, "grading", "group", group_code=code):
            return ""
        return carry(self.http, reverse("grading_group", args=[code]), unit=None,
                     am=None)  # fmt: skip

    def export_urls(self) -> dict[str, str]:
        """Return the exports of the current filter, all rows."""
        path = reverse(f"{self.room}_export")
        given = {name: self.http.GET[name] for name in self.http.GET if name != "page"}
        return {
            kind: carry(self.http, path, **{**given, "format": kind}) for kind in ("xlsx", "csv")
        }

    def unit_tabs(self, *, with_groups: Words = "") -> tuple[NavItem, ...]:
        """Return the choice of what to read by, where there is a choice."""
        levels: list[tuple[str, Words]] = [
            (level, UNIT_TABS[level]) for level in lower_levels(self.reading.selection)
        ]
        if with_groups and levels:
            levels.append((GROUPS, with_groups))
        if len(levels) < 2:
            return ()
        chosen = GROUPS if self.asks_for_groups else self.level
        cleared = dict.fromkeys(("sort", "page", "q", "grade", "industry", "size_band"))
        return tuple(
            NavItem(
                level, words, "", carry(self.http, by=level, **cleared), is_current=level == chosen
            )
            for level, words in levels
        )

    def missing_history(self) -> tuple[PageState, ...]:
        """Say that the month compared with is not published; nothing where it is."""
        month = self.reading.month
        if month is None:
            return ()
        before = month.plus(-self.months_back)
        if before.index in self.reading.history:
            return ()
        title = _("{month}未发布").format(month=formats.month(before))
        return (PageState("partial", title, _("没有对比数据，变化及其分解无法计算。")),)

    def chart(
        self, name: str, title: Words, drawing: Drawing, unit: Words, source: Words, **more: Any
    ) -> ChartCard:
        """Frame a chart with unit, place, month and source."""
        return ChartCard(
            name=name,
            title=title,
            drawing=drawing,
            unit=unit,
            scope=self.place_name,
            month=self.reading.month,
            source=source,
            **more,
        )
