"""The demo's processes: started again when they die, ended with the demo, never left behind."""

from __future__ import annotations

import os
import signal
import socket
import time
from pathlib import Path

import pytest

from core.errors import DomainError
from gcva.demo.serve import Service, require_free_port


def sleeper(tmp_path: Path, *, dies: bool = False) -> Service:
    (tmp_path / "sleeper.py").write_text("" if dies else "import time\ntime.sleep(60)\n")
    return Service("sleeper", ["sleeper"], tmp_path / "log" / "sleeper.log")


@pytest.fixture
def in_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_killed_process_is_started_again(in_folder):
    service = sleeper(in_folder)
    service.start()
    first = service.process
    os.kill(first.pid, signal.SIGKILL)
    first.wait()
    service.check()
    assert service.process.pid != first.pid
    service.ask_to_end()
    service.end()
    assert service.process.poll() is not None


def test_a_process_that_keeps_dying_ends_the_demo_with_its_log_named(in_folder):
    service = sleeper(in_folder, dies=True)
    service.start()
    with pytest.raises(DomainError, match="keeps dying") as said:
        for _ in range(100):
            service.process.wait()
            service.check()
    assert "sleeper.log" in said.value.hint


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_process_ends_with_a_demo_that_was_killed(in_folder):
    service = sleeper(in_folder)
    read_end, write_end = os.pipe()
    demo = os.fork()
    if demo == 0:
        service.start()
        os.write(write_end, str(service.process.pid).encode())
        time.sleep(60)
        os._exit(0)
    child = int(os.read(read_end, 20))
    time.sleep(0.3)
    os.kill(demo, signal.SIGKILL)
    os.waitpid(demo, 0)
    deadline = time.monotonic() + 10
    while alive(child) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not alive(child)


def alive(pid: int) -> bool:
    status = Path(f"/proc/{pid}/status")
    return status.exists() and "State:\tZ" not in status.read_text()


def test_a_taken_port_is_said_before_the_long_work():
    with socket.socket() as owner:
        owner.bind(("127.0.0.1", 0))
        owner.listen()
        port = owner.getsockname()[1]
        with pytest.raises(DomainError, match=f"Port {port} is taken") as said:
            require_free_port(port)
    assert f"--port {port + 1}" in said.value.hint
