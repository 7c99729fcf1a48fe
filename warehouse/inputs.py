"""Choose what a run reads 输入固定: this month's extracts and the published runs before it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings

from core.month import Month
from warehouse.contract_kinds import KINDS
from warehouse.models import Extract, ImportBatch, MonthRun
from warehouse.pinned import extract_ids, settings_now
from warehouse.queries import PublishedRun, published_runs

#: A year back for 同比 and one month more for its own month before.
MONTHS_PINNED = 13
REFERENCE_KINDS = tuple(kind for kind, contract in KINDS.items() if contract.reference)


@dataclass(frozen=True, slots=True)
class Inputs:
    """Be the pinned inputs of a run, as it stores them."""

    inputs: dict[str, Any]
    earlier_runs: dict[str, int]


def extracts_of(month: Month) -> dict[str, Extract]:
    """Return the extracts in force of a month by kind; reference kinds carry over.

    A later batch replaces the kinds it brings. Withdrawn and refused batches do not count.
    """
    found: dict[str, Extract] = {}
    accepted = Extract.objects.filter(batch__state=ImportBatch.State.ACCEPTED)
    for extract in accepted.filter(month_index=month.index).order_by("batch_id"):
        found[extract.kind] = extract
    carried = accepted.filter(kind__in=REFERENCE_KINDS, month_index__lt=month.index)
    for extract in carried.order_by("month_index", "batch_id"):
        newest = found.get(extract.kind)
        if newest is None or newest.month_index < month.index:
            found[extract.kind] = extract
    return found


def missing_kinds(extracts: dict[str, Extract]) -> list[str]:
    """Return the monthly kinds that are missing."""
    return [kind for kind, c in KINDS.items() if c.monthly and kind not in extracts]


def pin_inputs(month: Month) -> Inputs:
    """Pin the extracts of the month and the published runs of the months before, with theirs."""
    earlier = runs_before(month, published_runs())
    runs = MonthRun.objects.in_bulk(earlier.values())
    own = {kind: extract.pk for kind, extract in sorted(extracts_of(month).items())}
    before = {str(index): extract_ids(runs[run].inputs) for index, run in sorted(earlier.items())}
    return Inputs(
        inputs={**own, "earlier": before, "settings": settings_now()},
        earlier_runs={str(index): run for index, run in sorted(earlier.items())},
    )


def runs_before(month: Month, published: Iterable[PublishedRun]) -> dict[int, int]:
    """Return the published runs that a run of the month reads: month index → run."""
    return {
        each.month.index: each.run
        for each in published
        if month.index - MONTHS_PINNED <= each.month.index < month.index
    }


def files_of(extract_ids: dict[str, int]) -> dict[str, tuple[Path, ...]]:
    """Return kind → files of pinned extracts."""
    rows = Extract.objects.in_bulk(extract_ids.values())
    return {kind: extract_files(rows[pk]) for kind, pk in sorted(extract_ids.items()) if pk in rows}


def extract_files(extract: Extract) -> tuple[Path, ...]:
    """Return the Parquet files of one extract."""
    path = Path(settings.GCVA_VAR) / extract.path
    return (path,) if path.is_file() else tuple(sorted(path.glob("*.parquet")))


def runs_using(batch: ImportBatch) -> list[MonthRun]:
    """Return the runs that pinned any of a batch's extracts, for the month or a month before."""
    own = set(batch.extracts.values_list("pk", flat=True))
    return [run for run in MonthRun.objects.all() if own & _extract_ids(run)]


def _extract_ids(run: MonthRun) -> set[int]:
    ids = set(extract_ids(run.inputs).values())
    for before in run.inputs.get("earlier", {}).values():
        ids |= set(before.values())
    return ids
