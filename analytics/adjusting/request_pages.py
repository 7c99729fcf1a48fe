"""Let an account manager ask for another grade 申请调级, and follow what became of it."""

from __future__ import annotations

import secrets
from functools import cached_property
from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.doors import Door, DoorMixin, scope_of
from accounts.policies import may_do, require_action
from adjustments import actions, evidence, queries
from adjustments.groups import GroupNow, group_now
from adjustments.models import GradeAdjustment
from adjustments.states import EDITABLE, PENDING, State
from analytics.adjusting.actions import Seen, Wish, keep_wish, send_wish
from analytics.adjusting.parts import FormParts, RequestForm, RequestParts, RequestView
from analytics.adjusting.room import AdjustingPage, distance_to_next, group_url, whole_number
from analytics.adjusting.words import step_line
from analytics.page import stand_at
from analytics.queries import names_of
from core.errors import DomainError
from core.parts import Action, ModuleParts
from core.web import ShellPage

DEFAULT_MONTHS = 6
FIELDS = ("requested_grade", "reason", "validity_months", "files")


def wish_of(form: QueryDict, files: Any, group_code: str) -> Wish:
    """Read what a form asks for.

    Raises:
        DomainError: if the months are no number.
    """
    months = form.get("validity_months", "")
    return Wish(
        group_code=group_code,
        requested_grade=form.get("requested_grade", ""),
        reason=form.get("reason", ""),
        validity_months=whole_number(months, "validity_months", "bad_validity"),
        uploads=tuple(files.getlist("files")),
        token=form.get("token", ""),
    )


class FormMixin(AdjustingPage):
    """Draw the form and say at its place what does not do."""

    def form_for(
        self,
        group: GroupNow,
        row: GradeAdjustment | None,
        values: dict[str, str],
        error: DomainError | None = None,
    ) -> RequestForm:
        """Return the form with what stands in it."""
        errors = {}
        if error is not None:
            errors[error.field_name if error.field_name in FIELDS else "form"] = str(error)
        return RequestForm(
            group=group,
            distance=distance_to_next(self.reading, group),
            values=values,
            token=self.http.POST.get("token", "") or secrets.token_urlsafe(18),
            row=row,
            errors=errors,
            evidence=tuple(row.evidence.all()) if row else (),
        )

    def typed(self) -> dict[str, str]:
        """Return what was typed."""
        return {name: self.http.POST.get(name, "") for name in FIELDS[:3]}


def written(row: GradeAdjustment | None) -> dict[str, str]:
    """Return what a request says, for the form."""
    if row is None:
        return {"validity_months": str(DEFAULT_MONTHS)}
    return {
        "requested_grade": row.requested_grade,
        "reason": row.reason,
        "validity_months": str(row.validity_months),
    }


class NewRequestPage(FormMixin):
    """Ask for another grade of one group."""

    title = gettext_lazy("申请调级")
    template_name = "adjusting/form.html"
    error: DomainError | None = None

    @cached_property
    def standing(self) -> queries.Standing:
        """Return how the group stands; foreign groups are not there."""
        require_action(self.scope, "request_adjustment")
        return queries.standing_of(self.scope, self.kwargs["group_code"])

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the form; who has asked already is led to that request."""
        found = self.standing.pending or self.standing.draft
        if found is not None:
            return redirect("adjustments_request", adjustment_id=found.pk)
        return super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Keep it or send it; what does not do is said in place."""
        code = self.standing.group.group_code
        sends = request.POST.get("do") == "submit"
        try:
            wish = wish_of(request.POST, request.FILES, code)
            step = send_wish if sends else keep_wish
            row = step(actor=self.scope, wish=wish)
        except DomainError as error:
            if error.status not in (400, 409):
                raise
            self.error = error
            return self.show(self.parts(), status=error.status)
        messages.success(request, said_of(row))
        return redirect("adjustments_request", adjustment_id=row.pk)

    def published_parts(self) -> ModuleParts:
        """Return the page."""
        group, earlier = self.standing.group, self.request.GET.get("from", "")
        values = self.typed() if self.error else written(self.earlier(earlier))
        stand_at(self.http, self.places, group.name)
        return FormParts(
            title=self.title,
            facts=self.newest_facts(),
            form=self.form_for(group, None, values, self.error),
        )

    def earlier(self, text: str) -> GradeAdjustment | None:
        """Return the request whose words one starts from, if it is of this group."""
        if not (text.isascii() and text.isdigit() and len(text) < 18):
            return None
        rows = queries.requests_of_group(self.scope, self.standing.group.group_code)
        found: GradeAdjustment | None = rows.filter(pk=int(text)).first()
        return found


def said_of(row: GradeAdjustment) -> str:
    """Say what became of a form."""
    if row.state == State.SUBMITTED:
        return _("“{group}”的调级申请已提交审批。").format(group=row.group_name)
    if row.state == State.DRAFT:
        return _("“{group}”的调级申请已保存为草稿。").format(group=row.group_name)
    return _("“{group}”的调级申请已保存。").format(group=row.group_name)


