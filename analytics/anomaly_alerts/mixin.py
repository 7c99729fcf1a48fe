"""Put the room's reading, tables and links together for page, export and API 异常告警."""

from __future__ import annotations

from functools import cached_property

from django.urls import reverse

from accounts.doors import Door
from alerts.queries import Finding as Alert
from alerts.triage_models import Alert as Open
from analytics.anomaly_alerts import tables
from analytics.anomaly_alerts.compute import UnitAlerts
from analytics.anomaly_alerts.room import ROOM, VIEWS, AlertsReading, views_of
from analytics.anomaly_alerts.work import UnitWork, WorkReading, WorkSource
from analytics.anomaly_alerts.work_tables import list_table, units_table
from analytics.page import RoomReading
from analytics.queries import at_unit
from core.errors import NotAllowed
from core.sources import ListSource, Source
from core.table import Table
from core.web import carry, compare_of


class AlertsMixin(RoomReading):
    """Put the room's reading, table and rows together for page, export and API."""

    room = ROOM
    door: Door | None = Door(module=ROOM)

    @cached_property
    def alerts(self) -> AlertsReading:
        """Return the figures behind the page."""
        months_back = 12 if compare_of(self.http) == "yoy" else 1
        return AlertsReading(self.reading, self.http.GET.get("by", ""), months_back)

    @cached_property
    def work(self) -> WorkReading:
        """Return the alerts being worked through."""
        return WorkReading(self.reading, self.http.GET.get("by", ""))

    @cached_property
    def view_name(self) -> str:
        """Return what is shown: the month's figures, the work on alerts, or what was escalated.

        An account manager's newest month opens with the alerts to work on.

        Raises:
            NotAllowed: for a view that is not this reader's.
        """
        reader, asked = self.reading.scope.reader, self.http.GET.get("view", "")
        views = views_of(reader)
        if asked and asked not in views:
            if asked in VIEWS:
                raise NotAllowed
            asked = ""
        newest = self.reading.published[0].month if self.reading.published else None
        opens_work = reader == "account_manager" and self.reading.month == newest
        return asked or ("work" if opens_work else "figures")

    def work_unit_url(self, row: UnitWork) -> str:
        """Return the link one step down; empty on the totals row."""
        if not row.code or self.work.level is None:
            return ""
        lower = at_unit(self.reading.selection, self.work.level, row.code)
        return self.link_to(lower, view="work")

    def open_url(self, row: Open) -> str:
        """Return the page of one alert."""
        return carry(self.http, reverse("anomaly_alerts_alert", args=[row.pk]))

    def unit_url(self, row: UnitAlerts) -> str:
        """Return the link one step down; empty on the totals row."""
        if not row.code or self.alerts.level is None:
            return ""
        return self.link_to(at_unit(self.reading.selection, self.alerts.level, row.code))

    def group_url(self, row: Alert) -> str:
        """Return the link to the group."""
        return carry(self.http, reverse("grading_group", args=[row.group_code]), unit=None, am=None)

    def drawn_url(self, row: Alert) -> str:
        """Return the page that draws this group's evidence large."""
        return f"{carry(self.http, reverse(ROOM), alert=row.key, view='figures')}#chart-evidence"

    def declared(self) -> tuple[Table, Source] | None:
        """Return the table of this place with its rows; None where there is none to see."""
        if self.view_name != "figures":
            return self.declared_work()
        alerts = self.alerts
        if alerts.units is not None:
            table = tables.units_table(alerts.units.by, self.unit_url)
            return table, ListSource(alerts.units.rows)
        if not alerts.lists_groups:
            return None
        table = tables.alerts_table(self.group_url, self.drawn_url)
        return table, ListSource(alerts.findings)

    def declared_work(self) -> tuple[Table, Source] | None:
        """Return the list of alerts, or their counts by lower unit."""
        work = self.work
        if self.view_name == "escalated" or self.reading.scope.reader == "account_manager":
            return list_table(self.open_url), WorkSource(work.listed)
        if work.level is None:
            return None
        return units_table(work.level, self.work_unit_url), ListSource(work.units)
