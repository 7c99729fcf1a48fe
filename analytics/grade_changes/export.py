"""Export 导出 the table of the place: the current filter, all rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import policies
from analytics.exports import RoomExport, notes_of
from analytics.grade_changes.indicators import KPIS
from analytics.grade_changes.matrix import matrix_table
from analytics.grade_changes.page import ChangesMixin
from core.errors import NotInScope
from core.exports import file_response
from core.indicator import Indicator


class ChangesExport(ChangesMixin, RoomExport):
    """Answer with the table of the place as a file, or with the migration matrix."""

    title = gettext_lazy("等级变动分析")

    def require_rows(self) -> None:
        """Refuse management an account manager's groups where they stay closed."""
        if self.reading.selection.level == "account_manager":
            policies.require(self.reading.scope, self.room, "rows", self.reading.selection)

    def indicators(self) -> Sequence[Indicator]:
        """Return what the notes define."""
        return KPIS

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Stream every row that fits the filter; the matrix is small whoever reads."""
        if self.reading.run is not None and request.GET.get("table") == "matrix":
            return self.matrix()
        return super().get(request, *args, **kwargs)

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
