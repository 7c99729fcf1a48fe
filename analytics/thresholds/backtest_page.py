"""Show 历史回测: twelve stored months replayed, as they were and with a threshold tried out."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, cast

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.doors import DoorMixin
from alerts.backtest import Replay
from alerts.backtest_panel import MONTHS_AFTER
from alerts.backtest_queries import Backtest, Question, backtest
from alerts.preview import tried_change
from alerts.rules import LIMITS
from alerts.threshold_words import class_name, limit_name, value_said
from alerts.thresholds import GRADE_CLASSES
from analytics.method import method_html
from analytics.page import published_for
from analytics.thresholds import charts
from analytics.thresholds.backtest_words import cards_of, replay_said
from analytics.thresholds.forms import budget_asked, class_asked, code_asked, number_asked
from analytics.thresholds.page import SEES, ThresholdsMixin
from analytics.thresholds.people import MOST_NAMED, PeopleSource
from analytics.thresholds.room import shown
from analytics.thresholds.tables import By, rows_by, tally_table
from core import formats
from core.errors import NotInScope
from core.parts import Action, ChartCard, Drawing, Finding, Kpi, ModuleParts, NavItem, PageState
from core.sources import ListSource
from core.table import Table, TableView
from core.web import ModulePage, carry


@dataclass(frozen=True)
class BacktestParts(ModuleParts):
    """Be the backtest page: the questions above the answers."""

    code: str = ""
    limits: tuple[tuple[str, str], ...] = ()
    classes: tuple[tuple[str, str], ...] = ()
    grade_class: str = ""
    value: str = ""
    sign: str = ""
    budget: int = 0
    kept: tuple[tuple[str, str], ...] = ()
    where: str = ""


class BacktestMixin(ThresholdsMixin):
    """Read what was asked and replay it once for page, export and API."""

    @cached_property
    def code(self) -> str:
        """Return the threshold asked about; '' for all rules."""
        return code_asked(self.http.GET)

    @cached_property
    def value(self) -> float | None:
        """Return the value to try, as stored; the one in force where none was typed."""
        if not self.code:
            return None
        if self.http.GET.get("value", "").strip():
            value = number_asked(self.http.GET, "value", self.code)
            allowed = self.thresholds.book.range_of(self.code)
            return allowed.clip(value)
        return self.thresholds.in_force(self.code, class_asked(self.http.GET)).value

    @cached_property
    def found(self) -> Backtest | None:
        """Return the replay; None while nothing with evidence is published."""
        place, published = self.place_shown, published_for(self.http)
        tried = None
        if self.code and self.value is not None and published:
            target = place.target(self.code, class_asked(self.http.GET))
            tried = tried_change(target, self.value, published[0].month)
        question = Question(budget_asked(self.http.GET), self.code, tried)
        return backtest(place.scope, place.selection, published, question)

    @property
    def shown_replay(self) -> Replay:
        """Return the replay whose rows the table shows: the one tried, else as stored."""
        if self.found is None:
            raise NotInScope
        return self.found.tried or self.found.stored

    @cached_property
    def by(self) -> By:
        """Return what the table is by; account managers only where the reader may see them."""
        wanted = self.http.GET.get("by", "")
        return next((way for way in self.ways if way == wanted), self.ways[0])

    @property
    def ways(self) -> tuple[By, ...]:
        """Return what the table may be by."""
        if self.place_shown.sees_people:
            return ("account_manager", "rule", "month")
        return ("rule", "month")

    def source(self) -> ListSource:
        """Return what the table shows; of thousands of people only those shown get their names."""
        rows = rows_by(self.by, self.shown_replay, {})
        return PeopleSource(rows) if self.by == "account_manager" else ListSource(rows)

    def declared(self) -> tuple[Table, ListSource]:
        """Return the table with its rows; a long one is not sorted by names."""
        source = self.source()
        is_long = self.by == "account_manager" and len(source.rows) > MOST_NAMED
        return tally_table(self.by, is_long=is_long), source


class BacktestPage(BacktestMixin, DoorMixin, ModulePage):
    """Show the replay of a place."""

    door = SEES
    template_name = "thresholds/backtest.html"
    title = gettext_lazy("历史回测")

    def parts(self) -> BacktestParts:
        """Return questions and answers."""
        asked = self.questions()
        if self.found is None:
            state = PageState(
                "partial", _("还没有可回测的账期"),
                _("已发布的账期没有保存预警依据；重新运行并发布后即可回测。"),
            )  # fmt: skip
            return BacktestParts(title=self.title, state=state, **asked)
        return BacktestParts(
            title=self.title,
            facts=self.facts(),
            actions=(
                Action(
                    _("返回阈值设置"), carry(self.request, reverse("thresholds")), "adjustments"
                ),
            ),
            findings=self.findings(),
            findings_word=_("回测要点"),
            kpis=self.cards(),
            charts=self.charts(),
            tabs=self.tabs_of_table(),
            table=self.table(),
            method_html=method_html("thresholds", formats.is_chinese()),
            **asked,
        )

    def questions(self) -> dict[str, Any]:
        """Return what the form above shows."""
        code, value = self.code, self.value
        limit = LIMITS[code] if code else None
        kept = ("unit", "am")
        return {
            "code": code,
            "limits": (("", _("全部规则")), *((name, limit_name(name)) for name in LIMITS)),
            "classes": tuple((name, class_name(name)) for name in ("", *GRADE_CLASSES)),
            "grade_class": class_asked(self.request.GET),
            "value": f"{shown(code, value):g}" if value is not None else "",
            "sign": "%" if limit and not limit.is_whole else "",
            "budget": budget_asked(self.request.GET),
            "kept": tuple(
                (name, self.request.GET[name]) for name in kept if self.request.GET.get(name)
            ),
            "where": self.place_shown.name,
        }

    def table(self) -> TableView | None:
        """Return the table alone, for sorting and paging."""
        if self.found is None:
            return None
        path = reverse("thresholds_backtest_export")
        given = {name: self.request.GET[name] for name in self.request.GET if name != "page"}
        table, source = self.declared()
        return table.view(
            self.request.GET,
            source,
            path=self.request.path,
            export_urls={
                kind: carry(self.request, path, **{**given, "format": kind})
                for kind in ("xlsx", "csv")
            },
        )

    def findings(self) -> tuple[Finding, ...]:
        """Return the replay in sentences."""
        if self.found is None:
            return ()
        said = [replay_said(self.shown_replay, self.found, tried=self.found.tried is not None)]
        if self.found.points:
            said.append(self.suggestion())
        return tuple(Finding(each) for each in said)

    def suggestion(self) -> SafeString:
        """Say which value keeps the budget, with the way to set it."""
        found = cast(Backtest, self.found)
        budget, code = budget_asked(self.request.GET), self.code
        if found.suggestion is None:
            return format_html(
                _("允许范围内没有一个值能让 95% 的客户经理每月至多 {n} 条新告警。"), n=budget
            )
        value = found.suggestion.value
        url = carry(
            self.request, reverse("thresholds"), code=code, value=f"{shown(code, value):g}",
            **{"class": class_asked(self.request.GET) or None},
        )  # fmt: skip
        words = format_html(
            _(
                "按“每人每月至多 {n} 条新告警”（95% 的人月满足），"
                "建议值为 <strong>{value}</strong>，12 个账期共 {new} 条新告警。"
            ),
            n=budget, value=value_said(code, value), new=formats.number(found.suggestion.n_new),
        )  # fmt: skip
        if not self.place_shown.may_set:
            return words
        return format_html('{} <a href="{}#editor">{}</a>', words, url, _("采用建议值"))

    def cards(self) -> tuple[Kpi, ...]:
        """Return the four figures of the replay."""
        return cards_of(self.shown_replay)

    def charts(self) -> tuple[ChartCard, ...]:
        """Return the charts of the replay."""
        found = cast(Backtest, self.found)
        hint = _("最近 {n} 个账期尚未成熟").format(n=MONTHS_AFTER)
        wide = 12 if found.points else 6
        drawn = charts.months_chart(found)
        cards = [self.chart("months", _("各账期新告警"), drawn, note=hint, span=wide)]
        if found.points and self.value is not None:
            drawn = charts.sweep_chart(self.code, found.points, found.suggestion, self.value)
            title = _("{name}取不同值时的新告警").format(name=limit_name(self.code))
            cards.append(self.chart("sweep", title, drawn, span=12))
        else:
            drawn = charts.rules_chart(self.shown_replay)
            cards.append(self.chart("rules", _("各规则新告警与准确率"), drawn))
        return tuple(cards)

    def chart(
        self, name: str, title: str, drawing: Drawing, *, note: str = "", span: int = 6
    ) -> ChartCard:
        """Frame a chart with unit, place and source."""
        return ChartCard(
            name=name, title=title, drawing=drawing, unit=_("条"), scope=self.place_shown.name,
            source=_("已发布账期的预警依据"), badge=note, span=span,
        )  # fmt: skip

    def tabs_of_table(self) -> tuple[NavItem, ...]:
        """Return the choice of what the table is by."""
        words = {"account_manager": _("按客户经理"), "rule": _("按规则"), "month": _("按账期")}
        return tuple(
            NavItem(way, words[way], "", carry(self.request, by=way, sort=None, page=None),
                    is_current=way == self.by)
            for way in self.ways
        )  # fmt: skip
