"""Tell the shell around every page who reads, where, which month, and which doors there are."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import policies
from accounts.doors import scope_of
from accounts.models import User
from accounts.scope import Scope
from accounts.tree import Choice
from analytics.page import name_below, places_of, published_for, reading_of
from analytics.places import PLACED
from analytics.waiting import NOTICES, waiting_for
from core.month import Month
from core.parts import Crumb, MonthChoice, MonthLink, Place, Reader
from core.web import Surroundings, carry, nav_sections
from gcva.modules import DOORS

DOOR_ACTIONS = {
    "imports": "see_imports",
    "score_models": "see_score_models",
    "inbox": "decide_adjustment",
    "thresholds": "see_thresholds",
    "accounts": "manage_accounts",
    "audit": "see_audit",
    "questions": "answer_question",
}


def surroundings(request: HttpRequest) -> Surroundings:
    """Return what the shell shows around this request; a visitor's shell is empty."""
    user = request.user
    if not isinstance(user, User):
        return Surroundings()
    scope = scope_of(request)
    places = places_of(request) if getattr(request, "selection", None) else ()
    name = user.display_name or user.get_username()
    return Surroundings(
        reader=Reader(name, user.get_role_display(), home_place(scope, places)),
        sections=nav_sections(
            request,
            DOORS,
            may_open=lambda slug: may_open(scope, slug),
            waiting=waiting_for(request),
        ),
        place=place_of(request, places[-1]) if places else None,
        crumbs=crumbs_of(request, places),
        months=months_of(request) if places else None,
        note=_("演示数据为虚构") if settings.GCVA_DEMO else "",
        home_url=reverse("home") if may_open(scope, "home") else reverse("imports"),
        search_url=reverse("search") if may_open(scope, "home") else "",
        notices_url=reverse("notifications"),
        n_notices=waiting_for(request).get(NOTICES, 0),
        jobs_url=reverse("exports"),
        ask_url=reverse("questions_new") if places and scope.reader != "none" else "",
        questions_url="" if scope.is_empty else reverse("questions"),
        profile_url=reverse("profile"),
        logout_url=reverse("logout"),
    )


def may_open(scope: Scope, slug: str) -> bool:
    """Tell whether a door of the menu leads this reader anywhere."""
    if slug in policies.access_table():
        return policies.may(scope, slug, "totals")
    if slug == "adjustments":
        return policies.may(scope, "grading", "totals")
    if slug == "list_query":
        return policies.access_of(scope, "grading") is policies.Access.DETAIL
    action = DOOR_ACTIONS.get(slug)
    return action is None or policies.may_do(scope, action)


def home_place(scope: Scope, places: tuple[Choice, ...]) -> str:
    """Return where the reader is at home, as far as the path shown says so."""
    own = scope.city_codes | scope.county_codes
    for place in places:
        if (scope.is_province and place.level == "province") or place.code in own:
            return place.name
    if scope.reader == "account_manager":
        return next((place.name for place in places if place.level == "city"), "")
    return ""


def module_of(request: HttpRequest) -> str:
    """Return the module whose page the links of the shell lead to."""
    match = request.resolver_match
    name = (match.url_name or "") if match else ""
    modules = (*policies.access_table(), *PLACED)
    return next((slug for slug in modules if name == slug or name.startswith(f"{slug}_")), "home")


def place_of(request: HttpRequest, here: Choice) -> Place:
    """Return the place shown, and where the switcher reads the others."""
    tree = carry(request, reverse("places"), unit=None, am=None, page=module_of(request))
    return Place(here.code, here.name, tree)


def crumbs_of(request: HttpRequest, places: tuple[Choice, ...]) -> tuple[Crumb, ...]:
    """Return 全省 / 地市 / 县区 / 客户经理; places above the scope are words, not links."""
    page = reverse(module_of(request))
    path: list[Crumb] = []
    for place in places:
        params: dict[str, str | None] = {"unit": place.code, "am": None}
        if place.level == "account_manager":
            params = {"unit": request.GET.get("unit"), "am": place.code}
        path.append(Crumb(place.name, carry(request, page, **params) if place.query else ""))
    below = name_below(request)
    return (*path, Crumb(below)) if below else tuple(path)


def months_of(request: HttpRequest) -> MonthChoice | None:
    """Return the month picker; None while nothing is published."""
    published = [each.month for each in published_for(request)]
    current = reading_of(request).month
    if current is None or not published:
        return None

    def link(month: Month | None) -> str:
        return carry(request, month=str(month), page=None) if month else ""

    earlier = max((month for month in published if month < current), default=None)
    later = min((month for month in published if month > current), default=None)
    return MonthChoice(
        current=current,
        choices=tuple(MonthLink(month, link(month), month == current) for month in published),
        previous_url=link(earlier),
        next_url=link(later),
        latest_url=link(published[0]) if later else "",
    )
