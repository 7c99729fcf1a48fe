"""Take the steps of requests 提交、撤回、审批 through the API, singly and several at once."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.doors import ApiDoorMixin, Door, scope_of
from accounts.scope import Scope
from adjustments import actions
from adjustments.models import GradeAdjustment
from analytics.adjusting.api_shapes import (
    AdjustmentResultSerializer,
    AdjustmentSerializer,
    AdjustmentVersionSerializer,
    DecideManySerializer,
    adjustment_json,
    taken,
)

ASKS = Door(action="request_adjustment")
DECIDES = Door(action="decide_adjustment")


class _Step(ApiDoorMixin):
    """Be one step with one request; ``step`` is the action."""

    door = ASKS

    def take(self, scope: Scope, adjustment_id: int, said: dict[str, Any]) -> GradeAdjustment:
        """Take it."""
        raise NotImplementedError

    def answer(self, request: Request, adjustment_id: int) -> Response:
        """Take the step and return the request."""
        scope = scope_of(request._request)
        said = taken(AdjustmentVersionSerializer, request)
        return Response(adjustment_json(self.take(scope, adjustment_id, said)))


class SubmitAdjustmentApi(_Step):
    """Send a draft, or one that came back."""

    @extend_schema(
        operation_id="submit_adjustment",
        request=AdjustmentVersionSerializer,
        responses=AdjustmentSerializer,
    )
    def post(self, request: Request, adjustment_id: int) -> Response:
        """Send it to the city 提交审批."""
        return self.answer(request, adjustment_id)

    def take(self, scope: Scope, adjustment_id: int, said: dict[str, Any]) -> GradeAdjustment:
        """Send it."""
        return actions.submit(actor=scope, adjustment_id=adjustment_id, version=said["version"])


class RecallAdjustmentApi(_Step):
    """Take a request back."""

    @extend_schema(
        operation_id="recall_adjustment",
        request=AdjustmentVersionSerializer,
        responses=AdjustmentSerializer,
    )
    def post(self, request: Request, adjustment_id: int) -> Response:
        """Take it back before the decision 撤回."""
        return self.answer(request, adjustment_id)

    def take(self, scope: Scope, adjustment_id: int, said: dict[str, Any]) -> GradeAdjustment:
        """Take it back."""
        return actions.recall(actor=scope, adjustment_id=adjustment_id, **said)


class ApproveAdjustmentApi(_Step):
    """Agree."""

    door = DECIDES

    @extend_schema(
        operation_id="approve_adjustment",
        request=AdjustmentVersionSerializer,
        responses=AdjustmentSerializer,
    )
    def post(self, request: Request, adjustment_id: int) -> Response:
        """Agree 同意; 409 names who was first."""
        return self.answer(request, adjustment_id)

    def take(self, scope: Scope, adjustment_id: int, said: dict[str, Any]) -> GradeAdjustment:
        """Agree."""
        return actions.approve(actor=scope, adjustment_id=adjustment_id, **said)


class RejectAdjustmentApi(_Step):
    """Refuse."""

    door = DECIDES

    @extend_schema(
        operation_id="reject_adjustment",
        request=AdjustmentVersionSerializer,
        responses=AdjustmentSerializer,
    )
    def post(self, request: Request, adjustment_id: int) -> Response:
        """Refuse 驳回 with a comment; 409 names who was first."""
        return self.answer(request, adjustment_id)

    def take(self, scope: Scope, adjustment_id: int, said: dict[str, Any]) -> GradeAdjustment:
        """Refuse."""
        return actions.reject(actor=scope, adjustment_id=adjustment_id, **said)


class DecideManyApi(ApiDoorMixin):
    """Decide several."""

    door = DECIDES

    @extend_schema(
        operation_id="decide_adjustments",
        request=DecideManySerializer,
        responses=AdjustmentResultSerializer(many=True),
    )
    def post(self, request: Request) -> Response:
        """Decide several 批量审批, each with its result; a foreign one refuses all."""
        said = taken(DecideManySerializer, request)
        results = actions.decide_many(
            actor=scope_of(request._request),
            decision=said["decision"],
            items=[(each["id"], each["version"]) for each in said["items"]],
            comment=said["comment"],
        )
        return Response(AdjustmentResultSerializer(results, many=True).data)
