"""Serve the organisation switcher and the global search: only what lies in the reader's scope."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import policies
from accounts.doors import Door, DoorMixin, scope_of
from accounts.queries import unit_path
from accounts.scope import select_unit
from accounts.tree import (
    Branch,
    Choice,
    account_managers_in,
    children_of,
    org_tree,
    search_places,
)
from analytics.page import published_for
from analytics.queries import find_groups, names_of
from core.parts import ModuleParts, PageState, SearchHit, UnitNode
from core.web import ShellPage, carry

N_SUGGESTIONS = 12
#: Pages beside the modules that the switcher stays on.
PLACED = ("thresholds", "adjustments", "inbox")


def page_asked(request: HttpRequest) -> str:
    """Return the module whose page the links lead to; grading when none fits."""
    wanted = request.GET.get("page", "")
    return wanted if wanted in policies.access_table() or wanted in PLACED else "grading"


def place_url(request: HttpRequest, choice: Choice) -> str:
    """Return the link to a place on the page the switcher stands on."""
    page = reverse(page_asked(request))
    if choice.level == "account_manager":
        unit = request.GET.get("parent") or None
        return carry(request, page, unit=unit, am=choice.code)
    return carry(request, page, unit=choice.code, am=None)


class PlaceTreePage(DoorMixin):
    """Answer the switcher: the tree's top, the children of one unit, or what fits a text."""

    door = Door(module="home")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Return the list of places as a fragment."""
        text, parent = request.GET.get("q", "").strip()[:100], request.GET.get("parent", "")
        if text:
            nodes = self.plain(search_places(scope_of(request), text, N_SUGGESTIONS))
        elif parent:
            nodes = self.below(parent)
        else:
            nodes = self.top()
        return render(request, "partials/unit_tree.html", {"nodes": nodes})

    def top(self) -> list[UnitNode]:
        """Return the widest units with one level open; an account manager's own portfolio."""
        scope = scope_of(self.request)
        selection = self.request.selection  # type: ignore[attr-defined]  # kept with the request
        branches = org_tree(scope)
        if not branches:
            return self.plain(account_managers_in(scope, selection))
        return [self.node(branch, self.lazy(branch.children)) for branch in branches]

    def below(self, code: str) -> list[UnitNode]:
        """Return the units below one, and the account managers at home in it directly."""
        scope = scope_of(self.request)
        selection = select_unit(scope, unit_path(code))
        lower = children_of(scope, selection)
        if selection.level == "county":
            return self.plain(lower)
        return self.lazy([Branch(choice) for choice in lower])

    def plain(self, choices: Sequence[Choice]) -> list[UnitNode]:
        """Return places without what lies below them."""
        return [self.node(Branch(choice)) for choice in choices]

    def lazy(self, branches: Iterable[Branch]) -> list[UnitNode]:
        """Return places whose children come when they are opened."""
        return [self.node(branch, lazily=True) for branch in branches]

    def node(
        self, branch: Branch, children: Sequence[UnitNode] = (), *, lazily: bool = False
    ) -> UnitNode:
        """Turn a branch into a line of the tree."""
        choice = branch.choice
        below = carry(
            self.request, reverse("places"), parent=choice.code, page=page_asked(self.request)
        )
        return UnitNode(
            code=choice.code,
            name=choice.name,
            note=_("客户经理") if choice.level == "account_manager" else "",
            url=place_url(self.request, choice),
            children_url=below if lazily and choice.level in ("city", "county") else "",
            children=tuple(children),
        )


class SearchPage(DoorMixin, ShellPage):
    """Answer the global search 查询: groups the reader may open, units, account managers."""

    door = Door(module="home")
    template_name = "module.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Return suggestions for htmx, the first hit's page otherwise."""
        text = request.GET.get("q", "").strip()[:100]
        hits = [*self.groups(text), *self.places(text)] if text else []
        if request.headers.get("HX-Request"):
            return render(request, "partials/search_hits.html", {"hits": hits, "text": text})
        if len(hits) >= 1:
            response = HttpResponse(status=302)
            response["Location"] = hits[0].url
            return response
        state = PageState(
            "empty",
            _("没有匹配的结果"),
            _("请检查名称、编码或拼音首字母。"),
            _("返回首页"),
            reverse("home"),
        )
        return self.show(ModuleParts(title=_("查询"), state=state))

    def groups(self, text: str) -> list[SearchHit]:
        """Return groups of the latest published month."""
        scope, published = scope_of(self.request), published_for(self.request)
        if not published:
            return []
        found = [
            row
            for row in find_groups(scope, published[0].run, text, N_SUGGESTIONS)
            if policies.may(scope, "grading", "group", group_code=row["group_code"])
        ]
        people = names_of("account_manager", (row["account_manager_code"] for row in found))
        return [
            SearchHit(
                title=row["name"],
                note=f"{row['group_code']} · {people[row['account_manager_code']]}",
                url=reverse("grading_group", args=[row["group_code"]]),
                grade=row["effective_grade"],
            )
            for row in found
        ]

    def places(self, text: str) -> list[SearchHit]:
        """Return units and account managers."""
        return [
            SearchHit(
                title=choice.name,
                note=_("客户经理") if choice.level == "account_manager" else _("组织单元"),
                url=f"{reverse('grading')}?{choice.query}",
            )
            for choice in search_places(scope_of(self.request), text, 5)
        ]
