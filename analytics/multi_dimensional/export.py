"""Export 导出 the pivot of the current choice, all rows and the totals line."""

from __future__ import annotations

from dataclasses import replace

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from analytics.exports import Export, RoomExport
from analytics.multi_dimensional.page import MultiMixin
from core.errors import NotInScope


class MultiExport(MultiMixin, RoomExport):
    """Answer with the pivot as a file; the whole ends with its totals."""

    title = gettext_lazy("指标多维分析")

    def require_rows(self) -> None:
        """Refuse a place that is not read by these dimensions."""
        if not self.multi.has_dimensions:
            raise NotInScope

    def export(self) -> Export:
        """Return the pivot, its totals line, and the filters by dimension in the notes."""
        export = super().export()
        said = (_("维度筛选"), self.filters_said() or _("无"))
        tail = () if export.query.is_narrowed else (self.multi.pivot.total,)
        notes = replace(export.notes, lines=(*export.notes.lines, said))
        return replace(export, notes=notes, tail=tail)
