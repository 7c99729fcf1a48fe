"""Kill the run everywhere; it goes on, and readers see the old or the new month as a whole."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable

import pytest

from tests.controller.servers import CHECKOUT
from tests.warehouse.tiny_province import AUGUST, MONTHS
from tests.warehouse.worlds import SYSTEM, run, take_in_by_hand
from warehouse import actions, queries
from warehouse.models import GroupMonth, GroupResult, MonthRun, OrgMonth
from warehouse.run import pipeline

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.live]

LEASE = {"GCVA_LEASE_SECONDS": "2", "GCVA_RECONCILE_SECONDS": "1"}


def manage(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", *words],
        cwd=CHECKOUT,
        env={**os.environ, **LEASE, **environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def seen_by_readers() -> tuple[int, int, int, int]:
    """Return the run of the month and how many rows of each mart it shows."""
    published = queries.published_run(AUGUST)
    assert published is not None
    counts = [m.objects.in_run(published.run).count() for m in (GroupMonth, GroupResult, OrgMonth)]
    return published.run, *counts


def wait_until(true: Callable[[], bool], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it took too long"
        time.sleep(0.2)


def test_a_run_killed_at_every_boundary_goes_on_and_ends_the_same(var_folder):
    take_in_by_hand(AUGUST, MONTHS[AUGUST])
    before = run(AUGUST)
    old = seen_by_readers()
    steps = [*(step.name for step in pipeline().steps), "ready"]
    for boundary in [f"{step}:{when}" for step in steps for when in ("before", "after")]:
        killed = manage(
            "run_month",
            str(AUGUST),
            "--publish",
            GCVA_FAULT=boundary,
            GCVA_VAR=str(var_folder),
            GCVA_REUSE="0",
        )
        assert killed.returncode == -9, (boundary, killed.stderr)
        if boundary != "ready:after":
            assert seen_by_readers() == old, boundary
    now = seen_by_readers()
    assert now[0] > old[0] and now[1:] == old[1:]
    assert MonthRun.objects.filter(month_index=AUGUST.index).count() == 2, "one run, resumed"
    for mart in ("group_month", "group_result", "org_month", "group_product_month"):
        files = [queries.run_folder(pk) / f"{mart}.parquet" for pk in (before.pk, now[0])]
        assert files[0].read_bytes() == files[1].read_bytes(), mart
    assert not list(queries.run_folder(now[0]).glob(".*")), "nothing half written is left"


def test_a_killed_worker_is_replaced_without_anybody_asking(var_folder, live_worker):
    take_in_by_hand(AUGUST, MONTHS[AUGUST])
    settings = {**LEASE, "GCVA_VAR": str(var_folder)}
    dying = live_worker(GCVA_FAULT="grades:after", **settings)
    queued = actions.queue_run(actor=SYSTEM, month=AUGUST, publish_when_ready=True)
    steps = lambda: [s["name"] for s in MonthRun.objects.get(pk=queued.pk).steps_done]  # noqa: E731 - short
    names = [step.name for step in pipeline().steps]
    done = names[: names.index("grades")]
    wait_until(lambda: steps() == done and "signal 9" in dying.said())
    dying.kill()
    assert queries.published_run(AUGUST) is None
    began = time.monotonic()
    live_worker(beat=True, **settings)
    wait_until(lambda: queries.published_run(AUGUST) is not None)
    assert time.monotonic() - began < 60
    assert steps() == names


def test_a_run_that_dies_again_and_again_is_given_up(var_folder):
    take_in_by_hand(AUGUST, MONTHS[AUGUST])
    environment = {"GCVA_VAR": str(var_folder), "GCVA_LEASE_SECONDS": "1"}
    for _ in range(5):
        killed = manage("run_month", str(AUGUST), GCVA_FAULT="facts:after", **environment)
        assert killed.returncode == -9
    last = manage("run_month", str(AUGUST), "--json", GCVA_FAULT="facts:after", **environment)
    said = json.loads(last.stdout)
    assert (last.returncode, said["state"]) == (1, "failed")
    assert "连续 5 次中断" in said["error"]["message"]
