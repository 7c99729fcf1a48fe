"""Put a hand-written province into the database, past the gate, and run its months."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from django.conf import settings

from accounts.scope import Scope
from core.month import Month
from tests.warehouse.by_hand import staged_table
from warehouse import actions
from warehouse.inputs import extract_files
from warehouse.models import Extract, ImportBatch, MonthRun
from warehouse.references import store_references, unseen_pinyin
from warehouse.run import work_on

SYSTEM = Scope.of_system()


def take_in_by_hand(month: Month, kinds: Mapping[str, str | pa.Table]) -> ImportBatch:
    """Store kinds as one accepted batch."""
    batch = ImportBatch.objects.create(
        month_index=month.index, state=ImportBatch.State.ACCEPTED, source="by hand"
    )
    ImportBatch.objects.filter(pk=batch.pk).update(content_hash=str(batch.pk))
    for kind, said in kinds.items():
        table = staged_table(kind, said) if isinstance(said, str) else said
        path = Path("extracts") / kind / f"month={month}" / f"batch={batch.pk}"
        (settings.GCVA_VAR / path).mkdir(parents=True)
        pq.write_table(table, settings.GCVA_VAR / path / "part-0.parquet")
        Extract.objects.create(
            batch=batch,
            kind=kind,
            month_index=month.index,
            path=str(path / "part-0.parquet"),
            n_in=table.num_rows,
            n_accepted=table.num_rows,
            n_quarantined=0,
            n_dropped=0,
            money=_money(table),
        )
    files = {extract.kind: extract_files(extract) for extract in batch.extracts.all()}
    store_references(files, unseen_pinyin(files))
    return batch


def _money(table: pa.Table) -> dict[str, dict[str, int]]:
    sums = {}
    for name in table.column_names:
        if name.endswith("_li"):
            total = sum(value or 0 for value in table[name].to_pylist())
            sums[name.removesuffix("_li")] = {
                "in": total,
                "accepted": total,
                "quarantined": 0,
                "dropped": 0,
            }
    return sums


def run(month: Month, *, publish: bool = True) -> MonthRun:
    """Run a month in this process and return the finished run."""
    made = actions.create_run(actor=SYSTEM, month=month, publish_when_ready=publish)
    assert work_on(made.pk)
    made.refresh_from_db()
    assert made.state == MonthRun.State.READY, made.message
    return made
