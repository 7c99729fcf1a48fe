"""Assess the month with everything in Postgres: COPY the files, check them, then set-based SQL.

    python bench/peers/postgres_month.py INPUT GIVEN OUT DSN

The same month as ours, step by step, in the files of ``sql/``: facts, dues, prices, scores and
grades, flows, alerts and rules, elasticities, totals by unit; the marts are as wide and indexed as
ours. Earlier months are tables that are already there (``postgres_before.py``, not timed).
Not done: masks of small units, the panel estimate of a segment's elasticity (it begins only where
list prices moved within the window), January and February as one.
"""

from __future__ import annotations

import sys
from pathlib import Path
from string import Template

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

import psycopg2

from bench.peers import postgres_tables
from bench.peers.given import GRADES, Given, read_given, working_days
from bench.peers.postgres_files import take_in
from bench.peers.postgres_score import cuts_of, explained_sql, score_sql
from warehouse.marts import GROUP_MEASURES, GROUP_MONTH, MARTS, ORG_MONTH

SQL = Path(__file__).with_name("sql")
FUNCTIONS = """
CREATE FUNCTION month_of(day date) RETURNS int LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN extract(year FROM day)::int * 12 + extract(month FROM day)::int;
CREATE FUNCTION rank_of(grade text) RETURNS int LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN coalesce(array_position(ARRAY['A1', 'A2', 'B1', 'B2', 'C'], grade) - 1, 5);
CREATE FUNCTION grade_of(rank int) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN (ARRAY['A1', 'A2', 'B1', 'B2', 'C', 'NR'])[rank + 1];
CREATE FUNCTION class_of(grade text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE WHEN grade = 'NR' THEN '' ELSE left(grade, 1) END;
CREATE FUNCTION wilson_lower(hits float8, n float8) RETURNS float8
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN (hits / nullif(n, 0) + 1.9208 / nullif(n, 0)
        - 1.96 * sqrt(hits / nullif(n, 0) * (1 - hits / nullif(n, 0)) / nullif(n, 0)
            + 0.9604 / nullif(n * n, 0))) / (1 + 3.8416 / nullif(n, 0));
CREATE AGGREGATE product(float8) (SFUNC = float8mul, STYPE = float8, PARALLEL = SAFE);
"""
LEVEL = """CASE WHEN GROUPING(city_code) = 1 THEN 'province' WHEN GROUPING(county_code) = 1
    THEN 'city' WHEN GROUPING(account_manager_code) = 1 THEN 'county' ELSE 'account_manager' END"""
UNIT_LEVEL = """CASE WHEN GROUPING(city_code) = 1 THEN 'province'
    WHEN GROUPING(county_code) = 1 THEN 'city' ELSE 'county' END"""
COMPUTED = (
    "month", "size_band", "contract_tenure_months", "is_on_net", "is_arrived", "is_silent",
    "is_new", "is_lost", "is_returned", "n_left_group", "n_joined", "personal_bill_li",
    "total_income_li", "ict_li", "income_3m_li",
)  # fmt: skip
KEPT = ("is_on_net", "n_snapshot_base", "n_snapshot_kept", "arrears_li", "arrears_months")
#: Last month's figures, losses and the snapshot base count the groups lost since, too.
WITH_LOST = ("n_members_prev", "n_off_net", "n_left_group", "income_prev_li")


class Month:
    """Make one table after another out of the files in ``sql/``."""

    def __init__(self, cursor, given: Given) -> None:
        """Prepare what the files leave open."""
        self.cursor, self.given = cursor, given
        self.words = {
            "month": given.month, "few": 4, "first": min(given.runs), "level": LEVEL,
            "last_day": f"DATE '{given.last_day}'", **_lists(),
        }  # fmt: skip

    def run(self, name: str, **more: object) -> None:
        """Run a file of statements."""
        self.cursor.execute(self._text(name, more))

    def make(self, name: str, **more: object) -> None:
        """Fill a mart with the rows of the query in its file."""
        mart = MARTS[name]
        table = postgres_tables.create(self.cursor, mart, "peer")
        columns = ", ".join(mart.names)
        self.cursor.execute(
            f"INSERT INTO {table} (run, {columns})"
            f" SELECT 1, {columns} FROM ({self._text(name, more)}) AS q"
        )
        postgres_tables.index(self.cursor, mart, table)

    def _text(self, name: str, more: dict[str, object]) -> str:
        return Template((SQL / f"{name}.sql").read_text()).substitute({**self.words, **more})


def _lists() -> dict[str, str]:
    """Write the long lists of columns out of the marts' declarations."""
    own = [column for column in GROUP_MONTH.columns if column.name not in COMPUTED]
    numbers = [c.name for c in own if c.type == "bigint" and c.name not in (*KEPT, "employees")]
    kept = [c.name for c in own if c.name not in numbers]
    skipped = ("month", "score_sum", "operating_income_li", *ORG_MONTH.keys)
    sums = [c.name for c in ORG_MONTH.columns if c.name not in skipped]
    bands = [name for name in sums if name.startswith("score_band")]
    grades = [(which, grade) for which in ("effective", "suggested") for grade in (*GRADES, "NR")]
    whole = {"n_snapshot_base": "(excluded_reason <> 'test_group')::int * n_snapshot_base"}
    whole |= {name: name for name in WITH_LOST}
    return {
        "filled": ", ".join(f"coalesce({name}, 0)::bigint AS {name}" for name in numbers),
        "kept": ", ".join([*kept, "is_on_net"]),
        "measures": ", ".join(f"{whole.get(n, f'shown * {n}')} AS {n}" for n in GROUP_MEASURES),
        "bands": ", ".join(
            f"(shown = 1 AND band IS NOT DISTINCT FROM {place})::int AS {name}"
            for place, name in enumerate(bands)
        ),
        "grades": ", ".join(
            f"(shown = 1 AND {'grade' if which == 'effective' else 'suggested'} = '{grade}')::int"
            f" AS n_{which}_{grade.lower()}"
            for which, grade in grades
        ),
        "sums": ", ".join(f"sum({n})::bigint AS {n}" for n in [*sums, "score_micro"]),
        "measured": ", ".join(sums),
    }  # fmt: skip


