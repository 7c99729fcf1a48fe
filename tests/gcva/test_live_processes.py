"""Real processes on a test's own database: a worker that takes tasks, a site that answers."""

from __future__ import annotations

import json
import signal
import urllib.request

import pytest

pytestmark = pytest.mark.live


def test_a_worker_takes_tasks_of_this_queue_only_and_dies_when_killed(live_worker, slot):
    worker = live_worker()
    assert f"gcva-test-{slot.number}" in worker.said()
    worker.kill()
    assert worker.process.returncode == -signal.SIGKILL


def test_a_site_answers_that_it_is_ready(live_site):
    with urllib.request.urlopen(f"{live_site().url}/readyz") as answer:
        assert json.load(answer) == {
            "status": "ok",
            "checks": {"database": "ok", "redis": "ok", "migrations": "ok"},
        }
