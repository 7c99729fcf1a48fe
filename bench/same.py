"""Prove at a size that neither rows' order, threads nor reuse change a byte, and nothing is lost.

    python bench/same.py [S|M|L]

The measured month goes through twice: as delivered with two threads, and with the rows of every
file shuffled, one thread and nothing taken over. Every Parquet mart must be the same bytes; each
thing counted must be shown or excluded with its reason; and so must it be after another threshold.
"""

from __future__ import annotations

import hashlib
import json
import random
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from bench.changes import new_threshold
from bench.prepare import in_site, prepare, reset
from bench.sizes import MONTH, SIZES, Size


def main(name: str) -> None:
    """Run both ways, compare, say what was compared."""
    size = SIZES[name]
    prepare(size)
    given = run_month(size, size.input(), GCVA_ENGINE_THREADS="2")
    again = run_month(
        size, shuffled(size.input(), size.folder / "shuffled"),
        GCVA_ENGINE_THREADS="1", GCVA_REUSE="0",
    )  # fmt: skip
    # a basis says which files were read, and these are others
    names = sorted(path for path in given if not path.endswith(".basis"))
    assert names == sorted(path for path in again if not path.endswith(".basis"))
    differing = [path for path in names if given[path] != again[path]]
    print(f"{len(names)} files of marts, {len(differing)} differ: {', '.join(differing) or '–'}")
    if differing:
        raise SystemExit(1)
    in_site(size, new_threshold)
    size.manage("run_month", str(MONTH), "--publish", "--json")
    in_site(size, say_conserved)
    shutil.rmtree(size.folder / "shuffled")


def run_month(size: Size, extracts: Path, **settings: str) -> dict[str, str]:
    """Take the month out, bring it in from ``extracts``; return each file's digest."""
    reset(size)
    words = ("run_month", str(MONTH), "--extracts", str(extracts), "--publish", "--json")
    said = json.loads(size.manage(*words, **settings).splitlines()[-1])
    in_site(size, say_conserved)
    folder = size.site / "marts" / f"run={said['run']}"
    return {path.name: digest(path) for path in folder.iterdir() if path.is_file()}


def digest(path: Path) -> str:
    """Return a file's SHA-256."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def shuffled(source: Path, target: Path) -> Path:
    """Copy a month's files with the rows of each in another order."""
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(source, target)
    for path in target.glob("*.csv"):
        header, *rows = path.read_bytes().splitlines(keepends=True)
        random.Random(5).shuffle(rows)
        path.write_bytes(b"".join([header, *rows]))
    return target


def say_conserved(_size: Size) -> None:
    """Print the account of the month's newest run; fail if a line does not add up."""
    from warehouse.conservation import conservation_of
    from warehouse.models import MonthRun

    lines = conservation_of(MonthRun.objects.filter(month_index=MONTH.index).latest("pk"))
    broken = [line for line in lines if not line.holds]
    print(f"{len(lines)} things counted, {len(broken)} do not add up", flush=True)
    assert lines and not broken, broken


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "M")
