"""Start real processes (worker, beat, web server) on this slot's database and queue."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

from tests.controller.servers import CHECKOUT


class LiveProcess:
    """Be one child process of a test, in a process group of its own."""

    def __init__(self, command: list[str], log: Path, **environment: str) -> None:
        self.log = log
        with log.open("ab") as sink:
            self.process = subprocess.Popen(
                command,
                cwd=CHECKOUT,
                env={**os.environ, "PYTHONUNBUFFERED": "1", **environment},
                stdin=subprocess.DEVNULL,
                stdout=sink,
                stderr=sink,
                start_new_session=True,
            )

    @property
    def pid(self) -> int:
        return self.process.pid

    def send(self, what: signal.Signals) -> None:
        """Signal the whole group: the process and its children."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, what)

    def kill(self) -> None:
        """Kill -9 the process and its children, as a power cut would."""
        self.send(signal.SIGKILL)
        self.process.wait()

    def stop(self, seconds: float = 20) -> None:
        """Ask it to end; insist when it does not."""
        self.process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(seconds)
        self.kill()

    def wait_for(self, ready: Callable[[], bool], seconds: float = 60) -> LiveProcess:
        """Wait until it is ready; fail with its log when it ends or takes too long."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if ready():
                return self
            if self.process.poll() is not None:
                break
            time.sleep(0.1)
        self.kill()
        raise AssertionError(f"The process did not get ready:\n{self.said()}")

    def said(self) -> str:
        """Return what it wrote so far."""
        return self.log.read_text(errors="replace")


def worker(folder: Path, *, concurrency: int = 1, beat: bool = False, **env: str) -> LiveProcess:
    """Start a Celery worker on this slot's queue and wait until it takes tasks."""
    command = [sys.executable, "-m", "celery", "-A", "gcva", "worker", "-l", "info"]
    command += ["-c", str(concurrency), "--without-gossip", "--without-mingle"]
    if beat:
        command += ["-B", "-s", str(folder / "beat-schedule")]
    number = len(list(folder.glob("worker-*.log")))
    process = LiveProcess(command, folder / f"worker-{number}.log", **env)
    return process.wait_for(lambda: " ready." in process.said())


class LiveSite(LiveProcess):
    """Be a gunicorn on this slot's database."""

    def __init__(self, folder: Path, **env: str) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        command = [sys.executable, "-m", "gunicorn", "gcva.wsgi", "-b", f"127.0.0.1:{self.port}"]
        command += ["-k", "gthread", "-w", "1", "--threads", "8", "--no-control-socket"]
        super().__init__(command, folder / f"site-{self.port}.log", **env)
        self.wait_for(self._answers)

    def _answers(self) -> bool:
        with contextlib.suppress(OSError), urllib.request.urlopen(f"{self.url}/healthz") as answer:
            return bool(answer.status == 200)
        return False
