"""Make one-time set-password links 一次性设密链接: signed, single use, expiring."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from accounts.models import User


class OneTimeLinks(PasswordResetTokenGenerator):
    """Sign links that die when used, when the login is disabled, or when time is up.

    Django's generator signs the password's hash and the last login, so setting a password spends
    the link. The state of the login is added: disabling somebody spends their links too.
    """

    key_salt = "accounts.links.OneTimeLinks"

    def _make_hash_value(self, user: Any, timestamp: int) -> str:
        return f"{super()._make_hash_value(user, timestamp)}|{user.is_active}"


one_time_links = OneTimeLinks()


def set_password_path(user: User) -> str:
    """Return the path of a fresh link for a user; the caller puts the host in front."""
    uid = urlsafe_base64_encode(force_bytes(user.pk))
    return reverse("set_password", args=[uid, one_time_links.make_token(user)])
