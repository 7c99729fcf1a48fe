"""Export 导出 the table of the room: the current filter, all rows."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from accounts.doors import DoorMixin
from analytics.exports import notes_of
from analytics.price_elasticity.indicators import EXPLAINED
from analytics.price_elasticity.page import ElasticityMixin
from core.errors import NotInScope
from core.exports import file_response


class ElasticityExport(ElasticityMixin, DoorMixin):
    """Answer with the table that was chosen as a file."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Stream every row that fits the filter."""
        if self.reading.run is None:
            raise NotInScope
        self.require_view()
        table, source = self.declared()
        query = table.query(request.GET)
        return file_response(
            table,
            source.stream(table, query),
            kind=request.GET.get("format", "csv"),
            name=f"{_('价值弹性分析')}_{self.place_name}_{self.reading.run.month}",
            notes=notes_of(self, table, query, EXPLAINED),
        )
