"""Run the demo as a process of its own, with servers of its own."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from gcva import embedded
from tests.controller.servers import CHECKOUT

SIZES = ["--groups", "120", "--members", "2000", "--months", "2"]


@contextmanager
def stopped_after(folder: Path) -> Iterator[Path]:
    """Stop the servers of a demo's folder, and remove what lies outside of it."""
    yield folder
    embedded.stop(folder)
    home = embedded.facts(folder).get("postgres_home") if folder.exists() else ""
    if home:
        shutil.rmtree(home)


@pytest.fixture
def var(tmp_path) -> Iterator[Path]:
    with stopped_after(tmp_path / "var") as folder:
        yield folder


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
