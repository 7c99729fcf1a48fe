"""Show 数据管理: months, imports and runs; choose files, read the report, start what follows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.audit import history_of
from accounts.audit_rows import AuditRow
from accounts.doors import Door, DoorMixin, scope_of
from core import formats
from core.errors import Conflict, DomainError, NotInScope
from core.parts import ModuleParts, PageState, Words
from core.sources import ListSource
from core.table import Column, Table, TableView
from core.web import ShellPage
from warehouse import actions, queries, reports, run_steps
from warehouse.forms import ImportForm
from warehouse.models import ImportBatch, MonthRun
from warehouse.queries import MonthState

N_HISTORY = 300
ASKED = "asked"
SEES = Door(action="see_imports")


@dataclass(frozen=True)
class ImportsParts(ModuleParts):
    """Be the operator's first page."""

    form: ImportForm | None = None
    months: tuple[MonthState, ...] = ()


@dataclass(frozen=True)
class BatchParts:
    """Be one import with its report."""

    title: Words
    batch: ImportBatch
    findings: tuple[reports.FindingLine, ...] = ()
    kinds: tuple[reports.KindLine, ...] = ()
    summary: tuple[tuple[str, str, int], ...] = ()
    n_findings: int = 0
    differences: tuple[reports.DifferenceLine, ...] = ()
    error: PageState | None = None
    has_rejects: bool = False
    duration: str = ""
    files: str = ""
    user: str = ""
    url: str = ""
    history: tuple[AuditRow, ...] = ()
    used_by: MonthRun | None = None  # the newest finished run that read it
    is_published: bool = False


def history_table() -> Table:
    """Declare the history of imports 导入历史."""
    return Table(
        name="history",
        title=_("导入历史"),
        page_size=20,
        search_hint=_("来源 / 用户 / 文件指纹"),
        columns=(
            Column(
                "id",
                _("批次"),
                "text",
                value=lambda row: f"#{row.pk}",
                link=lambda row: reverse("imports_batch", args=[row.pk]),
            ),
            Column("month", _("账期"), "date", value=lambda row: row.month),
            Column("state", _("状态"), "text", value=lambda row: row.get_state_display()),
            Column("source", _("来源文件"), "text", value=source_name),
            Column("kinds", _("清单数"), "int", value=lambda row: len(row.extracts.all())),
            Column("mapping", _("映射文件"), "text", value=mapping_name),
            Column("user", _("导入人"), "text", value=user_name),
            Column("hash", _("文件指纹"), "text", value=lambda row: row.content_hash[:12]),
            Column(
                "created_at",
                _("开始时间"),
                "text",
                value=lambda row: formats.moment(row.created_at),
            ),
            Column(
                "duration",
                _("用时"),
                "text",
                value=lambda row: run_steps.seconds_between(row.created_at, row.finished_at),
            ),
        ),
    )


def source_name(batch: ImportBatch) -> str:
    """Return the last two parts of where the files came from."""
    return "/".join(batch.source.rstrip("/").split("/")[-2:])


def mapping_name(batch: ImportBatch) -> str:
    """Return the mapping's file name."""
    return batch.mapping_name.rsplit("/", 1)[-1]


def user_name(batch: ImportBatch) -> str:
    """Return who imported; the machine itself for commands."""
    user = batch.created_by
    return (user.get_full_name() or user.get_username()) if user else _("系统")


class ImportsPage(DoorMixin, ShellPage):
    """Show months and history; take a month's files in."""

    door = SEES
    method_doors = {"GET": SEES, "POST": Door(action="import_extracts")}
    template_name = "warehouse/imports.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the page, or the history's region alone when htmx asks for it."""
        if request.headers.get("HX-Target") == "table-history":
            return self.show(self.history(), template="partials/table_region.html")
        return self.show(self.parts(ImportForm()))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Store the files and ask for their check in the background."""
        form = ImportForm(request.POST, request.FILES)
        if not form.is_valid():
            return self.show(self.parts(form), status=400)
        try:
            batch = actions.request_import(
                actor=scope_of(request),
                path=form.source(),
                month=form.cleaned_data["month"],
                mapping_path=form.mapping_path(),
            )
        except DomainError as error:
            form.add_error(None, str(error))
            return self.show(self.parts(form), status=error.status)
        # a batch whose bytes are known goes away at once; ASKED says that there was one
        return redirect(f"{reverse('imports_batch', args=[batch.pk])}?{ASKED}=1")

    def parts(self, form: ImportForm) -> ImportsParts:
        """Return the page."""
        return ImportsParts(
            title=_("数据管理"),
            form=form,
            months=tuple(queries.months_with_state()),
            table=self.history(),
        )

    def history(self) -> TableView:
        """Return the history of imports, newest first."""
        rows = queries.import_history()[:N_HISTORY]
        return history_table().view(self.request.GET, ListSource(rows), path=reverse("imports"))


class BatchPage(DoorMixin, ShellPage):
    """Show what the gate said of one import; polled while it is being checked."""

    door = SEES
    template_name = "warehouse/batch.html"
    title = gettext_lazy("预检报告")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the report; a poll gets the report alone, or nothing while it is being checked."""
        polls = request.headers.get("HX-Target") == "batch"
        batch = queries.import_history().filter(pk=kwargs["batch_id"]).first()
        if batch is None:
            if not (polls or ASKED in request.GET):
                raise NotInScope
            return self.show(self.title, template=f"warehouse/{'_' if polls else ''}already.html")
        template = "warehouse/_batch.html" if polls else ""
        return self.show(self.parts(batch), template=template)

    def parts(self, batch: ImportBatch) -> BatchParts:
        """Return the page of one import."""
        report = batch.report
        used_by, is_published = queries.newest_run_of(batch)
        return BatchParts(
            title=self.title,
            batch=batch,
            findings=reports.finding_lines(batch),
            n_findings=len(report.get("findings", [])),
            kinds=reports.kind_lines(batch),
            summary=reports.summary(batch),
            differences=reports.difference_lines(batch),
            error=reports.error_state(batch),
            has_rejects=reports.rejects_path(batch).exists(),
            duration=run_steps.seconds_between(batch.created_at, batch.finished_at),
            files=reports.file_names(batch),
            user=user_name(batch),
            url=reverse("imports_batch", args=[batch.pk]),
            history=history_of(batch),
            used_by=used_by,
            is_published=is_published,
        )


class RejectsPage(DoorMixin, ShellPage):
    """Hand out the rejects file 问题数据清单 of an import."""

    door = SEES

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answer with the file as it was written."""
        batch = queries.import_history().filter(pk=kwargs["batch_id"]).first()
        path = reports.rejects_path(batch) if batch else None
        if batch is None or path is None or not path.exists():
            raise NotInScope
        name = f"{_('问题数据清单')}_{batch.month}_{batch.pk}.csv"
        return FileResponse(path.open("rb"), as_attachment=True, filename=name)


class WithdrawBatch(DoorMixin, ShellPage):
    """Withdraw an import as a whole 整批撤销."""

    door = Door(action="withdraw_batch")
    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Withdraw the batch, or say what still uses it."""
        try:
            actions.withdraw_batch(actor=scope_of(request), batch_id=kwargs["batch_id"])
            messages.success(request, _("批次 #{n} 已整批撤销。").format(n=kwargs["batch_id"]))
        except Conflict as error:
            messages.error(request, str(error))
        if queries.import_history().filter(pk=kwargs["batch_id"]).exists():
            return redirect("imports_batch", batch_id=kwargs["batch_id"])
        return redirect("imports")
