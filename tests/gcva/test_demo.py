"""The demo from nothing to a page: prepared once, reused, interrupted, stopped whole."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import psutil
import pytest

from gcva import embedded
from tests.controller.servers import CHECKOUT

pytestmark = pytest.mark.live
SIZES = ["--groups", "120", "--members", "2000", "--months", "2"]


@pytest.fixture
def var(tmp_path):
    folder = tmp_path / "var"
    yield folder
    embedded.stop(folder)
    home = embedded.facts(folder).get("postgres_home") if folder.exists() else ""
    if home:
        shutil.rmtree(home)


def demo(var: Path, *arguments: str) -> subprocess.Popen[str]:
    own = {k: v for k, v in os.environ.items() if k not in {"DATABASE_URL", "REDIS_URL"}}
    return subprocess.Popen(
        [sys.executable, "manage.py", "demo", "--json", *arguments],
        cwd=CHECKOUT,
        env={**own, "GCVA_VAR": str(var), "GCVA_LEASE_SECONDS": "4"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def prepared(var: Path, *arguments: str) -> dict[str, object]:
    out, err = demo(var, "--no-serve", *SIZES, *arguments).communicate()
    assert out, err
    return json.loads(out)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def test_a_second_start_reuses_what_the_first_made(var):
    first = prepared(var)
    assert first["months"] == ["2026-09", "2026-10"]
    assert first["months_done_now"] == 2
    assert first["logins"][0]["username"] == "province"
    assert len(first["logins"]) == 4
    assert prepared(var)["months_done_now"] == 0


def test_other_sizes_are_refused_with_advice(var):
    prepared(var)
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
