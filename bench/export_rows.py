"""Time one large export as its worker writes it: seconds and memory at 25 000 and 100 000 rows.

The groups of the newest published month are copied until there are enough, inside a transaction
that is taken back: ``python bench/export_rows.py [csv|xlsx]`` on a site that has a published month.
"""

from __future__ import annotations

import os
import resource
import sys
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gcva.settings")

import django

django.setup()

import psutil
from django.db import connection, transaction
from django.http import QueryDict
from django.utils import timezone

from accounts.models import User
from accounts.queries import scope_for
from analytics import export_jobs, export_work
from warehouse.mart_models import GroupMonth, GroupResultStored
from warehouse.queries import published_runs


def multiply(model, run: int, n_rows: int) -> None:
    """Copy a run's rows under new codes until there are at least ``n_rows``."""
    here = model.objects.filter(run=run).count()
    columns = [f.column for f in model._meta.concrete_fields if f.column not in ("id", "pk")]
    columns = [name for name in columns if name]
    named = ", ".join(f'"{name}"' for name in columns)
    read = ", ".join(
        "group_code || '-' || i" if name == "group_code" else f'"{name}"' for name in columns
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f'INSERT INTO "{model._meta.db_table}" ({named}) SELECT {read} '
            f'FROM "{model._meta.db_table}", generate_series(1, %s) i WHERE run = %s',
            [max(0, -(-n_rows // here) - 1), run],
        )


def measured(kind: str, n_rows: int) -> tuple[int, float, float, float, float]:
    """Return rows, seconds, seconds of the processor, memory before and at its peak (MiB)."""
    published = published_runs()[0]
    user = User.objects.filter(role=User.Role.PROVINCE, is_active=True).first()
    me, peak, done = psutil.Process(), [0], threading.Event()

    def watch() -> None:
        while not done.wait(0.02):
            peak[0] = max(peak[0], me.memory_info().rss)

    with transaction.atomic():
        multiply(GroupMonth, published.run, n_rows)
        multiply(GroupResultStored, published.run, n_rows)
        job = export_jobs.request_export(
            actor=scope_for(user, timezone.localdate()),
            slug="contribution",
            title="bench",
            query=QueryDict("by=group"),
            kind=kind,
            n_rows=n_rows,
            run=published,
        )
        before = me.memory_info().rss
        watcher = threading.Thread(target=watch)
        watcher.start()
        start, worked = time.perf_counter(), time.process_time()
        assert export_work.work_on_export(job.pk)
        seconds, worked = time.perf_counter() - start, time.process_time() - worked
        done.set()
        watcher.join()
        job.refresh_from_db()
        (export_jobs.exports_folder() / job.path).unlink()
        transaction.set_rollback(True)
    return job.n_rows, seconds, worked, before / 2**20, peak[0] / 2**20


def main() -> None:
    """Print a line for each size."""
    kind = sys.argv[1] if len(sys.argv) > 1 else "xlsx"
    measured(kind, 1_000)  # imports and caches are paid before
    for n_rows in (25_000, 100_000):
        rows, seconds, worked, before, peak = measured(kind, n_rows)
        print(
            f"{kind} {rows:>7} rows  {seconds:5.1f} s (CPU {worked:.1f} s)  "
            f"{before:.0f} → {peak:.0f} MiB"
        )
    print(
        f"peak of the process {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB"
    )


if __name__ == "__main__":
    main()
