"""Give the pages of grade adjustment 等级调整 one reading, one door and one place."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.doors import Door
from accounts.queries import within
from accounts.scope import Scope, Selection
from adjustments.groups import GroupNow
from adjustments.models import GradeAdjustment
from analytics.explained import explain_now
from analytics.group_queries import group_in
from analytics.page import RoomPage, model_label, not_published
from analytics.reading import Reading
from core.errors import DomainError
from core.parts import Action, ModuleParts, PageFacts
from core.web import carry

ROOM = "adjustments"


class AdjustingPage(RoomPage):
    """Be a page about requests; they belong to no month, so it follows the newest one."""

    room = ROOM
    door: Door | None = Door(module="grading")

    @property
    def is_module(self) -> bool:
        """Return False: what waits is no view to keep."""
        return False

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Answer with the page."""
        return super().get(request, *args, **kwargs)

    def parts(self) -> ModuleParts:
        """Return the page; it follows the newest month, whatever month was asked for."""
        if not self.reading.published:
            state = not_published(self.request)
            return ModuleParts(title=self.title, facts=self.facts(), state=state)
        return self.published_parts()

    def slides_action(self, parts: ModuleParts) -> tuple[Action, ...]:
        """Return nothing: requests are no presentation."""
        return ()

    @property
    def scope(self) -> Scope:
        """Return who reads."""
        return self.reading.scope

    def newest_facts(self) -> PageFacts:
        """Say month, model and publication of the newest month, which requests are about."""
        run = self.reading.published[0]
        return PageFacts(
            month=run.month,
            model=model_label(newest(self.reading).model),
            published_at=run.published_at,
            run=run.run,
        )

    def address(self, name: str, *args: object) -> str:
        """Return the link to another page of the room."""
        return carry(self.http, reverse(name, args=args), month=None)


def at_place(rows: Any, given: QueryDict, selection: Selection) -> Any:
    """Keep the requests of the unit or account manager chosen; all in scope where none is."""
    return rows.filter(within(selection)) if given.get("unit") or given.get("am") else rows


def newest(reading: Reading) -> Reading:
    """Return the same reader's reading of the newest month."""
    return Reading(reading.scope, reading.selection, reading.published)


def distance_to_next(reading: Reading, group: GroupNow) -> str:
    """Say how many points the next grade is away; empty where there is none."""
    result = group_in(reading.scope, group.run, group.group_code)
    found = explain_now(newest(reading), result)
    return found.distance_note if found else ""


def group_url(http: HttpRequest, row: GradeAdjustment, tab: str = "") -> str:
    """Return the unified view of a request's group."""
    path = reverse("grading_group", args=[row.group_code])
    return carry(http, path, unit=None, am=None, month=None, tab=tab or None)


def whole_number(text: str, field_name: str, code: str) -> int:
    """Read a number of a form.

    Raises:
        DomainError: if it is none.
    """
    if text.isascii() and text.isdigit() and len(text) < 10:
        return int(text)
    said = _("“{text}”不是整数。").format(text=text[:20])
    raise DomainError(code, said, _("请填写数字。"), field_name)


def item_of(text: str) -> tuple[int, int]:
    """Read which request a form names, with the version that was seen.

    Raises:
        DomainError: if it is not of the form ``id:version``.
    """
    number, colon, version = text.partition(":")
    well = colon and all(part.isascii() and part.isdigit() for part in (number, version))
    if not well or len(number) > 18 or len(version) > 9:
        raise DomainError("bad_item", _("选择的申请无法识别。"), _("请刷新页面后重试。"), "item")
    return int(number), int(version)
