"""Guard every page and API view with one declared door; without a declaration it stays shut.

    class GradingPage(DoorMixin, ModulePage):
        door = Door(module="grading")

After the check ``request.scope`` and ``request.selection`` are set. A view whose methods need
different rights names them in ``method_doors``. API views take ``ApiDoorMixin`` instead.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import urlsplit

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.views import View
from django_htmx.http import HttpResponseClientRedirect
from drf_spectacular.authentication import SessionScheme
from rest_framework.authentication import SessionAuthentication
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from accounts import policies, queries
from accounts.models import User
from accounts.policies import View as What
from accounts.scope import Scope, Selection
from core.error_pages import domain_error_response
from core.errors import DomainError, NotAllowed, NotInScope


@dataclass(frozen=True, slots=True)
class Door:
    """Say what a view asks of its reader: a module's right, an action's, a login, or nothing."""

    module: str = ""
    what: What = "totals"
    action: str = ""
    open_to: Literal["policy", "signed_in", "everyone"] = "policy"


EVERYONE = Door(open_to="everyone")
SIGNED_IN = Door(open_to="signed_in")


def scope_of(request: HttpRequest) -> Scope:
    """Return the reader's scope, computed once a request; a visitor's is empty."""
    known: Scope | None = getattr(request, "scope", None)
    if known is None:
        known = Scope(user_id=None, username="", role="")
        if isinstance(request.user, User):
            known = queries.scope_for(request.user, timezone.localdate())
        request.scope = known  # type: ignore[attr-defined]  # kept with the request
    return known


def pass_door(
    door: Door | None,
    request: HttpRequest,
    *,
    serves: queries.Serves = queries.serves_nobody,
    group_code: str = "",
) -> None:
    """Let a signed-in reader through, or say why not; sets ``scope`` and ``selection``.

    ``group_code`` is the group the address names: it may be open by itself.

    Raises:
        NotInScope: if the chosen unit or account manager is not the reader's.
        NotAllowed: if the door is undeclared, or the right is missing.
    """
    scope = scope_of(request)
    request.selection = None  # type: ignore[attr-defined]  # kept with the request
    if "%00" in request.META.get("QUERY_STRING", "") or "\x00" in request.path:
        raise NotInScope  # Postgres has no such text, so nothing by that name exists
    if door is None:
        raise NotAllowed
    if door.action:
        policies.require_action(scope, door.action)
    elif door.module:
        policies.require(scope, door.module, "totals")
        selection = queries.selection_for(
            scope,
            unit=request.GET.get("unit", ""),
            account_manager=request.GET.get("am", ""),
            serves=serves,
        )
        policies.require(scope, door.module, door.what, selection, group_code=group_code)
        request.selection = selection  # type: ignore[attr-defined]  # kept with the request
    elif door.open_to == "policy":
        raise NotAllowed


class _Declared:
    """Hold what a guarded view declares."""

    door: Door | None = None
    method_doors: Mapping[str, Door] = {}

    def door_for(self, method: str) -> Door | None:
        """Return the door of a method; HEAD asks what GET asks."""
        return self.method_doors.get("GET" if method == "HEAD" else method, self.door)

    def serves(self, account_manager_code: str) -> bool:
        """Tell whether published rows in scope name this account manager; rooms may override."""
        return False


class DoorMixin(_Declared, View):
    """Guard a page; stands first among its bases.

    Pages are read and sent forms, so the other methods are refused before any base sees them
    (Django's form views would take PUT for POST; OPTIONS would answer for rows nobody checked).
    """

    http_method_names = ["get", "head", "post"]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Check the door, then answer; nothing behind it may be stored by a cache."""
        response = self._answer(request, *args, **kwargs)
        patch_cache_control(response, private=True, no_store=True)
        return response

    def _answer(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        door = self.door_for(request.method or "GET")
        if door is None or door.open_to != "everyone":
            if not request.user.is_authenticated:
                return ask_for_login(request)
            try:
                code = str(kwargs.get("group_code", ""))
                pass_door(door, request, serves=self.serves, group_code=code)
            except DomainError as error:
                return domain_error_response(request, error)
        if (request.method or "").lower() not in self.http_method_names:
            return self.http_method_not_allowed(request, *args, **kwargs)
        try:
            return super().dispatch(request, *args, **kwargs)
        except DomainError as error:
            return domain_error_response(request, error)


def ask_for_login(request: HttpRequest) -> HttpResponseBase:
    """Send a visitor to the login page; htmx must load it whole instead of swapping it in."""
    if request.headers.get("HX-Request") != "true":
        wanted = request.get_full_path() if request.method in ("GET", "HEAD") else "/"
        return redirect_to_login(wanted)
    page = urlsplit(request.headers.get("HX-Current-URL", "/"))
    wanted = f"{page.path}?{page.query}" if page.query else page.path or "/"
    return HttpResponseClientRedirect(redirect_to_login(wanted)["Location"])


class SessionLogin(SessionAuthentication):
    """Authenticate API calls by the session; without one the answer is 401, not 403."""

    def authenticate_header(self, request: Request) -> str:
        """Name the scheme, which makes the framework answer 401."""
        return "Session"


class SessionLoginScheme(SessionScheme):  # type: ignore[no-untyped-call]  # untyped base
    """Tell the OpenAPI schema that ``SessionLogin`` is the session cookie."""

    target_class = SessionLogin  # type: ignore[assignment]  # or its dotted name


class DoorPermission(BasePermission):
    """Check the ``door`` of an API view; a view without one is shut."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Return whether somebody is signed in; a missing right raises its own sentence."""
        if not isinstance(view, _Declared):
            raise NotAllowed
        door = view.door_for(request.method or "GET")
        if door == EVERYONE:
            return True
        if not request.user.is_authenticated:
            return False
        # the scope hangs on Django's request, where the middleware and the log find it too
        request._request.user = request.user
        code = str(view.kwargs.get("group_code", ""))
        pass_door(door, request._request, serves=view.serves, group_code=code)
        request.scope = request._request.scope  # type: ignore[attr-defined]  # kept with the request
        request.selection = request._request.selection  # type: ignore[attr-defined]  # kept with the request
        return True


class ApiDoorMixin(_Declared, APIView):
    """Guard an API view; stands first among its bases; OPTIONS is not served (see the schema)."""

    http_method_names = ["get", "head", "post", "put", "patch", "delete"]
    authentication_classes = [SessionLogin]
    permission_classes = [DoorPermission]

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Mark the answer as nobody else's."""
        response = super().finalize_response(request, response, *args, **kwargs)
        patch_cache_control(response, private=True, no_store=True)
        return response


def chosen(request: HttpRequest | Request) -> tuple[Scope, Selection]:
    """Return scope and selection of a request that came through a module's door."""
    return request.scope, request.selection  # type: ignore[union-attr]  # kept with the request