def _make_given(cursor, given: Given) -> None:
    """Make the small tables of what is in force: working days, grades, thresholds."""
    cursor.execute("CREATE TABLE working_days (month int, n_days int)")
    for month in range(given.month - 6, given.month + 1):
        cursor.execute("INSERT INTO working_days VALUES (%s, %s)", (month, working_days(month)))
    for name in ("approved", "approved_before"):
        cursor.execute(f"CREATE TABLE {name} (group_code text, grade text)")
        for row in getattr(given, name).items():
            cursor.execute(f"INSERT INTO {name} VALUES (%s, %s)", row)
    columns = ", ".join(f"{code} float8" for code in given.thresholds)
    cursor.execute(f"CREATE TABLE threshold (class text, {columns})")
    cursor.execute("CREATE TABLE threshold_source (class text, code text, source text)")
    for name in ("A", "B", "C", ""):
        values = [found[name][0] for found in given.thresholds.values()]
        marks = ", ".join(["%s"] * (len(values) + 1))
        cursor.execute(f"INSERT INTO threshold VALUES ({marks})", (name, *values))
        for code, found in given.thresholds.items():
            cursor.execute(
                "INSERT INTO threshold_source VALUES (%s, %s, %s)", (name, code, found[name][1])
            )


def _score_and_grade(month: Month) -> None:
    """Score under the model in force; where it changed, also what the one before would say."""
    given, cursor = month.given, month.cursor
    cursor.execute(score_sql(given, given.model, "scored"))
    cursor.execute(explained_sql(given.model, _reference(cursor, given)))
    month.run("graded", table="scored", made="graded", **cuts_of(given.model))
    if given.model_before:
        cuts = cuts_of(given.model_before)
        cursor.execute(score_sql(given, given.model_before, "scored_before"))
        month.run("graded", table="scored_before", made="graded_crossed", **cuts)
        month.run("graded", table="scored", made="graded_old_cut", **cuts)
    else:
        for name in ("graded_crossed", "graded_old_cut"):
            cursor.execute(f"CREATE TABLE {name} (LIKE graded)")
    month.make("group_result")


def _reference(cursor, given: Given) -> dict[str, int | None]:
    """Return the reference means, those not yet known as the means of this month."""
    means = dict(given.reference or {})
    for code in (each["code"] for each in given.model["indicators"]):
        if code not in means:
            cursor.execute(
                f"SELECT ((2 * sum(p_{code}) + count(*)) / (2 * count(*)))::bigint"
                f" FROM scored WHERE score IS NOT NULL AND w_{code} > 0 HAVING count(*) > 0"
            )
            means[code] = (cursor.fetchone() or [None])[0]
    return means


def _alerts(month: Month) -> None:
    month.run("windows")
    for name in ("group_alert", "group_evidence", "group_rule_hit"):
        month.make(name)


def _elasticity(month: Month) -> None:
    month.run("elasticity")
    month.cursor.execute("SELECT count(*) FROM segment_moved")
    if month.cursor.fetchone()[0]:
        raise NotImplementedError("list prices moved: a panel would have to be estimated")
    for name in ("group_elasticity", "segment_elasticity", "org_elasticity"):
        month.make(name)


def main(source: Path, given: Given, out: Path, dsn: str) -> None:
    """Copy, check, sum, score, judge, measure, add up."""
    out.mkdir(parents=True, exist_ok=True)
    with psycopg2.connect(dsn) as connection, connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA IF EXISTS peer CASCADE; CREATE SCHEMA peer")
        cursor.execute(
            "SET search_path = peer, before_peer, public; SET work_mem = '256MB';"
            " SET maintenance_work_mem = '256MB'; SET max_parallel_workers_per_gather = 2;"
            " SET parallel_tuple_cost = 0.01; SET parallel_setup_cost = 100;"
            " SET client_min_messages = 'notice'"
        )
        cursor.execute(FUNCTIONS)
        _make_given(cursor, given)
        take_in(cursor, source, str(given.first_day)[:7], out)
        month = Month(cursor, given)
        month.run("facts")
        for name in ("group_month", "group_product_month", "group_excluded_month", "group_due"):
            month.make(name)
        month.run("streams")
        month.make("group_stream_month")
        _score_and_grade(month)
        month.run("group_grade_step")
        month.make("group_grade_change")
        month.make("grade_flow_month")
        _alerts(month)
        _elasticity(month)
        month.run("org_measured")
        month.make("org_month", level=UNIT_LEVEL)
        for name in ("org_product_month", "org_concentration", "peer_month"):
            month.make(name)


if __name__ == "__main__":
    main(Path(sys.argv[1]), read_given(Path(sys.argv[2])), Path(sys.argv[3]), sys.argv[4])
