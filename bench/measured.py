"""Measure whole processes: wall, user, sys, peak memory, and what Postgres did meanwhile."""

from __future__ import annotations

import os
import statistics
import subprocess
import threading
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True, slots=True)
class Cost:
    """Be what one contestant used; seconds and MiB. ``postgres`` is the server's CPU."""

    wall: float
    user: float
    system: float
    postgres: float
    peak: float
    postgres_peak: float

    @property
    def cpu(self) -> float:
        """Return all CPU seconds, the server's included."""
        return self.user + self.system + self.postgres


def median(costs: Iterable[Cost]) -> Cost:
    """Return the median of each figure; of peaks the largest."""
    each = list(costs)
    names = ("wall", "user", "system", "postgres")
    values = [statistics.median(getattr(cost, name) for cost in each) for name in names]
    return Cost(*values, max(c.peak for c in each), max(c.postgres_peak for c in each))


def measure(
    command: Sequence[str], environment: dict[str, str], postgres: int, most_mib: int = 0
) -> Cost:
    """Run a command to its end; raise when it fails.

    With ``most_mib`` the kernel kills it beyond that memory (page cache counts, but gives way).
    """
    before, began = _cpu_of(postgres), time.monotonic()
    with _Watch(postgres) as watch:
        process = subprocess.Popen(
            caged(command, most_mib) if most_mib else list(command),
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        assert process.stdout
        said = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"{' '.join(command)} failed:\n{said.decode()[-2000:]}")
    return Cost(
        time.monotonic() - began,
        usage.ru_utime,
        usage.ru_stime,
        _cpu_of(postgres) - before,
        usage.ru_maxrss / 1024,
        watch.peak,
    )


def caged(command: Sequence[str], most_mib: int) -> list[str]:
    """Return the command as one that runs in a control group with so much memory and no swap.

    Raises:
        OSError: where control groups may not be made; ask for it as root.
    """
    one = Path("/sys/fs/cgroup/memory")  # version 1; version 2 has no folder a controller
    folder = (one if one.is_dir() else one.parent) / f"gcva-bench-{most_mib}"
    folder.mkdir(exist_ok=True)
    limit = "memory.limit_in_bytes" if one.is_dir() else "memory.max"
    (folder / limit).write_text(str(most_mib << 20))
    enter = f'echo $$ > {folder}/cgroup.procs; exec "$@"'
    return ["sh", "-c", enter, "sh", *command]


def _fields(pid: int) -> list[str]:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return []


def _children(pid: int) -> list[int]:
    try:
        return [int(n) for n in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except (FileNotFoundError, ProcessLookupError):
        return []


def _cpu_of(postmaster: int) -> float:
    """Return the server's CPU seconds: its own, ended children's, and living children's."""
    own = _fields(postmaster)
    total = sum(map(int, own[11:15])) if own else 0
    for child in _children(postmaster):
        fields = _fields(child)
        total += sum(map(int, fields[11:15])) if fields else 0
    return total / TICKS


class _Watch:
    """Look every 50 ms how much memory of its own the largest server process holds."""

    def __init__(self, postmaster: int) -> None:
        self.postmaster, self.peak = postmaster, 0.0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> _Watch:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._over.wait(0.05):
            for pid in _children(self.postmaster):
                try:
                    size = Path(f"/proc/{pid}/statm").read_text().split()
                except (FileNotFoundError, ProcessLookupError):
                    continue
                # without shared pages: the shared buffers belong to the server, not to one process
                self.peak = max(self.peak, (int(size[1]) - int(size[2])) * PAGE / 2**20)