class RequestPage(FormMixin):
    """Show one request with its steps; let its requester go on with it."""

    title = gettext_lazy("等级调整")
    template_name = "adjusting/request.html"
    error: DomainError | None = None

    @cached_property
    def row(self) -> GradeAdjustment:
        """Return the request of the address; foreign ones are not there."""
        return queries.request_of(self.scope, self.kwargs["adjustment_id"])

    @property
    def is_mine(self) -> bool:
        """Tell whether the reader goes on with it."""
        return may_do(self.scope, "request_adjustment") and (
            self.row.requester_id == self.scope.user_id
            or self.row.account_manager_code in self.scope.account_manager_codes
        )

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show it; who decides reads it in 审批中心."""
        row = self.row
        if may_do(self.scope, "decide_adjustment"):
            return redirect(f"{self.address('inbox')}?id={row.pk}")
        return super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Keep, send, recall or throw away; drop one file."""
        row = self.row
        require_action(self.scope, "request_adjustment")
        try:
            if not self.take(request, row):
                return redirect("adjustments")
        except DomainError as error:
            if error.status not in (400, 409):
                raise
            self.error = error
            del self.__dict__["row"]
            return self.show(self.parts(), status=error.status)
        return redirect("adjustments_request", adjustment_id=row.pk)

    def take(self, request: HttpRequest, row: GradeAdjustment) -> bool:
        """Do what the button says; return whether the request is still there."""
        form, do = request.POST, request.POST.get("do", "")
        version = whole_number(form.get("version", ""), "version", "bad_version")
        if do == "delete":
            actions.delete_draft(actor=self.scope, adjustment_id=row.pk)
            messages.success(request, _("草稿已删除。"))
            return False
        if do == "recall":
            comment = form.get("comment", "")
            actions.recall(actor=self.scope, adjustment_id=row.pk, version=version, comment=comment)
            messages.success(request, _("申请已撤回。"))
        elif do.startswith("drop:"):
            number = whole_number(do.removeprefix("drop:"), "files", "bad_file")
            evidence.remove_evidence(actor=self.scope, evidence_id=number)
            messages.success(request, _("附件已删除。"))
        else:
            wish = wish_of(form, request.FILES, row.group_code)
            step = send_wish if do == "submit" else keep_wish
            done = step(actor=self.scope, wish=wish, seen=Seen(row.pk, version))
            messages.success(request, said_of(done))
        return True

    def published_parts(self) -> ModuleParts:
        """Return the page."""
        row = self.row
        names = names_of("account_manager", [row.account_manager_code])
        stand_at(self.http, self.places, row.group_name)
        return RequestParts(
            title=_("{group} 调级申请").format(group=row.group_name),
            facts=self.newest_facts(),
            actions=(Action(_("返回清单"), self.address("adjustments"), "table"),),
            view=RequestView(
                row,
                names[row.account_manager_code],
                tuple(row.evidence.all()),
                self.address("adjustments_request", row.pk),
                group_url(self.http, row, "service"),
            ),
            lines=tuple(map(step_line, row.steps.select_related("by"))),
            form=self.form(),
            error=str(self.error) if self.error and self.error.status == 409 else "",
            may_recall=self.is_mine and row.state in PENDING,
            again_url=self.again(),
        )

    def form(self) -> RequestForm | None:
        """Return the form while the request is the reader's to change."""
        row = self.row
        if not self.is_mine or row.state not in EDITABLE:
            return None
        values = self.typed() if self.error and self.request.POST.get("reason") else written(row)
        try:
            group = group_now(self.scope, row.group_code)
        except DomainError:
            return None  # the group is gone from the newest month, or somebody else's now
        wrong = self.error if self.error and self.error.status == 400 else None
        return self.form_for(group, row, values, wrong)

    def again(self) -> str:
        """Return where to ask once more, with the words of this request."""
        closed = (State.REJECTED, State.RECALLED, State.EXPIRED)
        if not self.is_mine or self.row.state not in closed:
            return ""
        path = self.address("adjustments_new", self.row.group_code)
        return f"{path}{'&' if '?' in path else '?'}from={self.row.pk}"


class EvidenceFile(DoorMixin, ShellPage):
    """Hand out one file of a request to who may see the request, always to be saved."""

    door = Door(module="grading")
    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Send the bytes."""
        return evidence_response(scope_of(request), kwargs["evidence_id"])


def evidence_response(scope: Any, evidence_id: int) -> FileResponse:
    """Return a file as an attachment that no browser opens by itself."""
    row, path = queries.evidence_file(scope, evidence_id)
    response = FileResponse(
        path.open("rb"),
        as_attachment=True,
        filename=row.label,
        content_type="application/octet-stream",
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cache-Control"] = "private, no-store"
    return response
