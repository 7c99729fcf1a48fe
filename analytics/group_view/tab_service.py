"""Show 服务视图: one line of time."""

from __future__ import annotations

from functools import cached_property

from django.urls import reverse
from django.utils.translation import gettext as _

from alerts.levels import Level
from alerts.queries import open_alerts_of
from alerts.triage_models import Alert
from analytics.group_view.alert_tables import open_alerts_table
from analytics.group_view.tab import Tab
from analytics.group_view.timeline import Event, timeline_of
from core.parts import PageState
from core.table import TableView
from core.web import carry


class ServiceTab(Tab):
    """Draw what happened, under the alerts that are open."""

    @cached_property
    def alerts(self) -> tuple[Alert, ...]:
        """Return the open alerts the reader may see."""
        return tuple(open_alerts_of(self.group.scope, self.group.group_code))

    def tables(self) -> tuple[TableView, ...]:
        """Return the open alerts; nothing where there is none."""
        if not self.alerts:
            return ()
        level = max(Level(each.level) for each in self.alerts)
        return (self.whole(open_alerts_table(level, self.alert_url), self.alerts),)

    def alert_url(self, row: Alert) -> str:
        """Return the page of one alert."""
        path = reverse("anomaly_alerts_alert", args=[row.pk])
        return carry(self.request, path, unit=None, am=None, month=None)

    @cached_property
    def line(self) -> tuple[Event, ...]:
        """Return scores, grades, visits, contracts and alerts, newest first."""
        return timeline_of(self.group)

    def timeline(self) -> tuple[Event, ...]:
        """Return the line."""
        return self.line

    def notices(self) -> tuple[PageState, ...]:
        """Say what the line leaves out."""
        said = []
        if not self.group.sees("grade_history"):
            text = _("时间线不含等级变动。")
            said.append(PageState("forbidden", _("等级变动记录不对管理角色开放"), text))
        if not self.line:
            said.append(PageState("empty", _("13 个月内没有记录"), ""))
        return tuple(said)
