"""Say what every tab of the unified view may have; each tab fills in what it shows."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from analytics.group_view.parts import Section
from analytics.group_view.room import GroupReading
from analytics.group_view.timeline import Event
from core.parts import ChartCard, Finding, PageState
from core.sources import ListSource
from core.table import Table, TableView


class Tab:
    """Be one tab: nothing, until a tab says otherwise."""

    def __init__(self, group: GroupReading, request: HttpRequest) -> None:
        """Take the group and the request the tab answers."""
        self.group, self.request = group, request

    def sections(self) -> tuple[Section, ...]:
        """Return cards of facts."""
        return ()

    def findings(self) -> tuple[Finding, ...]:
        """Return sentences."""
        return ()

    def charts(self) -> tuple[ChartCard, ...]:
        """Return charts."""
        return ()

    def tables(self) -> tuple[TableView, ...]:
        """Return whole tables."""
        return ()

    def paged(self, *, insist: bool = False) -> TableView | None:
        """Return the table that is paged; asked for by name it is refused where it is closed."""
        return None

    def timeline(self) -> tuple[Event, ...]:
        """Return the line of time."""
        return ()

    def notices(self) -> tuple[PageState, ...]:
        """Return what the tab cannot show, and why."""
        return ()

    def whole(
        self, table: Table, rows: Iterable[Any], *, empty: PageState | None = None, note: str = ""
    ) -> TableView:
        """Return a table with all its rows."""
        source = ListSource(rows)
        return table.view({"size": "200"}, source, path=self.request.path, empty=empty, note=note)

    def frame(self, name: str, title: str, drawing: Any, unit: str, **more: Any) -> ChartCard:
        """Frame a chart with unit, group, month and source."""
        return ChartCard(
            name=name,
            title=title,
            drawing=drawing,
            unit=unit,
            scope=self.group.result.name,
            month=self.group.run.month,
            source=_("月度评定结果"),
            **more,
        )
