"""Export 导出 the looked-up groups: the rows of the page, all of them."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from accounts.doors import DoorMixin
from analytics.exports import notes_of
from analytics.indicators import ICT, PERSONAL_BILL, TOTAL_INCOME, UNIFIED_PAY
from analytics.list_query.page import ListMixin
from core.errors import NotInScope
from core.exports import file_response
from core.web import ShellPage


class ListExport(ListMixin, DoorMixin, ShellPage):
    """Answer with the groups found as a file."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Stream every row that fits the filter."""
        declared = self.declared()
        if declared is None or self.reading.run is None:
            raise NotInScope
        table, source = declared
        query = table.query(request.GET)
        return file_response(
            table,
            source.stream(table, query),
            kind=request.GET.get("format", "csv"),
            name=f"{_('名单查询')}_{self.reading.run.month}",
            notes=notes_of(self, table, query, (TOTAL_INCOME, UNIFIED_PAY, PERSONAL_BILL, ICT)),
        )
