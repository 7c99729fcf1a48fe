"""Show 阈值设置: what is in force for whom and why, set it, try it out, undo it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.doors import Door, DoorMixin, scope_of
from accounts.scope import Selection
from accounts.tree import Choice, account_managers_in
from alerts import actions_thresholds as actions
from alerts.actions_thresholds import When
from alerts.threshold_queries import newest_version
from alerts.thresholds import ACCOUNT_MANAGER, GRADE_CLASSES, Range
from analytics.method import method_html
from analytics.page import RoomReading
from analytics.thresholds.editor import Editor, editor_of, tried_of
from analytics.thresholds.forms import (
    class_asked,
    code_asked,
    month_of,
    number_asked,
    seen_of,
)
from analytics.thresholds.place import ThresholdPlace, place_of
from analytics.thresholds.room import LogLine, Row, ThresholdsReading
from core import formats
from core.errors import Conflict, DomainError, NotAllowed, NotInScope
from core.month import Month
from core.parts import Action, ModuleParts
from core.web import ShellPage, carry

SEES = Door(action="see_thresholds")
MOST_CHOICES = 50  # account managers in a menu; where there are more they are looked up by name


class ThresholdsMixin(RoomReading):
    """Resolve place and month once for page, preview, backtest and API."""

    room = "thresholds"

    @cached_property
    def place_shown(self) -> ThresholdPlace:
        """Return whose thresholds are shown."""
        return place_of(self.http)

    @cached_property
    def thresholds(self) -> ThresholdsReading:
        """Return the thresholds of the place in the month shown."""
        place = self.place_shown  # first: it sets the selection the reading needs
        month = self.reading.month or Month.of(timezone.localdate())
        return ThresholdsReading(place, month)


@dataclass(frozen=True)
class ThresholdsParts(ModuleParts):
    """Be the page of the thresholds."""

    rows: tuple[Row, ...] = ()
    classes: tuple[str, ...] = GRADE_CLASSES
    editor: Editor | None = None
    overrides: tuple[LogLine, ...] = ()
    log: tuple[LogLine, ...] = ()
    where: str = ""
    month: Month | None = None
    may_set: bool = False
    version: int = 0
    undo_url: str = ""
    people: tuple[Choice, ...] = ()
    people_url: str = ""
    find_url: str = ""
    people_kept: tuple[tuple[str, str], ...] = ()
    person: str = ""


class ThresholdsPage(ThresholdsMixin, DoorMixin, ShellPage):
    """Show the page; a form sets a threshold, gives it up, or sets the range."""

    door = SEES
    template_name = "thresholds/page.html"
    title = gettext_lazy("阈值设置")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show what is in force."""
        return self.show(self.parts(request.GET))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Do what the form asks, or say in a sentence why not."""
        if not self.place_shown.may_set:
            raise NotAllowed(_("您不能设置此处的阈值。"))
        try:
            said = self.do(request)
        except (NotInScope, NotAllowed):
            raise
        except DomainError as error:
            return self.show(self.parts(request.POST, str(error)), status=error.status)
        messages.success(request, said)
        return redirect(self.back(request))

    def back(self, request: HttpRequest) -> str:
        """Return the page without the editor."""
        return carry(request, reverse("thresholds"), month=None)

    def do(self, request: HttpRequest) -> str:
        """Carry the change out; return the sentence that confirms it."""
        code, grade_class = code_asked(request.GET), class_asked(request.GET)
        given = request.POST.dict()
        actor = scope_of(request)
        when = When(month_of(given), given.get("reason", ""), seen_of(given))
        target = self.place_shown.target(code, grade_class)
        if given.get("do") == "give_up":
            change = actions.give_up_threshold(actor=actor, target=target, when=when)
            said = _("已恢复继承上级，自{month}起生效。")
        elif given.get("do") == "range":
            allowed = Range(
                number_asked(given, "lowest", code), number_asked(given, "highest", code)
            )
            change = actions.set_range(
                actor=actor, code=code, allowed=allowed, when=When(when.from_month, when.reason)
            )
            said = _("允许范围已更新，自{month}起生效。")
        else:
            value = number_asked(given, "value", code)
            change = actions.set_threshold(actor=actor, target=target, value=value, when=when)
            said = _("阈值已更新，自{month}起生效。")
        return said.format(month=formats.month(change.month))

    def parts(self, given: Mapping[str, str], error: str = "") -> ThresholdsParts:
        """Return the page."""
        reading, request = self.thresholds, self.request
        code, place = code_asked(request.GET), reading.place
        editor, people = None, self.people()
        if code and place.may_set:
            editor = editor_of(request, reading, (code, class_asked(request.GET)), given, error)
        backtest = carry(request, reverse("thresholds_backtest"), month=None)
        return ThresholdsParts(
            title=self.title,
            facts=self.facts(),
            actions=(Action(_("历史回测"), backtest, "history"),),
            rows=reading.rows,
            editor=editor,
            overrides=reading.overrides if place.level != ACCOUNT_MANAGER else (),
            log=reading.log,
            where=place.name,
            month=reading.month,
            may_set=place.may_set,
            version=newest_version(),
            method_html=method_html("thresholds", formats.is_chinese()),
            undo_url=carry(request, reverse("thresholds_undo"), month=None),
            people=people if len(people) <= MOST_CHOICES else (),
            people_url=reverse("thresholds"),
            find_url=f"{reverse('places')}?page=thresholds" if len(people) > MOST_CHOICES else "",
            people_kept=(("unit", place.city_code),),
            person=place.account_manager_code,
        )

    def people(self) -> tuple[Choice, ...]:
        """Return the account managers to choose from: the city's, for who sees the city.

        One more than a menu holds says that there are too many for one.
        """
        place = self.place_shown
        if not place.city_code or not place.scope.sees_city(place.city_code):
            return ()
        city = Selection("city", city_code=place.city_code)
        people = account_managers_in(place.scope, city, MOST_CHOICES + 2)  # one may be the bucket
        return tuple(each for each in people if not each.is_bucket)


class ThresholdsPreview(ThresholdsMixin, DoorMixin, ShellPage):
    """Answer what a value would have done 试算, as a fragment beside the slider."""

    door = SEES
    template_name = "thresholds/_preview.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Try the value out; nothing is written."""
        code, grade_class = code_asked(request.GET, "state_share"), class_asked(request.GET)
        given = request.GET.dict()
        value = number_asked(given, "value", code)
        return self.show(tried_of(request, self.thresholds, code, grade_class, value))


class UndoThreshold(ThresholdsMixin, DoorMixin, ShellPage):
    """Undo a change 撤销变更 by a new one."""

    door = SEES
    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Restore what was in force before the change."""
        text = request.POST.get("version", "")
        if not (text.isascii() and text.isdigit() and len(text) < 10):
            raise NotInScope
        reason = request.POST.get("reason") or _("撤销第 {n} 次变更").format(n=text)
        try:
            actions.undo_threshold(actor=scope_of(request), version=int(text), reason=reason)
            messages.success(request, _("已撤销，恢复为变更前的值。"))
        except Conflict as error:
            messages.error(request, str(error))
        return redirect(carry(request, reverse("thresholds"), month=None))
