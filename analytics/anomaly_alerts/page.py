"""Show 异常告警分析: the month's anomalies, the work on alerts, what was escalated; every role."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from analytics.anomaly_alerts.figures import Figures
from analytics.anomaly_alerts.mixin import AlertsMixin
from analytics.anomaly_alerts.room import views_of
from analytics.anomaly_alerts.work_parts import Work
from analytics.page import RoomPage
from core.parts import ModuleParts, NavItem
from core.table import TableView
from core.web import carry

__all__ = ["AlertsMixin", "AlertsPage"]


class AlertsPage(AlertsMixin, RoomPage):
    """Show the module's page for every role."""

    title = gettext_lazy("异常告警分析")
    template_name = "anomaly_alerts/page.html"

    @property
    def drawer(self) -> Figures | Work:
        """Return what draws the view asked for."""
        return Figures(self) if self.view_name == "figures" else Work(self)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Answer with the page, or with the list of alerts when htmx asks for that."""
        swaps = request.headers.get("HX-Target") == "table-work" and self.reading.run is not None
        if swaps and isinstance(self.drawer, Work):
            listed = self.drawer.listed()
            if listed is not None:
                return self.show(listed, template="anomaly_alerts/_work.html")
        return super().get(request, *args, **kwargs)

    def table(self) -> TableView | None:
        """Return the table alone, for sorting, filtering and paging."""
        return None if self.reading.run is None else self.drawer.table()

    def published_parts(self) -> ModuleParts:
        """Return the view's parts under the tabs that lead to the others."""
        return replace(self.drawer.parts(), tabs=self.view_tabs())

    def export_urls(self) -> dict[str, str]:
        """Return the exports of the current filter, all rows."""
        path = reverse("anomaly_alerts_export")
        given = {name: self.request.GET[name] for name in self.request.GET if name != "page"}
        more = {**given, "view": self.view_name}
        return {
            kind: carry(self.request, path, **{**more, "format": kind}) for kind in ("xlsx", "csv")
        }

    def view_tabs(self) -> tuple[NavItem, ...]:
        """Return the views this reader has."""
        words = {"figures": _("异常指标"), "work": _("告警处理"), "escalated": _("上报告警")}
        if self.reading.scope.reader == "account_manager":
            words["figures"] = _("本月异常")
        return tuple(
            NavItem(
                view,
                words[view],
                "",
                carry(self.request, reverse(self.room), view=view, by=self.request.GET.get("by")),
                is_current=view == self.view_name,
            )
            for view in views_of(self.reading.scope.reader)
        )
