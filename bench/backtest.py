"""Measure the backtest and the preview of thresholds over twelve invented months.

    python bench/backtest.py [GROUPS] [RUNS]

Writes ``group_evidence`` of thirteen months for 50 000 groups of 600 account managers, then replays
all rules, replays one threshold with its sweep of values, and tries one value out on the newest
month. What is timed is what a page does: read the Parquet files, judge, count. No database: the
thresholds in force are the constants and one tried change. The bars hold for the seconds of the
processor (all of it runs in one process), which a busy machine stretches by the clock only.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from alerts.backtest import fire, replay, steps_of, suggested, sweep
from alerts.backtest_panel import READ, panel_of
from alerts.evidence import READ_BY, evidence_of, read_evidence
from alerts.judge import judge, judged_with
from alerts.rules import LIMITS, RULES, rules_of
from alerts.thresholds import Book, Change
from core.month import Month
from warehouse.marts import GROUP_EVIDENCE

NEWEST = Month(2026, 10)
N_MONTHS, N_LEAD, N_PEOPLE, N_CITIES = 13, 1, 600, 15
BARS = {"all rules": 3.0, "one threshold with its sweep": 3.0, "preview": 0.2}
OWNERS = ("city_code", "county_code", "account_manager_code")


def invented(month: Month, n_groups: int) -> pa.Table:
    """Invent one month's evidence: a few percent of the groups fire each rule."""
    rng = np.random.default_rng(month.index)
    person = np.arange(n_groups) % N_PEOPLE
    members = rng.integers(5, 400, n_groups)
    abnormal = rng.binomial(members, 0.06)
    median = rng.gamma(4, 20, n_groups)
    texts = {name: [""] * n_groups for name in GROUP_EVIDENCE.names}
    numbers = {
        "month": np.full(n_groups, month.index),
        "n_members": members,
        "total_income_li": rng.integers(10_000, 9_000_000, n_groups),
        "n_abnormal": abnormal,
        "state_base": members,
        "state_share": abnormal / members,
        "state_lower": abnormal / members,
        "state_median": np.full(n_groups, 0.05),
        "n_call_history": np.full(n_groups, 6),
        "call_level": median * rng.normal(1, 0.25, n_groups),
        "call_median": median,
        "call_z": rng.normal(0, 2.5, n_groups),
        "n_silent_members": rng.binomial(members, 0.3),
        "unified_pay_li": rng.integers(0, 900_000, n_groups),
        "unified_prev_li": rng.integers(0, 900_000, n_groups),
        "contract_days": rng.integers(-10, 1500, n_groups),
        "n_ict_before": rng.integers(0, 4, n_groups),
        "n_ict_stopped": (rng.random(n_groups) < 0.01).astype(int),
        "grade_steps": rng.integers(-1, 2, n_groups),
        "arrears_li": rng.integers(0, 2, n_groups) * 5_000,
        "arrears_months": rng.integers(0, 3, n_groups),
    }
    texts["group_code"] = [f"G{n:07d}" for n in range(n_groups)]
    texts["city_code"] = [f"C{n % N_CITIES:02d}" for n in person]
    texts["county_code"] = [f"C{n % N_CITIES:02d}01" for n in person]
    texts["account_manager_code"] = [f"M{n:04d}" for n in person]
    texts["effective_grade"] = rng.choice(["A1", "A2", "B1", "B2", "C"], n_groups).tolist()
    columns = [
        pa.array(numbers[each.name]) if each.name in numbers
        else pa.array(texts[each.name]) if each.type == "text" else pa.nulls(n_groups)
        for each in GROUP_EVIDENCE.columns
    ]  # fmt: skip
    return pa.table(columns, names=GROUP_EVIDENCE.names).cast(GROUP_EVIDENCE.schema)


def tried(code: str, value: float, month: int) -> Change:
    """Try a value for one city."""
    return Change(1, code, "city", "C01", "", "", month, value)


def replay_all(folder: Path) -> None:
    """Replay every rule as stored."""
    panel = panel_of(tables(folder, tuple(LIMITS)), N_LEAD)
    replay(panel, fire(panel, [Book((), month) for month in panel.months]), 3)


def replay_one(folder: Path, code: str = "call_change") -> None:
    """Replay one threshold as stored, with a value tried, and at every value of its range."""
    panel = panel_of(tables(folder, judged_with(code)), N_LEAD)
    rules = rules_of(code)
    replay(panel, fire(panel, [Book((), month) for month in panel.months], rules), 3)
    limit = LIMITS[code]
    trials = {
        value: [Book([tried(code, value, month)], month) for month in panel.months]
        for value in steps_of(code, limit.lowest, limit.highest)
    }
    suggested(code, sweep(panel, code, trials, 3))


def preview_one(folder: Path, code: str = "call_change") -> None:
    """Try one value out on the newest month."""
    path = folder / f"{NEWEST.index}.parquet"
    evidence = evidence_of(read_evidence(path, (*READ_BY[code], *OWNERS)), READ_BY[code])
    for book in (Book((), NEWEST.index), Book([tried(code, 0.3, NEWEST.index)], NEWEST.index)):
        limits = {name: book.resolve(name, evidence.owners).values for name in judged_with(code)}
        judge(evidence, limits, rules_of(code))


def tables(folder: Path, codes: tuple[str, ...]) -> dict[int, pa.Table | None]:
    """Read what a replay reads."""
    names = tuple(name for code in codes for name in READ_BY[code])
    return {
        month.index: read_evidence(folder / f"{month.index}.parquet", (*READ, *OWNERS, *names))
        for month in months()
    }


def months() -> list[Month]:
    """Return the months, oldest first."""
    return [NEWEST.plus(-back) for back in range(N_MONTHS - 1, -1, -1)]


def seconds(work: Callable[[Path], None], folder: Path, runs: int) -> tuple[float, float]:
    """Return the median seconds of some runs, of the processor and of the clock."""
    work(folder)
    processor, clock = [], []
    for _ in range(runs):
        began, started = time.perf_counter(), time.process_time()
        work(folder)
        processor.append(time.process_time() - started)
        clock.append(time.perf_counter() - began)
    return statistics.median(processor), statistics.median(clock)


def main(n_groups: int = 50_000, runs: int = 5) -> int:
    """Print seconds beside their bars; 1 where one is missed."""
    works = dict(zip(BARS, (replay_all, replay_one, preview_one), strict=True))
    missed = 0
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        for month in months():
            pq.write_table(invented(month, n_groups), folder / f"{month.index}.parquet")
        print(f"{n_groups} groups, {N_MONTHS - N_LEAD} months, {len(RULES)} rules, {runs} runs")
        for name, work in works.items():
            took, clock = seconds(work, folder, runs)
            missed += took > BARS[name]
            print(f"{name:30} {took:6.3f} s of processor, {clock:6.3f} s  bar {BARS[name]:.1f} s")
    return int(missed > 0)


if __name__ == "__main__":
    raise SystemExit(main(*(int(each) for each in sys.argv[1:3])))
