"""Show 审批中心: what waits, what was decided, one request beside it; decide one or several."""

from __future__ import annotations

from functools import cached_property
from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.policies import require_action
from adjustments import actions, queries
from adjustments.models import GradeAdjustment
from adjustments.policy import may_decide
from analytics.adjusting.parts import BulkLine, InboxLine, InboxParts, RequestView
from analytics.adjusting.room import AdjustingPage, at_place, group_url, item_of
from analytics.adjusting.words import step_line
from analytics.queries import names_of
from core import formats
from core.errors import DomainError
from core.parts import ModuleParts, NavItem
from core.web import carry

PAGE = 30
LABELS = {
    "waiting": gettext_lazy("待审批"),
    "decided": gettext_lazy("已处理"),
    "mine": gettext_lazy("我发起的"),
}


class InboxPage(AdjustingPage):
    """Show what a city's administrator decides."""

    title = gettext_lazy("审批中心")
    template_name = "adjusting/inbox.html"
    error: DomainError | None = None
    bulk: tuple[BulkLine, ...] = ()

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the tab, or one request of it."""
        require_action(self.scope, "decide_adjustment")
        return super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Decide the requests a form names; each says what became of it."""
        require_action(self.scope, "decide_adjustment")
        decision = cast(actions.Decision, request.POST.get("decision", ""))
        try:
            items = [item_of(text) for text in request.POST.getlist("item")]
            if request.POST.get("several") or len(items) != 1:
                return self.decide_several(decision, items)
            self.decide_one(decision, *items[0])
        except DomainError as error:
            if error.status not in (400, 409):
                raise
            self.error = error
            return self.show(self.parts(), status=error.status)
        return redirect(self.address("inbox"))

    def decide_one(self, decision: actions.Decision, adjustment_id: int, version: int) -> None:
        """Agree or refuse one."""
        comment = self.http.POST.get("comment", "")
        step = actions.reject if decision == "reject" else actions.approve
        if decision not in ("approve", "reject"):
            raise DomainError("bad_decision", _("只能同意或驳回。"), "", "decision")
        row = step(actor=self.scope, adjustment_id=adjustment_id, version=version, comment=comment)
        said = _("“{group}”{from_grade} → {to_grade}：{state}。").format(
            group=row.group_name,
            from_grade=row.effective_grade,
            to_grade=row.requested_grade,
            state=row.get_state_display(),
        )
        messages.success(self.http, said)

    def decide_several(
        self, decision: actions.Decision, items: list[tuple[int, int]]
    ) -> HttpResponse:
        """Agree or refuse several 批量审批, and show what became of each."""
        results = actions.decide_many(
            actor=self.scope,
            decision=decision,
            items=items,
            comment=self.http.POST.get("comment", ""),
        )
        names = dict(
            GradeAdjustment.objects.filter(
                pk__in=[each.adjustment_id for each in results]
            ).values_list("pk", "group_name")
        )
        self.bulk = tuple(
            BulkLine(names[each.adjustment_id], each, self.line_url(each.adjustment_id))
            for each in results
        )
        return self.show(self.parts())

    @property
    def tab(self) -> queries.Tab:
        """Return the tab asked for."""
        asked = self.http.GET.get("tab", "")
        return cast(queries.Tab, asked) if asked in LABELS else "waiting"

    def rows_of(self, tab: queries.Tab) -> Any:
        """Return the requests of a tab; what waits longest stands first."""
        rows = queries.inbox(self.scope, tab)
        if tab == "mine":
            rows = rows.filter(requester_id=self.scope.user_id)
        rows = at_place(rows, self.http.GET, self.reading.selection)
        return rows.order_by("submitted_at", "pk") if tab == "waiting" else rows

    @cached_property
    def chosen(self) -> GradeAdjustment | None:
        """Return the request shown: the one decided or named, else the first of the tab."""
        given = self.http.POST.getlist("item")
        asked = given[0].partition(":")[0] if len(given) == 1 and not self.bulk else ""
        asked = asked or self.http.GET.get("id", "")
        if asked.isascii() and asked.isdigit() and len(asked) < 18:
            return queries.request_of(self.scope, int(asked))
        return self.page_rows[0] if self.page_rows else None

    @property
    def page_number(self) -> int:
        """Return which page of the list is shown."""
        text = self.http.GET.get("page", "")
        return max(1, int(text)) if text.isascii() and text.isdigit() and len(text) < 6 else 1

    @cached_property
    def page_rows(self) -> list[GradeAdjustment]:
        """Return the rows of the page, and one more to know whether there are others."""
        start = (self.page_number - 1) * PAGE
        return list(self.rows_of(self.tab)[start : start + PAGE + 1])

    @cached_property
    def counts(self) -> dict[str, int]:
        """Count the requests of each tab."""
        return {tab: self.rows_of(tab).count() for tab in queries.TABS}

    def published_parts(self) -> ModuleParts:
        """Return list and detail."""
        row = self.chosen
        is_chosen = bool(self.http.GET.get("id")) or self.error is not None
        more = len(self.page_rows) > PAGE
        return InboxParts(
            title=self.title,
            facts=self.newest_facts(),
            tabs=self.tabs(),
            tab=self.tab,
            tab_label=str(LABELS[self.tab]),
            lines=tuple(self.line(each) for each in self.page_rows[:PAGE]),
            n_lines=self.counts[self.tab],
            earlier_url=self.page_url(-1) if self.page_number > 1 else "",
            later_url=self.page_url(1) if more else "",
            bulk=self.bulk,
            view=self.view(row) if row else None,
            may_decide=row is not None and may_decide(self.scope, row),
            is_chosen=is_chosen,
            impact_url=self.address("inbox_impact", row.pk) if row else "",
            list_url=carry(self.http, id=None),
            here=self.http.get_full_path(),
            error=str(self.error) if self.error else "",
            comment=self.http.POST.get("comment", "") if self.error else "",
            steps=tuple(map(step_line, row.steps.select_related("by"))) if row else (),
            delegations_url=self.address("inbox_delegations"),
        )

    def line(self, row: GradeAdjustment) -> InboxLine:
        """Return one line of the list."""
        current = self.chosen is not None and row.pk == self.chosen.pk
        return InboxLine(row, self.line_url(row.pk), current, may_decide(self.scope, row))

    def line_url(self, adjustment_id: int) -> str:
        """Return the tab with one request beside it."""
        return carry(self.http, id=str(adjustment_id))

    def page_url(self, step: int) -> str:
        """Return another page of the list."""
        return carry(self.http, page=str(self.page_number + step), id=None)

    def view(self, row: GradeAdjustment) -> RequestView:
        """Return the request shown beside the list."""
        names = names_of("account_manager", [row.account_manager_code])
        return RequestView(
            row,
            names[row.account_manager_code],
            tuple(row.evidence.all()),
            self.line_url(row.pk),
            group_url(self.http, row),
        )

    def tabs(self) -> tuple[NavItem, ...]:
        """Return the tabs with what stands in each."""
        return tuple(
            NavItem(
                tab,
                label if tab == "waiting" else f"{label} {formats.number(self.counts[tab])}",
                "",
                carry(self.http, tab=tab, id=None, page=None),
                is_current=tab == self.tab,
                n_waiting=self.counts[tab] if tab == "waiting" else 0,
            )
            for tab, label in LABELS.items()
        )
