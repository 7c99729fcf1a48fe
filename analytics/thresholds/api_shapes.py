"""Shape what the API says of thresholds, their log, previews and backtests."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from alerts.rules import LIMITS, RULES
from alerts.thresholds import GRADE_CLASSES, LEVELS

CODES = list(LIMITS)


class ValueSerializer(serializers.Serializer[Any]):
    """Be the threshold in force for one class; shares are 0–1."""

    grade_class = serializers.ChoiceField([*GRADE_CLASSES])
    value = serializers.FloatField()
    level = serializers.ChoiceField(LEVELS)
    source = serializers.CharField()  # type: ignore[assignment]  # Field has one too
    from_month = serializers.CharField(allow_null=True)
    version = serializers.IntegerField(allow_null=True)
    clipped = serializers.BooleanField()


class ThresholdSerializer(serializers.Serializer[Any]):
    """Be one threshold."""

    code = serializers.ChoiceField(CODES)
    name = serializers.CharField()
    unit = serializers.CharField()
    rules = serializers.ListField(child=serializers.ChoiceField(list(RULES)))
    lowest = serializers.FloatField()
    highest = serializers.FloatField()
    values = serializers.ListField(child=ValueSerializer())


class ThresholdsSerializer(serializers.Serializer[Any]):
    """Be the thresholds in force at one place."""

    month = serializers.CharField()
    version = serializers.IntegerField()
    level = serializers.ChoiceField(LEVELS)
    name = serializers.CharField()
    may_set = serializers.BooleanField()
    results = ThresholdSerializer(many=True)


class SetSerializer(serializers.Serializer[Any]):
    """Ask for a change: ``value``, or null to inherit again, or a range (the operator)."""

    code = serializers.ChoiceField(CODES)
    grade_class = serializers.ChoiceField(["", *GRADE_CLASSES], default="", allow_blank=True)
    value = serializers.FloatField(allow_null=True, default=None)
    lowest = serializers.FloatField(allow_null=True, default=None)
    highest = serializers.FloatField(allow_null=True, default=None)
    from_month = serializers.RegexField(r"^\d{4}-\d{2}$")
    reason = serializers.CharField(max_length=200)
    seen = serializers.IntegerField(allow_null=True, default=None, min_value=0)


class ThresholdChangeSerializer(serializers.Serializer[Any]):
    """Be one change of the log."""

    version = serializers.IntegerField()
    code = serializers.ChoiceField(CODES)
    level = serializers.ChoiceField(LEVELS)
    city = serializers.CharField(allow_blank=True)
    account_manager = serializers.CharField(allow_blank=True)
    grade_class = serializers.CharField(allow_blank=True)
    value = serializers.FloatField(allow_null=True)
    lowest = serializers.FloatField(allow_null=True)
    highest = serializers.FloatField(allow_null=True)
    from_month = serializers.CharField()
    reason = serializers.CharField()
    restores = serializers.IntegerField(allow_null=True)
    created_by = serializers.CharField(allow_blank=True)
    created_at = serializers.DateTimeField()


class LogSerializer(serializers.Serializer[Any]):
    """Be the log, newest first."""

    results = ThresholdChangeSerializer(many=True)


class UndoSerializer(serializers.Serializer[Any]):
    """Ask to undo a change."""

    version = serializers.IntegerField(min_value=1)
    reason = serializers.CharField(max_length=200)


class TriedSerializer(serializers.Serializer[Any]):
    """Be what a value would have done in the newest published month."""

    month = serializers.CharField()
    n_groups = serializers.IntegerField()
    n_fired = serializers.IntegerField()
    n_before = serializers.IntegerField()
    n_new = serializers.IntegerField()
    n_gone = serializers.IntegerField()
    n_month_before = serializers.IntegerField(allow_null=True)


class BacktestTallySerializer(serializers.Serializer[Any]):
    """Be the counts of a replay; precision is of the mature months."""

    n_hits = serializers.IntegerField()
    n_repeats = serializers.IntegerField()
    n_new = serializers.IntegerField()
    n_mature = serializers.IntegerField()
    n_followed = serializers.IntegerField()
    precision = serializers.FloatField(allow_null=True)
    lead_months = serializers.FloatField(allow_null=True)


class BacktestRowSerializer(BacktestTallySerializer):
    """Be one row by account manager, rule or month."""

    code = serializers.CharField()
    name = serializers.CharField()
    n_over = serializers.IntegerField()
    most = serializers.IntegerField()
    is_mature = serializers.BooleanField()


class BacktestPointSerializer(serializers.Serializer[Any]):
    """Be one value of the sweep."""

    value = serializers.FloatField()
    n_new = serializers.IntegerField()
    within = serializers.FloatField(allow_null=True)
    precision = serializers.FloatField(allow_null=True)


class BacktestSerializer(serializers.Serializer[Any]):
    """Be a replay of twelve months."""

    months = serializers.ListField(child=serializers.CharField())
    by = serializers.ChoiceField(["account_manager", "rule", "month"])
    stored = BacktestTallySerializer()
    tried = BacktestTallySerializer(allow_null=True)
    base_rate = serializers.FloatField(allow_null=True)
    within = serializers.FloatField(allow_null=True)
    budget = serializers.IntegerField()
    rows = serializers.ListField(child=BacktestRowSerializer())
    next = serializers.CharField()
    n_rows = serializers.IntegerField()
    points = serializers.ListField(child=BacktestPointSerializer())
    suggestion = serializers.FloatField(allow_null=True)
