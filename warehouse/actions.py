"""Write to the warehouse: import, run, publish, withdraw. Policy first, then one effect."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F
from django.db.models.functions import Now

from accounts.policies import require_action
from accounts.scope import Scope
from core.errors import Conflict, DomainError
from core.month import Month
from warehouse import disk, importing, publish
from warehouse.contract_kinds import KINDS
from warehouse.gate import Progress
from warehouse.inputs import extracts_of, missing_kinds, pin_inputs, runs_using
from warehouse.models import ImportBatch, MonthRun, PublishedMonth
from warehouse.run import pipeline
from warehouse.signals import import_requested, run_queued

RUN_LOCKS = 4_712
State = MonthRun.State


def request_import(
    *, actor: Scope, path: Path, month: Month, mapping_path: Path | None = None
) -> ImportBatch:
    """Ask for an import in the background; the batch says how it went."""
    batch = _new_batch(actor, path, month, mapping_path)
    transaction.on_commit(lambda: import_requested.send(ImportBatch, batch_id=batch.pk))
    return batch


def import_extracts(
    *,
    actor: Scope,
    path: Path,
    month: Month,
    mapping_path: Path | None = None,
    progress: Progress | None = None,
) -> ImportBatch:
    """Import a folder or file now; the same bytes return the batch that already holds them.

    The batch returned is accepted or refused; ``already_imported`` tells that nothing was done.
    """
    batch = _new_batch(actor, path, month, mapping_path)
    return importing.check_batch(batch, progress)


def _new_batch(actor: Scope, path: Path, month: Month, mapping_path: Path | None) -> ImportBatch:
    require_action(actor, "import_extracts")
    for each in (path, mapping_path):
        if each is not None and not each.exists():
            raise DomainError("no_such_file", f"找不到“{each}”。", "请检查路径后重试。", "path")
    return ImportBatch.objects.create(
        month_index=month.index,
        source=str(path.resolve()),
        mapping_name=str(mapping_path.resolve()) if mapping_path else "",
        created_by_id=actor.user_id,
    )


def check_requested_batch(batch_id: int) -> ImportBatch | None:
    """Do an import somebody asked for; None when it is gone or done (a doubled message)."""
    waiting = ImportBatch.objects.filter(pk=batch_id, state=ImportBatch.State.CHECKING).first()
    return importing.check_batch(waiting) if waiting else None


def withdraw_batch(*, actor: Scope, batch_id: int) -> ImportBatch:
    """Withdraw an import as a whole 整批撤销; runs of it that nobody reads are cancelled.

    Raises:
        Conflict: if a published run uses it, or it was never accepted.
    """
    require_action(actor, "withdraw_batch")
    with transaction.atomic():
        batch = ImportBatch.objects.select_for_update().filter(pk=batch_id).first()
        if batch is None or batch.state != ImportBatch.State.ACCEPTED:
            raise Conflict("not_accepted", f"批次 {batch_id} 不是已接收状态，无法撤销。", "")
        using = runs_using(batch)
        published = PublishedMonth.objects.filter(run__in=using).values_list("month_index")
        months = sorted(str(Month.from_index(index)) for (index,) in published)
        if months:
            raise Conflict(
                "batch_in_use",
                f"批次 {batch_id} 正被已发布的账期 {'、'.join(months)} 使用，不能撤销。",
                f"请先取消发布：withdraw_month {months[-1]}。",
            )
        for run in using:
            _cancel(run)
        batch.state = ImportBatch.State.WITHDRAWN
        batch.save(update_fields=["state"])
    return batch


def create_run(
    *, actor: Scope, month: Month, publish_when_ready: bool = False, engine: str = ""
) -> MonthRun:
    """Queue a run of a month with its inputs pinned; an unfinished one over the same goes on.

    ``engine`` is ``duckdb`` or the address of a Spark master; empty: the site's own.

    Raises:
        DomainError: if a monthly kind was not imported.
    """
    require_action(actor, "run_month")
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [RUN_LOCKS, month.index])
        missing = missing_kinds(extracts_of(month))
        if missing:
            names = "、".join(KINDS[kind].label for kind in missing)
            raise DomainError(
                "inputs_missing",
                f"账期 {month} 缺少必需的清单：{names}。",
                f"请先导入：import_extracts 目录 --month {month}。",
            )
        pinned = pin_inputs(month)
        disk.require_room(disk.require_extracts(month, pinned.inputs), "运行")
        values = {
            "inputs": pinned.inputs,
            "earlier_runs": pinned.earlier_runs,
            "model_version_id": pipeline().pin_model(month),
            "thresholds_version": pipeline().pin_thresholds(month),
        }
        for run in MonthRun.objects.under_way().filter(month_index=month.index):
            if all(getattr(run, name) == value for name, value in values.items()):
                _ask_to_publish(run, publish_when_ready)
                return run
            _cancel(run)
        return MonthRun.objects.create(
            month_index=month.index,
            publish_when_ready=publish_when_ready,
            created_by_id=actor.user_id,
            engine=engine or settings.GCVA_ENGINE,
            adjustments_upto=pipeline().pin_adjustments(),
            **values,
        )


def _ask_to_publish(run: MonthRun, publish_when_ready: bool) -> None:
    if publish_when_ready and not run.publish_when_ready:
        MonthRun.objects.filter(pk=run.pk).update(publish_when_ready=True)


def queue_run(*, actor: Scope, month: Month, publish_when_ready: bool = False) -> MonthRun:
    """Queue a run of a month and send for a worker."""
    run = create_run(actor=actor, month=month, publish_when_ready=publish_when_ready)
    transaction.on_commit(lambda: run_queued.send(MonthRun, run_id=run.pk))
    return run


def cancel_run(*, actor: Scope, run_id: int) -> MonthRun:
    """Cancel a run that waits or works; its worker stops at the next write.

    Raises:
        Conflict: if the run is already over.
    """
    require_action(actor, "cancel_run")
    with transaction.atomic():
        run = MonthRun.objects.select_for_update().filter(pk=run_id).first()
        if run is None or run.state not in (State.QUEUED, State.RUNNING):
            raise Conflict("run_is_over", f"运行 {run_id} 已经结束，无法取消。", "")
        _cancel(run)
    run.refresh_from_db()
    return run


def _cancel(run: MonthRun) -> None:
    """Raise the fence with the state, so that whoever works on the run loses it."""
    MonthRun.objects.filter(pk=run.pk).update(
        state=State.CANCELLED, fence=F("fence") + 1, lease_until=None, finished_at=Now()
    )


def publish_month(*, actor: Scope, month: Month) -> MonthRun:
    """Publish the newest finished run of a month 发布; older runs are retired."""
    require_action(actor, "publish_month")
    run = publish.publish_newest(month, user_id=actor.user_id)
    if not connection.in_atomic_block:
        publish.retire_old_runs(month)
    return run


def withdraw_month(*, actor: Scope, month: Month) -> MonthRun | None:
    """Point a month back at its previous run 取消发布; None when there is none."""
    require_action(actor, "withdraw_month")
    return publish.withdraw(month, user_id=actor.user_id)
