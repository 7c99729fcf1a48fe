"""Answer alerts 告警 through the API: the list, one alert, counts, steps with one or several."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.doors import ApiDoorMixin, Door, scope_of
from alerts import alert_queries
from alerts.alert_actions import take_step, take_steps
from alerts.alert_asks import Ask, Item, Outcome
from alerts.levels import LEVEL_CODES, Level
from alerts.rules import RULE_CODES
from alerts.triage import Step
from alerts.triage_models import Alert, AlertFiring, AlertStep
from analytics.alert_words import ProductNames, Told
from analytics.anomaly_alerts.mixin import AlertsMixin
from analytics.anomaly_alerts.room import ROOM
from analytics.anomaly_alerts.work import ALL, ESCALATED, WAITING, UnitWork, WorkSource
from analytics.anomaly_alerts.work_shapes import (
    STATES,
    AlertDetailSerializer,
    AlertListSerializer,
    ManyStepsSerializer,
    OneStepSerializer,
    OutcomeSerializer,
    OutcomesSerializer,
    WorkTotalsSerializer,
)
from analytics.anomaly_alerts.work_tables import list_table
from analytics.api import PLACE, ApiRoom, rows_json
from analytics.shares import wilson_interval
from core.errors import DomainError, NotAllowed
from core.month import Month

LISTING = [
    *PLACE,
    OpenApiParameter("q", OpenApiTypes.STR, description="名称或编码"),
    OpenApiParameter(
        "state", OpenApiTypes.STR, enum=[WAITING, *STATES, ALL, ESCALATED],
        description="状态；缺省为待处理",
    ),
    OpenApiParameter("level", OpenApiTypes.STR, enum=list(LEVEL_CODES), description="预警等级"),
    OpenApiParameter("rule", OpenApiTypes.STR, enum=list(RULE_CODES), description="规则"),
    OpenApiParameter("size", OpenApiTypes.INT, description="每页行数，至多 200"),
    OpenApiParameter("cursor", OpenApiTypes.STR, description="上一页返回的 next"),
]  # fmt: skip


def evidence_json(
    rule: str, row: Alert | AlertFiring, month: Month, product: ProductNames
) -> dict[str, Any]:
    """Return the evidence of a firing as JSON."""
    plain = ("value", "reference", "threshold", "threshold_source")
    return {
        **{name: getattr(row, name) for name in plain},
        "sentence": Told(rule, row, month, product).sentence,
        "series": list(row.series or ()),
    }


def alert_json(row: Alert, product: ProductNames) -> dict[str, Any]:
    """Return one alert as JSON."""
    plain = (
        "id", "version", "group_code", "name", "account_manager_code", "rule", "weight", "state",
        "n_firings", "clean_months", "suppressed_until", "suppressed_on_change", "escalated_at",
    )  # fmt: skip
    return {
        **{name: getattr(row, name) for name in plain},
        "level": Level(row.level).code if row.level else None,
        "reason": row.reason or None,
        "opened_month": str(row.opened),
        "last_fired_month": str(row.last_fired),
        "evidence": evidence_json(row.rule, row, row.last_fired, product),
    }


def step_json(row: AlertStep) -> dict[str, Any]:
    """Return one step of a person as JSON."""
    plain = ("version", "step", "from_state", "to_state", "note", "until", "at")
    said = {name: getattr(row, name) for name in plain}
    return {**said, "reason": row.reason or None, "who": row.display_name}


def counts_json(row: UnitWork) -> dict[str, Any]:
    """Return one unit's counts as JSON; every state and level is there."""
    counts = row.counts
    return {
        "code": row.code,
        "name": row.name,
        "n_open": counts.n_open,
        "n_escalated": counts.n_escalated,
        "by_state": {state: counts.by_state.get(state, 0) for state in STATES},
        "groups_by_level": {
            code: counts.groups_by_level.get(Level[code.upper()], 0) for code in LEVEL_CODES
        },
    }


def outcome_json(outcome: Outcome) -> dict[str, Any]:
    """Return what became of one alert as JSON."""
    plain = ("result", "state", "version", "code", "message")
    return {"id": outcome.alert_id, **{name: getattr(outcome, name) for name in plain}}


def ask_of(given: dict[str, Any]) -> Ask:
    """Turn a checked body into what is asked."""
    wanted = ("note", "reason", "until", "on_change")
    return Ask(Step(given["step"]), **{name: given[name] for name in wanted})


