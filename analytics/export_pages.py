"""Show 导出任务: one's own large files, how far they are, to download or delete."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.doors import SIGNED_IN, DoorMixin, scope_of
from analytics.export_jobs import delete_export, export_of, exports_folder, exports_of
from analytics.export_models import ExportJob
from analytics.export_work import require_download
from core.errors import DomainError
from core.exports import disposition
from core.parts import PageState, Words
from core.web import ShellPage

N_SHOWN = 100


@dataclass(frozen=True)
class ExportsParts:
    """Be the page of one's own exports; it asks again while one is under way."""

    title: Words
    url: str
    jobs: tuple[ExportJob, ...]
    empty: PageState

    @property
    def is_open(self) -> bool:
        """Tell whether a file is still being written."""
        return any(job.is_open for job in self.jobs)


class ExportsPage(DoorMixin, ShellPage):
    """Show the reader's own exports."""

    door = SIGNED_IN
    http_method_names = ["get", "head"]
    template_name = "exports/exports.html"
    title = gettext_lazy("导出任务")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Answer with the page, or with its list alone for htmx."""
        empty = PageState(
            "nothing", _("还没有导出任务"), _("行数较多的导出会在后台生成，并列在这里。")
        )
        jobs = tuple(exports_of(scope_of(request))[:N_SHOWN])
        page = ExportsParts(self.title, reverse("exports"), jobs, empty)
        swaps = request.headers.get("HX-Target") == "exports"
        return self.show(page, template="exports/_jobs.html" if swaps else "")


class ExportFile(DoorMixin, ShellPage):
    """Answer with a finished file; the reader's rights are asked again now."""

    door = SIGNED_IN
    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Stream the file of one's own export."""
        job = export_of(scope_of(request), kwargs["job_id"])
        path = exports_folder() / job.path
        is_over = job.state == ExportJob.State.EXPIRED or job.expires_at <= timezone.now()
        if job.state != ExportJob.State.DONE or is_over or not path.is_file():
            word = _("已过期") if is_over else job.get_state_display()
            raise DomainError(
                "no_file",
                _("“{title}”目前没有可下载的文件（{state}）。").format(title=job.title, state=word),
                _("请等待生成完成，或重新导出。"),
                status=409,
            )
        require_download(job)
        response = FileResponse(path.open("rb"))
        response.headers["Content-Disposition"] = disposition(f"{job.title}.{job.format}")
        return response


class DeleteExport(DoorMixin, ShellPage):
    """Delete one's own export with its file."""

    door = SIGNED_IN
    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Delete and go back to the list."""
        delete_export(actor=scope_of(request), job_id=kwargs["job_id"])
        messages.success(request, _("已删除导出任务。"))
        return redirect("exports")
