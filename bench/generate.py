"""Measure the province generator: seconds and memory for one month of 1 M members, and the demo.

    python bench/generate.py

Each case runs in a process of its own on one core; writing the CSV files is included.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
CASES = (
    ("1 M members × 1 month", 30_000, 1_000_000, 1, 10.0),
    ("demo: 100 000 members × 14 months", 3_000, 100_000, 14, 0.0),
)


def measured(groups: int, members: int, months: int) -> None:
    """Write one province and print seconds, CPU seconds, MiB of memory and of files."""
    sys.path.insert(0, str(ROOT))
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    # the path is set just above
    from gcva.province.build import write_province
    from gcva.province.plan import Plan

    with tempfile.TemporaryDirectory() as folder:
        wall, cpu = time.perf_counter(), time.process_time()
        write_province(Path(folder), Plan(groups, members, months))
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        size = sum(path.stat().st_size for path in Path(folder).rglob("*.csv"))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{wall:.1f} {cpu:.1f} {memory:.0f} {size / 2**20:.0f}")


def main() -> None:
    """Run each case in its own process and print a table."""
    print("| case | wall s | CPU s | peak MiB | CSV MiB | bar s |\n|---|---|---|---|---|---|")
    for name, groups, members, months, bar in CASES:
        command = [sys.executable, __file__, str(groups), str(members), str(months)]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        cells = " | ".join(done.stdout.split())
        print(f"| {name} | {cells} | {bar or '–'} |", flush=True)


if __name__ == "__main__":
    if len(sys.argv) == 4:
        measured(*map(int, sys.argv[1:]))
    else:
        main()
