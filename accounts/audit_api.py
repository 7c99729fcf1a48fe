"""Answer the audit 审计 through the API; the operator's alone."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.audit import audit_page
from accounts.audit_pages import SearchForm
from accounts.audit_rows import AuditRow
from accounts.doors import ApiDoorMixin, Door, scope_of


class DifferenceSerializer(serializers.Serializer[Any]):
    """Be one field before and after."""

    name = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # Field has one too
    before = serializers.CharField()
    after = serializers.CharField()


class AuditRowSerializer(serializers.Serializer[Any]):
    """Be one write."""

    at = serializers.DateTimeField()
    actor = serializers.CharField()
    action = serializers.CharField()
    kind = serializers.CharField()
    object_id = serializers.CharField()
    object_name = serializers.CharField(allow_blank=True)
    request_id = serializers.CharField(allow_blank=True)
    place = serializers.CharField(allow_blank=True)
    differences = DifferenceSerializer(many=True)


class AuditPageSerializer(serializers.Serializer[Any]):
    """Be one page of the audit."""

    results = AuditRowSerializer(many=True)
    next = serializers.CharField(allow_blank=True)


class AuditApi(ApiDoorMixin):
    """Search the audit."""

    door = Door(action="see_audit")

    @extend_schema(
        operation_id="audit",
        parameters=[
            OpenApiParameter(name, OpenApiTypes.STR, description=said)
            for name, said in (
                ("kind", "对象类型，如 accounts.user"),
                ("object_id", "对象编号"),
                ("user", "操作人用户名；system 为系统"),
                ("action", "insert、update 或 delete"),
                ("request_id", "请求编号"),
                ("from_date", "起始日期"),
                ("to_date", "截止日期"),
                ("cursor", "上一页返回的 next"),
            )
        ],
        responses=AuditPageSerializer,
    )
    def get(self, request: Request) -> Response:
        """Return one page of 审计记录, newest first."""
        given = request._request.GET
        rows, following = audit_page(
            scope=scope_of(request._request),
            search=SearchForm(given).search(),
            cursor=given.get("cursor", ""),
        )
        return Response({"results": [row_json(row) for row in rows], "next": following})


def row_json(row: AuditRow) -> dict[str, Any]:
    """Return one write as JSON."""
    names = ("at", "actor", "action", "kind", "object_id", "object_name", "request_id", "place")
    said = {name: getattr(row, name) for name in names}
    return {**said, "differences": [asdict(one) for one in row.differences]}
