"""Real workers write what readers asked for, also what a dead worker or a lost message left."""

from __future__ import annotations

import datetime as dt
import time

import pytest
from django.utils import timezone

from analytics.export_models import ExportJob
from tests.permissions.worlds import published_month
from tests.personas import build_org, build_people, client_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.live]
LEASE = {"GCVA_LEASE_SECONDS": "2", "GCVA_RECONCILE_SECONDS": "1"}


def wait_until_done(jobs, seconds=60):
    deadline = time.monotonic() + seconds
    while ExportJob.objects.filter(pk__in=jobs, state=ExportJob.State.DONE).count() < len(jobs):
        assert time.monotonic() < deadline, list(ExportJob.objects.values("state", "message"))
        time.sleep(0.2)


def test_workers_finish_what_was_asked_what_was_lost_and_what_was_left(
    var_folder, live_worker, settings
):
    settings.GCVA_EXPORT_JOB_ROWS = 0
    people = build_people(build_org())
    published_month()
    asked, lost, left = people["province"], people["city_a"], people["manager_a1"]
    made = []
    for user in (asked, lost, left):
        browser = client_of(people, user.username)
        assert browser.get("/grading/export/?format=xlsx").status_code == 302
        made.append(ExportJob.objects.latest("pk").pk)
    long_ago = timezone.now() - dt.timedelta(minutes=5)
    ExportJob.objects.filter(pk=made[1]).update(created_at=long_ago)
    ExportJob.objects.filter(pk=made[2]).update(
        state=ExportJob.State.RUNNING, attempt=1, lease_until=long_ago
    )
    live_worker(beat=True, GCVA_VAR=str(var_folder), GCVA_EXPORT_JOB_ROWS="0", **LEASE)
    wait_until_done(made)
    for user, pk in zip((asked, lost, left), made, strict=True):
        answer = client_of(people, user.username).get(f"/exports/{pk}/file/")
        assert answer.status_code == 200
        assert b"".join(answer.streaming_content)[:2] == b"PK"
