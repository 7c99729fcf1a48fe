"""Export 导出 the table of anomalies: the current filter, all rows."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from accounts import policies
from accounts.doors import DoorMixin
from analytics.anomaly_alerts.page import AlertsMixin
from analytics.anomaly_alerts.room import EXPLAINED, ROOM
from analytics.exports import notes_of
from core.errors import NotInScope
from core.exports import file_response


class AlertsExport(AlertsMixin, DoorMixin):
    """Answer with the table of the place as a file."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Stream every row that fits the filter."""
        if self.reading.run is None:
            raise NotInScope
        if self.reading.selection.level == "account_manager":
            policies.require(self.reading.scope, ROOM, "rows", self.reading.selection)
        declared = self.declared()
        if declared is None:
            raise NotInScope
        table, source = declared
        query = table.query(request.GET)
        return file_response(
            table,
            source.stream(table, query),
            kind=request.GET.get("format", "csv"),
            name=f"{_('异常告警分析')}_{self.place_name}_{self.reading.run.month}",
            notes=notes_of(self, table, query, EXPLAINED),
        )
