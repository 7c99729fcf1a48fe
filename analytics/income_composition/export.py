"""Export 导出 the table of income composition: the current filter, all rows, masked alike."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from accounts import policies
from accounts.doors import DoorMixin
from analytics.exports import notes_of
from analytics.income_composition.page import CompositionMixin
from analytics.income_composition.room import EXPLAINED
from core.errors import NotInScope
from core.exports import file_response


class CompositionExport(CompositionMixin, DoorMixin):
    """Answer with the table of the place as a file."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Stream every row that fits the filter."""
        if self.reading.run is None:
            raise NotInScope
        if self.asks_for_groups:
            policies.require(self.reading.scope, self.room, "rows", self.reading.selection)
        declared = self.declared()
        if declared is None:
            raise NotInScope
        table, source = declared
        query = table.query(request.GET)
        return file_response(
            table,
            source.stream(table, query),
            kind=request.GET.get("format", "csv"),
            name=f"{_('成员收入成分分析')}_{self.place_name}_{self.reading.run.month}",
            notes=notes_of(self, table, query, EXPLAINED),
        )
