"""Declare the table of grading by unit 单元明细; the list of groups is shared (group_list)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from analytics.grading.compute import GRADES, UnitGrades
from analytics.queries import Axis
from core import formats
from core.table import Column, Table

UNIT_HEADINGS: Mapping[Axis, Any] = {
    "city": gettext_lazy("地市"),
    "county": gettext_lazy("县区"),
    "account_manager": gettext_lazy("客户经理"),
    "industry": gettext_lazy("行业"),
    "size_band": gettext_lazy("规模"),
}
UNIT_TITLES: Mapping[Axis, Any] = {
    "city": gettext_lazy("地市明细"),
    "county": gettext_lazy("县区明细"),
    "account_manager": gettext_lazy("客户经理明细"),
    "industry": gettext_lazy("行业明细"),
    "size_band": gettext_lazy("规模明细"),
}
UNIT_TABS: Mapping[Axis, Any] = {
    "city": gettext_lazy("按地市"),
    "county": gettext_lazy("按县区"),
    "account_manager": gettext_lazy("按客户经理"),
    "industry": gettext_lazy("按行业"),
    "size_band": gettext_lazy("按规模"),
}


def _grade_column(place: int, grade: str, *, in_page: bool) -> Column:
    name, label = f"n_{grade.lower()}", grade if grade != "NR" else _("未评定")
    return Column(
        name, label, "int", value=lambda row: row.grades[place], sort=name, in_page=in_page
    )


def units_table(by: Axis, link: Callable[[UnitGrades], str], *, with_unrated: bool) -> Table:
    """Declare the totals by unit 单元明细, industry or size; ``link`` drills down."""
    by_name = "code" if by == "size_band" else "name"  # 10–49 人 comes after 1–9 人, not before
    return Table(
        name="units",
        title=UNIT_TITLES[by],
        default_sort="rank",
        page_size=200,
        row_url=link,
        columns=(
            Column(
                "rank",
                _("排名"),
                "int",
                sort="rank",
                reason=_no_rank,
                totalled=False,
                help=_("按平均评分从高到低"),
            ),
            Column("moved", _("变化"), "text", value=climbed, export=False, api=False),
            Column("rank_change", _("名次变化"), "int", in_page=False),
            Column("code", _("编码"), "text", in_page=False),
            Column("name", UNIT_HEADINGS[by], "text", sort=by_name, link=link, lead=True),
            Column("n_groups", _("集团客户数"), "int", sort="n_groups"),
            Column("n_rated", _("已评分"), "int", sort="n_rated", in_page=with_unrated),
            Column("mean_score", _("平均评分"), "score", sort="mean_score", reason=_no_score),
            *(
                _grade_column(place, grade, in_page=with_unrated or grade != "NR")
                for place, grade in enumerate(GRADES)
            ),
            Column(
                "share_a",
                _("A级占比"),
                "ratio",
                sort="share_a",
                note=fraction,
                reason=lambda row: _("没有在网集团"),
            ),
            Column("n_up", _("升级"), "int", sort="n_up", reason=_no_earlier),
            Column("n_down", _("降级"), "int", sort="n_down", reason=_no_earlier),
            Column(
                "total_income_li", _("集团整体收入"), "money", scale="wan", sort="total_income_li"
            ),
        ),
    )


def climbed(row: UnitGrades) -> str:
    """Say how a rank moved 名次变化: ▲ places won, ▼ places lost, – where it stayed."""
    if not row.rank_change:
        return "–" if row.rank_change == 0 else ""
    return f"{'▲' if row.rank_change > 0 else '▼'}{abs(row.rank_change)}"


def fraction(row: UnitGrades) -> str:
    """Write numerator and denominator of the share of A."""
    return f"{formats.number(row.n_a)}/{formats.number(row.n_groups)}" if row.n_groups else ""


def _no_rank(row: UnitGrades) -> str:
    return _("合计不排名") if not row.code else _("没有已评分的集团")


def _no_earlier(row: UnitGrades) -> str:
    return _("没有可比较的上一账期")


def _no_score(row: UnitGrades) -> str:
    return _("没有已评分的集团")
