"""Declare the tables of alerts being worked through: the list, counts by unit, precision."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from alerts.alert_queries import RulePrecision
from alerts.levels import LEVEL_CODES, Level
from alerts.rules import RULE_CODES
from alerts.threshold_words import rule_name
from alerts.triage import State
from alerts.triage_models import REASONS, STATES, Alert
from analytics.alert_words import LEVELS, ProductNames, Told
from analytics.anomaly_alerts.work import ALL, ESCALATED, WAITING, UnitWork
from analytics.queries import By
from analytics.shares import wilson_interval
from analytics.unit_tables import UNIT_HEADINGS, UNIT_TITLES, interval_note
from core import formats
from core.month import Month
from core.table import Column, Filter, Table


def list_table(link: Callable[[Alert], str]) -> Table:
    """Declare the list of alerts 告警清单: one row an alert, worst group first."""
    states = tuple((str(state), label) for state, label in STATES.items())
    product = ProductNames()

    def told(alert: Alert) -> Told:
        return Told(alert.rule, alert, alert.last_fired, product)

    return Table(
        name="work",
        title=_("告警清单"),
        page_size=20,
        search_hint=_("名称 / 编码"),
        filters=(
            Filter("state", _("状态"), ((WAITING, _("待处理")), *states, (ALL, _("全部")),
                                     (ESCALATED, _("已上报")))),
            Filter("level", _("预警等级"), tuple((code, LEVELS[level_of(code)])
                                             for code in LEVEL_CODES), narrow=_at_level),
            Filter("rule", _("规则"), tuple((code, rule_name(code)) for code in RULE_CODES),
                   field="rule"),
        ),
        columns=(
            Column("id", _("编号"), "int"),
            Column("group_code", _("集团编码"), sort="group_code"),
            Column("name", _("集团名称"), sort="name", link=link),
            Column("effective_grade", _("生效等级"), "grade"),
            Column("account_manager_code", _("客户经理")),
            Column("level", _("预警等级"), value=level_said),
            Column("rule", _("规则"), value=lambda row: rule_name(row.rule)),
            Column("weight", _("权重"), "int"),
            Column("evidence", _("触发依据"), value=lambda row: told(row).sentence),
            Column("value", _("数值"), value=lambda row: told(row).value),
            Column("reference", _("参照值"), value=lambda row: told(row).reference),
            Column("threshold", _("阈值"), value=lambda row: told(row).threshold),
            Column("source", _("阈值来源"), value=lambda row: told(row).source),
            Column("state", _("状态"), value=lambda row: str(STATES[State(row.state)])),
            Column("reason", _("办结原因"), value=lambda row: str(REASONS.get(row.reason, ""))),
            Column("opened", _("首次触发"), "date", value=lambda row: row.opened),
            Column("last_fired", _("最近触发"), "date", value=lambda row: row.last_fired),
            Column("n_firings", _("触发次数"), "int"),
            Column("escalated_at", _("上报时间"), "date"),
            Column("total_income_li", _("集团整体收入"), "money", sort="total_income_li"),
        ),
    )  # fmt: skip


def level_of(code: str) -> Level:
    """Return a level by its code."""
    return Level[code.upper()]


def level_said(row: Alert) -> str:
    """Name the level of an alert's group; empty where nothing waits."""
    return str(LEVELS.get(Level(row.level), ""))


def level_word(level: Level) -> str:
    """Return a level within a sentence: 红色预警, or just red."""
    return str(LEVELS[level]) if formats.is_chinese() else level.name.lower()


def _at_level(rows: Any, code: str) -> Any:
    return rows.filter(level=level_of(code))


def units_table(by: By, link: Callable[[UnitWork], str]) -> Table:
    """Declare the counts by unit: open alerts by state, groups by level, what was closed."""
    states = (State.NEW, State.ACKNOWLEDGED, State.IN_WORK, State.SUPPRESSED)
    closed = (State.RESOLVED, State.AUTO_CLOSED)
    each_alert, each_group = _("条"), _("个集团")
    counted = [Column(f"n_{code}", LEVELS[level_of(code)], "int", sort=f"n_{code}",
                      unit=each_group, help=_("该等级的集团数"))
               for code in LEVEL_CODES]  # fmt: skip
    return Table(
        name="work_units",
        title=UNIT_TITLES[by],
        default_sort="-n_open",
        page_size=200,
        row_url=link,
        columns=(
            Column("code", _("编码"), "text", in_page=False),
            Column("name", UNIT_HEADINGS[by], "text", sort="name", link=link, lead=True),
            Column("n_open", _("未办结"), "int", sort="n_open", unit=each_alert,
                   help=_("含暂不提醒")),
            *(Column(f"n_{each}", STATES[each], "int", sort=f"n_{each}", unit=each_alert)
              for each in states),
            Column("n_escalated", _("已上报"), "int", sort="n_escalated", unit=each_alert),
            *counted,
            *(Column(f"n_{each}", STATES[each], "int", sort=f"n_{each}", unit=each_alert,
                     help=_("近 12 个月")) for each in closed),
        ),
    )  # fmt: skip


def precision_table() -> Table:
    """Declare how often each rule was right 规则命中率, from the reasons of resolved alerts."""
    return Table(
        name="precision",
        title=_("规则命中率"),
        searchable=False,
        page_size=50,
        columns=(
            Column("rule", _("规则"), value=lambda row: rule_name(row.rule), lead=True),
            Column("n_alerts", _("告警数"), "int", help=_("近 12 个月")),
            Column("n_judged", _("已办结"), "int"),
            Column("n_right", _("命中"), "int", help=_("原因为已处理或仍然流失")),
            Column("precision", _("命中率"), "ratio", reason=lambda row: _("尚无办结的告警"),
                   note=interval_said, help=_("括号内为 Wilson 95% 区间")),
        ),
    )  # fmt: skip


def interval_said(row: RulePrecision) -> str:
    """Write the interval of a rule's precision; empty without a resolved alert."""
    return interval_note(wilson_interval(row.n_right, row.n_judged))


def month_of(index: int) -> Month:
    """Return a month by its index."""
    return Month.from_index(index)
