"""Export 导出 the table of contribution: the current filter, all rows."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext_lazy

from analytics.contribution.page import ContributionMixin
from analytics.contribution.room import EXPLAINED
from analytics.exports import RoomExport
from core.indicator import Indicator


class ContributionExport(ContributionMixin, RoomExport):
    """Answer with the table of the place as a file."""

    title = gettext_lazy("集团贡献分析")

    def indicators(self) -> Sequence[Indicator]:
        """Return what the notes define."""
        return EXPLAINED
