"""Publishing is one pointer: a reader sees one run or the other, never some of both."""

from __future__ import annotations

import threading

import pytest
from django.db import connection
from django.db.models import Sum

from gcva.pipeline import PIPELINE
from tests.warehouse.tiny_province import AUGUST, MONTHS
from tests.warehouse.worlds import SYSTEM, run, take_in_by_hand
from warehouse import actions, queries
from warehouse.models import GroupMonth, MonthRun, OrgMonth, PublishedMonth

pytestmark = pytest.mark.django_db(transaction=True)


def seen() -> tuple[int, int, int]:
    """Read a month as a request does: the run once, then totals and groups of that run."""
    published = queries.published_run(AUGUST)
    totals = OrgMonth.objects.in_run(published.run).at_level("province").rolled_up().get()
    cities = OrgMonth.objects.in_run(published.run).at_level("city").rolled_up()
    groups = GroupMonth.objects.in_run(published.run).shown()
    return (
        totals.total_income_li,
        cities.aggregate(total=Sum("total_income_li"))["total"],
        groups.aggregate(total=Sum("total_income_li"))["total"],
    )


def test_readers_see_one_run_as_a_whole_while_months_are_published(var_folder):
    take_in_by_hand(AUGUST, MONTHS[AUGUST])
    run(AUGUST)
    old = seen()
    dearer = MONTHS[AUGUST]["subscriptions"].replace("G1,SW,group,1,100", "G1,SW,group,1,300")
    take_in_by_hand(AUGUST, {"subscriptions": dearer})
    run(AUGUST)
    new = seen()
    assert len({*old}) == len({*new}) == 1 and new[0] == old[0] + 200_000
    answers: list[tuple[int, int, int]] = []
    stop = threading.Event()

    def read() -> None:
        try:
            while not stop.is_set():
                answers.append(seen())
        finally:
            connection.close()

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for _ in range(25):
        actions.withdraw_month(actor=SYSTEM, month=AUGUST)
        actions.publish_month(actor=SYSTEM, month=AUGUST)
    stop.set()
    for reader in readers:
        reader.join()
    assert len(answers) > 25
    assert set(answers) == {old, new}


def test_publishing_again_after_a_withdrawal_brings_the_newest_back(var_folder):
    take_in_by_hand(AUGUST, MONTHS[AUGUST])
    run(AUGUST)
    newest = run(AUGUST, publish=False)
    assert queries.months_with_state()[0].is_publishable
    assert actions.publish_month(actor=SYSTEM, month=AUGUST).pk == newest.pk
    assert not queries.months_with_state()[0].is_publishable
    pointer = PublishedMonth.objects.get()
    assert (pointer.run_id, pointer.month_index) == (newest.pk, AUGUST.index)
    assert pointer.published_at is not None


def test_the_operators_page_reads_a_month_in_few_queries(var_folder, django_assert_max_num_queries):
    take_in_by_hand(AUGUST, MONTHS[AUGUST])
    made = run(AUGUST)
    with django_assert_max_num_queries(4):
        (state,) = queries.months_with_state()
        assert [each.pk for each in state.runs] == [made.pk]
        assert len(state.batches[0].extracts.all()) == len(MONTHS[AUGUST])
    said = queries.progress_of(made.pk)
    assert (said.state, len(said.steps_done)) == (MonthRun.State.READY, len(PIPELINE.steps))
