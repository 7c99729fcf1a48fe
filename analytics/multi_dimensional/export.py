"""Export 导出 the pivot of the current choice, all rows and the totals line."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from accounts.doors import DoorMixin
from analytics.exports import notes_of
from analytics.multi_dimensional.page import MultiMixin
from core.errors import NotInScope
from core.exports import file_response


class MultiExport(MultiMixin, DoorMixin):
    """Answer with the pivot as a file."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Stream every row that fits the filter; the whole ends with its totals."""
        if self.reading.run is None or not self.multi.has_dimensions:
            raise NotInScope
        table, source = self.declared()
        query = table.query(request.GET)
        rows = list(source.stream(table, query))
        if not query.is_narrowed:
            rows.append(self.multi.pivot.total)
        notes = notes_of(self, table, query, (self.multi.measured.indicator,))
        said = (_("维度筛选"), self.filters_said() or _("无"))
        return file_response(
            table,
            rows,
            kind=request.GET.get("format", "csv"),
            name=f"{_('指标多维分析')}_{self.place_name}_{self.reading.run.month}",
            notes=replace(notes, lines=(*notes.lines, said)),
        )
