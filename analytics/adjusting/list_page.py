"""Show 等级调整: the reader's requests, and for management how approvals turned out."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.doors import Door
from accounts.policies import may_do
from adjustments.accuracy import By, accuracy_of
from adjustments.models import GradeAdjustment
from adjustments.policy import readable_by
from analytics.adjusting.lists import (
    AccuracyRow,
    accuracy_table,
    counts_by_state,
    fitting,
    requests_table,
)
from analytics.adjusting.room import ROOM, AdjustingPage, at_place
from analytics.exports import RoomExport
from analytics.page import RoomReading
from analytics.queries import names_of
from core.errors import NotAllowed
from core.parts import Action, ModuleParts, NavItem, PageState
from core.sources import ListSource, QuerySource, Source
from core.table import Table, TableView
from core.web import carry

VIEWS = ("requests", "accuracy")


class RequestsMixin(RoomReading):
    """Put the list of requests, or the totals, together for page and export."""

    room = ROOM
    door: Door | None = Door(module="grading")

    @property
    def lists_requests(self) -> bool:
        """Tell whether the reader sees single requests; the province counts."""
        return not self.reading.scope.is_province

    @cached_property
    def view_name(self) -> str:
        """Return what is shown.

        Raises:
            NotAllowed: for the list of requests, where the reader only counts.
        """
        asked = self.http.GET.get("view", "")
        if asked == "requests" and not self.lists_requests:
            raise NotAllowed(_("省公司只查看汇总，不查看单条申请。"))
        if asked == "accuracy" and self.reading.scope.is_management:
            return asked
        return "requests" if self.lists_requests else "accuracy"

    @property
    def by(self) -> By:
        """Return by what approvals are counted."""
        by_city = self.http.GET.get("by", "") != "account_manager"
        return "city" if by_city and self.reading.scope.is_province else "account_manager"

    @cached_property
    def rows(self) -> Any:
        """Return the requests of the place, newest first."""
        rows = readable_by(self.reading.scope).select_related("requester", "decided_by")
        return at_place(rows, self.http.GET, self.reading.selection)

    def request_url(self, row: GradeAdjustment) -> str:
        """Return the page of one request."""
        return carry(self.http, reverse("adjustments_request", args=[row.pk]), month=None)

    def declared(self) -> tuple[Table, Source] | None:
        """Return the table with its rows."""
        if self.view_name == "accuracy":
            return self.declared_accuracy()
        managed = self.reading.scope.is_management
        names = self.person_names() if managed else {}
        table = requests_table(
            self.request_url, counts_by_state(self.rows), names, with_requester=managed
        )
        return table, QuerySource(self.rows, tie="-pk", search=fitting)

    def person_names(self) -> dict[str, str]:
        """Return the names of the account managers in the list."""
        codes = self.rows.order_by().values_list("account_manager_code", flat=True).distinct()
        return names_of("account_manager", codes[:2000])

    def declared_accuracy(self) -> tuple[Table, Source]:
        """Return how approvals turned out, by unit."""
        found = accuracy_of(self.reading.scope, self.by)
        names = names_of(self.by, [each.code for each in found])
        heading = _("地市") if self.by == "city" else _("客户经理")
        rows = [AccuracyRow(each.code, names[each.code], each) for each in found]
        return accuracy_table(heading), ListSource(rows)


class AdjustmentsPage(RequestsMixin, AdjustingPage):
    """Show the reader's requests."""

    title = gettext_lazy("等级调整")
    template_name = "adjusting/list.html"

    def table(self) -> TableView | None:
        """Return the table alone."""
        declared = self.declared() if self.reading.published else None
        if declared is None:
            return None
        table, source = declared
        return table.view(
            self.request.GET,
            source,
            path=self.request.path,
            export_urls=self.export_urls(),
            empty=self.nothing(),
        )

    def export_urls(self) -> dict[str, str]:
        """Return the exports of the current filter, all rows."""
        path = reverse("adjustments_export")
        given = {name: self.request.GET[name] for name in self.request.GET if name != "page"}
        return {
            kind: carry(self.request, path, **{**given, "format": kind}) for kind in ("xlsx", "csv")
        }

    def nothing(self) -> PageState:
        """Say why the list is empty."""
        if any(self.request.GET.get(name) for name in ("state", "q")):
            clear = _("清除筛选条件")
            return PageState("empty", _("没有符合条件的申请"), "", clear, self.request.path)
        if self.view_name == "accuracy":
            text = _(
                "申请同意满 6 个月后，这里按单位显示调级准确率：届时建议等级已达到批准等级的占比。"
            )
            return PageState(
                "empty", _("还没有已同意的调级申请"), text, _("查看等级变动"),
                self.link_to(self.reading.selection, "grade_changes"),
            )  # fmt: skip
        if may_do(self.reading.scope, "request_adjustment"):
            return PageState(
                "empty",
                _("还没有调级申请"),
                _("在集团清单或集团统一视图中点击“申请调级”即可提出。"),
                _("打开集团清单"),
                self.link_to(self.reading.selection, "grading"),
            )
        text = _("客户经理在集团清单或集团统一视图中提出调级申请后，会出现在这里。")
        return PageState("empty", _("还没有调级申请"), text)

    def published_parts(self) -> ModuleParts:
        """Return the page."""
        return ModuleParts(
            title=self.title,
            facts=self.newest_facts(),
            tabs=self.tabs(),
            table=self.table(),
            actions=self.actions(),
        )

    def actions(self) -> tuple[Action, ...]:
        """Return the way to the groups one may ask for."""
        if not may_do(self.reading.scope, "request_adjustment"):
            return ()
        groups = self.link_to(self.reading.selection, "grading", month=None)
        return (Action(_("申请调级"), f"{groups}#table-groups", "clipboard-check", primary=True),)

    def tabs(self) -> tuple[NavItem, ...]:
        """Return the choice between list and totals, or between units."""
        scope = self.reading.scope
        if scope.is_province:
            words = {"city": _("按地市"), "account_manager": _("按客户经理")}
            return tuple(
                NavItem(by, label, "", carry(self.request, by=by), is_current=by == self.by)
                for by, label in words.items()
            )
        if not scope.is_management:
            return ()
        words = {"requests": _("申请清单"), "accuracy": _("调级准确率")}
        return tuple(
            NavItem(
                view,
                label,
                "",
                carry(self.request, view=view, page=None, sort=None, state=None, q=None),
                is_current=view == self.view_name,
            )
            for view, label in words.items()
        )


class AdjustmentsExport(RequestsMixin, RoomExport):
    """Answer with the list, or the totals, as a file."""

    title = gettext_lazy("等级调整")
