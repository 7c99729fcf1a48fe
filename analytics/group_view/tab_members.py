"""Show 成员视图: members by state, valid ratio, V网, tenure, trend; rows for account managers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from analytics.group_view import charts, tables
from analytics.group_view.parts import Fact, Section
from analytics.group_view.room import GroupReading
from analytics.group_view.tab import Tab
from core import formats
from core.exports import Notes, file_response
from core.parts import ChartCard, PageState
from core.table import Table, TableQuery, TableView
from core.web import carry
from warehouse.group_extracts import MemberOrder, MemberPage

CHUNK = 2000
STATE_COLUMNS = {f"n_{state}": label for state, label in tables.MEMBER_STATES.items()}


class MemberSource:
    """Serve the member rows 成员明细 page by page from the extract of the run."""

    def __init__(self, group: GroupReading) -> None:
        """Take the group; the store asks for the right."""
        self.group = group
        self.read: dict[tuple[int, int], MemberPage] = {}  # one request asks in one order

    def page(self, query: TableQuery) -> MemberPage:
        """Return the page the query asks for, read once."""
        key = (query.page, query.size)
        if key not in self.read:
            self.read[key] = self.group.member_page(*key, order_of(query))
        return self.read[key]

    def count(self, table: Table, query: TableQuery, *, at_most: int | None = None) -> int:
        """Return how many members there are."""
        return self.page(query).n_rows

    def cut(self, table: Table, query: TableQuery, start: int, stop: int) -> Sequence[Any]:
        """Return one page; past the end, the last one."""
        return self.page(query).rows

    def stream(self, table: Table, query: TableQuery) -> Iterable[Any]:
        """Yield all members that fit, chunk by chunk."""
        page = 1
        while True:
            found = self.group.member_page(page, CHUNK, order_of(query))
            yield from found.rows
            if page * CHUNK >= found.n_rows:
                return
            page += 1


def order_of(query: TableQuery) -> MemberOrder:
    """Return the order and the filters of a URL as the store takes them."""
    only = dict(query.filters)
    if not query.sort:
        return MemberOrder(only=only)
    return MemberOrder(query.sort, query.descending, only)


class MembersTab(Tab):
    """Draw the members."""

    def sections(self) -> tuple[Section, ...]:
        """Return the counts."""
        facts = self.group.facts
        members, valid = facts.n_members, facts.n_valid
        ratio = None if valid is None or not members else valid / members
        vnet = None if facts.n_vnet is None or not members else facts.n_vnet / members
        mean = facts.tenure_months_sum / facts.n_tenure if facts.n_tenure else None
        return (
            Section(
                _("成员"),
                (
                    Fact(_("成员数"), formats.number(members), note=self.moved()),
                    Fact(_("有效成员数"), formats.number(valid)),
                    Fact(_("有效成员占比"), formats.ratio(ratio), note=self.needed()),
                    Fact(_("V网用户数"), formats.number(facts.n_vnet), note=_share(vnet)),
                    Fact(_("平均在网时长"), _months(mean), note=self.tenure_base()),
                    Fact(_("在网时长中位数"), _months(facts.tenure_median)),
                    Fact(_("无使用成员"), formats.number(facts.n_no_use)),
                    Fact(_("离网成员"), formats.number(facts.n_off_net)),
                ),
            ),
        )

    def moved(self) -> str:
        """Say how the number of members moved on last month."""
        now, before = self.group.facts.n_members, self.group.facts.n_members_prev
        if now is None or before is None:
            return ""
        return _("较上月 {step}").format(step=formats.number(now - before, plus=True))

    def needed(self) -> str:
        """Say how many valid members are short of the target."""
        needed = self.group.valid_needed
        if needed is None:
            return ""
        if not needed:
            return _("达到 75% 目标")
        text = ngettext("还需 {n} 个有效成员", "还需 {n} 个有效成员", needed)
        return text.format(n=formats.number(needed))

    def tenure_base(self) -> str:
        """Say of how many members the tenure is known."""
        known = self.group.facts.n_tenure
        if not known:
            return ""
        return ngettext("{n} 人", "{n} 人", known).format(n=formats.number(known))

    def charts(self) -> tuple[ChartCard, ...]:
        """Return the course of 13 months."""
        drawing = charts.members_chart(self.group.months, self.group.history)
        return (self.frame("members", _("成员走势"), drawing, _("人"), span=12),)

    def tables(self) -> tuple[TableView, ...]:
        """Return members by state."""
        facts = self.group.facts
        rows = [
            {
                "label": str(label),
                "n": getattr(facts, column),
                "share": _part(getattr(facts, column), facts.n_members),
            }
            for column, label in STATE_COLUMNS.items()
        ]
        return (self.whole(tables.states_table(), rows),)

    def paged(self, *, insist: bool = False) -> TableView | None:
        """Return the member rows; closed to management."""
        if not insist and not self.group.sees("member_rows"):
            return None
        empty = PageState("empty", _("没有成员"), _("本月成员清单中没有该集团计入的成员。"))
        source = MemberSource(self.group)
        return tables.members_table().view(
            self.request.GET,
            source,
            path=self.request.path,
            export_urls={kind: carry(self.request, format=kind, page=None)
                         for kind in ("xlsx", "csv")},
            empty=empty,
        )  # fmt: skip

    def export(self) -> HttpResponseBase:
        """Return every member row that fits as a file.

        Raises:
            NotAllowed: if the reader may not see members by row.
        """
        table, source = tables.members_table(), MemberSource(self.group)
        query = table.query(self.request.GET)
        source.count(table, query)  # asks for the right before the first byte
        facts = self.group.run
        notes = Notes(
            (
                (_("表名"), str(table.title)),
                (_("集团"), f"{self.group.result.name} {self.group.group_code}"),
                (_("账期"), formats.month(facts.month)),
                (_("运行"), f"#{facts.run}"),
                (_("筛选条件"), table.narrowed_by(query) or _("无")),
                (_("导出人"), self.group.scope.username),
            ),
            (),
        )
        return file_response(
            table,
            source.stream(table, query),
            kind=self.request.GET.get("format", "csv"),
            name=f"{table.title}_{self.group.group_code}_{facts.month}",
            notes=notes,
        )

    def notices(self) -> tuple[PageState, ...]:
        """Say that the rows are closed."""
        if self.group.sees("member_rows"):
            return ()
        return (PageState("forbidden", _("成员明细不对管理角色开放"), _("此处只显示汇总人数。")),)


def _share(value: float | None) -> str:
    return "" if value is None else formats.ratio(value)


def _months(value: float | None) -> str:
    if value is None:
        return "—"
    # a figure with a decimal is never singular
    return ngettext("{n} 个月", "{n} 个月", 2).format(n=formats.number(value, 1))


def _part(n: int | None, whole: int | None) -> float | None:
    return n / whole if n is not None and whole else None
