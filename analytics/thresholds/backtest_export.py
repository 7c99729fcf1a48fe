"""Export the table of a replay 历史回测."""

from __future__ import annotations

from typing import Any, cast

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from accounts.doors import DoorMixin
from alerts.backtest_queries import Backtest
from alerts.threshold_words import class_name, limit_name, value_said
from analytics.thresholds.backtest_page import BacktestMixin
from analytics.thresholds.forms import budget_asked, class_asked
from analytics.thresholds.page import SEES
from analytics.thresholds.tables import tally_table
from core import formats
from core.errors import DomainError
from core.exports import Notes, file_response


class BacktestExport(BacktestMixin, DoorMixin):
    """Export 导出 the table of a backtest, all rows."""

    door = SEES

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Stream the table as a file with what it rests on."""
        if self.found is None:
            raise DomainError("nothing_to_replay", _("还没有可回测的账期。"))
        table = tally_table(self.by)
        query = table.query(request.GET)
        return file_response(
            table,
            self.source().stream(table, query),
            kind=request.GET.get("format", "csv"),
            name=f"{_('历史回测')}_{self.place_shown.name}_{self.found.months[-1]}",
            notes=Notes(self.notes(), ()),
        )

    def notes(self) -> tuple[tuple[str, str], ...]:
        """Return what a reader of the file must know."""
        found = cast(Backtest, self.found)
        months = (formats.month(found.months[0]), formats.month(found.months[-1]))
        tried = value_said(self.code, self.value) if self.code else _("当时阈值")
        return (
            (_("表名"), _("历史回测")),
            (_("范围"), self.place_shown.name),
            (_("账期"), " – ".join(months)),
            (_("阈值"), limit_name(self.code) if self.code else _("全部规则")),
            (_("等级"), class_name(class_asked(self.http.GET))),
            (_("试算值"), tried),
            (_("每人每月上限"), str(budget_asked(self.http.GET))),
            (_("导出人"), self.place_shown.scope.username),
        )
