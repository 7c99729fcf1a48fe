"""Export 导出 the table of product usage: the current view and filter, all rows."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext_lazy

from analytics.exports import RoomExport
from analytics.product_usage.page import UsageMixin
from analytics.product_usage.room import EXPLAINED
from core.indicator import Indicator


class UsageExport(UsageMixin, RoomExport):
    """Answer with the table of the view as a file."""

    title = gettext_lazy("产品使用情况分析")

    def require_rows(self) -> None:
        """Refuse a view that is closed to the reader."""
        self.require_view()

    def indicators(self) -> Sequence[Indicator]:
        """Return what the notes define."""
        return EXPLAINED