def checked(serializer: serializers.Serializer[Any]) -> dict[str, Any]:
    """Return a checked body, or say which field is wrong.

    Raises:
        DomainError: naming the first field that is wrong.
    """
    if not serializer.is_valid():
        field = next(iter(serializer.errors), "")
        text = _("请求中的“{field}”不正确。").format(field=field)
        raise DomainError("bad_request", text, _("请对照接口说明检查该字段。"), str(field))
    found: dict[str, Any] = serializer.validated_data
    return found


class AlertsApi(AlertsMixin, ApiRoom):
    """Answer the alerts the reader may see one by one."""

    @extend_schema(
        operation_id="anomaly_alerts_alerts", parameters=LISTING, responses=AlertListSerializer
    )
    def get(self, request: Request) -> Response:
        """Return 告警清单: own groups' alerts; for a city, those that were escalated."""
        if self.reading.scope.reader == "province":
            raise NotAllowed
        place = self.place()
        table, source = list_table(lambda row: ""), WorkSource(self.work.listed)
        told = partial(alert_json, product=ProductNames())
        rows = rows_json(table, source, self.http.GET, self.run.run, told)
        return Response({"place": place, **rows})


class AlertApi(ApiDoorMixin):
    """Answer one alert."""

    door: Door | None = Door(module=ROOM)

    @extend_schema(operation_id="anomaly_alerts_alert", responses=AlertDetailSerializer)
    def get(self, request: Request, alert_id: int) -> Response:
        """Return one alert with every month that fired and every step."""
        alert = alert_queries.alert_in(scope_of(request._request), alert_id)
        product = ProductNames()
        firings = [
            {
                "month": str(Month.from_index(row.month)),
                "evidence": evidence_json(row.rule, row, Month.from_index(row.month), product),
            }
            for row in alert_queries.firings_of(alert)
        ]
        steps = [step_json(row) for row in alert_queries.steps_of(alert)]
        return Response({**alert_json(alert, product), "firings": firings, "steps": steps})


class AlertStepApi(ApiDoorMixin):
    """Take a step with one alert."""

    door: Door | None = Door(module=ROOM)

    @extend_schema(
        operation_id="anomaly_alerts_alert_step",
        request=OneStepSerializer,
        responses=OutcomeSerializer,
    )
    def post(self, request: Request, alert_id: int) -> Response:
        """Take the step; 409 where somebody was first or the state does not allow it."""
        given = checked(OneStepSerializer(data=request.data))
        outcome = take_step(
            actor=scope_of(request._request),
            item=Item(alert_id, given["version"]),
            ask=ask_of(given),
        )
        return Response(outcome_json(outcome))


class AlertStepsApi(ApiDoorMixin):
    """Take a step with several alerts."""

    door: Door | None = Door(module=ROOM)

    @extend_schema(
        operation_id="anomaly_alerts_steps",
        request=ManyStepsSerializer,
        responses=OutcomesSerializer,
    )
    def post(self, request: Request) -> Response:
        """Take the step with each; one result an alert, a foreign one refuses all."""
        given = checked(ManyStepsSerializer(data=request.data))
        items = tuple(Item(each["id"], each["version"]) for each in given["items"])
        outcomes = take_steps(actor=scope_of(request._request), items=items, ask=ask_of(given))
        return Response({"results": [outcome_json(each) for each in outcomes]})


class WorkTotalsApi(AlertsMixin, ApiRoom):
    """Answer the counts of alerts by state and level, and the rules' precision."""

    @extend_schema(
        operation_id="anomaly_alerts_work", parameters=PLACE, responses=WorkTotalsSerializer
    )
    def get(self, request: Request) -> Response:
        """Return 告警处理情况 of the place and its lower units."""
        place, work = self.place(), self.work
        precision = [
            {
                "rule": row.rule,
                "n_alerts": row.n_alerts,
                "n_judged": row.n_judged,
                "n_right": row.n_right,
                "precision": row.precision,
                "interval": list(wilson_interval(row.n_right, row.n_judged) or ()),
            }
            for row in work.precision
        ]
        return Response(
            {
                "place": place,
                "total": counts_json(work.total),
                "by": work.level or "",
                "units": [counts_json(row) for row in work.units],
                "precision": precision,
            }
        )
