"""A second run over the same extracts takes its facts from the first; any other run does not."""

from __future__ import annotations

import pytest

from tests.warehouse.tiny_province import AUGUST, MONTHS, SEPTEMBER
from tests.warehouse.worlds import run, take_in_by_hand
from warehouse import queries
from warehouse.run import pipeline

pytestmark = pytest.mark.django_db(transaction=True)
KEPT = [mart for step in pipeline().steps for mart in step.keeps]


@pytest.fixture
def province(var_folder):
    for month, kinds in MONTHS.items():
        take_in_by_hand(month, kinds)
    run(AUGUST)


def inodes(run_id: int) -> dict[str, int]:
    folder = queries.run_folder(run_id)
    return {mart: (folder / f"{mart}.parquet").stat().st_ino for mart in KEPT}


def test_a_second_run_over_the_same_extracts_links_its_facts(province):
    first, second = run(SEPTEMBER), run(SEPTEMBER)
    assert inodes(first.pk) == inodes(second.pk)
    rows = [{step["name"]: step["rows"] for step in made.steps_done} for made in (first, second)]
    assert rows[0] == rows[1]


def test_what_is_taken_over_is_what_would_be_computed(province, settings):
    first = run(SEPTEMBER)
    settings.GCVA_REUSE = False
    second = run(SEPTEMBER)
    for mart in KEPT:
        files = [queries.run_folder(made.pk) / f"{mart}.parquet" for made in (first, second)]
        assert files[0].stat().st_ino != files[1].stat().st_ino
        assert files[0].read_bytes() == files[1].read_bytes(), mart


def test_another_setting_another_file_or_another_month_before_computes_again(province, settings):
    first = inodes(run(SEPTEMBER).pk)
    settings.GCVA_FEW_MEMBERS = 2
    other_setting = inodes(run(SEPTEMBER).pk)
    assert first["group_month"] != other_setting["group_month"]
    settings.GCVA_FEW_MEMBERS = 4
    run(AUGUST)  # a new run of the month before: its marts are pinned by place
    assert inodes(run(SEPTEMBER).pk)["group_month"] not in {
        first["group_month"],
        other_setting["group_month"],
    }
    take_in_by_hand(SEPTEMBER, MONTHS[SEPTEMBER])
    assert inodes(run(SEPTEMBER).pk)["group_month"] != first["group_month"]


def test_facts_outlive_the_run_they_were_taken_from(province):
    first, second = run(SEPTEMBER), run(SEPTEMBER)
    run(SEPTEMBER)  # two runs of a month stay
    assert not queries.run_folder(first.pk).exists()
    assert (queries.run_folder(second.pk) / "group_month.parquet").stat().st_size > 0
