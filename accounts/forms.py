"""Take what people type on the account pages, in their words."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm, SetPasswordForm
from django.contrib.auth.password_validation import password_validators_help_texts
from django.utils.translation import gettext_lazy as _

from accounts.actions import THEMES


class _ControlMixin:
    """Give every field the look of the site's controls, and its errors a place to be read from."""

    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, one in self.fields.items():
            one.widget.attrs.setdefault("class", "form-control")
            one.widget.attrs["aria-describedby"] = f"{name}-errors"


class LoginForm(_ControlMixin, AuthenticationForm):
    """Ask for name and password; the one refusal never says which of the two was wrong."""

    username = forms.CharField(label=_("用户名"), max_length=150)
    password = forms.CharField(
        label=_("密码"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    error_messages = {
        "invalid_login": _("用户名或密码不正确，或账号不可用。"),
        "inactive": _("用户名或密码不正确，或账号不可用。"),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].widget.attrs.update(autofocus=True, autocomplete="username")


class NewPasswordForm(_ControlMixin, SetPasswordForm):  # type: ignore[type-arg] # not at run time
    """Ask for a new password twice, with the rules beside it."""

    new_password1 = forms.CharField(
        label=_("新密码"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    new_password2 = forms.CharField(
        label=_("再次输入新密码"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    error_messages = {"password_mismatch": _("两次输入的密码不一致。")}

    @property
    def rules(self) -> list[str]:
        """Return the rules a password must keep, as sentences."""
        return password_validators_help_texts()


class ChangePasswordForm(NewPasswordForm, PasswordChangeForm):
    """Ask for the old password as well."""

    old_password = forms.CharField(
        label=_("原密码"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    error_messages = {
        "password_mismatch": _("两次输入的密码不一致。"),
        "password_incorrect": _("原密码不正确。"),
    }
    field_order = ["old_password", "new_password1", "new_password2"]


class LanguageForm(forms.Form):
    """Take the wanted language and where to go on."""

    language = forms.ChoiceField(choices=settings.LANGUAGES)


class ThemeForm(forms.Form):
    """Take the wanted theme; empty follows the system."""

    theme = forms.ChoiceField(choices=[(one, one) for one in THEMES], required=False)
