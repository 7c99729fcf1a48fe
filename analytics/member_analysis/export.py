"""Export 导出 the table of member analysis: the current filter, all rows."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext_lazy

from analytics.exports import RoomExport
from analytics.member_analysis.page import MembersMixin
from analytics.member_analysis.room import ALL
from core.indicator import Indicator


class MembersExport(MembersMixin, RoomExport):
    """Answer with the table of the place as a file."""

    title = gettext_lazy("集团及成员分析")

    def require_rows(self) -> None:
        """Refuse a list that is closed to the reader."""
        if self.reading.selection.level == "account_manager" or "list" in self.http.GET:
            self.require_list()

    def indicators(self) -> Sequence[Indicator]:
        """Return what the notes define."""
        return ALL
