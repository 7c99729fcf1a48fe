"""A run that took its facts over reads them where they were loaded, and every answer stays."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as site

from accounts.scope import Scope
from alerts.actions_thresholds import When, set_threshold
from alerts.thresholds import PROVINCE, Target
from tests.analytics.published import Published, client_of
from tests.analytics.test_query_budget import paths
from tests.once import kept_back
from warehouse import actions, ddl, publish, shared_marts, sharing
from warehouse.conservation import conservation_of
from warehouse.mart_models import MODELS, GroupMonth, OrgMonth
from warehouse.marts import POSTGRES_MARTS
from warehouse.models import MonthRun
from warehouse.run import work_on

SHAREABLE = {mart.name for mart in POSTGRES_MARTS if mart.shareable}
OWN = {mart.name for mart in POSTGRES_MARTS} - SHAREABLE
TIME = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d[:\d.]*(?:[+-]\d\d:\d\d|Z)?")
NAMED_BY_RUN = {"run", "next", "request_id", "month_run", "published_at"}


@pytest.fixture(scope="module")
def base_world(published_world, django_db_blocker, tmp_path_factory) -> Iterator[tuple[int, Path]]:
    """Run the newest month once, over a copy of the province's files: runs are retired here."""
    var = tmp_path_factory.mktemp("shared") / "var"
    shutil.copytree(site.GCVA_VAR, var)
    with django_db_blocker.unblock(), kept_back(var):
        shared_marts.forget()
        made = run_again(published_world)
        assert made.shared_marts == {}, "files lie elsewhere"
        yield made.pk, var


@pytest.fixture
def base(base_world, published, settings) -> Iterator[int]:
    """Return that run; after each test the folder is again as the run left it."""
    made, var = base_world
    kept = var.with_name("kept")
    # linked and not copied: runs share what is the same file at the same place
    shutil.copytree(var, kept, copy_function=os.link)
    settings.GCVA_VAR = var
    shared_marts.forget()
    yield made
    shared_marts.forget()
    shutil.rmtree(var)
    kept.rename(var)


def run_again(published: Published) -> MonthRun:
    month = published.months[-1]
    made = actions.create_run(actor=Scope.of_system(), month=month, publish_when_ready=True)
    assert work_on(made.pk)
    made.refresh_from_db()
    assert made.state == MonthRun.State.READY, made.message
    return made


def loaded(run: int) -> set[str]:
    """Return the marts a run has partitions of."""
    return {name for name, model in MODELS.items() if ddl.is_attached(model._meta.db_table, run)}


def plain(told: Any) -> Any:
    """Leave out what names the run or the time."""
    if isinstance(told, dict):
        return {name: plain(each) for name, each in told.items() if name not in NAMED_BY_RUN}
    return [plain(each) for each in told] if isinstance(told, list) else told


def answers(published: Published) -> dict[tuple[str, str], Any]:
    """Ask every endpoint and every table's file as two readers."""
    found = {}
    asked = [(name, path) for name, path in paths(published, {}) if "batch" not in name]
    for role in ("city", "manager"):
        client = client_of(getattr(published, role))
        for name, path in asked:
            answer = client.get(path, {"format": "csv"} if "export" in name else {})
            kind = answer.headers.get("Content-Type", "")
            if answer.status_code != 200 or not ("json" in kind or "csv" in kind):
                continue
            text = b"".join(answer) if answer.streaming else answer.content
            is_json = "json" in kind
            told = plain(json.loads(text)) if is_json else text.decode("utf-8-sig", "replace")
            found[role, name] = TIME.sub("", told) if isinstance(told, str) else told
    return found


def test_a_run_reads_the_facts_another_one_loaded_and_answers_the_same(published, base):
    before = answers(replace(published, run=base))
    assert len(before) > 40
    second = run_again(published)
    assert second.shared_marts == dict.fromkeys(SHAREABLE, base)
    assert loaded(second.pk) == OWN
    third = run_again(published)
    assert third.shared_marts == dict.fromkeys(SHAREABLE, base), "not of the one that borrows"
    assert MonthRun.objects.get(pk=base).state == "retired"
    assert loaded(base) == SHAREABLE, "a retired run keeps what it lends and no more"
    after = answers(replace(published, run=third.pk))
    assert before.keys() == after.keys()
    assert {key: (before[key], after[key]) for key in before if before[key] != after[key]} == {}
    assert all(line.holds for line in conservation_of(third))


def test_what_nobody_shares_any_more_goes(published, base, settings):
    run_again(published)
    settings.GCVA_REUSE = False
    third, fourth = run_again(published), run_again(published)
    assert third.shared_marts == fourth.shared_marts == {}
    assert loaded(base) == set()
    assert loaded(third.pk) == loaded(fourth.pk) == SHAREABLE | OWN


def test_withdrawing_leads_back_to_a_run_that_shares(published, base):
    second, third = run_again(published), run_again(published)
    n_groups = GroupMonth.objects.in_run(third.pk).shown().count()
    assert publish.withdraw(published.months[-1], user_id=None) == second
    total = OrgMonth.objects.in_run(second.pk).at_level("province").rolled_up().get()
    assert GroupMonth.objects.in_run(second.pk).shown().count() == n_groups == total.n_groups
    assert GroupMonth.objects.in_runs([second.pk, third.pk]).shown().count() == n_groups


def test_a_new_threshold_shares_the_facts_and_loads_what_follows_from_it(published, base):
    month = published.months[-1]
    target, when = Target("state_share", PROVINCE), When(month, "复核门槛")
    set_threshold(actor=Scope.of_system(), target=target, value=0.5, when=when)
    again = run_again(published)
    assert again.shared_marts == dict.fromkeys(SHAREABLE, base)
    assert loaded(again.pk) == OWN


def test_a_partition_that_lacks_rows_is_not_shared(published, base):
    GroupMonth.objects.in_run(base).first().delete()
    again = run_again(published)
    assert again.shared_marts == {}, "facts and products are joined: all or none"
    assert loaded(again.pk) == OWN | SHAREABLE


def test_files_that_only_look_alike_are_not_shared(published, base):
    folder = Path(site.GCVA_VAR) / "marts" / f"run={base}"
    copied = folder / "group_month.parquet"
    twin = copied.with_name("twin")
    shutil.copy(copied, twin)
    again = run_again(published)
    assert "group_month" in again.shared_marts
    twin.replace(copied)  # the same bytes in another file: who knows since when
    assert "group_month" not in sharing.lenders(again.pk)
