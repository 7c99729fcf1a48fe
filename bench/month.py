"""Measure the main job: one month, CSV extracts in, published in Postgres.

    python bench/month.py [S|M|L] [RUNS]

Ours, the floor, the pandas script and the all-in-Postgres script read the same files on the same
machine, in turn. First the floor must give the same group totals as ours and the peers the same
marts (``bench/equal.py``); then they are timed; medians and ratios go to ``bench/results.md``.
"""

from __future__ import annotations

import csv
import datetime as dt
import json
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

import duckdb
import pandas as pd
import psycopg2

from bench.changes import new_model, new_threshold
from bench.equal import say_equal
from bench.history import write_given
from bench.measured import Cost, measure, median
from bench.prepare import in_site, prepare, reset
from bench.report import write_results
from bench.rollup import COMPARED
from bench.sizes import MONTH, SIZES, Size

WITH_PEERS = ("S", "M")  # at L they need more memory than the machine is promised to have
PEERS = {"pandas", "postgres"}


class Contest:
    """Run the contestants over one size."""

    def __init__(self, size: Size) -> None:
        """Read where the site's servers are."""
        self.size = size
        facts = json.loads((size.site / "embedded.json").read_text())
        self.dsn, self.postgres = facts["database_url"], facts["pids"]["postgres"]
        (self.before,) = size.site.glob(
            f"extracts/members/month={MONTH.plus(-1)}/batch=*/part-0.parquet"
        )
        self.out = size.folder / "out"

    @contextmanager
    def undisturbed(self) -> Iterator[None]:
        """Keep autovacuum from analysing one contestant's tables while the next is timed."""
        self._set_autovacuum("off")
        try:
            yield
        finally:
            self._set_autovacuum("on")

    def _set_autovacuum(self, value: str) -> None:
        connection = psycopg2.connect(self.dsn)
        connection.autocommit = True  # a server's settings change outside transactions
        with connection.cursor() as cursor:
            cursor.execute(f"ALTER SYSTEM SET autovacuum = {value}")
            cursor.execute("SELECT pg_reload_conf()")
        connection.close()

    def ours(self, most_mib: int = 0) -> Cost:
        """Import, run and publish; what was there of the month is taken out first."""
        reset(self.size)
        words = ("run_month", str(MONTH), "--extracts", str(self.size.input()), "--publish")
        return self._manage(*words, "--json", most_mib=most_mib)

    def caged(self) -> Cost:
        """Do the same where the kernel kills a process beyond the bar."""
        return self.ours(self.size.most_mib)

    def threshold(self) -> Cost:
        """Run the month once more after a threshold of the province changed."""
        return self._again(new_threshold)

    def model(self) -> Cost:
        """Run the month once more under another score model."""
        return self._again(new_model)

    def _again(self, change: Callable[[Size], None]) -> Cost:
        in_site(self.size, change)
        return self._manage("run_month", str(MONTH), "--publish", "--json")

    def floor(self) -> Cost:
        """Do the least."""
        return self._script("bench/floor.py", "floor")

    def pandas(self) -> Cost:
        """Do it with pandas; under what is in force now."""
        in_site(self.size, write_given)
        return self._script("bench/peers/pandas_month.py", "pandas", str(self.given))

    def in_postgres(self) -> Cost:
        """Do it in Postgres; under what is in force now."""
        in_site(self.size, write_given)
        return self._script("bench/peers/postgres_month.py", "postgres", str(self.given))

    @property
    def given(self) -> Path:
        """Return where it is written down what the peers are given besides the files."""
        return self.size.folder / "given.json"

    def keep_before(self) -> None:
        """Write down what is given, make earlier months' tables; history is not timed."""
        in_site(self.size, write_given)
        script = str(ROOT / "bench/peers/postgres_before.py")
        command = [sys.executable, script, str(self.given), str(self.size.folder), self.dsn]
        subprocess.run(command, check=True)

    def hold_equal(self, contestants: Iterable[str]) -> None:
        """Hold the floor's totals and the peers' marts equal to ours."""
        expected = self.totals("floor").sort_values("group_code").reset_index(drop=True)
        ours = self.totals("ours").sort_values("group_code").reset_index(drop=True)
        pd.testing.assert_frame_equal(expected, ours, check_dtype=False, obj="ours")
        for peer in PEERS.intersection(contestants):
            say_equal(self.size, self.dsn, peer)

    def _manage(self, *words: str, most_mib: int = 0) -> Cost:
        command = [sys.executable, str(ROOT / "manage.py"), *words]
        return measure(command, self.size.environment(lean=True), self.postgres, most_mib)

    def _script(self, script: str, name: str, given: str = "") -> Cost:
        shutil.rmtree(self.out / name, ignore_errors=True)
        words = [str(self.size.input()), given or str(self.before), str(self.out / name), self.dsn]
        command = [sys.executable, str(ROOT / script), *words]
        return measure(command, dict(os.environ), self.postgres)

    def totals(self, name: str) -> pd.DataFrame:
        """Return the group totals that the floor or ours came to."""
        if name != "ours":
            path = self.out / name / "totals.csv"
            with path.open() as stream:
                header = next(csv.reader(stream))
            types = {column: str for column in header if column == "group_code"}
            return pd.read_csv(path, usecols=list(COMPARED), dtype=types)[list(COMPARED)]
        newest = max(self.size.site.glob("marts/run=*"), key=lambda p: int(p.name.split("=")[1]))
        columns = ", ".join(f"coalesce({c}, 0) AS {c}" for c in COMPARED if c != "group_code")
        return duckdb.sql(
            f"SELECT group_code, {columns} FROM read_parquet('{newest / 'group_month.parquet'}')"
            " WHERE excluded_reason = '' ORDER BY group_code"
        ).df()


def main(name: str, runs: int) -> None:
    """Prepare, hold equal, time, write."""
    size = SIZES[name]
    prepare(size)
    contest = Contest(size)
    contestants: dict[str, Callable[[], Cost]] = {"floor": contest.floor, "ours": contest.ours}
    if name in WITH_PEERS:
        contest.keep_before()
        contestants |= {"pandas": contest.pandas, "postgres": contest.in_postgres}
    with contest.undisturbed():
        print("warming up, holding equal", flush=True)
        for each, run in contestants.items():
            held = contest.caged() if each == "ours" else run()
            print(f"{each}: {held.wall:.1f} s, {held.peak:.0f} MiB", flush=True)
        contest.hold_equal(contestants)
        contestants |= {"threshold": contest.threshold, "model": contest.model}
        costs: dict[str, list[Cost]] = {each: [] for each in contestants}
        for turn in range(runs):
            for each, run in contestants.items():
                costs[each].append(run())
                print(f"{turn + 1}/{runs} {each}: {costs[each][-1].wall:.1f} s", flush=True)
    written = {each: median(found) for each, found in costs.items()}
    write_results(size, written, runs, f"{machine()}; ours held once within {size.most_mib} MiB")


def machine() -> str:
    """Say what was measured on: cores, memory, versions, date."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    versions = f"Python {platform.python_version()}, DuckDB {duckdb.__version__}"
    versions += f", pandas {pd.__version__}"
    today = dt.date.today().isoformat()
    return f"{os.cpu_count()} cores, {memory:.0f} GiB, {platform.system()}; {versions}; {today}"


if __name__ == "__main__":
    main(
        sys.argv[1] if len(sys.argv) > 1 else "M",
        int(sys.argv[2]) if len(sys.argv) > 2 else 3,
    )
