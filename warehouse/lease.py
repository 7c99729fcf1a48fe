"""Hold a run by a lease 租约 and a fence: one row, by the database's clock, says who may write."""

from __future__ import annotations

import datetime as dt
import logging
import threading
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Now

from warehouse.models import MonthRun

log = logging.getLogger(__name__)
#: Claims without a finished step in between, after which a run is given up.
MAX_ATTEMPTS = 5
State = MonthRun.State


class FenceLost(Exception):  # noqa: N818 - it is news, not an error
    """Tell a worker that its run was taken over or cancelled; it stops and leaves no trace."""


@dataclass(frozen=True, slots=True)
class Claim:
    """Be the right to work on a run: it holds as long as the row carries this fence."""

    run_id: int
    fence: int

    def rows(self) -> QuerySet[MonthRun]:
        """Return the run's row as a query; empty once the claim no longer holds."""
        return MonthRun.objects.filter(pk=self.run_id, fence=self.fence, state=State.RUNNING)

    def check(self) -> None:
        """Stop a worker whose claim no longer holds; inside a transaction, keep it from changing.

        Raises:
            FenceLost: if another worker took the run over or somebody cancelled it.
        """
        rows = self.rows()
        if connection.in_atomic_block:
            rows = rows.select_for_update()
        if not rows.values_list("pk", flat=True):
            raise FenceLost(f"run {self.run_id} is no longer ours (fence {self.fence})")

    def update(self, **values: Any) -> None:
        """Write to the run's row under the fence.

        Raises:
            FenceLost: as ``check``.
        """
        if not self.rows().update(**values):
            raise FenceLost(f"run {self.run_id} is no longer ours (fence {self.fence})")


def lease_end() -> Any:
    """Return when a lease taken now ends, as an expression on the database's clock."""
    return Now() + dt.timedelta(seconds=settings.GCVA_LEASE_SECONDS)


def claimable() -> Q:
    """Say which runs may be taken: queued ones, and running ones whose worker went silent."""
    return Q(state=State.QUEUED) | Q(state=State.RUNNING, lease_until__lt=Now())


def claim(run_id: int) -> Claim | None:
    """Take a run, or return None when somebody else has it or there is nothing left to do."""
    with transaction.atomic():
        row = MonthRun.objects.select_for_update().filter(claimable(), pk=run_id).first()
        if row is None:
            return None
        if row.attempt >= MAX_ATTEMPTS:
            _give_up(row)
            return None
        MonthRun.objects.filter(pk=run_id).update(
            state=State.RUNNING,
            fence=F("fence") + 1,
            attempt=F("attempt") + 1,
            lease_until=lease_end(),
            started_at=row.started_at or Now(),
            message="",
        )
        return Claim(run_id, row.fence + 1)


def _give_up(row: MonthRun) -> None:
    MonthRun.objects.filter(pk=row.pk).update(
        state=State.FAILED,
        fence=F("fence") + 1,
        finished_at=Now(),
        message=f"步骤 {row.step} 连续 {MAX_ATTEMPTS} 次中断，已停止重试。"
        "请查看日志后重新运行该账期。",
    )


class Heartbeat:
    """Renew the lease in a thread for as long as the work goes on."""

    def __init__(self, held: Claim) -> None:
        """Prepare to renew a claim three times within each lease."""
        self._claim = held
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._beat, name="lease", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stop.set()
        self._thread.join()

    def _beat(self) -> None:
        try:
            while not self._stop.wait(settings.GCVA_LEASE_SECONDS / 3):
                if not self._renew():
                    return
        finally:
            connection.close()

    def _renew(self) -> bool:
        """Renew once; a database that is away is asked again at the next beat."""
        try:
            return bool(self._claim.rows().update(lease_until=lease_end()))
        except DatabaseError:
            log.warning("could not renew the lease of run %s", self._claim.run_id, exc_info=True)
            connection.close()
            return True
