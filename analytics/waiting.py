"""Count what waits for the reader 待办数, once a request: the menu and the home report share it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from django.http import HttpRequest

from accounts.doors import scope_of
from adjustments.queries import n_waiting


def waiting_for(request: HttpRequest) -> Mapping[str, int]:
    """Return menu door → how many requests wait for the reader there; one query at most."""
    known = getattr(request, "_gcva_waiting", None)
    if known is None:
        scope = scope_of(request)
        door = {"city": "inbox", "account_manager": "adjustments"}.get(scope.role)
        known = {door: n_waiting(scope)} if door else {}
        request._gcva_waiting = known  # type: ignore[attr-defined]
    return cast("Mapping[str, int]", known)
