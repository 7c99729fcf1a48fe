"""Hold what a step of the month run is given: pinned inputs, a folder, an engine."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from core.month import Month
from warehouse.engine import Engine, whole_file, write_parquet
from warehouse.marts import MARTS, step_table

if TYPE_CHECKING:
    from warehouse.load import TablesAhead


#: What a run is pinned to besides files and settings; fields of :class:`RunContext`.
Pin = Literal["model_version_id", "adjustments_upto", "thresholds_version"]


@dataclass(frozen=True)
class RunContext:
    """Be the whole world of a step 步骤; the same inputs give the same bytes.

    ``extracts`` and ``earlier_extracts`` hold only the kinds that exist. ``earlier_runs`` are the
    published runs of earlier months as they stood when this run was created.
    """

    run_id: int
    month: Month
    folder: Path
    extracts: Mapping[str, tuple[Path, ...]]
    earlier_extracts: Mapping[int, Mapping[str, tuple[Path, ...]]]
    earlier_runs: Mapping[int, Path]
    model_version_id: int
    adjustments_upto: int
    engine: Engine
    progress: Callable[[int, int, str], None]
    check_fence: Callable[[], None]
    few_members: int = 4  # 少人集团: at most so many members
    valid_months: int = 1  # 有效成员: used in m (1), or in m or m−1 (2)
    thresholds_version: int = 0
    ahead: TablesAhead | None = None  # what of the marts is being loaded meanwhile

    def path(self, mart: str) -> Path:
        """Return where this run's mart lies."""
        return self.folder / f"{mart}.parquet"

    def earlier(self, months_back: int, mart: str) -> Path | None:
        """Return the mart of an earlier month, or None when that month has no published run."""
        folder = self.earlier_runs.get(self.month.index - months_back)
        path = folder / f"{mart}.parquet" if folder else None
        return path if path and path.exists() else None

    def read(self, mart: str, columns: Sequence[str] | None = None) -> pa.Table:
        """Read a mart of this run."""
        return pq.read_table(self.path(mart), columns=list(columns) if columns else None)

    def write(self, mart: str, table: pa.Table) -> int:
        """Write a table as a mart: declared columns, ordered by its keys, whole or not at all.

        A table whose name is not declared is a step's own, one row a group, never loaded.
        """
        declared = MARTS.get(mart) or step_table(mart, table.schema)
        order = pc.sort_indices(table, sort_keys=[(key, "ascending") for key in declared.keys])
        ordered = table.take(order).select(declared.names).cast(declared.schema)
        with whole_file(self.path(mart), self.check_fence) as unfinished:
            return write_parquet(unfinished, iter(ordered.to_batches()), declared.schema)

    def write_sql(self, mart: str, sql: str) -> int:
        """Write the rows of a query as a mart."""
        declared = MARTS[mart]
        return self.engine.write(
            sql,
            self.path(mart),
            schema=declared.schema,
            order=declared.keys,
            before_rename=self.check_fence,
        )


@dataclass(frozen=True, slots=True)
class Step:
    """Be one step 步骤 of the month run: idempotent, its output whole or not there at all.

    ``keeps`` names the files that the next run over the same inputs takes over (``reuse.py``). They
    follow from extracts, settings, earlier months, and what the step names besides: ``pins`` of the
    context, also those that marts it reads follow from, and ``reads``, what it looks up (as JSON).
    A step ``apart`` names no pins: ``reads`` says all that it reads of marts that follow from some.
    """

    name: str
    label_zh: str
    call: Callable[[RunContext], int]
    keeps: tuple[str, ...] = ()
    pins: tuple[Pin, ...] = ()
    reads: Callable[[RunContext], Any] = lambda ctx: None
    apart: bool = False


@dataclass(frozen=True, slots=True)
class Pipeline:
    """Be what the site hands to the month run: steps, and the model and thresholds of a month."""

    steps: tuple[Step, ...]
    pin_model: Callable[[Month], int]
    pin_adjustments: Callable[[], int] = int  # without adjustments: none, 0
    pin_thresholds: Callable[[Month], int] = lambda month: 0
