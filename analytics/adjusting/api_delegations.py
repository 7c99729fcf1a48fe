"""Answer delegations 代理审批 through the API: the own ones, a new one, one revoked."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.delegations import delegate, delegations_of, revoke_delegation
from accounts.doors import ApiDoorMixin, Door, scope_of
from analytics.adjusting.api_shapes import (
    DelegationSerializer,
    NewDelegationSerializer,
    delegation_json,
    taken,
)

ASKS = Door(action="request_adjustment")
DECIDES = Door(action="decide_adjustment")


class DelegationsApi(ApiDoorMixin):
    """List delegations and make one."""

    door = DECIDES

    @extend_schema(operation_id="delegations", responses=DelegationSerializer(many=True))
    def get(self, request: Request) -> Response:
        """Return what the reader's cities gave and what the reader took 代理审批."""
        rows = delegations_of(scope_of(request._request))
        return Response([delegation_json(row) for row in rows])

    @extend_schema(
        operation_id="delegate",
        request=NewDelegationSerializer,
        responses={201: DelegationSerializer},
    )
    def post(self, request: Request) -> Response:
        """Hand a city's decisions to another administrator for some days."""
        scope = scope_of(request._request)
        made = delegate(actor=scope, **taken(NewDelegationSerializer, request))
        row = next(each for each in delegations_of(scope) if each.id == made.pk)
        return Response(delegation_json(row), status=201)


class DelegationApi(ApiDoorMixin):
    """Take a delegation back."""

    door = DECIDES

    @extend_schema(operation_id="revoke_delegation", responses={204: None})
    def delete(self, request: Request, delegation_id: int) -> Response:
        """Take it back."""
        revoke_delegation(actor=scope_of(request._request), delegation_id=delegation_id)
        return Response(status=204)
