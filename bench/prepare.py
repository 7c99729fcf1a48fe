"""Prepare what is measured: two months of extracts, a site, and twelve months of history.

    python bench/prepare.py M

The month before is imported and run like any other. The eleven months before that are its marts
with another month in them: their rows are as many and as wide as real ones, which is what the
windows, the pages and the planner see; their values stand still.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from bench.sizes import MONTH, SIZES, Size
from core.month import Month

SEED = "7"
HISTORY = 12


def prepare(size: Size) -> None:
    """Make whatever is missing; what is there stays."""
    size.folder.mkdir(parents=True, exist_ok=True)
    if not (size.folder / "input" / "truth.json").exists():
        _say("writing the extracts")
        size.manage(
            "generate_province", str(size.folder / "input"), "--groups", str(size.groups),
            "--members", str(size.members), "--months", "2", "--seed", SEED,
        )  # fmt: skip
    size.site.mkdir(parents=True, exist_ok=True)
    size.manage("embedded", "start")
    size.manage("migrate", "-v0")
    done = size.site / "history.json"
    if not done.exists():
        before = MONTH.plus(-1)
        _say(f"importing and running {before}")
        size.manage("import_extracts", str(size.input(before)), "--month", str(before), "--json")
        size.manage("run_month", str(before), "--publish", "--json")
        _say(f"repeating it over {HISTORY - 1} earlier months")
        in_site(size, _repeat_history)
        done.write_text(json.dumps({"months": HISTORY}))


def reset(size: Size) -> None:
    """Take the measured month out of the site again, so that the next import does all its work."""
    in_site(size, _take_out)


def in_site(size: Size, what: Callable[[Size], None]) -> None:
    """Call a function in a process of its own that belongs to the size's site."""
    pid = os.fork()
    if pid:
        if os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]):
            raise SystemExit(f"{what.__name__} failed")
        return
    os.environ.update(size.environment(), DJANGO_SETTINGS_MODULE="gcva.settings")
    import django

    django.setup()
    try:
        what(size)
    except BaseException:
        import traceback

        traceback.print_exc()
        os._exit(1)
    os._exit(0)


def _repeat_history(size: Size) -> None:
    from django.db.models.functions import Now

    from warehouse.models import MonthRun, PublishedMonth

    before = MONTH.plus(-1)
    first = PublishedMonth.objects.get(month_index=before.index).run
    for back in range(1, HISTORY):
        month = before.plus(-back)
        run = MonthRun.objects.create(
            month_index=month.index,
            state=MonthRun.State.READY,
            inputs=first.inputs,
            model_version_id=first.model_version_id,
            started_at=Now(),
            finished_at=Now(),
        )
        folder = size.site / "marts" / f"run={run.pk}"
        _shift(size.site / "marts" / f"run={first.pk}", folder, -back, size.site)
        _load(run.pk, month, folder, size.site)
        PublishedMonth.objects.create(
            month_index=month.index, run=run, published_at=Now(), published_by=None
        )
        _say(f"  {month} is there")


def _shift(source: Path, target: Path, months: int, site: Path) -> None:
    """Copy a run's marts with another month in them."""
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    target.mkdir(parents=True)
    for path in source.iterdir():
        if path.suffix != ".parquet":
            shutil.copy(path, target)
            continue
        with pq.ParquetFile(path) as file:
            schema = file.schema_arrow
            with pq.ParquetWriter(target / path.name, schema, compression="zstd") as writer:
                at = schema.get_field_index("month")
                for batch in file.iter_batches():
                    moved = batch
                    if at >= 0:
                        shifted = pc.add(batch.column(at), pa.scalar(months, schema.types[at]))
                        moved = batch.set_column(at, schema.field(at), shifted)
                    writer.write_batch(moved)


def _load(run_id: int, month: Month, folder: Path, site: Path) -> None:
    from warehouse.context import RunContext
    from warehouse.engine import Engine
    from warehouse.load import load_step

    with Engine(threads=2, memory="600MB", spill=site / "spill") as engine:
        load_step(
            RunContext(
                run_id=run_id,
                month=month,
                folder=folder,
                extracts={},
                earlier_extracts={},
                earlier_runs={},
                model_version_id=0,
                adjustments_upto=0,
                engine=engine,
                progress=lambda done, total, message: None,
                check_fence=lambda: None,
            )
        )


def _take_out(size: Size) -> None:
    from accounts.scope import Scope
    from warehouse import actions, ddl
    from warehouse.mart_models import MODELS
    from warehouse.models import ImportBatch, MonthRun, PublishedMonth

    PublishedMonth.objects.filter(month_index=MONTH.index).update(run=None)
    for run in MonthRun.objects.filter(month_index=MONTH.index):
        for model in MODELS.values():
            ddl.detach(model._meta.db_table, run.pk)
            ddl.drop_standalone(model._meta.db_table, run.pk)
        shutil.rmtree(size.site / "marts" / f"run={run.pk}", ignore_errors=True)
        run.delete()
    for batch in ImportBatch.objects.filter(month_index=MONTH.index, state="accepted"):
        actions.withdraw_batch(actor=Scope.of_system(), batch_id=batch.pk)
        for folder in size.site.glob(f"extracts/*/month=*/batch={batch.pk}"):
            shutil.rmtree(folder)


def _say(sentence: str) -> None:
    print(sentence, flush=True)


if __name__ == "__main__":
    prepare(SIZES[sys.argv[1]])
