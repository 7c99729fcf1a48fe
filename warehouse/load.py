"""Load a run's marts into Postgres 装载: its partitions, attached together or not at all.

What the run took over from one that is kept is not loaded again (``sharing.py``).

A mart's table is built as soon as the mart is there, while later steps compute; the last step only
waits for the rest and attaches. Until then nobody but the run knows the tables.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import Self

import pyarrow.parquet as pq
from django.db import DatabaseError, connection, transaction

from warehouse import ddl, sharing
from warehouse.binary_rows import BinaryRows
from warehouse.context import RunContext
from warehouse.mart_models import MODELS
from warehouse.marts import POSTGRES_MARTS, Mart
from warehouse.models import MonthRun
from warehouse.shared_marts import learn

#: one core computes and writes, the others let Postgres read
COPIES_AT_ONCE = 2


class TablesAhead:
    """Build a run's tables in threads of their own; inside a transaction (tests), when asked.

    Tables that nobody takes are dropped at the end: the run failed or was taken over.
    """

    def __init__(self, run_id: int, folder: Path, check_fence: Callable[[], None]) -> None:
        """Prepare to build; nothing begins yet."""
        self._run_id, self._folder, self._check_fence = run_id, folder, check_fence
        self._pool = ThreadPoolExecutor(max_workers=COPIES_AT_ONCE, thread_name_prefix="load")
        self._building: dict[str, Future[str]] = {}
        self._taken: set[str] = set()
        self._shared: set[str] = set()  # nothing to build: an earlier run's partition is read

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._pool.shutdown(cancel_futures=True)
        for future in self._building.values():
            if not future.cancelled() and future.exception() is None:
                _drop(future.result())

    def begin(self) -> None:
        """Begin with every mart whose file is there."""
        if connection.in_atomic_block:  # there is one connection only, and so one thread
            return
        known = self._taken | self._building.keys() | self._shared
        there = [m for m in POSTGRES_MARTS if m.name not in known and self._file(m).exists()]
        self._shared |= sharing.lenders(self._run_id, there).keys()
        for mart in there:
            if mart.name not in self._shared:
                self._building[mart.name] = self._pool.submit(self._in_thread, mart)

    def take(self, mart: Mart) -> str:
        """Return the name of a mart's filled table, which is the caller's from now on."""
        self._taken.add(mart.name)
        future = self._building.pop(mart.name, None)
        return (future and future.result()) or self._build(mart)

    def _file(self, mart: Mart) -> Path:
        return self._folder / f"{mart.name}.parquet"

    def _in_thread(self, mart: Mart) -> str:
        """Build over a connection of this thread's own, which ends with the task."""
        try:
            attached = ddl.is_attached(MODELS[mart.name]._meta.db_table, self._run_id)
            return "" if attached else self._build(mart)
        finally:
            connection.close()

    def _build(self, mart: Mart) -> str:
        table = MODELS[mart.name]._meta.db_table
        with transaction.atomic():
            self._check_fence()  # holds the run's row: nobody takes it over while we clear up
            ddl.drop_standalone(table, self._run_id)
        rows = BinaryRows(mart, self._file(mart), self._run_id)
        return ddl.build_standalone(table, mart, self._run_id, rows)


def load_step(ctx: RunContext) -> int:
    """Load every mart; return the number of rows.

    The fence is checked in the transaction that attaches, so a worker that was overtaken attaches
    nothing.
    """
    if ctx.ahead is not None:
        return _load(ctx, ctx.ahead)
    with TablesAhead(ctx.run_id, ctx.folder, ctx.check_fence) as ahead:
        return _load(ctx, ahead)


def _load(ctx: RunContext, ahead: TablesAhead) -> int:
    ahead.begin()
    n_rows = 0
    built: dict[str, str] = {}
    shared = _shared(ctx)
    for done, mart in enumerate(POSTGRES_MARTS):
        ctx.progress(done, len(POSTGRES_MARTS), mart.name)
        table = MODELS[mart.name]._meta.db_table
        expected = _expected(ctx, mart)
        n_rows += expected
        if mart.name not in shared and not _is_loaded(table, ctx.run_id, expected):
            built[table] = ahead.take(mart)
    with transaction.atomic():
        ctx.check_fence()
        for table, standalone in built.items():
            ddl.attach(table, ctx.run_id, standalone)
        MonthRun.objects.filter(pk=ctx.run_id).update(shared_marts=shared)
    learn(ctx.run_id, shared)
    ctx.progress(len(POSTGRES_MARTS), len(POSTGRES_MARTS), "")
    return n_rows


def _shared(ctx: RunContext) -> dict[str, int]:
    """Return which runs' partitions are read: of every mart that can be shared, or of none.

    Facts and products are joined to each other by their run.
    """
    found = sharing.lenders(ctx.run_id)
    for mart in POSTGRES_MARTS:
        if mart.shareable and not (
            mart.name in found
            and ddl.count_rows(MODELS[mart.name]._meta.db_table, found[mart.name])
            == _expected(ctx, mart)
        ):
            return {}
    return found


def _expected(ctx: RunContext, mart: Mart) -> int:
    return int(pq.read_metadata(ctx.path(mart.name)).num_rows)


def _is_loaded(table: str, run_id: int, expected: int) -> bool:
    """Tell whether an earlier attempt attached the mart; one that does not fit is taken out."""
    if not ddl.is_attached(table, run_id):
        return False
    if ddl.count_rows(table, run_id) == expected:
        return True
    ddl.detach(table, run_id)
    return False


def _drop(standalone: str) -> None:
    """Drop a table that was built in vain; one that stays is dropped when the run is retired."""
    try:
        if standalone:
            ddl.drop(standalone)
    except DatabaseError:
        connection.close()
