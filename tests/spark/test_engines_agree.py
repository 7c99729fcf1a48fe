"""Spark and DuckDB write the same files: every mart of every month, byte by byte.

Two small provinces show most differences within minutes; the province of the demo, as `make demo`
makes it, and the real file show what rows by the hundred thousand and foreign data bring.
"""

from __future__ import annotations

import importlib.util
import shutil
from collections.abc import Iterable
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from core.month import Month
from gcva.province.build import write_province
from gcva.province.plan import Plan
from scoring.actions import ensure_default_model
from tests.warehouse.tiny_province import MONTHS
from tests.warehouse.worlds import SYSTEM, run, take_in_by_hand
from warehouse import actions, queries, spark_engine
from warehouse.models import ImportBatch, MonthRun
from warehouse.run import work_on

MISSING = [
    name
    for name, is_there in (
        ("pyspark (requirements-spark.txt)", importlib.util.find_spec("pyspark")),
        ("Java 17 (java on the PATH)", shutil.which("java")),
    )
    if not is_there
]
pytestmark = [
    pytest.mark.spark,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(bool(MISSING), reason=f"not installed: {', '.join(MISSING)}"),
]
#: A small province pays for planning, not for rows: few partitions, nothing compiled.
SMALL = {
    "spark.sql.shuffle.partitions": "2",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1",
}
PLAN = Plan(groups=120, members=1_500, months=2, seed=5, last_month=Month(2026, 10))


REAL = Path(__file__).parents[2] / "fixtures" / "real"


@pytest.fixture(autouse=True)
def anew(var_folder, settings):
    """Compute everything anew."""
    settings.GCVA_REUSE = False


@pytest.fixture
def small_spark(monkeypatch):
    """Let Spark start quickly."""
    for name, value in SMALL.items():
        monkeypatch.setitem(spark_engine.SETTINGS, name, value)


def on_spark(month: Month) -> MonthRun:
    """Run a month again over the same inputs, on two threads of Spark, and leave it unpublished."""
    made = actions.create_run(actor=SYSTEM, month=month, engine="local[2]")
    assert work_on(made.pk)
    made.refresh_from_db()
    assert made.state == MonthRun.State.READY, made.message
    return made


def take_in(folder: Path, month: Month, mapping: Path | None = None) -> None:
    batch = actions.import_extracts(actor=SYSTEM, path=folder, month=month, mapping_path=mapping)
    assert batch.state == ImportBatch.State.ACCEPTED, batch.report


def take_in_generated(folder: Path, plan: Plan) -> None:
    write_province(folder, plan)
    for month in plan.calendar:
        take_in(folder / str(month), month)


def marts_of(made: MonthRun) -> dict[str, Path]:
    return {path.name: path for path in queries.run_folder(made.pk).iterdir()}


def differing(first: MonthRun, second: MonthRun) -> list[str]:
    """Name the files that differ, with the first row that does."""
    ours, theirs = marts_of(first), marts_of(second)
    assert sorted(ours) == sorted(theirs)
    return [
        f"{name}: {first_difference(ours[name], theirs[name])}"
        for name in sorted(ours)
        if not name.endswith(".basis") and ours[name].read_bytes() != theirs[name].read_bytes()
    ]


def first_difference(ours: Path, theirs: Path) -> str:
    if ours.suffix != ".parquet":
        return "other bytes"
    mine, other = pq.read_table(ours).to_pylist(), pq.read_table(theirs).to_pylist()
    if len(mine) != len(other):
        return f"{len(mine)} rows, {len(other)} on Spark"
    for row, again in zip(mine, other, strict=True):
        cells = {key: (row[key], again[key]) for key in row if row[key] != again[key]}
        if cells:
            return f"{len(mine)} rows, first at {list(row.values())[:4]}: {cells}"
    return "equal rows in other bytes"


def assert_engines_agree(months: Iterable[Month]) -> None:
    for month in months:
        made = run(month)
        assert differing(made, on_spark(month)) == [], str(month)


@pytest.mark.usefixtures("small_spark")
def test_a_province_worked_out_by_hand_is_the_same_on_both_engines():
    for month, kinds in MONTHS.items():
        take_in_by_hand(month, kinds)
    assert_engines_agree(MONTHS)


@pytest.mark.usefixtures("small_spark")
def test_a_generated_province_is_the_same_on_both_engines(tmp_path):
    take_in_generated(tmp_path / "province", PLAN)
    assert_engines_agree(PLAN.calendar)


@pytest.mark.usefixtures("small_spark")
def test_the_real_file_is_the_same_on_both_engines():
    ensure_default_model()
    take_in(REAL / "mlc_churn.csv", Month(2026, 10), REAL / "mlc_churn.toml")
    assert_engines_agree([Month(2026, 10)])


def test_every_month_of_the_demo_is_the_same_on_both_engines(tmp_path):
    take_in_generated(tmp_path / "province", Plan())
    assert_engines_agree(Plan().calendar)
