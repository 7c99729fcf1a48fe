"""A second run over the same inputs takes over what does not depend on what changed, no more."""

from __future__ import annotations

from pathlib import Path

import pytest

from alerts.actions_thresholds import When, set_threshold
from alerts.thresholds import PROVINCE, Target
from scoring.actions import draft_score_model, publish_score_model
from scoring.models import GradeInForce, ScoreModel
from tests.scoring.factories import default_definition
from tests.warehouse.tiny_province import AUGUST, MONTHS, SEPTEMBER
from tests.warehouse.worlds import SYSTEM, run, take_in_by_hand
from warehouse import queries, reuse
from warehouse.context import RunContext, Step
from warehouse.models import MonthRun
from warehouse.run import pipeline

pytestmark = pytest.mark.django_db(transaction=True)
KEEPING = [step for step in pipeline().steps if step.keeps]
KEPT = [file for step in KEEPING for file in step.keeps]
FACTS = ("facts", "names", "dues", "prices", "facts_by_unit", "elasticity")
NEVER = ("group_alert.parquet", "group_rule_hit.parquet", "org_month.parquet")


@pytest.fixture
def province(var_folder):
    for month, kinds in MONTHS.items():
        take_in_by_hand(month, kinds)
    run(AUGUST)


def inodes(run_id: int) -> dict[str, int]:
    folder = queries.run_folder(run_id)
    return {name: (folder / name).stat().st_ino for name in (*KEPT, *NEVER)}


def linked(first: MonthRun, second: MonthRun) -> set[str]:
    """Return the steps whose files the second run shares with the first."""
    before, after = inodes(first.pk), inodes(second.pk)
    assert not any(before[name] == after[name] for name in NEVER)
    shared = {step.name for step in KEEPING if before[step.keeps[0]] == after[step.keeps[0]]}
    for step in KEEPING:
        assert {before[name] == after[name] for name in step.keeps} == {step.name in shared}
    return shared


def like_computed(made: MonthRun, settings) -> None:
    """Hold a run against one over the same pins that takes nothing over, byte by byte."""
    settings.GCVA_REUSE = False
    again = run(made.month)
    settings.GCVA_REUSE = True
    folders = [queries.run_folder(each.pk) for each in (made, again)]
    names = sorted(path.name for path in folders[0].iterdir() if path.suffix != ".basis")
    assert set(names) > {*KEPT, *NEVER}
    for name in names:
        assert (folders[0] / name).read_bytes() == (folders[1] / name).read_bytes(), name


def test_a_second_run_over_the_same_extracts_links_its_facts(province):
    first, second = run(SEPTEMBER), run(SEPTEMBER)
    assert linked(first, second) == {step.name for step in KEEPING}
    rows = [{step["name"]: step["rows"] for step in made.steps_done} for made in (first, second)]
    assert rows[0] == rows[1]


def test_what_is_taken_over_is_what_would_be_computed(province, settings):
    run(SEPTEMBER)
    like_computed(run(SEPTEMBER), settings)


def test_a_threshold_leaves_scores_and_grades_alone(province, settings):
    first = run(SEPTEMBER)
    target, when = Target("state_share", PROVINCE), When(SEPTEMBER, "复核门槛")
    set_threshold(actor=SYSTEM, target=target, value=0.5, when=when)
    second = run(SEPTEMBER)
    assert second.thresholds_version > first.thresholds_version
    assert linked(first, second) == {step.name for step in KEEPING}
    like_computed(second, settings)


def test_an_approval_leaves_scores_alone(province, settings):
    first = run(SEPTEMBER)
    GradeInForce.objects.create(
        group_code="G1", grade="A1", from_month_index=SEPTEMBER.index, to_month_index=10**6
    )
    second = run(SEPTEMBER)
    assert linked(first, second) == {*FACTS, "scores"}
    like_computed(second, settings)


def test_a_model_leaves_the_facts_alone(province, settings):
    first = run(SEPTEMBER)
    draft = draft_score_model(actor=SYSTEM, name="新模型", definition=default_definition())
    publish_score_model(actor=SYSTEM, model_id=draft.pk, from_month=SEPTEMBER)
    second = run(SEPTEMBER)
    assert linked(first, second) == {*FACTS}
    like_computed(second, settings)


def test_another_review_cycle_or_reference_grades_again(province, settings):
    first = run(SEPTEMBER)
    settings.GCVA_REVIEW_CYCLE = "quarter"
    second = run(SEPTEMBER)
    assert linked(first, second) == {*FACTS}
    ScoreModel.objects.update(reference={})
    third = run(SEPTEMBER)
    assert linked(second, third) == {*FACTS}


def test_a_step_that_keeps_files_names_what_the_steps_before_it_name():
    named: set[str] = set()
    for step in KEEPING:
        assert step.apart or named <= set(step.pins), step.name
        named |= set(step.pins)


def test_a_pin_that_a_step_does_not_name_cannot_be_read():
    pinned = RunContext(
        1, SEPTEMBER, Path(), {}, {}, {}, 5, 6, None, print, print, thresholds_version=7
    )
    step = Step("grades", "评定等级", int, ("group_result.parquet",), ("model_version_id",))
    seen = reuse.narrowed(step, pinned)
    assert (seen.model_version_id, seen.adjustments_upto, seen.thresholds_version) == (
        5,
        None,
        None,
    )
    free = reuse.narrowed(Step("alerts", "异常检测", int), pinned)
    assert (free.model_version_id, free.adjustments_upto, free.thresholds_version) == (5, 6, 7)


def test_another_setting_another_file_or_another_month_before_computes_again(province, settings):
    first = inodes(run(SEPTEMBER).pk)
    settings.GCVA_FEW_MEMBERS = 2
    other_setting = inodes(run(SEPTEMBER).pk)
    assert first["group_month.parquet"] != other_setting["group_month.parquet"]
    settings.GCVA_FEW_MEMBERS = 4
    run(AUGUST)  # a new run of the month before: its marts are pinned by place
    assert inodes(run(SEPTEMBER).pk)["group_month.parquet"] not in {
        first["group_month.parquet"],
        other_setting["group_month.parquet"],
    }
    take_in_by_hand(SEPTEMBER, MONTHS[SEPTEMBER])
    assert inodes(run(SEPTEMBER).pk)["group_month.parquet"] != first["group_month.parquet"]


def test_facts_outlive_the_run_they_were_taken_from(province):
    first, second = run(SEPTEMBER), run(SEPTEMBER)
    run(SEPTEMBER)  # two runs of a month stay
    assert not queries.run_folder(first.pk).exists()
    assert (queries.run_folder(second.pk) / "group_month.parquet").stat().st_size > 0
