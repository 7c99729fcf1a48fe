"""Read what came in, what ran and what is published; the one place that knows what readers see."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Exists, OuterRef, Prefetch, QuerySet

from core.month import Month
from warehouse.models import Extract, ImportBatch, MonthRun, PublishedMonth
from warehouse.pinned import extract_ids, settings_of
from warehouse.shared_marts import learn


@dataclass(frozen=True, slots=True)
class PublishedRun:
    """Be the run that readers of a month see 已发布运行."""

    month: Month
    run: int
    published_at: dt.datetime | None
    model_version_id: int | None
    adjustments_upto: int
    pinned: Mapping[int, int] = field(default_factory=dict)  # earlier month index → run it read
    few_members: int = 4  # the most members of a few-member group 少人集团 in this run
    valid_months: int = 1  # months in which use makes a member valid 有效成员 in this run

    @property
    def folder(self) -> Path:
        """Return where its marts lie as Parquet."""
        return run_folder(self.run)


def run_folder(run_id: int) -> Path:
    """Return the folder of a run's Parquet marts."""
    return Path(settings.GCVA_VAR) / "marts" / f"run={run_id}"


def published_runs() -> tuple[PublishedRun, ...]:
    """Return the published months, newest first; a request asks once and keeps the answer."""
    pinned = ("model_version_id", "adjustments_upto", "earlier_runs", "shared_marts")
    columns = [f"run__{name}" for name in pinned]
    rows = PublishedMonth.objects.filter(run__isnull=False).order_by("-month_index")
    found = rows.values_list("run__month_index", "run_id", "published_at", "run__inputs", *columns)
    for _index, run, *_others, shared in found:
        learn(run, shared)
    return tuple(
        PublishedRun(
            month=Month.from_index(index),
            run=run,
            published_at=published_at,
            model_version_id=model,
            adjustments_upto=upto,
            pinned={int(month): earlier for month, earlier in pinned.items()},
            **settings_of(inputs),
        )
        for index, run, published_at, inputs, model, upto, pinned, _shared in found
    )


def published_run(month: Month) -> PublishedRun | None:
    """Return the published run of one month."""
    return next((each for each in published_runs() if each.month == month), None)


def superseded_months(published: tuple[PublishedRun, ...] | None = None) -> tuple[Month, ...]:
    """Return published months that read an earlier run which is no longer the published one."""
    runs = published_runs() if published is None else published
    now = {each.month.index: each.run for each in runs}
    return tuple(
        each.month
        for each in runs
        if any(now.get(index) != pinned for index, pinned in each.pinned.items())
    )


@dataclass(frozen=True, slots=True)
class MonthState:
    """Be one line of the operator's page: what a month has, newest batch and run first."""

    month: Month
    batches: tuple[ImportBatch, ...]
    runs: tuple[MonthRun, ...]
    published: PublishedRun | None
    is_superseded: bool

    @property
    def is_publishable(self) -> bool:
        """Tell whether a finished run is waiting that readers do not see yet."""
        newest = next((run for run in self.runs if run.state == MonthRun.State.READY), None)
        return newest is not None and (self.published is None or newest.pk > self.published.run)


def months_with_state() -> list[MonthState]:
    """Return every month that has an import or a run, newest first."""
    published = published_runs()
    by_month = {each.month.index: each for each in published}
    superseded = set(superseded_months(published))
    batches: dict[int, list[ImportBatch]] = {}
    runs: dict[int, list[MonthRun]] = {}
    for batch in import_history():
        batches.setdefault(batch.month_index, []).append(batch)
    for run in run_history():
        runs.setdefault(run.month_index, []).append(run)
    return [
        MonthState(
            month=Month.from_index(index),
            batches=tuple(batches.get(index, ())),
            runs=tuple(runs.get(index, ())),
            published=by_month.get(index),
            is_superseded=Month.from_index(index) in superseded,
        )
        for index in sorted({*batches, *runs}, reverse=True)
    ]


def import_history() -> QuerySet[ImportBatch]:
    """Return all imports, newest first, with their kinds."""
    kinds = Prefetch("extracts", Extract.objects.order_by("kind"))
    return ImportBatch.objects.select_related("created_by").prefetch_related(kinds)


def newest_run_of(batch: ImportBatch) -> tuple[MonthRun | None, bool]:
    """Return the newest finished run that read extracts of a batch, and if it is published."""
    own = {extract.pk for extract in batch.extracts.all()}
    shown = Exists(PublishedMonth.objects.filter(run=OuterRef("pk")))
    runs = MonthRun.objects.filter(month_index=batch.month_index, state=MonthRun.State.READY)
    for run in runs.annotate(is_shown=shown).order_by("-pk"):
        if own & set(extract_ids(run.inputs).values()):
            return run, bool(getattr(run, "is_shown"))  # noqa: B009 - annotated
    return None, False


def run_history(month: Month | None = None) -> QuerySet[MonthRun]:
    """Return all runs, newest first."""
    runs = MonthRun.objects.select_related("created_by")
    return runs if month is None else runs.filter(month_index=month.index)


@dataclass(frozen=True, slots=True)
class RunProgress:
    """Be what a page shows of a run that is under way."""

    run: int
    month: Month
    state: str
    step: str
    steps_done: tuple[Mapping[str, Any], ...]
    progress: Mapping[str, Any]
    message: str


def progress_of(run_id: int) -> RunProgress:
    """Return how far a run is."""
    run = MonthRun.objects.get(pk=run_id)
    return RunProgress(
        run.pk,
        run.month,
        run.state,
        run.step,
        tuple(run.steps_done),
        run.progress,
        run.message,
    )
