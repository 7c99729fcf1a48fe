"""Readers go on while a month with many alerts is published; whoever works on one waits shortly."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from django.db import connection

from tests.triage.months import Hit, make_run, month_of, publish_again, publish_month

pytestmark = [pytest.mark.live, pytest.mark.django_db(transaction=True)]
N_GROUPS, RULES = 6_000, ("arrears", "grade_fall", "call_drop")
LONGEST_WAIT = 60  # seconds; a guard against a wait without end, not a measure


def make_large_run(number, fires):
    """Store a run of a whole city and a half in which the rules fire for every n-th group."""
    owners = {"GA1": ("A", "A01", "MA1"), "GB1": ("B", "B01", "MB1")}
    run = make_run(month_of(number), [Hit("GA1"), Hit("GB1")], owners=owners)
    with connection.cursor() as cursor:
        for mart in ("mart_group_result", "mart_group_alert"):
            spread(cursor, mart, run, "", f"generate_series(1, {N_GROUPS}) n")
        for at, rule in enumerate(RULES):
            rows = f"generate_series(1, {N_GROUPS}) n WHERE n %% {fires} = {at % fires}"
            spread(cursor, "mart_group_rule_hit", run, rule, rows)
        for mart in ("mart_group_result", "mart_group_alert", "mart_group_rule_hit"):
            cursor.execute(f"ANALYZE {mart}_r{run.pk}")  # as loading a run does
    return run


def spread(cursor, mart, run, rule, rows):
    """Repeat the row of GA1 and of GB1 for many groups, under other codes."""
    cursor.execute(
        "SELECT string_agg(attname, ', ') FROM pg_attribute WHERE attrelid = %s::regclass"
        " AND attnum > 0 AND attname NOT IN ('group_code', 'rule')",
        [mart],
    )
    (names,) = cursor.fetchone()
    has_rule = ", rule" if rule else ""
    cursor.execute(
        f"INSERT INTO {mart} (group_code{has_rule}, {names})"
        f" SELECT 'G' || n{', %(rule)s' if rule else ''}, {names}"
        f" FROM {mart}, {rows.replace('WHERE', 'WHERE run = %(run)s AND')}"
        f" {'' if 'WHERE' in rows else 'WHERE run = %(run)s'}"
        " AND group_code = CASE WHEN n %% 3 = 0 THEN 'GB1' ELSE 'GA1' END"
        f"{' AND rule = %(first)s' if rule else ''}",
        {"run": run.pk, "rule": rule, "first": "arrears"},
    )


@pytest.fixture
def people(transactional_db):
    from tests.personas import build_org, build_people

    return build_people(build_org())


def read_on(client, until):
    """Read the province's alerts again and again; return seconds and bodies."""
    found = []
    try:
        while not until.is_set():
            started = time.perf_counter()
            response = client.get("/api/v1/anomaly_alerts/work/")
            found.append((time.perf_counter() - started, response.status_code, response.json()))
        return found
    finally:
        connection.close()


def counts_of(body):
    return body["total"]["by_state"]


def test_readers_see_one_month_or_the_next_while_many_alerts_are_published(people, capsys):
    from alerts.models import Alert
    from tests.personas import client_of

    publish_again(make_large_run(1, fires=2))
    second, reader = make_large_run(2, fires=3), client_of(people, "province")
    before = counts_of(reader.get("/api/v1/anomaly_alerts/work/").json())
    done = Event()
    with ThreadPoolExecutor(1) as pool:
        reading = pool.submit(read_on, reader, done)
        time.sleep(0.3)
        started = time.perf_counter()
        publish_again(second)
        took = time.perf_counter() - started
        time.sleep(0.3)
        done.set()
        found = reading.result(timeout=LONGEST_WAIT)
    after = counts_of(reader.get("/api/v1/anomaly_alerts/work/").json())
    assert before != after and Alert.objects.count() > N_GROUPS
    for _seconds, status, body in found:
        assert status == 200
        assert counts_of(body) in (before, after), "never a mixture"
        for state, total in counts_of(body).items():
            assert total == sum(row["by_state"][state] for row in body["units"])
    longest = max(seconds for seconds, _status, _body in found)
    with capsys.disabled():
        print(
            f"\n{Alert.objects.count()} alerts published in {took:.2f} s; {len(found)} readings"
            f" meanwhile, the longest {longest * 1000:.0f} ms"
        )


def test_a_step_taken_while_a_month_is_published_waits_and_is_done(people):
    from alerts.alert_actions import take_step
    from alerts.alert_asks import Ask, Item
    from alerts.models import Alert
    from alerts.triage import Step
    from tests.personas import scope_of_persona

    publish_month(1, Hit())
    alert, second = Alert.objects.get(), make_large_run(2, fires=2)
    scope = scope_of_persona(people, "manager_a1")

    def publish():
        try:
            publish_again(second)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        publishing = pool.submit(publish)
        time.sleep(0.1)
        outcome = take_step(actor=scope, item=Item(alert.pk, 0), ask=Ask(Step.ACKNOWLEDGE))
        publishing.result(timeout=LONGEST_WAIT)
    alert.refresh_from_db()
    assert outcome.result == "done"
    assert (alert.state, alert.n_firings) == ("acknowledged", 2)
