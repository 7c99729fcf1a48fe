"""Manage logins 账号管理 through the API; the operator's alone."""

from __future__ import annotations

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import actions, login_queries, policies, role_actions
from accounts.doors import ApiDoorMixin, Door, scope_of
from accounts.models import User

PAGE = 200
ROLES = [value for value in User.Role.values if value]


class LoginSerializer(serializers.Serializer[Any]):
    """Be one login."""

    username = serializers.CharField()
    display_name = serializers.CharField(allow_blank=True)
    role = serializers.CharField(allow_blank=True)
    units = serializers.ListField(child=serializers.CharField())
    account_manager = serializers.CharField(allow_null=True)
    is_active = serializers.BooleanField()
    has_password = serializers.BooleanField()
    last_login = serializers.DateTimeField(allow_null=True)


class NewLoginSerializer(serializers.Serializer[Any]):
    """Be a login to make."""

    username = serializers.CharField(max_length=150)
    display_name = serializers.CharField(max_length=100)
    role = serializers.CharField(max_length=20)
    units = serializers.ListField(child=serializers.CharField(max_length=40), default=list)
    account_manager = serializers.CharField(max_length=40, required=False, default="")


class LoginChangeSerializer(serializers.Serializer[Any]):
    """Be a change of a login; absent fields stay."""

    is_active = serializers.BooleanField(required=False)
    role = serializers.CharField(max_length=20, required=False)
    account_manager = serializers.CharField(max_length=40, required=False, default="")


class LinkSerializer(serializers.Serializer[Any]):
    """Be a one-time link."""

    set_password_url = serializers.CharField()


class OperatorApi(ApiDoorMixin):
    """Be one endpoint for who manages logins."""

    door = Door(action="manage_accounts")


class LoginsApi(OperatorApi):
    """List and create."""

    @extend_schema(
        operation_id="accounts",
        parameters=[
            OpenApiParameter("after", OpenApiTypes.STR, description="仅用户名排在其后的账号"),
            OpenApiParameter("role", OpenApiTypes.STR, description="角色"),
        ],
        responses=LoginSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        """Return logins by name, 200 at most."""
        rows = login_queries.logins(scope_of(request._request)).order_by("username")
        if request.GET.get("after"):
            rows = rows.filter(username__gt=request.GET["after"].replace("\x00", ""))
        if request.GET.get("role") in ROLES:
            rows = rows.filter(role=request.GET["role"])
        users = list(rows[:PAGE])
        units = policies.own_units_by_user(users)
        return Response([_json(user, [one.pk for one in units.get(user.pk, [])]) for user in users])

    @extend_schema(
        operation_id="create_account",
        request=NewLoginSerializer,
        responses={201: LoginSerializer},
    )
    def post(self, request: Request) -> Response:
        """Make a login without a password; ask for its link next."""
        said = NewLoginSerializer(data=request.data)
        said.is_valid(raise_exception=True)
        given, code = said.validated_data, said.validated_data["account_manager"]
        user = actions.create_login(
            actor=scope_of(request._request),
            username=given["username"],
            role=given["role"],
            display_name=given["display_name"],
            units=[login_queries.unit_named(unit) for unit in given["units"]],
            account_manager=login_queries.account_manager_named(code) if code else None,
        )
        return Response(_one(user), status=201)


class LoginApi(OperatorApi):
    """Read and change one."""

    @extend_schema(operation_id="account", responses=LoginSerializer)
    def get(self, request: Request, username: str) -> Response:
        """Return one login."""
        return Response(_one(login_queries.login_of(scope_of(request._request), username)))

    @extend_schema(
        operation_id="change_account", request=LoginChangeSerializer, responses=LoginSerializer
    )
    def patch(self, request: Request, username: str) -> Response:
        """Enable, disable, or give another role."""
        scope = scope_of(request._request)
        login_queries.login_of(scope, username)
        said = LoginChangeSerializer(data=request.data)
        said.is_valid(raise_exception=True)
        given, code = said.validated_data, said.validated_data["account_manager"]
        if "role" in given:
            person = login_queries.account_manager_named(code) if code else None
            role_actions.assign_role(
                actor=scope, username=username, role=given["role"], account_manager=person
            )
        if "is_active" in given:
            actions.set_login_active(actor=scope, username=username, is_active=given["is_active"])
        return Response(_one(login_queries.login_of(scope, username)))


class LoginLinkApi(OperatorApi):
    """Make a one-time link."""

    @extend_schema(operation_id="account_link", request=None, responses=LinkSerializer)
    def post(self, request: Request, username: str) -> Response:
        """Return a fresh set-password link 一次性设密链接; older ones of a new login die."""
        link = actions.issue_link(actor=scope_of(request._request), username=username)
        return Response({"set_password_url": request.build_absolute_uri(link)})


def _one(user: User) -> dict[str, Any]:
    return _json(user, [unit.pk for unit in policies.own_units_of(user)])


def _json(user: User, units: list[str]) -> dict[str, Any]:
    return {
        "username": user.username,
        "display_name": user.display_name,
        "role": user.role,
        "units": units,
        "account_manager": user.account_manager_id,
        "is_active": user.is_active,
        "has_password": user.password_changed_at is not None,
        "last_login": user.last_login,
    }
