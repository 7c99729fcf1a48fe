"""Postgres stops at once while people read and write: a clear sentence, then everything is back."""

from __future__ import annotations

import json
import os
import re
import signal
import threading
import time

import pytest
import requests

from gcva import embedded
from tests.gcva.running_demo import SIZES, demo, free_port, var

__all__ = ["var"]

pytestmark = pytest.mark.live
BACK_WITHIN = 60  # seconds; on a machine with other work to do


class Reader:
    """Be one account manager's browser: it reads a page, then changes what it follows 关注."""

    def __init__(self, address: str, login: dict[str, str]) -> None:
        self.address, self.session = address, requests.Session()
        form = self.session.get(f"{address}/login/").text
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', form)
        assert token
        given = {"username": login["username"], "password": login["password"]}
        headers = {"Referer": f"{address}/login/"}
        answer = self.session.post(
            f"{address}/login/",
            data={**given, "csrfmiddlewaretoken": token[1]},
            headers=headers,
        )
        assert answer.status_code == 200 and "/login/" not in answer.url
        self.answers: list[tuple[float, requests.Response]] = []
        self.acknowledged: dict[str, set[bool]] = {}

    def get(self, path: str) -> requests.Response:
        answer = self.session.get(f"{self.address}{path}")
        self.answers.append((time.monotonic(), answer))
        return answer

    def follow(self, code: str, *, is_followed: bool) -> None:
        """Write; what was not acknowledged may have happened or not."""
        answer = self.session.put(
            f"{self.address}/api/v1/following/{code}/",
            json={"is_followed": is_followed},
            headers={
                "X-CSRFToken": self.session.cookies["csrftoken"],
                "Referer": self.address,
            },
        )
        self.answers.append((time.monotonic(), answer))
        if answer.status_code == 200:
            self.acknowledged[code] = {is_followed}
        else:
            self.acknowledged.setdefault(code, {False}).add(is_followed)

    def work(self, codes: list[str], enough: threading.Event) -> None:
        turn = 0
        while not enough.is_set():
            self.get("/grading/")
            turn += 1
            self.follow(codes[turn % len(codes)], is_followed=turn % 3 > 0)


def test_postgres_stopped_under_load_is_said_and_survived(var):
    port = free_port()
    process = demo(var, "--port", str(port), *SIZES)
    try:
        said = json.loads(process.stdout.readline())
        login = next(each for each in said["logins"] if each["username"] not in OTHERS)
        reader = Reader(said["address"], login)
        groups = reader.get("/api/v1/grading/groups/").json()["results"]
        codes = [row["group_code"] for row in groups]
        assert codes
        enough = threading.Event()
        at_work = threading.Thread(target=reader.work, args=(codes, enough))
        at_work.start()
        wait_for(lambda: len(reader.answers) > 10)
        gone = time.monotonic()
        os.kill(embedded.status(var).pids["postgres"], signal.SIGQUIT)
        wait_for(lambda: reader.answers[-1][1].status_code == 503)
        n_answers = len(reader.answers)
        wait_for(lambda: len(reader.answers) > n_answers + 4)
        embedded.start(var)
        back = time.monotonic()
        n_answers = len(reader.answers)
        wait_for(lambda: len(reader.answers) > n_answers + 10)
        wait_for(lambda: all(each.ok for _, each in reader.answers[-4:]))
        enough.set()
        at_work.join()
        hold_promises(reader, gone, back)
        # asleep when it went: the next request finds connections that nobody answers any more
        os.kill(embedded.status(var).pids["postgres"], signal.SIGINT)
        wait_for(lambda: not embedded.status(var).postgres_running)
        embedded.start(var)
        assert reader.get("/grading/").status_code == 200
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)


OTHERS = ("province", "operator", "city-c01")


def hold_promises(reader: Reader, gone: float, back: float) -> None:
    """Hold that what was acknowledged is there, and that the pause was said in plain words."""
    now = {
        row["group_code"] for row in reader.get("/api/v1/following/").json() if row["is_followed"]
    }
    for code, may_be in reader.acknowledged.items():
        assert (code in now) in may_be, (code, may_be)
    away = [answer for _, answer in reader.answers if answer.status_code != 200]
    assert {answer.status_code for answer in away} == {503}
    assert all(gone <= at <= back + BACK_WITHIN for at, each in reader.answers if not each.ok)
    pages = [each for each in away if each.request.method == "GET"]
    assert pages and all("系统暂时不可用" in page.text for page in pages)
    assert all(page.headers["Retry-After"] for page in away)
    told = [each.json() for each in away if each.request.method == "PUT"]
    assert told and all(each["code"] == "unavailable" and each["hint"] for each in told)
    assert not any("Traceback" in each.text for each in away)


def wait_for(done) -> None:
    deadline = time.monotonic() + BACK_WITHIN
    while not done():
        assert time.monotonic() < deadline, "it did not come back"
        time.sleep(0.05)
