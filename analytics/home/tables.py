"""Declare the tables of the home report: totals by lower unit, and an account manager's groups."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from analytics.indicators import MEAN_SCORE
from analytics.kpi import Measures, kpi_of
from analytics.queries import By
from analytics.stars import star
from analytics.unit_tables import UNIT_HEADINGS, UNIT_TITLES, Totals, climbed, no_rank
from core.month import Month
from core.table import Column, Table
from warehouse.dictionary_names import name_said

MINE = "mine"


def units_table(by: By, *, is_long: bool = False) -> Table:
    """Declare the report's table by lower unit; a long one is neither ordered nor searched by name.

    Names of thousands of units are not read for the fifty that are shown.
    """

    def measure(name: str) -> Any:
        return lambda line: line.measures.get(name)

    def column(name: str, label: str, kind: Any = "int", **more: Any) -> Column:
        return Column(name, label, kind, value=measure(name), sort=name, **more)

    return Table(
        name="units",
        title=UNIT_TITLES[by],
        default_sort="rank",
        page_size=50,
        searchable=not is_long,
        columns=(
            Column(
                "rank",
                _("排名"),
                "int",
                sort="rank",
                reason=no_rank,
                totalled=False,
                help=_("按集团整体收入从高到低"),
            ),
            Column("moved", _("变化"), "text", value=climbed),
            Column(
                "name",
                UNIT_HEADINGS[by],
                "text",
                sort="" if is_long else "name",
                link=lambda line: line.url,
                lead=True,
            ),
            column("n_groups", _("集团客户数")),
            column("n_members", _("成员数")),
            column("total_income_li", _("集团整体收入"), "money", scale="wan"),
            column("n_a_class", _("A级集团数")),
            column("n_into_a", _("升入A级")),
            column("n_out_of_a", _("由A级降级")),
            column("n_state_abnormal", _("状态异常")),
            column("n_call_abnormal", _("呼叫异常")),
            column("n_new", _("新增")),
            column("n_lost_groups", _("流失")),
        ),
    )


def portfolio_table(link: Callable[[Any], str]) -> Table:
    """Declare an account manager's groups 我的集团 on the home report."""
    return Table(
        name=MINE,
        title=_("我的集团"),
        default_sort="-total_income_li",
        page_size=10,
        search_hint=_("名称 / 编码 / 拼音首字母"),
        columns=(
            Column(
                "name", _("集团"), "text", sort="pinyin", link=link, wide=True,
                draw=lambda row: star(row.group_code, row.name, is_followed=row.is_followed),
            ),
            Column("group_code", _("集团编码"), "text", in_page=False),
            Column(
                "industry", _("行业"), "text", sort="industry",
                value=lambda row: name_said(row.industry),
            ),
            Column("effective_grade", _("生效等级"), "grade", sort="effective_grade"),
            Column("suggested_grade", _("建议等级"), "grade", sort="suggested_grade"),
            Column(
                "score", _("评分"), "score", sort="score", reason=lambda row: _("指标不足，未评分")
            ),
            Column(
                "score_change", _("评分环比"), "delta", better="up", value=score_change,
                sort="score_change", reason=lambda row: _("上月没有评分"),
            ),
            Column("n_members", _("成员数"), "int", sort="n_members"),
            Column("total_income_li", _("集团整体收入"), "money", sort="total_income_li"),
        ),
    )  # fmt: skip


def portfolio_total(by_month: Mapping[int, Measures], month: Month) -> Totals:
    """Return the totals line 合计 of 我的集团: sums, and the mean of the scores, now and before."""
    names = ("n_members", "total_income_li")
    sums = {name: by_month[month.index].get(name) for name in names}
    mean = kpi_of(MEAN_SCORE, by_month, month)
    return Totals(sums, name=_("合计"), score=mean.value, prev_score=mean.series[-2])


def score_change(row: Any) -> float | None:
    """Return the step of the score since last month, of a group or in the total."""
    if row.score is None or row.prev_score is None:
        return None
    return float(row.score - row.prev_score)


def fits(row: Any, text: str) -> bool:
    """Tell whether a group's name, code or initials 拼音首字母 hold the text."""
    wanted = text.casefold()
    held = (row.name, row.group_code, row.initials or "")
    return any(wanted in each.casefold() for each in held)
