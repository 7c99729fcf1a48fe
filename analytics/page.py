"""Give every room its page: the door, the reading of the request, links, cards, missing months."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any, cast
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from accounts.doors import DoorMixin, chosen, scope_of
from accounts.scope import Selection
from accounts.tree import Choice, breadcrumb_of
from analytics import saved_views
from analytics.kpi import STEPS
from analytics.kpi import Kpi as Figures
from analytics.method import method_html
from analytics.queries import MOST_COMPARED, lower_levels, serves_in_scope
from analytics.reading import Reading, month_asked, refuse_closed_fields
from core import formats
from core.indicator import Indicator
from core.kpi_card import kpi_card
from core.month import Month
from core.parts import Action, ChartCard, Kpi, ModuleParts, PageFacts, PageState
from core.web import ModulePage, carry
from scoring.models import ScoreModel
from warehouse import queries as warehouse


def published_for(request: HttpRequest) -> tuple[warehouse.PublishedRun, ...]:
    """Return the published months, newest first; read once a request."""
    known = getattr(request, "_gcva_published", None)
    if known is None:
        known = tuple(warehouse.published_runs())
        request._gcva_published = known  # type: ignore[attr-defined]  # kept with the request
    return cast("tuple[warehouse.PublishedRun, ...]", known)


def reading_of(request: HttpRequest) -> Reading:
    """Return what a request that came through a module's door reads."""
    known = getattr(request, "_gcva_reading", None)
    if known is None:
        scope, selection = chosen(request)
        asked = month_asked(request.GET.get("month", ""))
        known = Reading(scope, selection, published_for(request), asked)
        request._gcva_reading = known  # type: ignore[attr-defined]  # kept with the request
    return cast(Reading, known)


def places_of(request: HttpRequest) -> tuple[Choice, ...]:
    """Return the path down to the selection; read once a request."""
    known = getattr(request, "_gcva_places", None)
    if known is None:
        known = breadcrumb_of(*chosen(request))
        request._gcva_places = known  # type: ignore[attr-defined]  # kept with the request
    return cast("tuple[Choice, ...]", known)


def stand_at(request: HttpRequest, places: tuple[Choice, ...], name: str) -> None:
    """Let the shell show another place than the selection: one group, under whose it is."""
    request._gcva_places = places  # type: ignore[attr-defined]  # kept with the request
    request._gcva_below = name  # type: ignore[attr-defined]  # kept with the request


def name_below(request: HttpRequest) -> str:
    """Return the name of what the page shows below its place; empty for the place itself."""
    return str(getattr(request, "_gcva_below", ""))


def model_label(model: ScoreModel | None) -> str:
    """Name a score model with its version, and say that example weights are examples 示例权重."""
    if model is None:
        return ""
    label = f"v{model.version}"
    return f"{label} {_('示例权重')}" if model.is_example else label


class RoomReading:
    """Give whatever answers for a room (page, export, API) its reading, place and links.

    ``http`` is Django's own request; an API view has it under another name.
    """

    room = ""
    request: Any
    #: Closed fields of groups whose name a total of this room bears: asking for them is no offence.
    totals_named_alike: frozenset[str] = frozenset()

    @property
    def http(self) -> HttpRequest:
        """Return Django's request."""
        return cast(HttpRequest, getattr(self.request, "_request", self.request))

    @cached_property
    def reading(self) -> Reading:
        """Return who reads what, in which month.

        Raises:
            NotAllowed: if the request sorts, filters or asks by a field closed to its reader.
        """
        reading = reading_of(self.http)
        refuse_closed_fields(reading.scope, self.http.GET, self.totals_named_alike)
        return reading

    @cached_property
    def places(self) -> tuple[Choice, ...]:
        """Return 全省 / 地市 / 县区 / 客户经理 down to what is shown."""
        return places_of(self.http)

    @property
    def place_name(self) -> str:
        """Return the name of the unit or account manager shown."""
        return self.places[-1].name if self.places else ""

    def serves(self, account_manager_code: str) -> bool:
        """Tell whether published rows in scope name this account manager."""
        runs = [each.run for each in published_for(self.http)[:1]]
        return serves_in_scope(scope_of(self.http), runs, account_manager_code)

    def facts(self) -> PageFacts:
        """Say month, model, publication and run of what is shown."""
        run = self.reading.run
        if run is None:
            return PageFacts(month=self.reading.month)
        return PageFacts(
            month=run.month,
            model=model_label(self.reading.model),
            published_at=run.published_at,
            run=run.run,
        )

    def indicators(self) -> Sequence[Indicator]:
        """Return what notes of an export define beyond the page's cards."""
        return ()

    def link_to(self, selection: Selection, page: str = "", **more: str | None) -> str:
        """Return the link to a page at another place, keeping month and comparison."""
        params = {"unit": None, "am": None, **selection.params, **more}
        return carry(self.http, reverse(page or self.room), **params)


