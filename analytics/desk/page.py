"""Show 今日待办 in full, and as the card that the home report loads."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.doors import Door
from analytics.desk.room import DeskReading, Line, has_desk
from analytics.page import RoomPage
from core import formats
from core.errors import NotAllowed
from core.parts import ModuleParts, NavItem, PageFacts, PageState
from core.web import carry

CARD = "desk-card"
CARD_LINES = 8


@dataclass(frozen=True)
class DeskParts(ModuleParts):
    """Be the to-do list: lines, how many there are in all, the day and the data's month."""

    lines: tuple[Line, ...] = ()
    n_lines: int = 0
    said: str = ""
    all_url: str = ""


class DeskPage(RoomPage):
    """Show today's to-do; only account managers have one."""

    room = "home"
    door = Door(module="home", what="rows")
    template_name = "home/desk.html"
    title = gettext_lazy("今日待办")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Answer with the page, or with the card alone when the home report asks for it."""
        if not has_desk(self.reading.scope, self.reading.selection):
            raise NotAllowed(_("今日待办只属于客户经理本人。"))
        if request.headers.get("HX-Target") == CARD and self.reading.published:
            return self.show(self.desk_parts(CARD_LINES), template="home/_desk_card.html")
        return super().get(request, *args, **kwargs)

    def parts(self) -> ModuleParts:
        """Return the page; it follows the newest month, whatever month was asked for."""
        return self.desk_parts() if self.reading.published else super().parts()

    @cached_property
    def desk(self) -> DeskReading:
        """Return the desk as of today."""
        return DeskReading(self.reading, timezone.localdate())

    @property
    def kind(self) -> str:
        """Return the kind asked for; all where there is none by that name."""
        asked = self.request.GET.get("kind", "")
        return next((kind for kind in self.desk.counts if kind == asked), "")

    def desk_parts(self, most: int | None = None) -> DeskParts:
        """Return the lines with their words."""
        kind = "" if most else self.kind
        lines = self.desk.lines(kind, most)
        return DeskParts(
            title=self.title,
            facts=PageFacts(month=self.desk.month),
            tabs=() if most else self.tabs(),
            lines=lines,
            n_lines=self.desk.n_of(kind),
            said=self.said(),
            all_url=self.link_to(self.reading.selection, "desk"),
            state=None if lines else nothing_today(),
        )

    def said(self) -> str:
        """Say the day, and from which month's data the list follows."""
        return _("{day} · 依据 {month}数据").format(
            day=formats.day(self.desk.today), month=formats.month(self.desk.month)
        )

    def tabs(self) -> tuple[NavItem, ...]:
        """Return the choice of the kind."""
        whole = (("", _("全部"), len(self.desk.tasks)),)
        parts = ((part.kind, part.label, part.n) for part in self.desk.parts)
        return tuple(
            NavItem(
                kind or "all",
                f"{label} {formats.number(n)}",
                "",
                carry(self.request, reverse("desk"), kind=kind or None),
                is_current=kind == self.kind,
            )
            for kind, label, n in (*whole, *parts)
        )


def nothing_today() -> PageState:
    """Say that nothing waits."""
    return PageState(
        "empty", _("今天没有待办事项"), _("没有告警、到期合同、欠费、生日或三无成员需要处理。")
    )
