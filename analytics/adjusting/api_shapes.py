"""Shape requests 等级调整 as JSON, and what the API takes in."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers
from rest_framework.request import Request

from accounts.delegations import DelegationRow
from adjustments.impact import Impact
from adjustments.models import AdjustmentStep, Evidence, GradeAdjustment
from adjustments.queries import waiting_days
from adjustments.states import MAX_TEXT, State
from analytics.adjusting.words import last_month_of
from scoring.grades import GRADES

STATES = tuple(state.value for state in State)
GRADE_CHOICES = tuple(GRADES)


class AdjustmentSerializer(serializers.Serializer[Any]):
    """Be one request; grades and score are what the requester saw."""

    id = serializers.IntegerField()
    version = serializers.IntegerField()
    group_code = serializers.CharField()
    group_name = serializers.CharField()
    city_code = serializers.CharField()
    county_code = serializers.CharField()
    account_manager_code = serializers.CharField()
    requester = serializers.CharField()
    month = serializers.CharField()
    state = serializers.ChoiceField(STATES)
    score = serializers.FloatField(allow_null=True)
    suggested_grade = serializers.CharField()
    effective_grade = serializers.CharField()
    requested_grade = serializers.CharField()
    reason = serializers.CharField()
    validity_months = serializers.IntegerField()
    until_month = serializers.CharField()
    submitted_at = serializers.DateTimeField(allow_null=True)
    waiting_working_days = serializers.IntegerField(allow_null=True)
    decided_by = serializers.CharField(allow_blank=True)
    decided_at = serializers.DateTimeField(allow_null=True)
    comment = serializers.CharField(allow_blank=True)
    via_delegation = serializers.BooleanField()


class AdjustmentPageSerializer(serializers.Serializer[Any]):
    """Be a page of requests."""

    results = AdjustmentSerializer(many=True)
    next = serializers.IntegerField(allow_null=True)
    n_rows = serializers.IntegerField()


class AdjustmentEvidenceSerializer(serializers.Serializer[Any]):
    """Be one file of a request 佐证材料."""

    id = serializers.IntegerField()
    label = serializers.CharField()  # type: ignore[assignment]  # Field has one too
    kind = serializers.CharField()
    size_bytes = serializers.IntegerField()
    uploaded_at = serializers.DateTimeField()


class AdjustmentStepSerializer(serializers.Serializer[Any]):
    """Be one step; without a person it was the system."""

    at = serializers.DateTimeField()
    by = serializers.CharField(allow_blank=True)
    action = serializers.CharField()
    from_state = serializers.CharField(allow_blank=True)
    to_state = serializers.CharField()
    comment = serializers.CharField(allow_blank=True)
    via_delegation = serializers.BooleanField()


class GradeCountsSerializer(serializers.Serializer[Any]):
    """Be the groups by grade of one unit before and after an approval."""

    level = serializers.CharField()
    code = serializers.CharField()
    before = serializers.DictField(child=serializers.IntegerField())
    after = serializers.DictField(child=serializers.IntegerField())


class PeerQuartilesSerializer(serializers.Serializer[Any]):
    """Be one measure between the quartiles of similar groups."""

    code = serializers.CharField()
    own = serializers.FloatField(allow_null=True)
    quartiles = serializers.ListField(child=serializers.FloatField(), allow_null=True)


class ImpactSerializer(serializers.Serializer[Any]):
    """Be what an approval would change 影响; only for who decides."""

    month = serializers.CharField()
    score = serializers.FloatField(allow_null=True)
    suggested_grade = serializers.CharField()
    effective_grade = serializers.CharField()
    n_peers = serializers.IntegerField()
    peers = PeerQuartilesSerializer(many=True)
    counts = GradeCountsSerializer(many=True)
    bars = serializers.DictField(child=serializers.FloatField())


class AdjustmentDetailSerializer(AdjustmentSerializer):
    """Be one request with its steps, its files and, for who decides, its impact."""

    steps = AdjustmentStepSerializer(many=True)
    evidence = AdjustmentEvidenceSerializer(many=True)
    impact = ImpactSerializer(allow_null=True)


class NewAdjustmentSerializer(serializers.Serializer[Any]):
    """Take a request in; ``draft`` keeps it, the same ``token`` is the same request."""

    group_code = serializers.CharField(max_length=40)
    requested_grade = serializers.ChoiceField(GRADE_CHOICES)
    reason = serializers.CharField(max_length=MAX_TEXT)
    validity_months = serializers.IntegerField(min_value=1, max_value=12)
    draft = serializers.BooleanField(default=False)
    token = serializers.CharField(max_length=64, default="", allow_blank=True)


class AdjustmentVersionSerializer(serializers.Serializer[Any]):
    """Say which version was read."""

    version = serializers.IntegerField(min_value=0, max_value=2**31 - 1)
    comment = serializers.CharField(max_length=MAX_TEXT, default="", allow_blank=True)


class AdjustmentItemSerializer(serializers.Serializer[Any]):
    """Name one request with the version that was read."""

    id = serializers.IntegerField(min_value=1, max_value=2**62)
    version = serializers.IntegerField(min_value=0, max_value=2**31 - 1)


class DecideManySerializer(serializers.Serializer[Any]):
    """Decide several at once 批量审批; a foreign one refuses all."""

    decision = serializers.ChoiceField(("approve", "reject"))
    comment = serializers.CharField(max_length=MAX_TEXT, default="", allow_blank=True)
    items = AdjustmentItemSerializer(many=True)


class AdjustmentResultSerializer(serializers.Serializer[Any]):
    """Be what became of one; an empty ``code`` means done."""

    id = serializers.IntegerField(source="adjustment_id")
    group_code = serializers.CharField()
    state = serializers.CharField()
    code = serializers.CharField(allow_blank=True)
    message = serializers.CharField(allow_blank=True)


class UploadSerializer(serializers.Serializer[Any]):
    """Take one file in."""

    file = serializers.FileField()


class DelegationSerializer(serializers.Serializer[Any]):
    """Be one delegation 代理审批."""

    id = serializers.IntegerField()
    city_code = serializers.CharField()
    city = serializers.CharField()
    from_name = serializers.CharField()
    to_name = serializers.CharField()
    from_date = serializers.DateField()
    to_date = serializers.DateField()
    reason = serializers.CharField(allow_blank=True)
    is_in_force = serializers.BooleanField()
    is_revocable = serializers.BooleanField()


class NewDelegationSerializer(serializers.Serializer[Any]):
    """Hand a city's decisions to another administrator."""

    city_code = serializers.CharField(max_length=40)
    to_username = serializers.CharField(max_length=150)
    from_date = serializers.DateField()
    to_date = serializers.DateField()
    reason = serializers.CharField(max_length=200, default="", allow_blank=True)


