"""Imports, runs and publishing leave their rows; a run's progress leaves none."""

from __future__ import annotations

import pytest

from accounts.audit import history_of
from accounts.scope import Scope
from tests.permissions.worlds import MONTH, published_month
from tests.personas import build_org, build_people
from warehouse.actions import withdraw_month
from warehouse.models import ImportBatch, MonthRun, PublishedMonth


@pytest.fixture
def month(db, var_folder):
    build_people(build_org())
    return published_month()


def changed(row):
    return {one.name for one in row.differences}


def test_an_import_a_run_and_a_publication_say_what_became_of_them(month):
    *_later, first = history_of(ImportBatch.objects.get())
    assert first.action == "insert" and {"source", "month_index"} <= changed(first)
    states = [row for row in history_of(MonthRun.objects.get()) if "state" in changed(row)]
    assert len(states) == 3  # asked for, running, ready
    assert len(history_of(MonthRun.objects.get())) <= 5
    pointer = PublishedMonth.objects.get()
    (published,) = history_of(pointer)
    assert published.action == "insert"
    assert {"run", "published_at"} <= changed(published)
    withdraw_month(actor=Scope.of_system(), month=MONTH)
    taken_back = history_of(pointer)[0]
    assert taken_back.action == "update" and "run" in changed(taken_back)
    assert len(history_of(pointer)) == 2, "one row a write: published, taken back"
