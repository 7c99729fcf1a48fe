"""The demo from nothing to a page: prepared once, reused, interrupted, stopped whole."""

from __future__ import annotations

import json
import signal
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from gcva import embedded
from tests.gcva.running_demo import SIZES, demo, free_port, prepared, stopped_after, var

__all__ = ["var"]

pytestmark = pytest.mark.live


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Iterator[tuple[Path, dict[str, object]]]:
    """Make a demo once; return its folder and what was said of it."""
    with stopped_after(tmp_path_factory.mktemp("demo") / "var") as folder:
        yield folder, prepared(folder)


def test_a_second_start_reuses_what_the_first_made(made):
    var, first = made
    assert first["months"] == ["2026-09", "2026-10"]
    assert first["months_done_now"] == 2
    assert first["logins"][0]["username"] == "province"
    assert len(first["logins"]) == 4
    assert prepared(var)["months_done_now"] == 0


def test_other_sizes_are_refused_with_advice(made):
    var, _said = made
    failed = demo(var, "--no-serve", "--groups", "200", "--members", "2000", "--months", "2")
    out, err = failed.communicate()
    assert (failed.returncode, out) == (1, "")
    assert "holds a province of other sizes: 120 groups, 2000 members, 2 months" in err
    assert "Traceback" not in err


def test_a_demo_killed_on_the_way_goes_on_at_the_next_start(var):
    process = demo(var, "--no-serve", *SIZES)
    marts = var / "marts"
    while not (marts.exists() and any(marts.iterdir())):
        assert process.poll() is None
        time.sleep(0.05)
    process.kill()
    process.communicate()
    assert prepared(var)["months"] == ["2026-09", "2026-10"]


def test_stopping_it_stops_all_it_started(var):
    port = free_port()
    process = demo(var, "--port", str(port), *SIZES)
    said = json.loads(process.stdout.readline())
    with urllib.request.urlopen(said["address"]) as page:
        assert page.status == 200
        assert page.url.startswith(f"{said['address']}/login/")
    family = [*psutil.Process(process.pid).children(recursive=True)]
    family += [psutil.Process(pid) for pid in embedded.status(var).pids.values()]
    assert len(family) >= 8
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (0, ""), err
    assert [child for child in family if child.is_running()] == []
