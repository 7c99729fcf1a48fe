"""Open the account pages: sign in and out, set and change a password, language and theme."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.views import (
    INTERNAL_RESET_SESSION_TOKEN,
    LoginView,
    LogoutView,
    PasswordChangeView,
    PasswordResetConfirmView,
)
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse, reverse_lazy
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views import View
from django.views.generic import TemplateView

from accounts import actions, policies, queries
from accounts.doors import EVERYONE, SIGNED_IN, DoorMixin, scope_of
from accounts.forms import (
    ChangePasswordForm,
    LanguageForm,
    LoginForm,
    NewPasswordForm,
    ThemeForm,
)
from accounts.links import one_time_links
from accounts.login_rate import is_too_fast
from accounts.models import User
from accounts.scope import Scope
from core.errors import DomainError

THEME_COOKIE = "gcva_theme"
ONE_YEAR = 365 * 24 * 3600


def locked_out(request: HttpRequest, *_about: Any) -> HttpResponse:
    """Answer 429 with a sentence; the same for names that exist and names that do not."""
    minutes = round(float(settings.AXES_COOLOFF_TIME) * 60)
    return render(request, "accounts/locked_out.html", {"minutes": minutes}, status=429)


def landing_url(scope: Scope) -> str:
    """Return the first page of a reader: home report, the operator's imports, or the profile."""
    name = "profile"
    if policies.may(scope, "home", "totals"):
        name = "home"
    elif policies.may_do(scope, "see_imports") if scope.role else False:
        name = "imports"
    try:
        return reverse(name)
    except NoReverseMatch:  # a site without that room
        return reverse("profile")


class LoginPage(DoorMixin, LoginView):
    """Sign in 登录; ``next`` is followed only within this site."""

    door = EVERYONE
    template_name = "accounts/login.html"
    authentication_form = LoginForm
    redirect_authenticated_user = True

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Check name and password, unless this address tries too often."""
        if is_too_fast(request):
            return render(request, "accounts/locked_out.html", {"minutes": 1}, status=429)
        return super().post(request, *args, **kwargs)

    def get_default_redirect_url(self) -> str:
        """Return where to go without ``next``."""
        user = self.request.user
        known = isinstance(user, User)
        return landing_url(queries.scope_for(user, timezone.localdate())) if known else "/"

    def form_valid(self, form: Any) -> HttpResponse:
        """Open the session and bring back the reader's language and theme."""
        response = super().form_valid(form)
        user = form.get_user()
        if user.language:
            _set_cookie(response, settings.LANGUAGE_COOKIE_NAME, user.language)
        if user.theme:
            _set_cookie(response, THEME_COOKIE, user.theme)
        return response


class LogoutPage(DoorMixin, LogoutView):
    """Sign out 退出, by POST only."""

    door = EVERYONE
    http_method_names = ["post"]


class SetPasswordPage(DoorMixin, PasswordResetConfirmView):
    """Let the owner of a one-time link set the password; the token leaves the address at once."""

    door = EVERYONE
    template_name = "accounts/set_password.html"
    form_class = NewPasswordForm
    token_generator = one_time_links
    success_url = reverse_lazy("login")

    def form_valid(self, form: Any) -> HttpResponse:
        """Spend the link."""
        token = self.request.session.pop(INTERNAL_RESET_SESSION_TOKEN, "")
        password = form.cleaned_data["new_password1"]
        actions.set_password_by_link(user_id=self.user.pk, token=token, password=password)
        messages.success(self.request, _("密码已设置，请登录。"))
        return HttpResponseRedirect(str(self.get_success_url()))

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        """Answer 410 for a void link, whatever made it void."""
        if not self.validlink:
            kwargs["status"] = 410
        return super().render_to_response(context, **kwargs)


class ChangePasswordPage(DoorMixin, PasswordChangeView):
    """Change the own password; other sessions of the reader end."""

    door = SIGNED_IN
    template_name = "accounts/change_password.html"
    form_class = ChangePasswordForm
    success_url = reverse_lazy("profile")

    def form_valid(self, form: Any) -> HttpResponse:
        """Store the password and keep this session."""
        user = actions.change_password(
            user_id=self.request.user.pk, password=form.cleaned_data["new_password1"]
        )
        update_session_auth_hash(self.request, user)
        messages.success(self.request, _("密码已修改。"))
        return HttpResponseRedirect(str(self.success_url))


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
        _set_cookie(response, self.cookie, value)
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


def _set_cookie(response: HttpResponseBase, name: str, value: str) -> None:
    """Remember a preference for a year; scripts may read it, it is no secret."""
    response.set_cookie(
        name, value, max_age=ONE_YEAR, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE
    )
