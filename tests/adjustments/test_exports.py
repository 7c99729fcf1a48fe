"""A file made before an approval is not handed out after it."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from analytics.export_jobs import NEVER, SETTLED
from analytics.export_models import ExportJob
from scoring.models import GradeInForce
from scoring.queries import grades_changed_at
from warehouse.queries import published_run


def _request(story) -> ExportJob:
    from analytics import export_jobs

    run = published_run(story.published.months[-1])
    return export_jobs.request_export(
        actor=story.city, slug="grading", query={}, kind="csv", run=run, n_rows=1, title="评级"
    )


def test_an_older_file_is_made_anew_after_an_approval(story) -> None:
    assert (grades_changed_at() or NEVER) + SETTLED < timezone.now()
    first = _request(story)
    assert _request(story).pk == first.pk
    story.approve(story.request())
    assert _request(story).pk != first.pk
    GradeInForce.objects.update(created_at=timezone.now() - dt.timedelta(hours=1))
    assert ExportJob.objects.filter(pk=_request(story).pk).exists()
