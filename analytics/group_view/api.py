"""Answer one group 集团统一视图 through the API: the sections of the page, with its rights."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from functools import cached_property
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import policies
from accounts.doors import Door
from analytics import openings
from analytics.api import MAX_PAGE, PLACE, ApiRoom
from analytics.group_view import queries
from analytics.group_view.room import GroupReading
from analytics.group_view.tab_members import order_of
from analytics.group_view.tables import members_table
from analytics.group_view.timeline import timeline_of
from core.errors import NotInScope
from warehouse.group_extracts import MEMBER_PAGE

COUNTS = (
    "n_members", "n_members_prev", "n_valid", "n_vnet", "n_no_use", "n_off_net", *queries.STATES,
)  # fmt: skip
PRODUCT_MEASURES = (
    "users", "member_users", "billed_users", "amount_li", "group_paid_li", "member_paid_li",
    "outsider_paid_li",
)  # fmt: skip


class GroupViewSerializer(serializers.Serializer[Any]):
    """Be one section of one group; ``content`` depends on the section."""

    month = serializers.CharField()
    run = serializers.IntegerField()
    group_code = serializers.CharField()
    name = serializers.CharField()
    section = serializers.CharField()
    content = serializers.JSONField()


class MembersSerializer(serializers.Serializer[Any]):
    """Be one page of a group's members."""

    month = serializers.CharField()
    run = serializers.IntegerField()
    group_code = serializers.CharField()
    n_rows = serializers.IntegerField()
    page = serializers.IntegerField()
    results = serializers.ListField(child=serializers.DictField())


class GroupRoom(ApiRoom):
    """Open the group of the address."""

    room = "grading"
    door = Door(module="grading", what="group")

    @cached_property
    def group(self) -> GroupReading:
        """Return the group; a management reader's opening is logged."""
        run = self.run
        group = GroupReading(self.reading, self.kwargs["group_code"])
        code = group.result.group_code
        openings.log_opening(actor=self.reading.scope, group_code=code, month=run.month, door="api")
        return group

    def opened(self) -> dict[str, Any]:
        """Return what every answer carries."""
        return {
            "month": str(self.run.month),
            "run": self.run.run,
            "group_code": self.group.result.group_code,
        }


class GroupApi(GroupRoom):
    """Answer one section of one group."""

    @extend_schema(
        operation_id="group_view",
        parameters=[
            PLACE[0],
            OpenApiParameter(
                "section",
                OpenApiTypes.STR,
                enum=[
                    "profile", "members", "products", "income", "timeline",
                    "fee_composition", "grade_history",
                ],
                description="栏目；fee_composition 与 grade_history 仅客户经理",
            ),
        ],
        responses=GroupViewSerializer,
    )  # fmt: skip
    def get(self, request: Request, group_code: str) -> Response:
        """Return one section of 集团统一视图."""
        section = self.http.GET.get("section") or "profile"
        if section not in SECTIONS:
            raise NotInScope
        group = self.group
        code = group.result.group_code
        policies.require_fields(self.reading.scope, [f"group_view.{section}"], code)
        content = SECTIONS[section](group)
        name = group.result.name
        return Response({**self.opened(), "name": name, "section": section, "content": content})


class GroupMembersApi(GroupRoom):
    """Answer the member rows, for account managers only."""

    @extend_schema(
        operation_id="group_members",
        parameters=[
            PLACE[0],
            OpenApiParameter("page", OpenApiTypes.INT, description="页码，从 1 起"),
            OpenApiParameter("size", OpenApiTypes.INT, description="每页行数，至多 200"),
            OpenApiParameter("sort", OpenApiTypes.STR, description="列名；前缀 - 为降序"),
            OpenApiParameter("status", OpenApiTypes.STR, description="用户状态"),
            OpenApiParameter("is_key", OpenApiTypes.STR, description="关键成员：1 是，0 否"),
            OpenApiParameter("vnet", OpenApiTypes.STR, description="V网：1 是，0 否"),
        ],
        responses=MembersSerializer,
    )
    def get(self, request: Request, group_code: str) -> Response:
        """Return one page of 成员明细, numbers masked."""
        group = self.group
        page = _whole(self.http.GET.get("page"), 1)
        size = min(MAX_PAGE, _whole(self.http.GET.get("size"), MEMBER_PAGE))
        found = group.member_page(page, size, order_of(members_table().query(self.http.GET)))
        return Response(
            {**self.opened(), "n_rows": found.n_rows, "page": page, "results": list(found.rows)}
        )


def _whole(text: str | None, default: int) -> int:
    if text and text.isascii() and text.isdigit() and len(text) < 7:
        return int(text) or default
    return default


def _profile(group: GroupReading) -> dict[str, Any]:
    facts, result = group.facts, group.result
    return {
        "industry_code": result.industry_code,
        "size_band": result.size_band,
        "account_manager_code": result.account_manager_code,
        "status": facts.status,
        "employees": facts.employees,
        "contract_start": facts.contract_start,
        "contract_end": facts.contract_end,
        "arrears_li": facts.arrears_li,
        "arrears_months": facts.arrears_months,
        "score": result.score,
        "suggested_grade": result.suggested_grade,
        "effective_grade": result.effective_grade,
        "key_people": [
            {name: row[name] for name in ("name_masked", "role", "phone_masked", "birthday")}
            for row in group.rows("key_people")
        ],
        "peers": {
            "n": group.peers.n,
            "measures": [asdict(each) for each in group.peers.measures],
        },
    }


def _members(group: GroupReading) -> dict[str, Any]:
    counts = {name: getattr(group.facts, name) for name in COUNTS}
    return {**counts, "valid_needed": group.valid_needed, "months": _months(group, "n_members")}


def _products(group: GroupReading) -> dict[str, Any]:
    used = [row for row in group.products if row.used is not None]
    return {
        "used": [
            {
                "product_code": row.product_code,
                "product": row.product,
                "adoption": row.share,
                **{name: row.count(name) for name in PRODUCT_MEASURES},
            }
            for row in used
        ],
        "lacking": [
            {"product_code": row.product_code, "product": row.product, "adoption": row.share}
            for row in group.products
            if row.lacks
        ],
        "contracts": [
            {
                **{name: row[name] for name in ("product_code", "start", "end", "amount_li")},
                "days_left": group.days_to(row["end"]),
            }
            for row in group.rows("contracts")
        ],
    }


def _income(group: GroupReading) -> dict[str, Any]:
    return {
        **{name: getattr(group.facts, name) for name in queries.INCOMES},
        "months": {name: _months(group, name) for name in queries.INCOMES},
    }


def _months(group: GroupReading, column: str) -> list[dict[str, Any]]:
    pairs = zip(group.months, group.history, strict=True)
    return [{"month": str(month), "value": getattr(row, column, None)} for month, row in pairs]


def _fees(group: GroupReading) -> dict[str, Any]:
    return {name: getattr(group.facts, name) for name in queries.FEES}


def _grade_history(group: GroupReading) -> list[dict[str, Any]]:
    rows = group.grades
    return [{**row, "month": str(queries.month_of(row))} for row in rows]


def _timeline(group: GroupReading) -> list[dict[str, Any]]:
    names = ("day", "kind", "text", "note")
    return [{name: getattr(event, name) for name in names} for event in timeline_of(group)]


SECTIONS: dict[str, Callable[[GroupReading], Any]] = {
    "profile": _profile,
    "members": _members,
    "products": _products,
    "income": _income,
    "timeline": _timeline,
    "fee_composition": _fees,
    "grade_history": _grade_history,
}
