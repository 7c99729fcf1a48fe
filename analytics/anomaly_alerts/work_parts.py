"""Show the work on alerts 告警处理: the account manager's list, management's counts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.policies import may_do
from alerts.alert_queries import AlertCounts
from alerts.levels import LEVEL_CODES, Level
from alerts.rules import RULE_CODES
from alerts.threshold_words import rule_name
from alerts.triage import OPEN, State, Step
from alerts.triage_models import REASONS, STATES, STEPS, Alert
from analytics.alert_words import LEVELS, ProductNames
from analytics.anomaly_alerts import work_tables
from analytics.anomaly_alerts.parts import (
    AlertLine,
    AlertsParts,
    Chip,
    GroupCard,
    StepButton,
    WorkList,
)
from analytics.anomaly_alerts.work import ALL, WAITING, WorkSource, grouped
from analytics.queries import lower_levels, names_of
from analytics.unit_tables import UNIT_TABS
from analytics.wording import counted, sentence, strong
from core import formats
from core.chart_stack import Part, Stack, stacked_bars
from core.charts import ChartCard
from core.parts import Finding, NavItem, PageState
from core.sources import ListSource
from core.table import TableView
from core.web import carry

if TYPE_CHECKING:
    from analytics.anomaly_alerts.page import AlertsPage

TONES = {Level.RED: "$bad", Level.ORANGE: "$second", Level.YELLOW: "$yellow"}
#: Steps several alerts may take at once; the others are about one.
AT_ONCE = (Step.ACKNOWLEDGE, Step.TAKE, Step.RESOLVE, Step.SUPPRESS)


class Work:
    """Draw alerts being worked through in one place."""

    def __init__(self, page: AlertsPage) -> None:
        """Take the page whose request is answered."""
        self.page, self.work = page, page.work

    def parts(self) -> AlertsParts:
        """Return the list, or the counts by unit with the rules' precision."""
        listed = self.listed()
        rows = () if listed is not None else self.work.units
        return AlertsParts(
            title=self.page.title,
            facts=self.page.facts(),
            findings=self.findings(),
            charts=self.charts() if len(rows) > 1 else (),
            table=None if listed is not None else self.table(),
            tables=self.tables(),
            by_tabs=self.by_tabs() if listed is None else (),
            work=listed,
            notices=self.notices(),
            method_html=self.page.method(),
        )

    @property
    def is_list(self) -> bool:
        """Tell whether the alerts are shown one by one."""
        is_own = self.work.scope.reader == "account_manager"
        return is_own or self.page.view_name == "escalated"

    def table(self) -> TableView | None:
        """Return the counts by lower unit; None where the alerts are listed, or no unit is."""
        declared = None if self.is_list else self.page.declared()
        if declared is None:
            return None
        table, source = declared
        return table.view(
            self.page.http.GET,
            source,
            path=self.page.http.path,
            totals=self.work.total,
            export_urls=self.page.export_urls(),
            empty=PageState("empty", _("没有告警"), _("该范围内没有需要处理的告警。")),
        )

    def tables(self) -> tuple[TableView, ...]:
        """Return the rules' precision."""
        if self.page.view_name == "escalated" or not self.work.precision:
            return ()
        view = work_tables.precision_table().view(
            {},
            ListSource(self.work.precision),
            path=self.page.http.path,
            note=_("依据办结原因；已处理、仍然流失计为命中"),
        )
        return (view,)

    def listed(self) -> WorkList | None:
        """Return the list of alerts; None for who reads totals."""
        if not self.is_list:
            return None
        table = work_tables.list_table(self.page.open_url)
        source = WorkSource(self.work.listed)
        http = self.page.http
        nothing = PageState(
            "empty", _("没有待处理的告警"), _("新一期发布后，触发规则的集团会出现在这里。")
        )
        view = table.view(
            http.GET, source, path=http.path, export_urls=self.page.export_urls(), empty=nothing
        )
        may = may_do(self.work.scope, "triage_alert")
        return WorkList(
            view=view,
            chips=self.chips(view),
            levels=self.level_chips(view),
            groups=self.groups(view.rows, may),
            may_triage=may,
            bulk_steps=tuple(StepButton(str(step), STEPS[step]) for step in AT_ONCE),
            reasons=tuple((str(reason), label) for reason, label in REASONS.items()),
            rules=tuple((code, rule_name(code)) for code in RULE_CODES),
            next_url=http.get_full_path(),
            month=self.work.reading.published[0].month if self.work.reading.published else None,
        )

    def groups(self, rows: Sequence[Alert], may: bool) -> tuple[GroupCard, ...]:
        """Return the page's groups, each with what fired."""
        codes = {row.account_manager_code for row in rows}
        own = {self.work.scope.own_account_manager_code}
        names = names_of("account_manager", codes - own) if codes - own else {}
        scope, product = self.work.scope, ProductNames()
        return tuple(
            GroupCard(
                first,
                carry(self.page.http, reverse("grading_group", args=[first.group_code]),
                      unit=None, am=None, tab="service"),
                names.get(first.account_manager_code, ""),
                tuple(AlertLine(one, self.page.open_url(one), scope.user_id, may, product)
                      for one in all_),
            )
            for first, all_ in grouped(rows)
        )  # fmt: skip

    @property
    def counts(self) -> AlertCounts:
        """Return the counts behind the chips."""
        return self.work.counts

    def chips(self, view: TableView) -> tuple[Chip, ...]:
        """Return the states with how many alerts stand in each."""
        chosen = view.query.filters.get("state") or WAITING
        counted = self.counts.by_state if self.page.view_name == "work" else self.escalated()
        waiting = sum(counted.get(each, 0) for each in OPEN if each != State.SUPPRESSED)
        shown = [(WAITING, _("待处理"), waiting)]
        shown += [(str(state), str(word), counted.get(state, 0)) for state, word in STATES.items()]
        shown.append((ALL, _("全部告警"), sum(counted.values())))
        return tuple(
            Chip(word, view.link(state="" if code == WAITING else code, page=None), n,
                 is_current=code == chosen)
            for code, word, n in shown
        )  # fmt: skip

    def escalated(self) -> dict[str, int]:
        """Count what was handed up, by state."""
        found: dict[str, int] = {}
        for state in self.work.listed.order_by().values_list("state", flat=True):
            found[state] = found.get(state, 0) + 1
        return found

    def level_chips(self, view: TableView) -> tuple[Chip, ...]:
        """Return the levels with how many groups have each."""
        if self.page.view_name == "escalated":
            return ()
        chosen = view.query.filters.get("level")
        found = []
        for code in LEVEL_CODES:
            level = work_tables.level_of(code)
            url = view.link(level="" if code == chosen else code, page=None)
            n = self.counts.groups_by_level.get(level, 0)
            found.append(Chip(LEVELS[level], url, n, is_current=code == chosen, tone=code))
        return tuple(found)

    def findings(self) -> tuple[Finding, ...]:
        """Say how many alerts wait, at how many groups, and how bad they are."""
        if self.page.view_name == "escalated":
            return ()
        counts = self.counts
        n_groups = sum(counts.groups_by_level.values())
        place = self.page.place_name
        if not counts.n_open:
            return (Finding(sentence([format_html(_("{place}没有未办结的告警"), place=place)])),)
        opening = format_html(
            ngettext("{place}未办结告警 {n} 条", "{place}未办结告警 {n} 条", counts.n_open),
            place=place, n=strong(formats.number(counts.n_open)),
        )  # fmt: skip
        spread = counted(ngettext("涉及 {n} 个集团", "涉及 {n} 个集团", n_groups), n_groups)
        levels = [
            format_html(_("{level} {n} 个集团"), level=work_tables.level_word(level),
                        n=strong(formats.number(counts.groups_by_level[level])))
            for level in LEVELS if counts.groups_by_level.get(level)
        ]  # fmt: skip
        waits = counts.by_state.get(State.NEW, 0)
        said = [opening, spread, *levels]
        if waits:
            said.append(format_html(_("待签收 {n} 条"), n=strong(formats.number(waits))))
        return (Finding(sentence(said)),)

    def by_tabs(self) -> tuple[NavItem, ...]:
        """Return the choice of the lower unit where there are two."""
        levels = lower_levels(self.page.reading.selection)
        if len(levels) < 2:
            return ()
        return tuple(
            NavItem(level, UNIT_TABS[level], "",
                    carry(self.page.http, by=level, sort=None, page=None, q=None),
                    is_current=level == self.work.level)
            for level in levels
        )  # fmt: skip

    def notices(self) -> tuple[PageState, ...]:
        """Say that alerts follow the newest month when another one is looked at."""
        published = self.work.reading.published
        if not published or published[0].month == self.work.reading.month:
            return ()
        text = _("此处显示的是 {month} 的处理情况。").format(
            month=formats.month(published[0].month)
        )
        return (PageState("partial", _("告警按最新账期跟踪"), text),)

    def charts(self) -> tuple[ChartCard, ...]:
        """Return the groups with open alerts by lower unit and level."""
        parts = [Part(LEVELS[level], TONES[level]) for level in LEVELS]
        # the bars show groups, so groups order them: a group may have many alerts
        by_groups = sorted(
            self.work.units, key=lambda row: (-sum(row.counts.groups_by_level.values()), row.code)
        )
        stacks = [
            Stack(row.name, tuple(row.counts.groups_by_level.get(level, 0) for level in LEVELS),
                  self.page.work_unit_url(row))
            for row in by_groups[:30]
        ]  # fmt: skip
        drawn = stacked_bars(parts, stacks, measure="count")
        return (
            ChartCard(
                name="levels", title=_("未办结告警的集团"), drawing=drawn, unit=_("个集团"),
                scope=self.page.place_name, month=self.work.reading.published[0].month,
                source=_("告警处理"), hint=_("点击柱形下钻"), span=12,
            ),
        )  # fmt: skip
