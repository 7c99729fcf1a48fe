"""Write what was measured as a table, beside the bars that stand for it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from bench.measured import Cost
from bench.sizes import Size

RESULTS = Path(__file__).with_name("results.md")
TITLE = (
    "# Measured\n\nWritten by `make bench`; ratios count, absolute seconds are of one machine.\n"
)
LABELS = {
    "floor": "floor: parse, sort, sum, copy",
    "ours": "ours: import, run, publish",
    "pandas": "pandas script",
    "postgres": "everything in Postgres",
    "threshold": "ours: run again, new threshold",
    "model": "ours: run again, new score model",
}


def write_results(size: Size, costs: Mapping[str, Cost], runs: int, machine: str) -> None:
    """Put this size's table in place of the one before."""
    write_section(f"One month, size {size.name}", _section(size, costs, runs, machine))


def write_section(heading: str, text: str) -> None:
    """Print a section and put it in place of the one before; the others stay."""
    section = f"## {heading}\n\n{text}"
    print(section)
    found = RESULTS.read_text(encoding="utf-8") if RESULTS.exists() else TITLE
    pattern = re.compile(rf"\n## {re.escape(heading)}\n.*?(?=\n## |\Z)", re.S)
    rest = pattern.sub("", found).rstrip("\n")
    RESULTS.write_text(f"{rest}\n\n{section}", encoding="utf-8")


def _section(size: Size, costs: Mapping[str, Cost], runs: int, machine: str) -> str:
    lines = [
        f"{size.groups:,} groups, {size.members:,} members, 12 months of history there. "
        f"Median of {runs} runs in turn; the peers' marts equal ours, the floor's totals too."
        f" {machine}.",
        "",
        "| contestant | wall s | user s | sys s | Postgres CPU s | all CPU s | peak MiB "
        "| largest Postgres process MiB |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for name, cost in costs.items():
        figures = (cost.wall, cost.user, cost.system, cost.postgres, cost.cpu)
        cells = " | ".join(f"{figure:.1f}" for figure in figures)
        lines.append(f"| {LABELS[name]} | {cells} | {cost.peak:.0f} | {cost.postgres_peak:.0f} |")
    lines += ["", "| ratio of wall time | measured | bar |", "|---|---|---|"]
    ours = costs["ours"].wall
    for name, bar in (("floor", "≤ 2.0"), ("pandas", "≥ 8"), ("postgres", "≥ 5")):
        if name in costs:
            other = costs[name].wall
            words = ("ours / floor", ours / other) if name == "floor" else (
                f"{LABELS[name]} / ours", other / ours)  # fmt: skip
            lines.append(f"| {words[0]} | {words[1]:.2f} | {bar} |")
    for name in ("threshold", "model"):
        if name in costs:
            lines.append(f"| {LABELS[name]} / in full | {costs[name].wall / ours:.0%} | ≤ 35 % |")
    return "\n".join(lines) + "\n"
