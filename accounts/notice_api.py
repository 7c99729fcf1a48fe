"""Answer the reader's notifications 通知 through the API; the same rules as the bell."""

from __future__ import annotations

from typing import Any, cast

from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import notices
from accounts.doors import SIGNED_IN, ApiDoorMixin, scope_of
from accounts.models import NoticePreference, Notification, User
from core.errors import DomainError

PAGE = 50


class NoticeSerializer(serializers.Serializer[Any]):
    """Be one notification."""

    id = serializers.IntegerField()
    kind = serializers.ChoiceField(Notification.Kind.values)
    text = serializers.CharField()
    url = serializers.CharField(allow_blank=True)
    group_code = serializers.CharField(allow_blank=True)
    created_at = serializers.DateTimeField()
    read_at = serializers.DateTimeField(allow_null=True)


class NoticePageSerializer(serializers.Serializer[Any]):
    """Be one page of notifications; ``next`` is the cursor of the following one."""

    results = NoticeSerializer(many=True)
    next = serializers.CharField(allow_blank=True)
    n_unread = serializers.IntegerField()


class ReadSerializer(serializers.Serializer[Any]):
    """Name what was read; without ids it is everything."""

    ids = serializers.ListField(
        child=serializers.IntegerField(min_value=1), required=False, max_length=500
    )


class ReadAnswerSerializer(serializers.Serializer[Any]):
    """Say how many were unread before."""

    n_read = serializers.IntegerField()


class PreferenceSerializer(serializers.Serializer[Any]):
    """Say how mail comes."""

    mail = serializers.ChoiceField(NoticePreference.Mail.values)
    email = serializers.EmailField(allow_blank=True)


class NoticesApi(ApiDoorMixin):
    """List the reader's notifications."""

    door = SIGNED_IN

    @extend_schema(
        operation_id="notifications",
        parameters=[
            OpenApiParameter("unread", OpenApiTypes.BOOL, description="仅未读"),
            OpenApiParameter("cursor", OpenApiTypes.STR, description="上一页返回的 next"),
        ],
        responses=NoticePageSerializer,
    )
    def get(self, request: Request) -> Response:
        """Return the reader's notifications 通知, newest first."""
        scope = scope_of(request._request)
        rows = notices.notices_of(scope)
        if request.GET.get("unread", "").lower() in ("1", "true"):
            rows = rows.unread()
        cursor = request.GET.get("cursor", "")
        if cursor:
            rows = rows.filter(pk__lt=_before(cursor))
        found = list(rows[: PAGE + 1])
        return Response(
            {
                "results": [_json(row) for row in found[:PAGE]],
                "next": str(found[PAGE - 1].pk) if len(found) > PAGE else "",
                "n_unread": notices.unread_count(scope),
            }
        )


class ReadNoticesApi(ApiDoorMixin):
    """Mark notifications read."""

    door = SIGNED_IN

    @extend_schema(
        operation_id="notifications_read", request=ReadSerializer, responses=ReadAnswerSerializer
    )
    def post(self, request: Request) -> Response:
        """Mark some (or all) read 标为已读; one foreign id refuses all."""
        asked = ReadSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        scope, ids = scope_of(request._request), asked.validated_data.get("ids")
        n = (
            notices.mark_all_read(actor=scope)
            if ids is None
            else notices.mark_read(actor=scope, ids=ids)
        )
        return Response({"n_read": n})


class NoticePreferenceApi(ApiDoorMixin):
    """Read or change how mail comes."""

    door = SIGNED_IN

    @extend_schema(operation_id="notification_preference", responses=PreferenceSerializer)
    def get(self, request: Request) -> Response:
        """Return the reader's preference 通知偏好."""
        user = cast(User, request.user)
        known = NoticePreference.objects.filter(user=user).first()
        mail = known.mail if known else NoticePreference.Mail.DIGEST.value
        return Response({"mail": mail, "email": user.email})

    @extend_schema(
        operation_id="store_notification_preference",
        request=PreferenceSerializer,
        responses=PreferenceSerializer,
    )
    def put(self, request: Request) -> Response:
        """Keep the reader's preference 通知偏好."""
        asked = PreferenceSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        notices.store_mail_preference(actor=scope_of(request._request), **asked.validated_data)
        return Response(asked.validated_data)


def _json(row: Notification) -> dict[str, Any]:
    return {
        "id": row.pk,
        "kind": row.kind,
        "text": notices.render(row),
        "url": row.url,
        "group_code": row.group_code,
        "created_at": row.created_at,
        "read_at": row.read_at,
    }


def _before(cursor: str) -> int:
    if not (cursor.isascii() and cursor.isdigit() and len(cursor) < 19):
        raise DomainError("bad_cursor", _("游标无法识别。"), "", "cursor")
    return int(cursor)
