"""Export 导出 the table of the room: the current filter, all rows."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext_lazy

from analytics.exports import RoomExport
from analytics.price_elasticity.indicators import EXPLAINED
from analytics.price_elasticity.page import ElasticityMixin
from core.indicator import Indicator


class ElasticityExport(ElasticityMixin, RoomExport):
    """Answer with the table that was chosen as a file."""

    title = gettext_lazy("价值弹性分析")

    def require_rows(self) -> None:
        """Refuse a view that is closed to the reader."""
        self.require_view()

    def indicators(self) -> Sequence[Indicator]:
        """Return what the notes define."""
        return EXPLAINED
