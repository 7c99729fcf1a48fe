"""Export 导出 a room's table: the current filter, all rows, and the notes 说明 that go with them.

A room declares its :class:`RoomExport`; the door streams small files and asks for a job above
``GCVA_EXPORT_JOB_ROWS`` rows. The job builds the same :class:`Export` again, through the same door.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from accounts.doors import DoorMixin
from analytics.export_jobs import request_export
from analytics.page import RoomReading
from core import formats
from core.errors import NotInScope
from core.exports import Notes, file_response, require_format
from core.indicator import Indicator
from core.parts import Words
from core.sources import Source
from core.table import Table, TableQuery


@dataclass(frozen=True)
class Export:
    """Be one file to write: the table with its query, the notes, a name without an ending."""

    table: Table
    source: Source
    query: TableQuery
    notes: Notes
    name: str
    tail: tuple[Any, ...] = ()  # rows after the others: a totals line

    @property
    def n_rows(self) -> int:
        """Count the rows."""
        return self.source.count(self.table, self.query) + len(self.tail)

    def rows(self) -> Iterable[Any]:
        """Yield every row, through a server-side cursor where there are many."""
        return chain(self.source.stream(self.table, self.query), self.tail)


class RoomExport(RoomReading, DoorMixin):
    """Answer with the table of the place as a file; stands after the room's own mixin."""

    http_method_names = ["get", "head"]
    title: Words = ""

    def require_rows(self) -> None:
        """Refuse what the table may not show this reader; rooms say what."""

    def declared(self) -> tuple[Table, Source] | None:
        """Return the table of the place with its rows; the room's own says which."""
        raise NotImplementedError

    def export(self) -> Export:
        """Return the file to write.

        Raises:
            NotInScope: if the month is not published or the place has no table.
            NotAllowed: if the reader may not see the rows.
        """
        if self.reading.run is None:
            raise NotInScope
        self.require_rows()
        declared = self.declared()
        if declared is None:
            raise NotInScope
        table, source = declared
        query = table.query(self.http.GET)
        return Export(
            table,
            source,
            query,
            notes_of(self, table, query, self.indicators()),
            f"{self.title}_{self.place_name}_{self.reading.run.month}",
        )

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Stream every row that fits the filter, or ask for a job where there are too many."""
        kind = require_format(request.GET.get("format", "csv"))
        export = self.export()
        limit = settings.GCVA_EXPORT_JOB_ROWS
        n_rows = export.n_rows
        if n_rows <= limit or request.method == "HEAD":
            return file_response(
                export.table, export.rows(), kind=kind, name=export.name, notes=export.notes
            )
        run = self.reading.run
        assert run is not None  # noqa: S101 - the export above asked for it
        job = request_export(
            actor=self.reading.scope,
            slug=self.room,
            title=export.name,
            query=request.GET,
            kind=kind,
            n_rows=n_rows,
            run=run,
        )
        said = _("“{title}”共 {n} 行，超过 {limit} 行，正在后台生成；完成后可在此下载。")
        messages.info(
            request,
            said.format(title=job.title, n=formats.number(n_rows), limit=formats.number(limit)),
        )
        return redirect("exports")


def notes_of(
    page: RoomReading, table: Table, query: TableQuery, indicators: Sequence[Indicator]
) -> Notes:
    """Return what a reader of the file must know about it."""
    facts = page.facts()
    lines = (
        (_("表名"), str(table.title)),
        (_("范围"), " / ".join(place.name for place in page.places)),
        (_("账期"), formats.month(facts.month)),
        (_("模型"), facts.model),
        (_("运行"), f"#{facts.run}"),
        (_("发布于"), formats.moment(facts.published_at)),
        (_("筛选条件"), table.narrowed_by(query) or _("无")),
        (_("导出人"), page.reading.scope.username),
    )
    return Notes(lines, definitions_of(indicators))


def definitions_of(indicators: Sequence[Indicator]) -> tuple[tuple[str, str], ...]:
    """Return names and definitions 口径 in the reader's language."""
    chinese = formats.is_chinese()
    return tuple(
        (each.label_zh, each.formula_zh) if chinese else (each.label_en, each.formula_en)
        for each in indicators
    )
