"""Without servers every command ends in one sentence, never in a traceback."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.controller.servers import CHECKOUT


def run(*arguments, **environment):
    own = {k: v for k, v in os.environ.items() if k not in {"DATABASE_URL", "REDIS_URL"}}
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=CHECKOUT,
        env={**own, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    "command",
    [
        ("migrate", "--skip-checks"),
        ("runserver", "127.0.0.1:0"),
        ("showmigrations", "--skip-checks"),
    ],
    ids=lambda command: command[0],
)
def test_a_command_says_what_to_run(command, tmp_path):
    done = run(*command, GCVA_VAR=str(tmp_path / "var"))
    assert done.returncode == 1
    assert done.stderr.strip() == "There are no servers yet. Run: manage.py embedded start"


def test_a_server_of_the_operator_is_named_with_its_setting(tmp_path):
    done = run(
        "migrate",
        "--skip-checks",
        GCVA_VAR=str(tmp_path / "var"),
        DATABASE_URL="postgres://u:secret-word@127.0.0.1:1/db",
        REDIS_URL="redis://127.0.0.1:1/0",
    )
    assert done.stderr.strip() == "PostgreSQL does not answer at 127.0.0.1:1. Check DATABASE_URL."
    assert "secret-word" not in done.stderr + done.stdout


def test_status_needs_no_servers_and_says_so_by_its_exit_code(tmp_path):
    done = run("embedded", "status", GCVA_VAR=str(tmp_path / "var"))
    assert (done.returncode, done.stderr) == (3, "")
    assert done.stdout.splitlines() == ["PostgreSQL: not running", "Valkey: not running"]
