"""Declare the tables of anomalies: totals by unit, and the list of abnormal groups 异常集团清单."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alerts.queries import Finding
from analytics.alert_evidence import KINDS, drawing, in_words, rules_said
from analytics.anomaly_alerts.compute import UnitAlerts
from analytics.queries import By
from analytics.shares import interval_if_small
from analytics.unit_tables import interval_note
from core import formats
from core.table import Column, Filter, Kind, Table

HEADINGS: Mapping[By, Any] = {
    "city": gettext_lazy("地市"),
    "county": gettext_lazy("县区"),
    "account_manager": gettext_lazy("客户经理"),
}
INTERVAL = gettext_lazy("分母少于 30：括号内为 95% 区间（Wilson）")
TITLES: Mapping[By, Any] = {
    "city": gettext_lazy("地市明细"),
    "county": gettext_lazy("县区明细"),
    "account_manager": gettext_lazy("客户经理明细"),
}


def units_table(by: By, link: Callable[[UnitAlerts], str]) -> Table:
    """Declare the totals by unit 单元明细; both shares stand with their denominators."""
    return Table(
        name="units",
        title=TITLES[by],
        default_sort="rank",
        page_size=200,
        row_url=link,
        columns=(
            Column(
                "rank", _("排名"), "int", sort="rank", reason=_no_rank, totalled=False,
                help=_("按异常集团占比从高到低：第 1 名占比最高，▲ 表示占比名次上升，即变差"),
            ),
            Column("moved", _("变化"), "text", value=moved, export=False, api=False),
            Column("rank_change", _("名次变化"), "int", in_page=False),
            Column("code", _("编码"), "text", in_page=False),
            Column("name", HEADINGS[by], "text", sort="name", link=link, lead=True),
            Column("n_groups", _("集团客户数"), "int", sort="n_groups"),
            Column("n_abnormal_groups", _("异常集团数"), "int", sort="n_abnormal_groups"),
            Column(
                "either_share", _("异常集团占比"), "ratio", sort="either_share", reason=_none,
                help=INTERVAL, note=lambda row: fraction(row.n_abnormal_groups, row.n_groups),
            ),
            Column(
                "n_state_abnormal", _("状态异常集团数"), "int", sort="n_state_abnormal",
                reason=_none,
            ),
            Column("n_state_evaluable", _("状态可评估集团"), "int", in_page=False),
            Column(
                "state_share", _("状态异常占比"), "ratio", sort="state_share", reason=_none,
                help=INTERVAL,
                note=lambda row: fraction(row.n_state_abnormal, row.n_state_evaluable),
            ),
            Column(
                "n_call_abnormal", _("呼叫异常集团数"), "int", sort="n_call_abnormal", reason=_none
            ),
            Column("n_call_evaluable", _("呼叫可评估集团"), "int", in_page=False),
            Column(
                "call_share", _("呼叫异常占比"), "ratio", sort="call_share", reason=_none,
                help=INTERVAL,
                note=lambda row: fraction(row.n_call_abnormal, row.n_call_evaluable),
            ),
        ),
    )  # fmt: skip


def moved(row: UnitAlerts) -> str:
    """Say how a rank moved 名次变化: ▲ places up the list, ▼ down, – where it stayed."""
    if not row.rank_change:
        return "–" if row.rank_change == 0 else ""
    return f"{'▲' if row.rank_change > 0 else '▼'}{abs(row.rank_change)}"


def fraction(top: int | None, bottom: int | None) -> str:
    """Write numerator and denominator of a share, below 30 cases with its 95 % interval."""
    if not bottom:
        return ""
    said = f"{formats.number(top)}/{formats.number(bottom)}"
    return f"{said} {interval_note(interval_if_small(top, bottom))}".rstrip()


def _no_rank(row: UnitAlerts) -> str:
    return _("合计不排名") if not row.code else _none(row)


def _none(row: UnitAlerts) -> str:
    return _("没有可评估的集团") if row.is_judged else _("该账期未做异常检测")


def alerts_table(link: Callable[[Finding], str], draw: Callable[[Finding], str]) -> Table:
    """Declare the list of abnormal groups 异常集团清单: one row a group and kind.

    ``link`` opens the group, ``draw`` shows its evidence as a large chart.
    """
    return Table(
        name="alerts",
        title=_("异常集团清单"),
        default_sort="-total_income_li",
        search_hint=_("名称 / 编码"),
        row_url=link,
        filters=(Filter("kind", _("异常类型"), tuple(KINDS.items())),),
        columns=(
            Column("name", _("集团名称"), sort="name", link=link, note=lambda row: row.group_code),
            Column("group_code", _("集团编码"), sort="group_code", in_page=False),
            Column("effective_grade", _("生效等级"), "grade", sort="effective_grade"),
            Column("kind", _("异常类型"), value=kind_said, in_page=False),
            Column(
                "rules", _("触发规则"), value=rules_said, link=draw, note=kind_said,
                help=_("点击查看走势图"), wide=True,
            ),
            Column("evidence", _("触发依据（7 期走势）"), value=in_words, draw=drawing, wide=True),
            _only("state", "value", "state_share", _("异常成员占比"), "ratio"),
            _only("state", "median", "state_median", _("占比中位数"), "ratio"),
            _only("call", "value", "call_level", _("日均主叫分钟"), "score"),
            _only("call", "median", "call_median", _("主叫中位数"), "score"),
            Column("z", _("z 值"), "score", in_page=False),
            Column("silent_share", _("静默占比"), "ratio", in_page=False),
            Column("n_members", _("成员数"), "int", in_page=False),
            Column("total_income_li", _("集团整体收入"), "money", sort="total_income_li",
                   aside=True),
        ),
    )  # fmt: skip


def kind_said(row: Finding) -> str:
    """Name the kind of anomaly 异常类型."""
    return str(KINDS[row.kind])


def _only(kind: str, value: str, name: str, label: str, shown: Kind) -> Column:
    """Declare an export column of a value that only one kind of finding has."""
    return Column(
        name, label, shown, in_page=False,
        value=lambda row: getattr(row, value) if row.kind == kind else None,
    )  # fmt: skip
