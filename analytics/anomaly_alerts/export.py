"""Export 导出 the table of anomalies: the current filter, all rows."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext_lazy

from accounts import policies
from analytics.anomaly_alerts.page import AlertsMixin
from analytics.anomaly_alerts.room import EXPLAINED
from analytics.exports import RoomExport
from core.indicator import Indicator


class AlertsExport(AlertsMixin, RoomExport):
    """Answer with the table of the place as a file."""

    title = gettext_lazy("异常告警分析")

    def require_rows(self) -> None:
        """Refuse management an account manager's groups where they stay closed."""
        if self.reading.selection.level == "account_manager":
            policies.require(self.reading.scope, self.room, "rows", self.reading.selection)

    def indicators(self) -> Sequence[Indicator]:
        """Return what the notes define."""
        return EXPLAINED
