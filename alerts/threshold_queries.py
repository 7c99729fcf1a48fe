"""Read thresholds 阈值: what a month run pins, what is in force for whom, the log."""

from __future__ import annotations

from django.db.models import Max

from alerts.threshold_models import ThresholdChange
from alerts.thresholds import Book, Change
from core.month import Month


def newest_version() -> int:
    """Return the newest version of the thresholds; 0 while only the constants are in force."""
    return int(ThresholdChange.objects.aggregate(newest=Max("version"))["newest"] or 0)


def pin_thresholds(month: Month) -> int:
    """Return the version a run of a month pins: the last change that starts by then, or 0."""
    started = ThresholdChange.objects.filter(from_month_index__lte=month.index)
    return int(started.aggregate(newest=Max("version"))["newest"] or 0)


def book_for(month: Month, version: int | None = None) -> Book:
    """Return the thresholds in force in a month, as known at a version; None: everything known."""
    if version == 0:  # the constants alone; nothing to ask for
        return Book((), month.index)
    return Book(_changes(), month.index, version)


def _changes() -> list[Change]:
    return [row.as_change() for row in ThresholdChange.objects.order_by("version")]
