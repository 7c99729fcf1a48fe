"""Give a machine without servers its own PostgreSQL and Valkey: start, stop, status.

Whoever starts them writes their addresses and passwords to ``var/embedded.json`` (mode 0600);
``gcva/settings.py`` only reads that file. Nothing here needs Django or a database.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gcva.servers import place, postgres, valkey
from gcva.servers.process import ServerFailedError, is_running


@dataclass(frozen=True)
class Status:
    """Say of both servers whether they run, and where."""

    postgres_running: bool
    valkey_running: bool
    pids: dict[str, int]
    ports: dict[str, int]
    folder: str

    @property
    def running(self) -> bool:
        """Tell whether both run."""
        return self.postgres_running and self.valkey_running


def facts(var: Path) -> dict[str, Any]:
    """Read what the last start wrote; empty when there was none."""
    path = var / "embedded.json"
    try:
        found: dict[str, Any] = json.loads(path.read_text())
    except FileNotFoundError:
        return {}
    except ValueError as broken:
        raise ServerFailedError(f"{path} is not readable JSON.", "Move it away.") from broken
    return found


def note(var: Path, **changes: object) -> dict[str, Any]:
    """Change facts (``demo=True``, …); readers see the old file or the new one."""
    changed = {**facts(var), **changes}
    path = var / "embedded.json"
    partial = path.with_suffix(".json.partial")
    partial.unlink(missing_ok=True)
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump(changed, file, indent=2)
        file.write("\n")
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)
    return changed


def start(var: Path, *, durable: bool = True) -> dict[str, Any]:
    """Start what does not run yet; return the facts. Any number of callers at once are fine.

    ``durable=False`` trades safety against power loss for speed: for tests only.

    Raises:
        ServerFailedError: a server does not come up.
    """
    var = var.absolute()
    with _locked(var):
        known = _with_secrets(var)
        known = _start_postgres(var, known, durable=durable)
        return _start_valkey(var, known)


def stop(var: Path) -> None:
    """Stop both servers; none running is fine."""
    var = var.absolute()
    if not (var / "embedded.json").exists():
        return
    with _locked(var):
        known = facts(var)
        if known.get("postgres_folder"):
            server = _postgres_of(var, known)
            pid = postgres.running_pid(server)
            if pid is not None:
                postgres.halt(server, pid)
        if "valkey" in known.get("pids", {}):
            valkey.halt(known["pids"]["valkey"], known["ports"]["valkey"])
        note(var, pids={})


def status(var: Path) -> Status:
    """Look at the processes themselves, not at what was noted."""
    var = var.absolute()
    known = facts(var)
    pids, ports = known.get("pids", {}), known.get("ports", {})
    folder = known.get("postgres_folder", "")
    return Status(
        postgres_running="postgres" in pids and is_running(pids["postgres"], f"-D {folder}"),
        valkey_running="valkey" in pids
        and is_running(pids["valkey"], valkey.needle(ports["valkey"])),
        pids=pids,
        ports=ports,
        folder=folder,
    )


def _with_secrets(var: Path) -> dict[str, Any]:
    known = facts(var)
    if not known and (var / "postgres").exists():
        raise ServerFailedError(
            f"{var / 'postgres'} holds a database, but {var / 'embedded.json'} with its password"
            " is gone.",
            "Bring the file back, or move the folder away and start again.",
        )
    fresh = {
        "secret_key": secrets.token_urlsafe(50),
        "postgres_password": secrets.token_urlsafe(24),
        "valkey_password": secrets.token_urlsafe(24),
        "postgres_folder": "",
        "postgres_home": "",
        "pids": {},
        "ports": {},
        "demo": False,
    }
    return note(var, **{name: known.get(name, value) for name, value in fresh.items()})


def _postgres_of(var: Path, known: dict[str, Any], *, durable: bool = True) -> place.Postgres:
    return place.locate(
        var,
        password=known["postgres_password"],
        folder=known["postgres_folder"],
        home=known["postgres_home"],
        durable=durable,
    )


def _start_postgres(var: Path, known: dict[str, Any], *, durable: bool) -> dict[str, Any]:
    server = _postgres_of(var, known, durable=durable)
    pid, port = postgres.running_pid(server), known["ports"].get("postgres", 0)
    if pid is None:
        pid, port = postgres.start(server, preferred_port=port)
    return note(
        var,
        database_url=postgres.url(server, port),
        postgres_folder=str(server.folder),
        postgres_home=str(server.home or ""),
        pids={**known["pids"], "postgres": pid},
        ports={**known["ports"], "postgres": port},
    )


def _start_valkey(var: Path, known: dict[str, Any]) -> dict[str, Any]:
    server = valkey.locate(var, password=known["valkey_password"])
    pid, port = known["pids"].get("valkey", 0), known["ports"].get("valkey", 0)
    if not pid or not is_running(pid, valkey.needle(port)):
        pid, port = valkey.start(server, preferred_port=port)
    return note(
        var,
        redis_url=valkey.url(server, port),
        pids={**known["pids"], "valkey": pid},
        ports={**known["ports"], "valkey": port},
    )


@contextlib.contextmanager
def _locked(var: Path) -> Iterator[None]:
    """Let one process at a time start or stop the servers of a folder."""
    var.mkdir(parents=True, exist_ok=True)
    with (var / "embedded.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
