"""Answer requests 等级调整 through the API: the same rights and the same actions as the pages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.parsers import FormParser, JSONParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.doors import ApiDoorMixin, Door, scope_of
from accounts.policies import may_do, require_action
from accounts.scope import Scope
from adjustments import evidence, queries
from adjustments.impact import impact_of_request
from adjustments.models import GradeAdjustment
from adjustments.policy import readable_by
from analytics.adjusting.actions import Wish, keep_wish, send_wish
from analytics.adjusting.api_shapes import (
    STATES,
    AdjustmentDetailSerializer,
    AdjustmentEvidenceSerializer,
    AdjustmentPageSerializer,
    AdjustmentSerializer,
    NewAdjustmentSerializer,
    UploadSerializer,
    adjustment_json,
    evidence_json,
    impact_json,
    step_json,
    taken,
)
from analytics.adjusting.request_pages import evidence_response
from analytics.page import published_for
from core.errors import NotAllowed
from warehouse.queries import PublishedRun

PAGE = 100
READS = Door(module="grading")
ASKS = Door(action="request_adjustment")
DECIDES = Door(action="decide_adjustment")
LISTING = [
    OpenApiParameter("tab", OpenApiTypes.STR, enum=list(queries.TABS), description="页签"),
    OpenApiParameter("state", OpenApiTypes.STR, enum=list(STATES), description="状态"),
    OpenApiParameter("group", OpenApiTypes.STR, description="集团编码"),
    OpenApiParameter("before", OpenApiTypes.INT, description="仅编号更小的申请（上一页的 next）"),
]


def detail_json(
    scope: Scope, row: GradeAdjustment, published: Sequence[PublishedRun]
) -> dict[str, Any]:
    """Return one request the reader was shown, with steps and files; its impact for who decides."""
    decides = may_do(scope, "decide_adjustment")
    return {
        **adjustment_json(row),
        "steps": [step_json(step) for step in row.steps.select_related("by")],
        "evidence": [evidence_json(each) for each in row.evidence.all()],
        "impact": impact_json(impact_of_request(row, published)) if decides else None,
    }


class AdjustmentsApi(ApiDoorMixin):
    """List and ask."""

    door = READS

    @extend_schema(
        operation_id="adjustments", parameters=LISTING, responses=AdjustmentPageSerializer
    )
    def get(self, request: Request) -> Response:
        """Return the requests the reader may see, newest first, 100 at most; province: totals."""
        scope, given = scope_of(request._request), request.GET
        if scope.is_province:
            raise NotAllowed
        tab = given.get("tab", "")
        rows = queries.inbox(scope, tab) if tab in queries.TABS else readable_by(scope)
        if given.get("state") in STATES:
            rows = rows.filter(state=given["state"])
        if given.get("group"):
            rows = rows.filter(group_code=given["group"])
        n_rows = rows.count()
        before = given.get("before", "")
        if before.isascii() and before.isdigit() and len(before) < 19:
            rows = rows.filter(pk__lt=int(before))
        found = list(rows.select_related("requester", "decided_by").order_by("-pk")[: PAGE + 1])
        last = found[PAGE - 1].pk if len(found) > PAGE else None
        results = [adjustment_json(row) for row in found[:PAGE]]
        return Response({"results": results, "next": last, "n_rows": n_rows})

    @extend_schema(
        operation_id="request_adjustment",
        request=NewAdjustmentSerializer,
        responses={201: AdjustmentSerializer},
    )
    def post(self, request: Request) -> Response:
        """Ask for another grade 申请调级, or keep it as a draft."""
        scope = scope_of(request._request)
        require_action(scope, "request_adjustment")
        said = taken(NewAdjustmentSerializer, request)
        step = keep_wish if said.pop("draft") else send_wish
        row = step(actor=scope, wish=Wish(**said))
        return Response(adjustment_json(row), status=201)


class AdjustmentApi(ApiDoorMixin):
    """Answer one request."""

    door = READS

    @extend_schema(operation_id="adjustment", responses=AdjustmentDetailSerializer)
    def get(self, request: Request, adjustment_id: int) -> Response:
        """Return one request with steps, files and impact."""
        scope = scope_of(request._request)
        row = queries.request_of(scope, adjustment_id)
        return Response(detail_json(scope, row, published_for(request._request)))


class EvidenceApi(ApiDoorMixin):
    """Take a file of a request in."""

    door = ASKS
    parser_classes = [MultiPartParser, FormParser, JSONParser]

    @extend_schema(
        operation_id="attach_evidence",
        request={"multipart/form-data": UploadSerializer},
        responses={201: AdjustmentEvidenceSerializer},
    )
    def post(self, request: Request, adjustment_id: int) -> Response:
        """Add a file 佐证材料 to a draft, or to a request that came back."""
        scope = scope_of(request._request)
        queries.request_of(scope, adjustment_id)
        file = taken(UploadSerializer, request)["file"]
        row = evidence.attach(actor=scope, adjustment_id=adjustment_id, upload=file)
        return Response(evidence_json(row), status=201)


class EvidenceFileApi(ApiDoorMixin):
    """Hand out a file, or take it away."""

    method_doors = {"GET": READS, "DELETE": ASKS}

    @extend_schema(
        operation_id="evidence_file",
        responses={(200, "application/octet-stream"): OpenApiTypes.BINARY},
    )
    def get(self, request: Request, evidence_id: int) -> Any:
        """Return the bytes to who may see the request."""
        return evidence_response(scope_of(request._request), evidence_id)

    @extend_schema(operation_id="remove_evidence", responses={204: None})
    def delete(self, request: Request, evidence_id: int) -> Response:
        """Take a file away from a request that is still to be changed."""
        evidence.remove_evidence(actor=scope_of(request._request), evidence_id=evidence_id)
        return Response(status=204)
