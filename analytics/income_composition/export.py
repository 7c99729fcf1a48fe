"""Export 导出 the table of income composition: the current filter, all rows, masked alike."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext_lazy

from accounts import policies
from analytics.exports import RoomExport
from analytics.income_composition.page import CompositionMixin
from analytics.income_composition.room import EXPLAINED
from core.indicator import Indicator


class CompositionExport(CompositionMixin, RoomExport):
    """Answer with the table of the place as a file."""

    title = gettext_lazy("成员收入成分分析")

    def require_rows(self) -> None:
        """Refuse management the groups one by one."""
        if self.asks_for_groups:
            policies.require(self.reading.scope, self.room, "rows", self.reading.selection)

    def indicators(self) -> Sequence[Indicator]:
        """Return what the notes define."""
        return EXPLAINED
