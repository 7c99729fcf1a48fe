"""Open the account pages: sign in and out, set and change a password."""

from __future__ import annotations

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
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse, reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import actions, policies, queries
from accounts.doors import EVERYONE, SIGNED_IN, DoorMixin
from accounts.forms import (
    ChangePasswordForm,
    LoginForm,
    NewPasswordForm,
)
from accounts.links import one_time_links
from accounts.login_rate import is_too_fast
from accounts.models import User
from accounts.preferences import THEME_COOKIE, set_cookie
from accounts.scope import Scope


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
        if not isinstance(self.request.user, User):
            return "/"
        return landing_url(queries.scope_for(self.request.user, timezone.localdate()))

    def form_valid(self, form: Any) -> HttpResponse:
        """Open the session and bring back the reader's language and theme."""
        response = super().form_valid(form)
        user = form.get_user()
        if user.language:
            set_cookie(response, settings.LANGUAGE_COOKIE_NAME, user.language)
        if user.theme:
            set_cookie(response, THEME_COOKIE, user.theme)
        return response


class LogoutPage(DoorMixin, LogoutView):  # type: ignore[misc] # a narrower dispatch in the stubs
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
        owner = cast(User, self.user)  # a void link never gets here
        actions.set_password_by_link(user_id=owner.pk, token=token, password=password)
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
        reader = cast(User, self.request.user)
        password = form.cleaned_data["new_password1"]
        user = actions.change_password(user_id=reader.pk, password=password)
        update_session_auth_hash(self.request, user)
        messages.success(self.request, _("密码已修改。"))
        return HttpResponseRedirect(str(self.success_url))
