"""Shape alerts 告警 for the API: what goes out, and what a step asks for."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from alerts.alert_actions import MOST_AT_ONCE
from alerts.levels import LEVEL_CODES
from alerts.rules import RULE_CODES
from alerts.triage import Reason, State, Step
from analytics.api import PlaceSerializer

STATES = tuple(str(state) for state in State)
REASONS = tuple(str(reason) for reason in Reason)
STEPS = tuple(str(step) for step in Step)


class EvidenceSerializer(serializers.Serializer[Any]):
    """Be the evidence of one firing; shares 0–1, money in 厘."""

    value = serializers.FloatField(allow_null=True)
    reference = serializers.FloatField(allow_null=True)
    threshold = serializers.FloatField(allow_null=True)
    threshold_source = serializers.CharField(allow_blank=True)
    sentence = serializers.CharField()
    series = serializers.ListField(child=serializers.FloatField(allow_null=True))


class AlertSerializer(serializers.Serializer[Any]):
    """Be one alert; ``version`` goes back with the next step."""

    id = serializers.IntegerField()
    version = serializers.IntegerField()
    group_code = serializers.CharField()
    name = serializers.CharField()
    account_manager_code = serializers.CharField()
    rule = serializers.ChoiceField(RULE_CODES)
    weight = serializers.IntegerField()
    level = serializers.ChoiceField(LEVEL_CODES, allow_null=True)
    state = serializers.ChoiceField(STATES)
    reason = serializers.ChoiceField(REASONS, allow_null=True)
    opened_month = serializers.CharField()
    last_fired_month = serializers.CharField()
    n_firings = serializers.IntegerField()
    clean_months = serializers.IntegerField()
    suppressed_until = serializers.DateField(allow_null=True)
    suppressed_on_change = serializers.BooleanField()
    escalated_at = serializers.DateTimeField(allow_null=True)
    evidence = EvidenceSerializer()


class StepLogSerializer(serializers.Serializer[Any]):
    """Be one step a person took."""

    version = serializers.IntegerField()
    step = serializers.ChoiceField(STEPS)
    from_state = serializers.ChoiceField(STATES)
    to_state = serializers.ChoiceField(STATES)
    reason = serializers.ChoiceField(REASONS, allow_null=True)
    note = serializers.CharField(allow_blank=True)
    until = serializers.DateField(allow_null=True)
    who = serializers.CharField()
    at = serializers.DateTimeField()


class FiringSerializer(serializers.Serializer[Any]):
    """Be one month that fired."""

    month = serializers.CharField()
    evidence = EvidenceSerializer()


class AlertDetailSerializer(AlertSerializer):
    """Be one alert with all that happened."""

    firings = FiringSerializer(many=True)
    steps = StepLogSerializer(many=True)


class AlertListSerializer(serializers.Serializer[Any]):
    """Be one page of alerts, worst group first."""

    place = PlaceSerializer()
    results = AlertSerializer(many=True)
    next = serializers.CharField(allow_blank=True)
    n_rows = serializers.IntegerField()


class WorkCountsSerializer(serializers.Serializer[Any]):
    """Count one unit's alerts by state, and its groups by level."""

    code = serializers.CharField(allow_blank=True)
    name = serializers.CharField(allow_blank=True)
    n_open = serializers.IntegerField()
    n_escalated = serializers.IntegerField()
    by_state = serializers.DictField(child=serializers.IntegerField())
    groups_by_level = serializers.DictField(child=serializers.IntegerField())


class PrecisionSerializer(serializers.Serializer[Any]):
    """Say how often a rule was right, with the Wilson 95 % interval."""

    rule = serializers.ChoiceField(RULE_CODES)
    n_alerts = serializers.IntegerField()
    n_judged = serializers.IntegerField()
    n_right = serializers.IntegerField()
    precision = serializers.FloatField(allow_null=True)
    interval = serializers.ListField(child=serializers.FloatField())


class WorkTotalsSerializer(serializers.Serializer[Any]):
    """Be the work on alerts of one place."""

    place = PlaceSerializer()
    total = WorkCountsSerializer()
    by = serializers.CharField(allow_blank=True)
    units = WorkCountsSerializer(many=True)
    precision = PrecisionSerializer(many=True)


class AskSerializer(serializers.Serializer[Any]):
    """Ask for a step; what it needs depends on the step."""

    step = serializers.ChoiceField(STEPS)
    note = serializers.CharField(required=False, allow_blank=True, default="", max_length=1000)
    reason = serializers.ChoiceField(REASONS, required=False, allow_blank=True, default="")
    until = serializers.DateField(required=False, allow_null=True, default=None)
    on_change = serializers.BooleanField(required=False, default=False)


class OneStepSerializer(AskSerializer):
    """Ask for a step with one alert, as it was seen."""

    version = serializers.IntegerField(min_value=0)


class ItemSerializer(serializers.Serializer[Any]):
    """Name one alert and the version that was seen."""

    id = serializers.IntegerField(min_value=1)
    version = serializers.IntegerField(min_value=0)


class ManyStepsSerializer(AskSerializer):
    """Ask for the same step with several alerts."""

    items = serializers.ListField(child=ItemSerializer(), min_length=1, max_length=MOST_AT_ONCE)


class OutcomeSerializer(serializers.Serializer[Any]):
    """Say what became of one alert."""

    id = serializers.IntegerField()
    result = serializers.ChoiceField(["done", "already", "conflict", "refused"])
    state = serializers.ChoiceField(STATES)
    version = serializers.IntegerField()
    code = serializers.CharField(allow_blank=True)
    message = serializers.CharField(allow_blank=True)


class OutcomesSerializer(serializers.Serializer[Any]):
    """Be one result an alert, in the order asked."""

    results = OutcomeSerializer(many=True)
