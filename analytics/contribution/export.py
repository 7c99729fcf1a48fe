"""Export 导出 the table of contribution: the current filter, all rows."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from accounts.doors import DoorMixin
from analytics.contribution.page import ContributionMixin
from analytics.contribution.room import EXPLAINED
from analytics.exports import notes_of
from core.errors import NotInScope
from core.exports import file_response


class ContributionExport(ContributionMixin, DoorMixin):
    """Answer with the table of the place as a file."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Stream every row that fits the filter."""
        if self.reading.run is None:
            raise NotInScope
        table, source = self.declared()
        query = table.query(request.GET)
        return file_response(
            table,
            source.stream(table, query),
            kind=request.GET.get("format", "csv"),
            name=f"{_('集团贡献分析')}_{self.place_name}_{self.reading.run.month}",
            notes=notes_of(self, table, query, EXPLAINED),
        )
