"""Decide which marts a run shares 共用 with an earlier one, and what lenders must keep for it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from core.month import Month
from warehouse import ddl
from warehouse.mart_models import MODELS
from warehouse.marts import POSTGRES_MARTS, Mart
from warehouse.models import MonthRun
from warehouse.queries import run_folder

RUNS_KEPT = 2


def newest_finished(month: Month) -> list[MonthRun]:
    """Return the runs of a month that are never retired while another one is under way."""
    finished = MonthRun.objects.filter(month_index=month.index, state=MonthRun.State.READY)
    return list(finished.order_by("-pk")[:RUNS_KEPT])


def lenders(run_id: int, marts: Iterable[Mart] = POSTGRES_MARTS) -> dict[str, int]:
    """Return, for each mart whose file a run took over, the run that loaded it.

    A file taken over is the very same file (a link); a lender is one of those retiring spares, so
    that its partition stays until this run is ready and says itself that it needs it.
    """
    shareable = [mart for mart in marts if mart.shareable]
    if not shareable:
        return {}
    month = MonthRun.objects.only("month_index").get(pk=run_id).month
    others = [run for run in newest_finished(month) if run.pk != run_id]
    found: dict[str, int] = {}
    for mart in shareable:
        own = run_folder(run_id) / f"{mart.name}.parquet"
        for lender in others:
            loaded = lender.shared_marts.get(mart.name, lender.pk)
            theirs = run_folder(lender.pk) / own.name
            if _same(own, theirs) and ddl.is_attached(MODELS[mart.name]._meta.db_table, loaded):
                found[mart.name] = loaded
                break
    return found


def _same(own: Path, theirs: Path) -> bool:
    try:
        return own.samefile(theirs)
    except FileNotFoundError:
        return False


def lent(runs: Iterable[Mapping[str, int]]) -> dict[int, set[str]]:
    """Return, for each run that lends, the marts that the given runs' ``shared_marts`` read."""
    found: dict[int, set[str]] = {}
    for shared in runs:
        for mart, lender in shared.items():
            found.setdefault(lender, set()).add(mart)
    return found
