"""Show 名单查询: paste codes, see the groups among them that are the reader's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.doors import Door
from analytics.list_query import actions, queries
from analytics.list_query.compute import MOST_CODES
from analytics.list_query.queries import Found
from analytics.list_query.tables import found_table
from analytics.page import RoomPage, RoomReading
from core import formats
from core.errors import DomainError
from core.parts import ModuleParts, PageState
from core.sources import ListSource
from core.table import Table, TableView
from core.web import carry

DOOR = Door(module="grading", what="rows")
MOST_NAMED = 20


@dataclass(frozen=True)
class ListParts(ModuleParts):
    """Be the page: the form with what was pasted, what is wrong with it, and the groups found."""

    text: str = ""
    most: int = MOST_CODES
    problem: str = ""
    post_url: str = ""
    found: Found | None = None

    @property
    def long_missing(self) -> tuple[str, ...]:
        """Return the codes that were not found where they are too many for a sentence."""
        missing = self.found.missing if self.found else ()
        return missing if len(missing) > MOST_NAMED else ()


class ListMixin(RoomReading):
    """Put the kept list, its table and its rows together for page and export."""

    room = "grading"  # whose rights it has
    door: Door | None = DOOR

    @cached_property
    def found(self) -> Found | None:
        """Return the groups of the kept list; None without one or without a published month."""
        key, run = self.http.GET.get("list", ""), self.reading.run
        if not key or run is None:
            return None
        reading = self.reading
        wanted = queries.list_of(reading.scope, key)
        return queries.look_up(reading.scope, run.run, reading.selection, wanted)

    def group_url(self, row: Any) -> str:
        """Return the link to the group."""
        path = reverse("grading_group", args=[row["group_code"]])
        return carry(self.http, path, unit=None, am=None)

    def declared(self) -> tuple[Table, ListSource] | None:
        """Return the table with its rows."""
        if self.found is None:
            return None
        return found_table(self.group_url), ListSource(self.found.rows)


class ListPage(ListMixin, RoomPage):
    """Show the form and what it found; only for readers of single groups."""

    template_name = "list_query/page.html"
    title = gettext_lazy("名单查询")

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Keep the codes and lead to their address; or say what is wrong with them."""
        text = request.POST.get("codes", "")
        try:
            key = actions.keep_list(actor=self.reading.scope, text=text)
        except DomainError as problem:
            said = " ".join(str(part) for part in (problem.message, problem.hint) if part)
            return self.show(self.form(text, said), status=problem.status)
        return HttpResponseRedirect(carry(request, reverse("list_query"), list=str(key)))

    def form(self, text: str = "", problem: str = "") -> ListParts:
        """Return the page without rows."""
        return ListParts(
            title=self.title,
            facts=self.facts(),
            text=text,
            problem=problem,
            post_url=self.link_to(self.reading.selection, "list_query"),
        )

    def published_parts(self) -> ModuleParts:
        """Return the form, and what the kept list came to."""
        found = self.found
        if found is None:
            return self.form()
        key = self.http.GET.get("list", "")
        wanted = queries.list_of(self.reading.scope, key)
        return ListParts(
            title=self.title,
            facts=self.facts(),
            notices=notices(found),
            table=self.table(),
            text="\n".join(wanted.codes),
            post_url=self.link_to(self.reading.selection, "list_query"),
            found=found,
        )

    def table(self) -> TableView | None:
        """Return the groups found."""
        declared = self.declared()
        if declared is None:
            return None
        table, source = declared
        given = {name: self.request.GET[name] for name in self.request.GET if name != "page"}
        path = reverse("list_query_export")
        exports = {
            kind: carry(self.request, path, **{**given, "format": kind}) for kind in ("xlsx", "csv")
        }
        nothing = PageState("empty", _("没有找到集团"), _("这份名单中没有您范围内的集团。"))
        return table.view(
            self.request.GET,
            source,
            path=self.request.path,
            export_urls=exports if source.rows else {},
            empty=nothing,
        )


def notices(found: Found) -> tuple[PageState, ...]:
    """Say which codes were not found, and which came more than once."""
    said = []
    if found.missing:
        n = formats.number(len(found.missing))
        title = _("未找到 {n} 个编码：{codes}").format(n=n, codes=named(found.missing))
        text = _("这些编码不存在、不在您的范围内，或该账期没有结果。")
        said.append(PageState("partial", title, text))
    if found.repeated:
        n = formats.number(len(found.repeated))
        title = _("重复 {n} 个编码：{codes}").format(n=n, codes=named(found.repeated))
        said.append(PageState("partial", title, _("每个编码只查询一次。")))
    return tuple(said)


def named(codes: Sequence[str]) -> str:
    """Name the first codes of many; the page lists all of them below."""
    shown = str(_("、")).join(codes[:MOST_NAMED])
    return shown if len(codes) <= MOST_NAMED else _("{codes} 等").format(codes=shown)
