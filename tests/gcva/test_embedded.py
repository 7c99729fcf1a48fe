"""Embedded servers start, survive a kill, serve several starters at once and leave nothing open."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import stat
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg2
import pytest
import redis

from gcva import embedded
from gcva.servers.process import ServerFailedError, can_reach, unprivileged_account

pytestmark = pytest.mark.live


@pytest.fixture
def var(tmp_path):
    """Return a folder for servers; pytest's folders are 0700, so root needs a home elsewhere."""
    folder = tmp_path / "var"
    yield folder
    clear(folder)


def clear(var):
    embedded.stop(var)
    home = embedded.facts(var).get("postgres_home")
    if home:
        shutil.rmtree(home)


def ask(facts, question, *parameters):
    with contextlib.closing(psycopg2.connect(facts["database_url"])) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(question, parameters)
            return cursor.fetchall() if cursor.description else None


def kill_postgres(var):
    pid = embedded.status(var).pids["postgres"]
    os.kill(pid, signal.SIGKILL)
    while embedded.status(var).postgres_running:
        time.sleep(0.05)


def test_chinese_text_sorts_by_code_point_and_the_encoding_is_utf8(var):
    facts = embedded.start(var)
    assert ask(facts, "SHOW server_encoding") == [("UTF8",)]
    assert ask(facts, "SELECT datctype FROM pg_database WHERE datname = 'gcva'") == [("C.UTF-8",)]
    assert ask(facts, "SHOW fsync") == [("on",)]


def test_addresses_and_passwords_are_for_the_owner_alone(var):
    facts = embedded.start(var)
    for path in (var / "embedded.json", var / "valkey" / "valkey.conf"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(Path(facts["postgres_folder"]).stat().st_mode) == 0o700
    with pytest.raises(psycopg2.OperationalError, match="password authentication failed"):
        psycopg2.connect(facts["database_url"].replace(facts["postgres_password"], "guess"))
    with pytest.raises(redis.AuthenticationError):
        redis.Redis.from_url(facts["redis_url"].replace(facts["valkey_password"], "guess")).ping()


def test_a_second_start_reuses_what_runs(var):
    assert embedded.start(var) == embedded.start(var)


def test_eight_starters_at_once_get_one_pair_of_servers(var):
    with ThreadPoolExecutor(8) as pool:
        facts = list(pool.map(lambda _: embedded.start(var), range(8)))
    assert len({(f["pids"]["postgres"], f["pids"]["valkey"]) for f in facts}) == 1


def test_a_killed_server_comes_back_at_the_same_address_with_what_was_committed(var):
    facts = embedded.start(var)
    ask(facts, "CREATE TABLE kept (n int)")
    ask(facts, "INSERT INTO kept VALUES (1)")
    kill_postgres(var)
    again = embedded.start(var)
    assert again["database_url"] == facts["database_url"]
    assert ask(again, "SELECT n FROM kept") == [(1,)]


def test_a_stale_pid_file_that_names_a_living_stranger_does_not_stop_the_start(var):
    facts = embedded.start(var)
    kill_postgres(var)
    pid_file = Path(facts["postgres_folder"]) / "postmaster.pid"
    rest = pid_file.read_text().split("\n", 1)[1]
    pid_file.write_text(f"{os.getpid()}\n{rest}")
    assert ask(embedded.start(var), "SELECT 1") == [(1,)]


def test_a_taken_port_is_left_to_its_owner(var):
    import socket

    facts = embedded.start(var)
    embedded.stop(var)
    with socket.socket() as owner:
        owner.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        owner.bind(("127.0.0.1", facts["ports"]["postgres"]))
        owner.listen()
        again = embedded.start(var)
    assert again["ports"]["postgres"] != facts["ports"]["postgres"]
    assert ask(again, "SELECT 1") == [(1,)]


def test_a_half_made_data_folder_is_made_again(var):
    embedded.start(var)
    embedded.stop(var)
    folder = Path(embedded.facts(var)["postgres_folder"])
    folder.rename(f"{folder}.partial")  # as if initdb had been killed before its rename
    embedded.note(var, postgres_folder="")
    assert ask(embedded.start(var), "SELECT 1") == [(1,)]


def test_stop_ends_both_and_a_second_stop_is_fine(var):
    embedded.start(var)
    before = embedded.status(var)
    embedded.stop(var)
    assert not embedded.status(var).postgres_running
    assert not any(Path(f"/proc/{pid}").exists() for pid in before.pids.values())
    embedded.stop(var)


def test_data_of_another_version_are_not_touched(var):
    facts = embedded.start(var)
    embedded.stop(var)
    (Path(facts["postgres_folder"]) / "PG_VERSION").write_text("17\n")
    with pytest.raises(ServerFailedError, match="made by PostgreSQL 17"):
        embedded.start(var)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to lend an account")
def test_root_in_a_closed_folder_gets_a_server_and_the_folder_stays_closed(tmp_path, monkeypatch):
    monkeypatch.delenv("GCVA_POSTGRES", raising=False)
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    var = closed / "var"
    try:
        facts = embedded.start(var)
        assert ask(facts, "SELECT 1") == [(1,)]
        assert facts["postgres_folder"].startswith("/var/tmp/gcva-")
        assert stat.S_IMODE(closed.stat().st_mode) == 0o700
        assert not can_reach(var, unprivileged_account())
    finally:
        clear(var)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to lend an account")
def test_root_in_an_open_folder_keeps_the_data_there(monkeypatch):
    monkeypatch.delenv("GCVA_POSTGRES", raising=False)
    open_folder = tempfile.mkdtemp()
    Path(open_folder).chmod(0o755)
    var = Path(open_folder) / "var"
    try:
        assert embedded.start(var)["postgres_folder"] == str(var / "postgres")
    finally:
        clear(var)
        shutil.rmtree(open_folder)


def test_a_lost_password_is_said_and_the_data_stay(var):
    (var / "postgres").mkdir(parents=True)
    with pytest.raises(ServerFailedError, match="with its password is gone"):
        embedded.start(var)


def test_data_that_the_system_cleaned_away_are_said(var):
    facts = embedded.start(var)
    embedded.stop(var)
    shutil.rmtree(facts["postgres_folder"])
    with pytest.raises(ServerFailedError, match="is gone"):
        embedded.start(var)
    embedded.note(var, postgres_folder="")
