"""Run a month 月度运行: claim it, do the steps that are not done yet, finish once.

The message that starts this may be lost, doubled or late: the row decides (``lease.py``). Each step
leaves its output whole or not at all, so a run that died goes on at its first unfinished step.
"""

from __future__ import annotations

import logging
import os
import shutil
import signal
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from django.conf import settings
from django.db import InterfaceError, OperationalError, transaction
from django.db.models.functions import Now
from django.utils.module_loading import import_string

from core.errors import DomainError
from warehouse import disk, publish, reuse
from warehouse.context import Pipeline, RunContext, Step
from warehouse.engine import DUCKDB, Engine
from warehouse.inputs import files_of
from warehouse.lease import Claim, FenceLost, Heartbeat, claim
from warehouse.load import TablesAhead
from warehouse.models import MonthRun
from warehouse.pinned import extract_ids, settings_of
from warehouse.queries import run_folder

__all__ = ["RunContext", "Step", "pipeline", "work_on"]

log = logging.getLogger(__name__)
PROGRESS_SECONDS = 0.5
State = MonthRun.State
Watcher = Callable[[str, int, int], None]


def pipeline() -> Pipeline:
    """Return the steps the site was set up with (``GCVA_PIPELINE``)."""
    found: Pipeline = import_string(settings.GCVA_PIPELINE)
    return found


def work_on(run_id: int, watch: Watcher | None = None) -> bool:
    """Claim a run and work until it is ready, failed or taken away; return whether it was claimed.

    A database that goes away leaves the run as it is: the lease runs out and somebody resumes it.
    """
    held = claim(run_id)
    if held is None:
        return False
    try:
        with Heartbeat(held):
            _work(held, watch)
    except FenceLost:
        log.warning("run %s was taken over or cancelled", run_id)
    except (OperationalError, InterfaceError):
        log.exception("run %s lost the database; it goes on when its lease is over", run_id)
        raise
    except DomainError as problem:
        _fail(held, str(problem))
    except Exception as problem:
        log.exception("run %s failed", run_id)
        full = disk.filled(problem, "运行")
        internal = "运行中出现内部错误，详情见服务日志。修复后可重新运行该账期。"
        _fail(held, f"{full.message}{full.hint}" if full else internal)
    return True


def _work(held: Claim, watch: Watcher | None) -> None:
    run = MonthRun.objects.get(pk=held.run_id)
    done = {step["name"] for step in run.steps_done}
    steps = pipeline().steps
    _sweep(run_folder(run.pk))
    spill = settings.GCVA_VAR / "spill" / f"run={run.pk}-{held.fence}"
    engine = _engine(run, spill)
    try:
        with TablesAhead(run.pk, run_folder(run.pk), held.check) as ahead:
            for place, step in enumerate(steps):
                if step.name not in done:
                    ctx = context_of(run, held, engine, _reporter(held, place, watch))
                    _do(held, step, replace(ctx, ahead=ahead))
                ahead.begin()
    finally:
        engine.close()
        shutil.rmtree(spill, ignore_errors=True)
    _finish(held)


def _engine(run: MonthRun, spill: Path) -> Engine:
    """Open the engine the run was made for: DuckDB here, or Spark at an address."""
    if run.engine == DUCKDB:
        memory = settings.GCVA_ENGINE_MEMORY
        return Engine(threads=settings.GCVA_ENGINE_THREADS, memory=memory, spill=spill)
    from warehouse.spark_engine import SparkEngine  # noqa: PLC0415 - heavy, and an extra

    return SparkEngine(run.engine, spill=spill)


def _sweep(folder: Path) -> None:
    """Remove what a killed worker left half written."""
    for unfinished in folder.glob(".*"):
        unfinished.unlink(missing_ok=True)


def _do(held: Claim, step: Step, ctx: RunContext) -> None:
    """Do one step and record it; a step that died in between is simply done again."""
    _die_here(step.name, "before")
    held.update(step=step.name, progress={})
    began = time.monotonic()
    n_rows = reuse.take_over(step, ctx)
    if n_rows is None:
        n_rows = step.call(reuse.narrowed(step, ctx))
    reuse.remember(step, ctx, n_rows)
    _die_here(step.name, "after")
    record = {
        "name": step.name,
        "rows": n_rows,
        "seconds": round(time.monotonic() - began, 3),
    }
    with transaction.atomic():
        held.check()
        run = MonthRun.objects.get(pk=held.run_id)
        held.update(steps_done=[*run.steps_done, record], attempt=0)


def _finish(held: Claim) -> None:
    """Make the run ready and, if asked, publish it, in one transaction."""
    _die_here("ready", "before")
    with transaction.atomic():
        held.check()
        run = MonthRun.objects.get(pk=held.run_id)
        held.update(
            state=State.READY, step="", progress={}, lease_until=None, finished_at=Now(), attempt=0
        )
        if run.publish_when_ready:
            publish.point_at(run, user_id=run.created_by_id)
    _die_here("ready", "after")
    publish.retire_old_runs(run.month)


def _fail(held: Claim, message: str) -> None:
    held.rows().update(state=State.FAILED, message=message, lease_until=None, finished_at=Now())


def context_of(
    run: MonthRun, held: Claim, engine: Engine, report: Callable[[int, int, str], None]
) -> RunContext:
    """Build what the steps are given out of what the run pinned."""
    earlier: dict[str, dict[str, int]] = run.inputs.get("earlier", {})
    return RunContext(
        run_id=run.pk,
        month=run.month,
        folder=run_folder(run.pk),
        extracts=files_of(extract_ids(run.inputs)),
        earlier_extracts={int(index): files_of(kinds) for index, kinds in earlier.items()},
        earlier_runs={int(index): run_folder(pk) for index, pk in run.earlier_runs.items()},
        model_version_id=run.model_version_id or 0,
        adjustments_upto=run.adjustments_upto,
        engine=engine,
        progress=report,
        check_fence=held.check,
        thresholds_version=run.thresholds_version,
        **settings_of(run.inputs),
    )


def _reporter(held: Claim, place: int, watch: Watcher | None) -> Callable[[int, int, str], None]:
    """Return what a step calls with its progress; written at most twice a second."""
    began = time.monotonic()
    last = 0.0

    def report(done: int, total: int, message: str) -> None:
        nonlocal last
        now = time.monotonic()
        if watch is not None:
            watch(message, done, total)
        if now - last < PROGRESS_SECONDS and done < total:
            return
        last = now
        rate = done / (now - began) if now > began else 0.0
        rest = (total - done) / rate if rate else None
        held.update(
            progress={
                "done": done,
                "total": total,
                "message": message,
                "rate": round(rate, 2),
                "rest_seconds": None if rest is None else round(rest, 1),
                "step_number": place + 1,
                "n_steps": len(pipeline().steps),
            }
        )

    return report


def _die_here(step: str, when: str) -> None:
    """Kill this process where a test says so (``GCVA_FAULT=scores`` or ``scores:after``)."""
    name, _, moment = settings.GCVA_FAULT.partition(":")
    if name == step and (moment or "before") == when:
        os.kill(os.getpid(), signal.SIGKILL)