_PLAIN = (
    "id", "version", "group_code", "group_name", "city_code", "county_code",
    "account_manager_code", "state", "score", "suggested_grade", "effective_grade",
    "requested_grade", "reason", "validity_months", "submitted_at", "decided_at", "comment",
    "via_delegation",
)  # fmt: skip


DELEGATION_FIELDS = (
    "id", "city_code", "city", "from_name", "to_name", "from_date", "to_date", "reason",
    "is_in_force", "is_revocable",
)  # fmt: skip


def adjustment_json(row: GradeAdjustment) -> dict[str, Any]:
    """Return one request as JSON."""
    return {
        **{name: getattr(row, name) for name in _PLAIN},
        "requester": row.requester.get_username(),
        "month": str(row.month),
        "until_month": str(last_month_of(row)),
        "waiting_working_days": waiting_days(row) if row.state == State.SUBMITTED else None,
        "decided_by": row.decided_by.get_username() if row.decided_by else "",
    }


def step_json(step: AdjustmentStep) -> dict[str, Any]:
    """Return one step as JSON."""
    plain = ("at", "action", "from_state", "to_state", "comment", "via_delegation")
    said = {name: getattr(step, name) for name in plain}
    return {**said, "by": step.by.get_username() if step.by else ""}


def evidence_json(row: Evidence) -> dict[str, Any]:
    """Return one file as JSON."""
    plain = ("id", "label", "kind", "size_bytes", "uploaded_at")
    return {name: getattr(row, name) for name in plain}


def impact_json(impact: Impact | None) -> dict[str, Any] | None:
    """Return the impact as JSON; null where the group is gone."""
    if impact is None:
        return None
    bars = impact.explanation.bars if impact.explanation else ()
    return {
        "month": str(impact.month),
        "score": impact.score,
        "suggested_grade": impact.suggested_grade,
        "effective_grade": impact.effective_grade,
        "n_peers": impact.n_peers,
        "peers": [
            {"code": each.code, "own": each.own, "quartiles": each.quartiles}
            for each in impact.peers
        ],
        "counts": [
            {"level": each.level, "code": each.code, "before": each.before, "after": each.after}
            for each in impact.counts
        ],
        "bars": {bar.indicator.code: bar.bar for bar in bars},
    }


def delegation_json(row: DelegationRow) -> dict[str, Any]:
    """Return one delegation as JSON."""
    return {name: getattr(row, name) for name in DELEGATION_FIELDS}


def taken(shape: Any, request: Request) -> dict[str, Any]:
    """Return what a request brings, checked by its shape."""
    given = shape(data=request.data)
    given.is_valid(raise_exception=True)
    found: dict[str, Any] = given.validated_data
    return found
