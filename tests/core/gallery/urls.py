"""Serve the component gallery; reachable under tests only."""

# ruff: noqa: E501 - rows of invented figures read better on one line

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from core.error_pages import bad_request, page_not_found, permission_denied, server_error
from core.errors import NotAllowed, NotInScope
from core.parts import ModuleParts, PageState, SearchHit, UnitNode
from core.web import ModulePage, ShellPage
from gcva.modules import DOORS
from tests.core.gallery import sample


class Gallery(ModulePage):
    def table(self):
        return sample.table_view(self.request)

    def parts(self):
        return sample.parts(self.request)


class States(ShellPage):
    template_name = "states.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        kinds = ("empty", "not_published", "forbidden", "masked", "partial", "superseded", "error")
        states = [
            PageState(
                kind, f"{kind} 状态", "说明为什么没有数据，以及可以怎样继续。", "返回上级", "/"
            )
            for kind in kinds
        ]
        return render(request, self.template_name, {"states": states, "page": {"title": "states"}})


class NotPublished(ModulePage):
    def parts(self):
        return ModuleParts(
            title="评分及等级评定",
            state=PageState(
                "not_published",
                "2026年11月尚未发布",
                "最近一个已发布账期为 2026年10月。",
                "查看 2026年10月",
                "/gallery/",
            ),
        )


class Refusing(ShellPage):
    def get(self, request: HttpRequest) -> HttpResponse:
        raise {"403": NotAllowed, "404": NotInScope}.get(request.GET["status"], ValueError)()


def tree(request: HttpRequest) -> HttpResponse:
    counties = tuple(UnitNode(n, n, "", f"/gallery/?unit={n}") for n in sample.COUNTIES[:4])
    nodes = (
        UnitNode("P", "示例省", "", "/gallery/?unit=P", children=(
            UnitNode("HD", "汉东市", "地市", "/gallery/?unit=HD", children=counties, is_current=True),
            UnitNode("JB", "江北市", "地市", "/gallery/?unit=JB", children_url="/gallery/tree/?unit=JB"),
        )),
    )  # fmt: skip
    if request.GET.get("unit"):
        nodes = (UnitNode("JB1", "江岸区", "县区", "/gallery/?unit=JB1"),)
    return render(request, "partials/unit_tree.html", {"nodes": nodes})


def search(request: HttpRequest) -> HttpResponse:
    hits = (
        SearchHit("滨江医院", "JT0270011 · 江汉区", "/g/1/", "A2"),
        SearchHit("育才小学", "JT0270013 · 江汉区", "/g/2/", "B1"),
    )
    return render(
        request, "partials/search_hits.html", {"hits": hits, "text": request.GET.get("q", "")}
    )


def preference(request: HttpRequest) -> HttpResponse:
    return HttpResponse(status=204)


class SignIn(ShellPage):
    template_name = "sign_in.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        return render(request, self.template_name)


doors = [
    path(f"door/{door.slug}/", Gallery.as_view(), name=door.slug)
    for door in DOORS
    if door.slug != "member_analysis"
]
urlpatterns = [
    path("ui/theme/", preference, name="set_theme"),
    path("ui/language/", preference, name="set_language"),
    path("gallery/", Gallery.as_view(), name="member_analysis"),
    path("gallery/states/", States.as_view(), name="states"),
    path("gallery/not-published/", NotPublished.as_view(), name="not_published"),
    path("gallery/sign-in/", SignIn.as_view(), name="login"),
    path("gallery/tree/", tree, name="tree"),
    path("gallery/search/", search, name="search"),
    path("gallery/refuse/", Refusing.as_view(), name="refuse"),
    *doors,
]
handler400, handler403, handler404, handler500 = (
    bad_request,
    permission_denied,
    page_not_found,
    server_error,
)
