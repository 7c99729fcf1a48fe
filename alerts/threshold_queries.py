"""Read thresholds 阈值: what a month run pins, what is in force for whom, the log."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Max

from alerts.threshold_models import ThresholdChange
from alerts.thresholds import Book, Change
from core.month import Month
from warehouse.models import MonthRun
from warehouse.queries import PublishedRun, published_runs


def newest_version() -> int:
    """Return the newest version of the thresholds; 0 while only the constants are in force."""
    return int(ThresholdChange.objects.aggregate(newest=Max("version"))["newest"] or 0)


def pin_thresholds(month: Month) -> int:
    """Return the version a run of a month pins: the last change that starts by then, or 0."""
    started = ThresholdChange.objects.filter(from_month_index__lte=month.index)
    return int(started.aggregate(newest=Max("version"))["newest"] or 0)


def newest_published() -> PublishedRun | None:
    """Return the newest published month."""
    return next(iter(published_runs()), None)


def book_for(month: Month, version: int | None = None) -> Book:
    """Return the thresholds in force in a month, as known at a version; None: everything known."""
    if version == 0:  # the constants alone; nothing to ask for
        return Book((), month.index)
    return Book(log_of(month), month.index, version)


def log_of(month: Month) -> list[Change]:
    """Return every change that starts by a month, oldest first."""
    rows = ThresholdChange.objects.filter(from_month_index__lte=month.index).order_by("version")
    return [row.as_change() for row in rows]


def version_of(run: int) -> int:
    """Return the version of the thresholds a run pinned."""
    return int(MonthRun.objects.values_list("thresholds_version", flat=True).get(pk=run))


def versions_of(runs: Iterable[int]) -> dict[int, int]:
    """Return the versions some runs pinned: run → version."""
    found = MonthRun.objects.filter(pk__in=list(runs))
    return dict(found.values_list("pk", "thresholds_version"))
