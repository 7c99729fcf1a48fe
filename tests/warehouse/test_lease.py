"""Who may write is decided by one row and the database's clock."""

from __future__ import annotations

import datetime as dt
import threading
import time

import pytest
from django.db import OperationalError, connection, transaction
from django.db.models.functions import Now

from core.errors import Conflict
from gcva.pipeline import PIPELINE
from tests.warehouse.tiny_province import AUGUST, MONTHS
from tests.warehouse.worlds import SYSTEM, run, take_in_by_hand
from warehouse import actions, ddl, lease, publish, queries, reconcile
from warehouse import run as running
from warehouse.context import Pipeline, Step
from warehouse.lease import Claim, FenceLost, Heartbeat, claim
from warehouse.models import GroupMonth, MonthRun, OrgMonth
from warehouse.signals import run_queued
from warehouse.tasks import run_month_task

pytestmark = pytest.mark.django_db(transaction=True)


def a_run(**values) -> MonthRun:
    return MonthRun.objects.create(month_index=AUGUST.index, **values)


def let_lease_run_out(run_id: int) -> None:
    MonthRun.objects.filter(pk=run_id).update(lease_until=Now() - dt.timedelta(seconds=1))


def in_parallel(n: int, work) -> list:
    results, ready = [], threading.Barrier(n)

    def one() -> None:
        ready.wait()
        try:
            results.append(work())
        finally:
            connection.close()

    threads = [threading.Thread(target=one) for _ in range(n)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_of_many_workers_one_gets_the_run():
    made = a_run()
    claims = in_parallel(8, lambda: claim(made.pk))
    assert [c for c in claims if c] == [Claim(made.pk, 1)]


def test_a_run_is_claimed_again_only_when_its_lease_is_over():
    made = a_run()
    first = claim(made.pk)
    assert claim(made.pk) is None
    let_lease_run_out(made.pk)
    second = claim(made.pk)
    assert (first.fence, second.fence) == (1, 2)
    with pytest.raises(FenceLost):
        first.check()
    with pytest.raises(FenceLost):
        first.update(step="late")
    second.update(step="in time")
    assert MonthRun.objects.get(pk=made.pk).step == "in time"


def test_the_heartbeat_keeps_a_lease_alive_beyond_its_length(settings):
    settings.GCVA_LEASE_SECONDS = 0.6
    made = a_run()
    held = claim(made.pk)
    with Heartbeat(held):
        time.sleep(1.5)
        assert claim(made.pk) is None
    time.sleep(0.8)
    assert claim(made.pk).fence == 2


def test_a_worker_that_was_overtaken_changes_nothing(var_folder, monkeypatch):
    take_in_by_hand(AUGUST, MONTHS[AUGUST])
    made = actions.create_run(actor=SYSTEM, month=AUGUST, publish_when_ready=True)
    build = ddl.build_standalone

    def overtaken_after_building(table, *rest):
        built = build(table, *rest)
        if table == "mart_org_month":
            let_lease_run_out(made.pk)
            assert claim(made.pk).fence == 2
        return built

    monkeypatch.setattr(ddl, "build_standalone", overtaken_after_building)
    assert running.work_on(made.pk)
    after = MonthRun.objects.get(pk=made.pk)
    assert (after.state, after.fence) == ("running", 2)
    made_before_load = [step.name for step in PIPELINE.steps[:-1]]
    assert [step["name"] for step in after.steps_done] == made_before_load
    assert not GroupMonth.objects.exists()
    assert queries.published_runs() == ()


def test_a_doubled_message_runs_a_month_once(var_folder):
    take_in_by_hand(AUGUST, MONTHS[AUGUST])
    made = actions.create_run(actor=SYSTEM, month=AUGUST)
    for _ in range(3):
        run_month_task(made.pk)
    after = MonthRun.objects.get(pk=made.pk)
    assert (after.state, after.fence, len(after.steps_done)) == ("ready", 1, len(PIPELINE.steps))


def test_a_run_whose_message_was_lost_is_found():
    made = a_run()
    assert reconcile.waiting_runs() == [made.pk]
    claim(made.pk)
    assert reconcile.waiting_runs() == []
    let_lease_run_out(made.pk)
    assert reconcile.waiting_runs() == [made.pk]


def test_a_cancelled_run_stops_at_its_next_write(var_folder, monkeypatch):
    take_in_by_hand(AUGUST, MONTHS[AUGUST])
    real = running.pipeline()
    made = actions.create_run(actor=SYSTEM, month=AUGUST)

    def cancelled_before(ctx):
        actions.cancel_run(actor=SYSTEM, run_id=made.pk)
        return real.steps[0].call(ctx)

    steps = (Step("facts", "汇总", cancelled_before), *real.steps[1:])
    monkeypatch.setattr(running, "pipeline", lambda: Pipeline(steps, real.pin_model))
    running.work_on(made.pk)
    assert MonthRun.objects.get(pk=made.pk).state == "cancelled"
    assert not list(queries.run_folder(made.pk).glob("*.parquet"))
    with pytest.raises(Conflict, match="已经结束"):
        actions.cancel_run(actor=SYSTEM, run_id=made.pk)


def test_a_lost_database_leaves_the_run_to_the_next_worker(var_folder, monkeypatch):
    take_in_by_hand(AUGUST, MONTHS[AUGUST])
    real = running.pipeline()
    made = actions.create_run(actor=SYSTEM, month=AUGUST)

    def away(ctx):
        raise OperationalError("server closed the connection unexpectedly")

    steps = (real.steps[0], Step("scores", "评分", away))
    monkeypatch.setattr(running, "pipeline", lambda: Pipeline(steps, real.pin_model))
    with pytest.raises(OperationalError):
        running.work_on(made.pk)
    assert MonthRun.objects.get(pk=made.pk).state == "running"
    let_lease_run_out(made.pk)
    monkeypatch.setattr(running, "pipeline", lambda: real)
    assert running.work_on(made.pk)
    assert MonthRun.objects.get(pk=made.pk).state == "ready"


def test_a_step_that_fails_says_so_and_never_publishes(var_folder, monkeypatch):
    take_in_by_hand(AUGUST, MONTHS[AUGUST])
    real = running.pipeline()

    def broken(ctx):
        raise ZeroDivisionError

    steps = (Step("facts", "汇总", broken),)
    monkeypatch.setattr(running, "pipeline", lambda: Pipeline(steps, real.pin_model))
    made = actions.create_run(actor=SYSTEM, month=AUGUST, publish_when_ready=True)
    running.work_on(made.pk)
    after = MonthRun.objects.get(pk=made.pk)
    assert (after.state, after.lease_until) == ("failed", None)
    assert "内部错误" in after.message
    assert queries.published_runs() == ()


def test_asking_twice_for_the_same_run_gives_one(var_folder):
    take_in_by_hand(AUGUST, MONTHS[AUGUST])
    asked = in_parallel(4, lambda: actions.create_run(actor=SYSTEM, month=AUGUST).pk)
    assert len(set(asked)) == 1
    batch = take_in_by_hand(AUGUST, {"groups": MONTHS[AUGUST]["groups"]})
    newer = actions.create_run(actor=SYSTEM, month=AUGUST)
    assert newer.pk not in asked, "other inputs are another run"
    assert newer.inputs["groups"] in batch.extracts.values_list("pk", flat=True)
    assert MonthRun.objects.get(pk=asked[0]).state == "cancelled"


def test_queueing_tells_the_workers_only_once_it_is_stored(var_folder):
    take_in_by_hand(AUGUST, MONTHS[AUGUST])
    told = []

    def listen(run_id, **_):
        told.append(MonthRun.objects.get(pk=run_id).pk)

    run_queued.connect(listen)
    try:
        with transaction.atomic():
            made = actions.queue_run(actor=SYSTEM, month=AUGUST)
            assert told == []
        assert told == [made.pk]
    finally:
        run_queued.disconnect(listen)


def test_old_runs_are_retired_later_when_somebody_still_reads_them(var_folder, monkeypatch):
    monkeypatch.setattr(ddl, "LOCK_TIMEOUT", "100ms")
    monkeypatch.setattr(publish, "DETACH_TRIES", 1)
    take_in_by_hand(AUGUST, MONTHS[AUGUST])
    first, _ = run(AUGUST), run(AUGUST)
    reading, done = threading.Event(), threading.Event()

    def read() -> None:
        try:
            with transaction.atomic():
                list(OrgMonth.objects.in_run(first.pk))
                reading.set()
                done.wait(30)
        finally:
            connection.close()

    reader = threading.Thread(target=read)
    reader.start()
    reading.wait(30)
    run(AUGUST)
    assert MonthRun.objects.get(pk=first.pk).state == "ready", "not retired under its reader"
    done.set()
    reader.join()
    reconcile.retire_leftovers()
    assert MonthRun.objects.get(pk=first.pk).state == "retired"
    assert not ddl.is_attached("mart_org_month", first.pk)


def test_giving_up_is_counted_from_the_last_finished_step():
    made = a_run(attempt=lease.MAX_ATTEMPTS - 1)
    held = claim(made.pk)
    assert held is not None
    let_lease_run_out(made.pk)
    assert claim(made.pk) is None
    assert MonthRun.objects.get(pk=made.pk).state == "failed"
