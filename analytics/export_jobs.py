"""Ask for a large file, delete it, let it expire 导出任务; whose it is decides."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlencode

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.scope import Scope
from analytics.export_models import ExportJob
from analytics.signals import export_requested
from core.errors import Conflict, NotInScope
from core.exports import Format
from scoring.queries import grades_changed_at
from warehouse.queries import PublishedRun

log = structlog.get_logger(__name__)
State = ExportJob.State
OPEN = (State.WAITING, State.RUNNING)
MAX_OPEN = 5  # files of one reader under way at once
NEVER = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
SETTLED = dt.timedelta(minutes=1)  # longer than an approval takes to commit


def exports_folder() -> Path:
    """Return where the files lie, outside everything that is served."""
    folder = Path(settings.GCVA_VAR) / "exports"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def exports_of(scope: Scope) -> QuerySet[ExportJob]:
    """Return the reader's own exports, newest first."""
    return ExportJob.objects.filter(owner_id=scope.user_id or 0)


def export_of(scope: Scope, job_id: int) -> ExportJob:
    """Return one of the reader's own exports.

    Raises:
        NotInScope: if there is none by that number, or it is somebody else's.
    """
    job = exports_of(scope).filter(pk=job_id).first()
    if job is None:
        raise NotInScope
    return job


@transaction.atomic
def request_export(
    *,
    actor: Scope,
    slug: str,
    title: str,
    query: Mapping[str, str],
    kind: Format,
    n_rows: int,
    run: PublishedRun,
) -> ExportJob:
    """Ask for a file in the background; asked twice, the same file answers.

    The door of the room has let the actor through; the worker asks it again.

    Raises:
        Conflict: if too many of the actor's files are under way.
    """
    # two clicks come one after the other
    User.objects.select_for_update().get(pk=actor.user_id or 0)
    asked = {name: query[name] for name in sorted(query) if name not in ("format", "page")}
    wanted = {
        "owner_id": actor.user_id,
        "slug": slug,
        "query": urlencode({**asked, "month": str(run.month)}),
        "format": kind,
        "language": get_language() or settings.LANGUAGE_CODE,
        "run": run.run,
        "scope_key": actor.cache_key,
    }
    mine = ExportJob.objects.filter(owner_id=actor.user_id)
    since = grades_changed_at() or NEVER
    known = mine.filter(
        **wanted,
        state__in=(*OPEN, State.DONE),
        expires_at__gt=timezone.now(),
        created_at__gt=since + SETTLED,  # approved grades are in a file made after them
    ).first()
    if known is not None:
        return known
    if mine.filter(state__in=OPEN).count() >= MAX_OPEN:
        raise Conflict(
            "too_many_exports",
            _("您已有 {n} 个导出任务正在生成。").format(n=MAX_OPEN),
            _("请等待其中一个完成，或在“导出任务”中删除一个。"),
        )
    job = ExportJob.objects.create(
        **wanted,
        title=title,
        month_index=run.month.index,
        n_rows=n_rows,
        expires_at=timezone.now() + dt.timedelta(days=settings.GCVA_EXPORT_DAYS),
    )
    log.info("export_requested", job=job.pk, username=actor.username, slug=slug, rows=n_rows)
    transaction.on_commit(lambda: export_requested.send(ExportJob, job_id=job.pk))
    return job


def delete_export(*, actor: Scope, job_id: int) -> None:
    """Delete one of the actor's own exports with its file; a worker on it stops by itself.

    Raises:
        NotInScope: if it is not the actor's.
    """
    job = export_of(actor, job_id)
    path = job.path
    job.delete()
    _remove(path)
    log.info("export_deleted", job=job_id, username=actor.username)


def waiting_exports() -> list[int]:
    """Return the exports whose message may have been lost or whose worker died."""
    patience = dt.timedelta(seconds=settings.GCVA_RECONCILE_SECONDS)
    lost = Q(state=State.WAITING, created_at__lt=Now() - patience)
    died = Q(state=State.RUNNING, lease_until__lt=Now())
    found = ExportJob.objects.filter(lost | died).order_by("pk")
    return list(found.values_list("pk", flat=True))


def expire_exports() -> int:
    """Take back the files whose days are over, and half-written ones nobody works on."""
    over = ExportJob.objects.filter(expires_at__lte=timezone.now()).exclude(state=State.EXPIRED)
    found = list(over)
    for job in found:
        path = job.path
        said = _("文件已于到期日删除，请重新导出。")
        job.state, job.path, job.message = State.EXPIRED, "", said
        job.save(update_fields=["state", "path", "message"])
        _remove(path)
    _sweep()
    return len(found)


def _sweep() -> None:
    """Remove files in the folder that no export names any more."""
    known = set(ExportJob.objects.exclude(path="").values_list("path", flat=True))
    old = timezone.now().timestamp() - 3600
    for file in exports_folder().iterdir():
        if file.name not in known and file.stat().st_mtime < old:
            file.unlink(missing_ok=True)


def _remove(name: str) -> None:
    if name:
        (exports_folder() / name).unlink(missing_ok=True)
