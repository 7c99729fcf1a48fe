"""Show 服务视图: one line of time."""

from __future__ import annotations

from functools import cached_property

from django.utils.translation import gettext as _

from analytics.group_view.tab import Tab
from analytics.group_view.timeline import Event, timeline_of
from core.parts import PageState


class ServiceTab(Tab):
    """Draw what happened."""

    @cached_property
    def line(self) -> tuple[Event, ...]:
        """Return scores, grades, visits, contracts and alerts, newest first."""
        return timeline_of(self.group)

    def timeline(self) -> tuple[Event, ...]:
        """Return the line."""
        return self.line

    def notices(self) -> tuple[PageState, ...]:
        """Say what the line leaves out."""
        said = []
        if not self.group.sees("grade_history"):
            text = _("时间线不含等级变动。")
            said.append(PageState("forbidden", _("等级变动记录不对管理角色开放"), text))
        if not self.line:
            said.append(PageState("empty", _("13 个月内没有记录"), ""))
        return tuple(said)
