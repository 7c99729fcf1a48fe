"""Measure a simulation of a score model on a published month.

    python bench/simulate.py [S|M|L]

The site of ``bench/prepare.py``; the model tried out gives ICT half as much weight again.
"""

from __future__ import annotations

import copy
import os
import resource
import statistics
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from bench.prepare import prepare
from bench.sizes import MONTH, SIZES

TIMES = 5
BAR = 2.0


def main(name: str) -> None:
    """Simulate a few times in one process and print the median."""
    size = SIZES[name]
    prepare(size)
    os.environ.update(size.environment(), DJANGO_SETTINGS_MODULE="gcva.settings")
    import django

    django.setup()
    from accounts.scope import Scope
    from scoring.definition import parse_definition
    from scoring.models import ScoreModel
    from scoring.simulations import simulate

    definition = copy.deepcopy(ScoreModel.objects.get(version=1).definition)
    weights = {each["code"]: each for each in definition["indicators"]}
    weights["ict_income"]["weight"], weights["unified_pay"]["weight"] = 0.30, 0.05
    month, seconds, moved = MONTH.plus(-1), [], 0
    for _ in range(TIMES):
        began = time.perf_counter()
        found = simulate(Scope.of_system(), parse_definition(definition), month)
        seconds.append(time.perf_counter() - began)
        moved = found.moves.whole.n_moved
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{size.groups:,} groups: median {statistics.median(seconds):.2f} s of {TIMES}"
        f" (bar {BAR} s at M), {moved:,} groups move, peak {peak:.0f} MiB"
    )


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "M")
