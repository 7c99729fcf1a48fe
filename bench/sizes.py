"""Name the sizes that are measured, and where their files lie."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from core.month import Month

ROOT = Path(__file__).resolve().parents[1]
MONTH = Month(2026, 10)


@dataclass(frozen=True, slots=True)
class Size:
    """Be one size of a province: so many groups and members, written with one seed."""

    name: str
    groups: int
    members: int
    most_mib: int  # what any process of ours may use

    @property
    def folder(self) -> Path:
        """Return where this size's input, site and results lie."""
        base = Path(os.environ.get("GCVA_BENCH", ROOT / "var" / "bench"))
        return base / self.name

    def input(self, month: Month = MONTH) -> Path:
        """Return the folder of one month's extracts."""
        return self.folder / "input" / str(month)

    @property
    def site(self) -> Path:
        """Return ``GCVA_VAR`` of the measured site."""
        return self.folder / "site"

    def environment(self, *, lean: bool = False) -> dict[str, str]:
        """Return the environment of the measured site's commands.

        ``lean`` hides pandas, which tests and peers have here and an installed site has not:
        pyarrow imports it wherever it lies.
        """
        places = [str(ROOT / "bench" / "lean"), str(ROOT)] if lean else [str(ROOT)]
        paths = os.pathsep.join(places)
        return {**os.environ, "GCVA_VAR": str(self.site), "PYTHONPATH": paths}

    def manage(self, *words: str, **settings: str) -> str:
        """Run one command of the site, with settings of its own; return what it printed."""
        done = subprocess.run(
            [sys.executable, str(ROOT / "manage.py"), *words],
            env=self.environment() | settings,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise SystemExit(f"manage.py {' '.join(words)} failed:\n{done.stdout}\n{done.stderr}")
        return done.stdout


SIZES = {
    size.name: size
    for size in (
        Size("S", 3_000, 100_000, 1024),
        Size("M", 50_000, 2_000_000, 1024),
        Size("L", 500_000, 20_000_000, 3072),
    )
}
