"""What a load balancer asks, and that every answer carries its request's id."""

from __future__ import annotations

import pytest
import redis
from django.db import DatabaseError, connection

from gcva import health
from gcva.logs import hide_tokens


def test_alive_needs_no_server(client):
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.django_db
def test_ready_when_all_three_are(client):
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["status"]) == (200, "ok")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("check", "problem"),
    [("_database", DatabaseError("secret host")), ("_redis", redis.ConnectionError("secret host"))],
)
def test_not_ready_names_the_server_and_nothing_of_it(client, monkeypatch, check, problem):
    def fail():
        raise problem

    monkeypatch.setattr(health, check, fail)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["checks"][check.removeprefix("_")] == "unreachable"
    assert b"secret" not in answer.content


@pytest.mark.django_db
def test_not_ready_while_a_migration_is_missing(client):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'warehouse'")
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["checks"]["migrations"]) == (503, "missing")


def test_nothing_is_changed_by_asking(client):
    assert client.post("/healthz").status_code == 405


def test_every_answer_names_its_request_and_each_its_own(client):
    ids = {client.get("/healthz")["X-Request-ID"] for _ in range(3)}
    assert len(ids) == 3


def test_a_caller_cannot_choose_the_id(client):
    assert client.get("/healthz", headers={"X-Request-ID": "mine"})["X-Request-ID"] != "mine"


def test_a_one_time_link_does_not_reach_the_log():
    event = hide_tokens(None, "info", {"request": "GET /set-password/Mg/c9x-token/?next=/"})
    assert event["request"] == "GET /set-password/…?next=/"
