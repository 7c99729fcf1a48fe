"""Show the audit 审计 to the operator: search it, read it change by change, take it along."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django import forms
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.audit import Search, audit_page, audit_stream, kinds
from accounts.audit_rows import AuditRow
from accounts.audit_words import ACTIONS
from accounts.doors import Door, DoorMixin, scope_of
from core import formats
from core.errors import DomainError
from core.exports import Notes, file_response
from core.parts import Words
from core.table import Column, Table
from core.web import ShellPage

SEES = Door(action="see_audit")


class SearchForm(forms.Form):
    """Take what the operator looks for; every field may stay empty."""

    kind = forms.ChoiceField(label=gettext_lazy("对象类型"), required=False)
    object_id = forms.CharField(label=gettext_lazy("对象编号"), required=False, max_length=100)
    user = forms.CharField(label=gettext_lazy("操作人"), required=False, max_length=150)
    action = forms.ChoiceField(label=gettext_lazy("动作"), required=False)
    request_id = forms.CharField(label=gettext_lazy("请求编号"), required=False, max_length=100)
    from_date = forms.DateField(label=gettext_lazy("起始日期"), required=False)
    to_date = forms.DateField(label=gettext_lazy("截止日期"), required=False)

    def __init__(self, given: object = None) -> None:
        super().__init__(given)  # type: ignore[arg-type]  # stubs want keywords
        everything = ("", _("全部"))
        self.fields["kind"].choices = [everything, *kinds()]  # type: ignore[attr-defined]  # a ChoiceField
        self.fields["action"].choices = [everything, *ACTIONS.items()]  # type: ignore[attr-defined]  # a ChoiceField
        for name, one in self.fields.items():
            chooses = name in ("kind", "action")
            one.widget.attrs["class"] = "form-select" if chooses else "form-control"
            if name.endswith("_date"):
                one.widget = forms.DateInput({"type": "date", "class": "form-control"})
        self.fields["user"].widget.attrs["placeholder"] = _("用户名，或 system")

    def search(self) -> Search:
        """Return the search.

        Raises:
            DomainError: naming the first field that is not understood.
        """
        if not self.is_valid():
            name, errors = next(iter(self.errors.items()))
            label = self.fields[name].label
            raise DomainError("bad_search", f"{label}：{' '.join(map(str, errors))}", "", name)
        return Search(**self.cleaned_data)


@dataclass(frozen=True)
class AuditParts:
    """Be the page of the audit."""

    title: Words
    form: SearchForm
    rows: tuple[AuditRow, ...]
    next_url: str
    export_urls: dict[str, str]
    is_narrowed: bool
    problem: str = ""


class AuditPage(DoorMixin, ShellPage):
    """Search the audit."""

    door = SEES
    http_method_names = ["get", "head"]
    template_name = "audit/page.html"

    def get(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """Show one page of it."""
        form = SearchForm(request.GET)
        try:
            search = form.search()
            cursor = request.GET.get("cursor", "")
            rows, following = audit_page(scope=scope_of(request), search=search, cursor=cursor)
        except DomainError as error:
            if error.status != 400:
                raise
            parts = AuditParts(_("审计记录"), form, (), "", {}, True, problem=str(error))
            return self.show(parts, status=400)
        kept = {name: value for name, value in request.GET.items() if value and name != "cursor"}
        here, file = reverse("audit"), reverse("audit_export")
        more = f"{here}?{urlencode({**kept, 'cursor': following})}" if following else ""
        exports = {
            kind: f"{file}?{urlencode({**kept, 'format': kind})}" for kind in ("xlsx", "csv")
        }
        return self.show(AuditParts(_("审计记录"), form, rows, more, exports, bool(kept)))


class AuditExport(DoorMixin, ShellPage):
    """Hand out every row of the search as a file."""

    door = SEES
    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        """Answer with CSV or Excel."""
        form = SearchForm(request.GET)
        search = form.search()
        said = [(str(form.fields[name].label), str(value)) for name, value in _given(form)]
        rows = audit_stream(scope=scope_of(request), search=search)
        notes = Notes(tuple(said))
        kind = request.GET.get("format", "xlsx")
        return file_response(audit_table(), rows, kind=kind, name=_("审计记录"), notes=notes)


def _given(form: SearchForm) -> list[tuple[str, object]]:
    return [(name, value) for name, value in form.cleaned_data.items() if value]


def audit_table() -> Table:
    """Declare the file of the audit."""
    return Table(
        name="audit",
        title=_("审计记录"),
        columns=(
            Column("at", _("时间"), value=lambda row: formats.moment(row.at)),
            Column("actor", _("操作人")),
            Column("action_label", _("动作")),
            Column("kind_label", _("对象类型")),
            Column("object_id", _("对象编号")),
            Column("object_name", _("对象名称")),
            Column("changes_text", _("变更内容"), wide=True),
            Column("place", _("来源")),
            Column("request_id", _("请求编号")),
        ),
    )
