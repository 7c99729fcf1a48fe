"""Export 导出 the table of grading: the current filter, all rows."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext_lazy

from accounts import policies
from analytics.exports import RoomExport
from analytics.grading.mixin import GradingMixin
from analytics.grading.room import EXPLAINED
from core.indicator import Indicator


class GradingExport(GradingMixin, RoomExport):
    """Answer with the table of the place as a file."""

    title = gettext_lazy("评分及等级评定")

    def require_rows(self) -> None:
        """Refuse management an account manager's groups where they stay closed."""
        if self.reading.selection.level == "account_manager" and not self.grading.kind:
            policies.require(self.reading.scope, self.room, "rows", self.reading.selection)

    def indicators(self) -> Sequence[Indicator]:
        """Return what the notes define."""
        return EXPLAINED
