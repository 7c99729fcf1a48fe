"""Export 导出 the table of the place: the current filter, all rows."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from accounts import policies
from accounts.doors import DoorMixin
from analytics.exports import notes_of
from analytics.grade_changes.indicators import KPIS
from analytics.grade_changes.matrix import matrix_table
from analytics.grade_changes.page import ChangesMixin
from analytics.grade_changes.room import ROOM
from core.errors import NotInScope
from core.exports import file_response


class ChangesExport(ChangesMixin, DoorMixin):
    """Answer with the table of the place as a file."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Stream every row that fits the filter."""
        if self.reading.run is None:
            raise NotInScope
        if request.GET.get("table") == "matrix":
            return self.matrix()
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
            name=f"{_('等级变动分析')}_{self.place_name}_{self.reading.run.month}",
            notes=notes_of(self, table, query, KPIS),
        )

    def matrix(self) -> HttpResponseBase:
        """Return the migration matrix of the two months of the URL; totals, whoever reads."""
        self.refuse_closed_fields()
        pair = self.changes.pair
        if pair is None:
            raise NotInScope
        table = matrix_table(pair)
        query = table.query({})
        return file_response(
            table,
            [row for row in pair.matrix if row.n],
            kind=self.http.GET.get("format", "csv"),
            name=f"{_('等级迁移矩阵')}_{self.place_name}_{pair.before.month}_{pair.now.month}",
            notes=notes_of(self, table, query, ()),
        )