class RoomPage(RoomReading, DoorMixin, ModulePage):
    """Be a module's page; a room fills in :meth:`published_parts` and its table."""

    title: Any = ""

    @cached_property
    def reading(self) -> Reading:
        """Return who reads what, on a page."""
        return replace(super().reading, is_page=True)

    @property
    def is_module(self) -> bool:
        """Tell whether this is the module's own page, whose state can be kept as a view."""
        match = self.http.resolver_match
        return match is not None and match.url_name == self.room

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Answer with the page; a bare address leads to the reader's default view of the module."""
        if self.is_module and not request.GET and "HX-Request" not in request.headers:
            wanted = saved_views.default_url(self.reading.scope, self.room)
            if wanted:
                return HttpResponseRedirect(wanted)
        return super().get(request, *args, **kwargs)

    def show(self, page: object, status: int = 200, template: str = "") -> HttpResponse:
        """Render the page; a module's head gets the menu of saved views 保存视图.

        On every page of a room it says when the month rests on history that was replaced since.
        """
        if isinstance(page, ModuleParts):
            said = (*superseded_history(self.reading), *self.crowded(), *page.notices)
            page = replace(page, notices=said)
        if isinstance(page, ModuleParts) and self.is_module:
            at = urlencode({"at": self.http.get_full_path()})
            page = replace(page, views_url=f"{reverse('saved_views')}?{at}")
        return super().show(page, status, template)

    def crowded(self) -> tuple[PageState, ...]:
        """Say why account managers were asked for and counties are shown; lead to all of them."""
        by = self.http.GET.get("by", "")
        if self.reading.levels(by) == lower_levels(self.reading.selection):
            return ()
        text = _("请从县区逐级查看；导出文件包含全市全部客户经理。")
        title = _("本市客户经理超过 {n} 位").format(n=formats.number(MOST_COMPARED))
        path = reverse(f"{self.room}_export")
        url = carry(self.http, path, by=by, format="xlsx", sort=None, page=None)
        return (PageState("partial", title, text, _("导出全部客户经理"), url),)

    def parts(self) -> ModuleParts:
        """Return the page, or why this month has nothing to show."""
        if self.reading.run is None:
            return ModuleParts(
                title=self.title, facts=self.facts(), state=not_published(self.request)
            )
        parts = self.published_parts()
        return replace(parts, actions=(*parts.actions, *self.slides_action(parts)))

    def slides_action(self, parts: ModuleParts) -> tuple[Action, ...]:
        """Return the button for the page as a presentation; only a module's own page has one."""
        match = self.http.resolver_match
        if parts.state is not None or match is None or match.url_name != self.room:
            return ()
        given = {name: self.http.GET[name] for name in self.http.GET if name != "page"}
        url = carry(self.http, reverse(f"{self.room}_slides"), **given)
        return (Action(_("导出 PPT"), url, "presentation"),)

    def slide_charts(self, parts: ModuleParts) -> tuple[ChartCard, ...]:
        """Return the charts of the presentation: the page's own, unless a room draws others."""
        return parts.charts

    def published_parts(self) -> ModuleParts:
        """Return the page of a published month."""
        raise NotImplementedError

    def method(self) -> SafeString:
        """Return the room's method note in the reader's language."""
        return method_html(self.room, formats.is_chinese())


def not_published(request: HttpRequest) -> PageState:
    """Say that a month is not published (or nothing is), and where to go instead."""
    reading = reading_of(request)
    if not reading.published:
        return PageState(
            "not_published",
            _("还没有发布任何账期"),
            _("数据管理员导入并发布第一个账期后，这里会显示评定结果。"),
        )
    newest = reading.published[0].month
    return PageState(
        "not_published",
        _("{month}尚未发布").format(month=formats.month(reading.month)),
        _("该账期没有已发布的结果，可能尚未导入，也可能已取消发布。"),
        _("查看最新账期（{month}）").format(month=formats.month(newest)),
        carry(request, month=None),
    )


def superseded_history(reading: Reading) -> tuple[PageState, ...]:
    """Say that earlier months this one was computed from were published again since."""
    months = reading.superseded
    if not months:
        return ()
    named = "、".join(formats.month(month) for month in months)
    text = _("{months}已重新发布或取消发布，本账期仍以原先的结果为依据，重新运行后更新。")
    return (PageState("superseded", _("依据的历史账期已重新发布"), text.format(months=named)),)


def card(figures: Figures, *, url: str = "", month: Month | None = None) -> Kpi:
    """Turn an indicator's figures into its KPI card 指标卡."""
    return kpi_card(
        figures.indicator,
        figures.value,
        month_ago=figures.series[-2],
        year_ago=figures.series[0],
        history=figures.series,
        url=url,
        reason="" if figures.value is not None else _why_missing(figures.indicator),
    )


def _why_missing(indicator: Indicator) -> str:
    if indicator.numerator in STEPS:
        return _("没有可比较的上一账期")
    return _("本月没有该项数据")
