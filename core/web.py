"""Give every page the same shell: navigation, place, month, language, theme, errors.

``core`` knows no people and no warehouse. The setting ``GCVA_SHELL`` names a callable
``(HttpRequest) -> Surroundings`` that says who reads, where they stand and which months exist; the
template tag ``{% shell as shell %}`` asks it once a request. A room subclasses :class:`ModulePage`
and answers with :class:`core.parts.ModuleParts`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any, cast
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.module_loading import import_string
from django.utils.translation import get_language
from django.views import View

from core.api import api_exception_handler
from core.error_pages import domain_error_response, request_id
from core.errors import DomainError
from core.parts import (
    Compare,
    Crumb,
    Door,
    ModuleParts,
    MonthChoice,
    NavItem,
    NavSection,
    Place,
    Reader,
    Words,
)
from core.table_view import TableView

__all__ = [
    "ModulePage",
    "Shell",
    "ShellPage",
    "Surroundings",
    "api_exception_handler",
    "carry",
    "nav_sections",
    "shell_for",
]

CARRIED = ("unit", "am", "month", "compare")
THEME_COOKIE = "gcva_theme"
NAV_COOKIE = "gcva_nav"
THEMES = ("light", "dark")


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """Say what the site knows about this request: reader, doors, place, months, what waits."""

    reader: Reader | None = None
    sections: tuple[NavSection, ...] = ()
    place: Place | None = None
    crumbs: tuple[Crumb, ...] = ()
    months: MonthChoice | None = None
    note: Words = ""
    home_url: str = "/"
    search_url: str = ""
    jobs_url: str = ""
    n_jobs: int = 0
    notices_url: str = ""
    n_notices: int = 0
    ask_url: str = ""
    questions_url: str = ""
    profile_url: str = ""
    logout_url: str = ""


@dataclass(frozen=True, kw_only=True)
class Shell(Surroundings):
    """Hold all that ``base.html`` draws around a page; the one context object of the shell."""

    lang: str
    theme: str
    compare: Compare
    compare_urls: Mapping[str, str]
    full_path: str
    request_id: str
    nav_collapsed: bool = False


def _provide(request: HttpRequest) -> Surroundings:
    path = getattr(settings, "GCVA_SHELL", "")
    if not path:
        return Surroundings()
    return cast("Callable[[HttpRequest], Surroundings]", import_string(path))(request)


def shell_for(request: HttpRequest, *, plain: bool = False) -> Shell:
    """Build the shell once a request; ``plain`` asks nobody (login and error pages)."""
    slot = "_gcva_plain_shell" if plain else "_gcva_shell"
    known = getattr(request, slot, None)
    if known is None:
        known = _build(request, Surroundings() if plain else _provide(request))
        setattr(request, slot, known)
    return cast(Shell, known)


def _build(request: HttpRequest, around: Surroundings) -> Shell:
    theme = request.COOKIES.get(THEME_COOKIE, "")
    return Shell(
        **{part.name: getattr(around, part.name) for part in fields(Surroundings)},
        lang=get_language() or settings.LANGUAGE_CODE,
        theme=theme if theme in THEMES else "",
        compare=compare_of(request),
        compare_urls={way: carry(request, compare=way) for way in ("mom", "yoy")},
        full_path=request.get_full_path(),
        request_id=request_id(),
        nav_collapsed=request.COOKIES.get(NAV_COOKIE) == "collapsed",
    )


def compare_of(request: HttpRequest) -> Compare:
    """Read whether the page leads with 环比 (default) or 同比."""
    return "yoy" if request.GET.get("compare") == "yoy" else "mom"


def carry(request: HttpRequest, path: str | None = None, **changes: str | None) -> str:
    """Return a link that keeps unit, month and comparison of the page it stands on.

    ``changes`` replaces single values; ``None`` drops one. Same page unless ``path`` is given;
    only on the same page are the page's own filters kept.
    """
    kept = request.GET.keys() if path is None else CARRIED
    query = {name: request.GET[name] for name in kept if request.GET.get(name)}
    for name, value in changes.items():
        query.pop(name, None)
        if value:
            query[name] = value
    base = request.path if path is None else path
    return f"{base}?{urlencode(query)}" if query else base


def nav_sections(
    request: HttpRequest,
    doors: Iterable[Door],
    *,
    may_open: Callable[[str], bool],
    waiting: Mapping[str, int] | None = None,
) -> tuple[NavSection, ...]:
    """Turn the declared doors into this reader's menu; doors without a page yet stay away."""
    match = request.resolver_match
    current = getattr(match, "url_name", "") or ""
    grouped: dict[Words, list[NavItem]] = {}
    for door in doors:
        if not may_open(door.slug):
            continue
        try:
            url = carry(request, reverse(door.slug))
        except NoReverseMatch:
            continue
        is_current = current == door.slug or current.startswith(f"{door.slug}_")
        n_waiting = (waiting or {}).get(door.slug, 0)
        item = NavItem(door.slug, door.label, door.icon, url, is_current, n_waiting)
        grouped.setdefault(door.section, []).append(item)
    return tuple(NavSection(label, tuple(items)) for label, items in grouped.items())


class ShellPage(View):
    """Be any page inside the shell; problems the reader can act on become pages, not tracebacks."""

    template_name = ""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answer the request, or say in a sentence why not."""
        try:
            return super().dispatch(request, *args, **kwargs)
        except DomainError as error:
            return domain_error_response(request, error)

    def show(self, page: object, status: int = 200, template: str = "") -> HttpResponse:
        """Render the page's one context object; nothing of it may be cached by others."""
        response = render(
            self.request, template or self.template_name, {"page": page}, status=status
        )
        response.headers.setdefault("Cache-Control", "private, no-store")
        return response


class ModulePage(ShellPage):
    """Be the page of one module, the same form for every role.

    A room overrides :meth:`parts`, and :meth:`table` when it has one; htmx asking for the table
    region gets only that, so sorting and paging never recompute cards and charts.
    """

    template_name = "module.html"

    def parts(self) -> ModuleParts:
        """Return the page's parts for this reader, place and month."""
        raise NotImplementedError

    def table(self) -> TableView | None:
        """Return the page's table alone."""
        return None

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Answer with the page, or with its table region when htmx asks for that."""
        target = request.headers.get("HX-Target", "")
        if target.startswith("table-") and not request.headers.get("HX-History-Restore-Request"):
            table = self.table()
            if table is not None and table.dom_id == target:
                return self.show(table, template="partials/table_region.html")
        return self.show(self.parts())
