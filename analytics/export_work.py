"""Write a large file in the background: through the room's own door, as its owner, row by row.

One worker holds an export by a lease and carries its attempt as a fence; a worker that died lets
the lease run out, and the reconciler sends for another.
"""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, cast

import structlog
from django.conf import settings
from django.db.models import F, Q
from django.db.models.functions import Now
from django.http import HttpRequest, QueryDict
from django.urls import resolve, reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.doors import pass_door
from accounts.models import User
from analytics.export_jobs import exports_folder
from analytics.export_models import ExportJob
from core.errors import DomainError, NotAllowed
from core.exports import Format, write_file

if TYPE_CHECKING:
    from analytics.exports import Export

log = structlog.get_logger(__name__)
State = ExportJob.State
MAX_ATTEMPTS = 3
_EVERY = 2000  # rows between two signs of life


class FenceLost(Exception):  # noqa: N818 - it is news, not an error
    """Tell a worker that its export was deleted or taken over; it stops and leaves no file."""


def open_export(job: ExportJob) -> tuple[Export, str]:
    """Go through the room's door as the owner is today; return the file and the scope's key.

    Raises:
        NotAllowed: if the owner may not any more.
        NotInScope: if the place or the month is not there any more.
    """
    owner = User.objects.filter(pk=job.owner_id, is_active=True).first()
    if owner is None:
        raise NotAllowed
    path = reverse(f"{job.slug}_export")
    request: Any = HttpRequest()
    request.method, request.path, request.user = "GET", path, owner
    request.META["QUERY_STRING"], request.GET = job.query, QueryDict(job.query)
    request.resolver_match = resolve(path)
    view = request.resolver_match.func.view_class()
    view.setup(request)
    pass_door(view.door_for("GET"), request, serves=view.serves)
    return view.export(), request.scope.cache_key


def require_download(job: ExportJob) -> None:
    """Let the owner have the finished file only while the same rows are still theirs.

    Raises:
        NotAllowed: if the right or the scope has changed since the file was written.
    """
    _export, key = open_export(job)
    if key != job.scope_key:
        raise NotAllowed(_("文件生成后，您的数据范围已经变化。"), _("请重新导出。"))


def work_on_export(job_id: int) -> bool:
    """Write the file of an export; return whether this worker did.

    Nothing happens when it is gone, done or held by another worker.
    """
    job = _claim(job_id)
    if job is None:
        return False
    try:
        with translation.override(job.language):
            return _write(job)
    except FenceLost:
        log.info("export_fence_lost", job=job_id)
    except DomainError as problem:
        _finish(job, state=State.FAILED, message=str(problem))
    except Exception:
        log.exception("export_failed", job=job_id)
        _finish(job, state=State.FAILED, message=_("生成时发生错误，请重新导出。"))
    return False


def _claim(job_id: int) -> ExportJob | None:
    free = Q(state=State.WAITING) | Q(state=State.RUNNING, lease_until__lt=Now())
    claimed = ExportJob.objects.filter(free, pk=job_id).update(
        state=State.RUNNING, attempt=F("attempt") + 1, lease_until=_lease(), n_done=0
    )
    job = ExportJob.objects.filter(pk=job_id).first() if claimed else None
    if job is not None and job.attempt > MAX_ATTEMPTS:
        said = _("生成多次中断，请缩小范围后重新导出。")
        _finish(job, state=State.FAILED, message=said)
        return None
    return job


def _lease() -> Any:
    return Now() + dt.timedelta(seconds=settings.GCVA_LEASE_SECONDS)


def _write(job: ExportJob) -> bool:
    export, key = open_export(job)
    if key != job.scope_key:
        raise NotAllowed(_("申请导出后，您的数据范围已经变化。"), _("请重新导出。"))
    folder = exports_folder()
    part = folder / f"{job.pk}-{job.attempt}.part"
    final = folder / f"{job.pk}-{secrets.token_hex(8)}.{job.format}"
    try:
        rows = _counted(job, export.rows())
        kind = cast(Format, job.format)
        size = write_file(part, export.table, rows, kind=kind, notes=export.notes)
        part.replace(final)
    finally:
        part.unlink(missing_ok=True)
    if not _finish(job, state=State.DONE, path=final.name, n_done=F("n_rows")):
        final.unlink(missing_ok=True)
        return False
    log.info("export_written", job=job.pk, bytes=size)
    return True


def _counted(job: ExportJob, rows: Iterable[Any]) -> Iterator[Any]:
    """Pass rows on; now and then say how many there were and keep the lease."""
    n_rows = 0
    for n_rows, row in enumerate(rows, start=1):
        yield row
        if n_rows % _EVERY == 0 and not _mine(job).update(n_done=n_rows, lease_until=_lease()):
            raise FenceLost
    _mine(job).update(n_rows=n_rows, n_done=n_rows)


def _mine(job: ExportJob) -> Any:
    return ExportJob.objects.filter(pk=job.pk, state=State.RUNNING, attempt=job.attempt)


def _finish(job: ExportJob, **values: Any) -> bool:
    return bool(_mine(job).update(finished_at=timezone.now(), lease_until=None, **values))
