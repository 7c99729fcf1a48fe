"""Run worker, beat and web server until Ctrl-C; start again what dies, end all that was started."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from core.errors import DomainError

PR_SET_PDEATHSIG = 1
RESTARTS, WITHIN_SECONDS = 5, 60.0
READY_SECONDS = 60.0
STOP_SECONDS = 15.0
QUICKLY = ("--graceful-timeout", "3")


def _die_with_parent() -> None:
    """Ask Linux to end this child when the demo is killed without a chance to end it."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


@dataclass
class Service:
    """Be one process of the site, with its log."""

    name: str
    command: list[str]
    log: Path
    process: subprocess.Popen[bytes] | None = None
    starts: deque[float] = field(default_factory=lambda: deque(maxlen=RESTARTS))

    def start(self) -> None:
        """Start it in a group of its own, so that Ctrl-C reaches only the demo itself."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        self.starts.append(time.monotonic())
        with self.log.open("ab") as sink:
            self.process = subprocess.Popen(
                [sys.executable, "-m", *self.command],
                stdin=subprocess.DEVNULL,
                stdout=sink,
                stderr=sink,
                start_new_session=True,
                preexec_fn=_die_with_parent,  # noqa: PLW1509 - the demo has one thread
            )

    def check(self) -> None:
        """Start it again if it died.

        Raises:
            DomainError: it keeps dying.
        """
        if self.process is None or self.process.poll() is None:
            return
        full = len(self.starts) == RESTARTS
        if full and time.monotonic() - self.starts[0] < WITHIN_SECONDS:
            raise DomainError("service_died", f"The {self.name} keeps dying.", f"See {self.log}.")
        self.start()

    def ask_to_end(self) -> None:
        """Let it finish what it does."""
        if self.process is not None:
            self.process.terminate()

    def end(self) -> None:
        """Wait a little for it, then end it with its children."""
        if self.process is None:
            return
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(STOP_SECONDS)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


def services(logs: Path, port: int) -> tuple[Service, ...]:
    """Return the processes of a site on one machine."""
    celery = ["celery", "-A", "gcva"]
    web = ["gunicorn", "gcva.wsgi", "--bind", f"127.0.0.1:{port}", "--no-control-socket"]
    return (
        Service("worker", [*celery, "worker", "-c", "2", "-l", "info"], logs / "worker.log"),
        Service("beat", [*celery, "beat", "-l", "info", "--pidfile="], logs / "beat.log"),
        Service(
            "web", [*web, "-k", "gthread", "-w", "2", "--threads", "4", *QUICKLY], logs / "web.log"
        ),
    )


def require_free_port(port: int) -> None:
    """Look before the long work.

    Raises:
        DomainError: somebody listens there.
    """
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as taken:
            hint = f"Choose another: make demo ARGS='--port {port + 1}'"
            raise DomainError("port_taken", f"Port {port} is taken.", hint) from taken


def serve(running: tuple[Service, ...], port: int, when_ready: Callable[[], None]) -> None:
    """Serve until Ctrl-C or SIGTERM; end every process that was started."""
    signal.signal(signal.SIGTERM, _as_interrupt)
    # a shell that starts us in the background hands SIGINT down as ignored
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        for service in running:
            service.start()
        _wait_until_ready(running, port)
        when_ready()
        while True:
            time.sleep(1)
            for service in running:
                service.check()
    except KeyboardInterrupt:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # a second Ctrl-C would leave some behind
    finally:
        for service in running:
            service.ask_to_end()
        for service in running:
            service.end()


def _as_interrupt(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _wait_until_ready(running: tuple[Service, ...], port: int) -> None:
    deadline, said = time.monotonic() + READY_SECONDS, ""
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz"):
                return
        except urllib.error.HTTPError as refused:
            said = refused.read().decode(errors="replace")
        except OSError:
            said = "no answer yet"
        for service in running:
            service.check()
        time.sleep(0.2)
    hint = f"It said: {said} See {running[-1].log}."
    raise DomainError("not_ready", f"The site is not ready on port {port}.", hint)
