"""Open the reader's own page: who am I, what do I see, language, theme."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, cast

from django.conf import settings
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views import View
from django.views.generic import TemplateView

from accounts import actions, queries
from accounts.doors import EVERYONE, SIGNED_IN, DoorMixin, scope_of
from accounts.forms import LanguageForm, ThemeForm
from accounts.models import User
from core.errors import DomainError

THEME_COOKIE = "gcva_theme"
ONE_YEAR = 365 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Option:
    """Be one line of a choice."""

    value: str
    label: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Profile:
    """Hold what the profile page shows."""

    username: str
    display_name: str
    role: str
    places: tuple[str, ...]
    operates: bool  # the operator has no place: its work is the data itself
    languages: tuple[Option, ...]
    themes: tuple[Option, ...]


class ProfilePage(DoorMixin, TemplateView):
    """Show who is signed in, what the login sees, and the preferences."""

    door = SIGNED_IN
    template_name = "accounts/profile.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the reader's own facts."""
        user = cast(User, self.request.user)
        page = Profile(
            username=user.username,
            display_name=user.display_name,
            role=user.get_role_display(),
            places=queries.places_of(scope_of(self.request)),
            operates=user.role == User.Role.OPERATOR,
            languages=_options(settings.LANGUAGES, get_language() or ""),
            themes=_options(theme_labels(), user.theme),
        )
        return super().get_context_data(page=page, **kwargs)


def theme_labels() -> tuple[tuple[str, str], ...]:
    """Return the themes with their words."""
    return ("", _("跟随系统")), ("light", _("浅色")), ("dark", _("深色"))


def _options(choices: Iterable[tuple[str, str]], chosen: str) -> tuple[Option, ...]:
    return tuple(Option(value, label, value == chosen) for value, label in choices)


class _PreferencePage(DoorMixin, View):
    """Store one preference for the reader, signed in or not, and go back."""

    door = EVERYONE
    http_method_names = ["post"]
    form_class: type[Form]
    cookie = ""
    field = ""

    def store(self, user_id: int, value: str) -> None:
        """Keep the preference with the login."""
        raise NotImplementedError

    def post(self, request: HttpRequest) -> HttpResponseBase:
        """Answer 204 to scripts, else go back to the page in ``next``."""
        form = self.form_class(request.POST)
        if not form.is_valid():
            raise DomainError("bad_preference", _("没有这个选项。"), field_name=self.field)
        value = form.cleaned_data[self.field]
        if request.user.is_authenticated:
            self.store(request.user.pk, value)
        by_script = request.headers.get("Sec-Fetch-Mode", "navigate") != "navigate"
        response = HttpResponse(status=204) if by_script else _back(request)
        set_cookie(response, self.cookie, value)
        return response


class LanguagePage(_PreferencePage):
    """Switch the language 语言."""

    form_class = LanguageForm
    cookie = settings.LANGUAGE_COOKIE_NAME
    field = "language"

    def store(self, user_id: int, value: str) -> None:
        """Keep the language with the login."""
        actions.store_language(user_id=user_id, language=value)


class ThemePage(_PreferencePage):
    """Switch between light and dark 主题."""

    form_class = ThemeForm
    cookie = THEME_COOKIE
    field = "theme"

    def store(self, user_id: int, value: str) -> None:
        """Keep the theme with the login."""
        actions.store_theme(user_id=user_id, theme=value)


def _back(request: HttpRequest) -> HttpResponseRedirect:
    """Return to the address in ``next`` when it is ours, else to the start."""
    wanted = request.POST.get("next", "")
    ours = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return HttpResponseRedirect(wanted if ours else "/")


def set_cookie(response: HttpResponseBase, name: str, value: str) -> None:
    """Remember a preference for a year; scripts may read it, it is no secret."""
    response.set_cookie(
        name, value, max_age=ONE_YEAR, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE
    )
