"""Start, recognise and stop one server process that outlives the command that started it."""

from __future__ import annotations

import contextlib
import os
import pwd
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

from core.errors import DomainError

START_SECONDS = 180.0  # crash recovery of a large database may take minutes
LOG_LIMIT_BYTES = 10_000_000


class ServerFailedError(DomainError):
    """Say which embedded server did not do as told, and where its log stands."""

    def __init__(self, message: str, hint: str = "") -> None:
        """Build the answer of a server that does not start or stop."""
        super().__init__("server_failed", message, hint, "", 503)


@dataclass(frozen=True)
class Account:
    """Be the system account a server runs as when root starts it."""

    uid: int
    gid: int


def unprivileged_account() -> Account | None:
    """Return the account for servers that refuse root; None when the caller is not root."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            entry = pwd.getpwnam(name)
            return Account(entry.pw_uid, entry.pw_gid)
    raise ServerFailedError("PostgreSQL refuses to run as root and there is no account to lend it.")


def run_as(account: Account | None) -> dict[str, object]:
    """Return the arguments that make subprocess drop to the account."""
    if account is None:
        return {}
    return {"user": account.uid, "group": account.gid, "extra_groups": []}


def can_reach(path: Path, account: Account | None) -> bool:
    """Tell whether the account may enter and read the path, whatever its parents allow."""
    if account is None:
        return True
    command = ["test", "-r", str(path), "-a", "-x", str(path)]
    return subprocess.run(command, cwd="/", check=False, **run_as(account)).returncode == 0  # type: ignore[call-overload,no-any-return]  # run_as holds options


def free_port(preferred: int = 0) -> int:
    """Return the preferred loopback port if it is free, else any free one."""
    for port in (preferred, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            with contextlib.suppress(OSError):
                probe.bind(("127.0.0.1", port))
                return int(probe.getsockname()[1])
    raise ServerFailedError("There is no free port on 127.0.0.1.")


def spawn(command: Sequence[str], *, log: Path, account: Account | None) -> subprocess.Popen[bytes]:
    """Start a process in a session of its own, so that Ctrl-C in the terminal does not reach it."""
    log.parent.mkdir(parents=True, exist_ok=True)
    if log.exists() and log.stat().st_size > LOG_LIMIT_BYTES:
        log.replace(log.with_suffix(".log.1"))
    with log.open("ab") as sink:
        return subprocess.Popen(  # type: ignore[call-overload,no-any-return]  # run_as holds options
            list(command),
            stdin=subprocess.DEVNULL,
            stdout=sink,
            stderr=sink,
            cwd="/",
            start_new_session=True,
            **run_as(account),
        )


def is_running(pid: int, needle: str) -> bool:
    """Tell whether the pid lives and its command line holds the needle (pids are used again)."""
    try:
        process = psutil.Process(pid)
        return process.status() != psutil.STATUS_ZOMBIE and needle in " ".join(process.cmdline())
    except psutil.Error:
        return False


def wait_until_up(
    started: subprocess.Popen[bytes], answers: Callable[[], bool], *, name: str, log: Path
) -> bool:
    """Wait until the server answers; False when it ended before it did.

    Raises:
        ServerFailedError: it lives but does not answer in time.
    """
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if answers():
            return True
        if started.poll() is not None:
            return False
        time.sleep(0.05)
    stop(started.pid, "", signal.SIGKILL, 5)
    raise ServerFailedError(f"{name} did not answer within {START_SECONDS:.0f} s.", f"See {log}.")


def stop(pid: int, needle: str, how: signal.Signals, seconds: float) -> bool:
    """Send a signal and wait for the end; True when the process is gone."""
    if not is_running(pid, needle):
        return True
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, how)
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with contextlib.suppress(ChildProcessError):
            os.waitpid(pid, os.WNOHANG)  # reap it if this very process started it
        if not is_running(pid, needle):
            return True
        time.sleep(0.05)
    return False


def last_lines(log: Path, count: int = 8) -> str:
    """Return the end of a log, for an error message."""
    if not log.exists():
        return ""
    return "\n".join(log.read_text(errors="replace").splitlines()[-count:])
