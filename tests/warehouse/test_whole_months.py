"""A generated province through gate, run and load: conserved, deterministic, equal to an oracle."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import pandas as pd
import pytest

from core.month import Month
from gcva.province.build import write_province
from gcva.province.plan import Plan
from tests.warehouse.oracle import MonthFiles, groups_again
from tests.warehouse.worlds import SYSTEM, run
from warehouse import actions, queries
from warehouse.conservation import conservation_of
from warehouse.models import GroupMonth, ImportBatch

pytestmark = pytest.mark.django_db(transaction=True)
PLAN = Plan(groups=300, members=6_000, months=3, seed=11, last_month=Month(2026, 10))


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("province")
    write_province(folder, PLAN)
    return folder


@pytest.fixture
def months(files, var_folder):
    """Import, run and publish every month."""
    return {month: imported_and_run(files / str(month), month) for month in PLAN.calendar}


def imported_and_run(folder: Path, month: Month):
    batch = actions.import_extracts(actor=SYSTEM, path=folder, month=month)
    assert batch.state == ImportBatch.State.ACCEPTED, batch.report
    return run(month)


def shuffled(source: Path, target: Path) -> Path:
    """Copy a month's files with the rows of each in another order."""
    target.mkdir()
    for path in source.glob("*.csv"):
        header, *rows = path.read_text(encoding="utf-8").splitlines(keepends=True)
        random.Random(5).shuffle(rows)
        (target / path.name).write_text("".join([header, *rows]), encoding="utf-8")
    return target


def test_row_order_and_threads_do_not_change_a_byte(months, files, settings, tmp_path):
    last = PLAN.calendar[-1]
    settings.GCVA_ENGINE_THREADS = 1
    again = imported_and_run(shuffled(files / str(last), tmp_path / "shuffled"), last)
    assert again.inputs["members"] != months[last].inputs["members"], "another batch"
    first, second = (queries.run_folder(made.pk) for made in (months[last], again))
    names = sorted(path.name for path in first.iterdir())
    assert names == sorted(path.name for path in second.iterdir())
    # a basis says which files were read, and these are others
    differing = [n for n in names if not n.endswith(".basis")]
    differing = [n for n in differing if (first / n).read_bytes() != (second / n).read_bytes()]
    assert differing == []


def test_facts_equal_an_independent_computation_and_nothing_is_lost_on_the_way(months, files):
    before = None
    for month, made in months.items():
        now = MonthFiles(files / str(month), month)
        expected = groups_again(before, now)
        rows = GroupMonth.objects.in_run(made.pk).shown().order_by("group_code")
        ours = pd.DataFrame(list(rows.values())).set_index("group_code")
        assert list(ours.index) == list(expected.index)
        compared = [column for column in expected.columns if column in ours.columns]
        assert len(compared) >= 30
        for column in compared:
            wrong = ours[column].astype("int64") != expected[column].astype("int64")
            assert not wrong.any(), (month, column, ours[wrong].index.tolist()[:5])
        if before is not None:
            fresh = ours["is_new"].astype(int) + ours["is_returned"].astype(int)
            assert (fresh == (~expected["was_there"]).astype(int)).all()
        before = now
        lines = conservation_of(made)
        assert len(lines) == 11
        assert [line for line in lines if not line.holds] == []
        assert any(line.excluded for line in lines)


def test_the_same_bytes_are_imported_once(files, var_folder, tmp_path):
    month = PLAN.calendar[0]
    copied = shutil.copytree(files / str(month), tmp_path / "elsewhere")
    first = actions.import_extracts(actor=SYSTEM, path=files / str(month), month=month)
    again = actions.import_extracts(actor=SYSTEM, path=Path(copied), month=month)
    assert (again.pk, again.already_imported) == (first.pk, True)
    assert ImportBatch.objects.count() == 1
