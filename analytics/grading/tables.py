"""Declare the tables of grading: totals by unit, and the list of groups 集团清单."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from analytics.grading.compute import GRADES, UnitGrades
from analytics.queries import By
from core import formats
from core.table import Column, Filter, Table

SIZE_BANDS = (
    ("0", gettext_lazy("0 人")),
    ("1", gettext_lazy("1–9 人")),
    ("2", gettext_lazy("10–49 人")),
    ("3", gettext_lazy("50–199 人")),
    ("4", gettext_lazy("200–999 人")),
    ("5", gettext_lazy("≥ 1000 人")),
)
UNIT_HEADINGS: Mapping[By, Any] = {
    "city": gettext_lazy("地市"),
    "county": gettext_lazy("县区"),
    "account_manager": gettext_lazy("客户经理"),
}
UNIT_TITLES: Mapping[By, Any] = {
    "city": gettext_lazy("地市明细"),
    "county": gettext_lazy("县区明细"),
    "account_manager": gettext_lazy("客户经理明细"),
}


def _grade_column(place: int, grade: str, *, in_page: bool) -> Column:
    name, label = f"n_{grade.lower()}", grade if grade != "NR" else _("未评定")
    return Column(
        name, label, "int", value=lambda row: row.grades[place], sort=name, in_page=in_page
    )


def units_table(by: By, link: Callable[[UnitGrades], str], *, with_unrated: bool) -> Table:
    """Declare the totals by unit 单元明细; ``link`` drills down."""
    return Table(
        name="units",
        title=UNIT_TITLES[by],
        default_sort="rank",
        page_size=200,
        row_url=link,
        columns=(
            Column("rank", _("排名"), "int", sort="rank", reason=_no_rank),
            Column("moved", _("变化"), "text", value=climbed, export=False, api=False),
            Column("rank_change", _("名次变化"), "int", in_page=False),
            Column("code", _("编码"), "text", in_page=False),
            Column("name", UNIT_HEADINGS[by], "text", sort="name", link=link, lead=True),
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
            Column("n_up", _("升级"), "int", sort="n_up"),
            Column("n_down", _("降级"), "int", sort="n_down"),
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


def _not_rated(row: Any) -> str:
    return _("指标不足，未评分")


def _no_score(row: UnitGrades) -> str:
    return _("没有已评分的集团")


def groups_table(industries: Iterable[tuple[str, str]], link: Callable[[Any], str]) -> Table:
    """Declare the list of one account manager's groups 集团清单."""
    names = dict(industries)
    return Table(
        name="groups",
        title=_("集团清单"),
        default_sort="-total_income_li",
        search_hint=_("名称 / 编码 / 拼音首字母"),
        row_url=link,
        filters=(
            Filter(
                "grade", _("生效等级"), (*((g, g) for g in GRADES[:-1]), ("NR", _("未评定"))),
                field="effective_grade",
            ),
            Filter("industry", _("行业"), tuple(names.items()), field="industry_code"),
            Filter("size_band", _("规模"), SIZE_BANDS, field="size_band"),
        ),
        columns=(
            Column("name", _("集团名称"), "text", sort="pinyin", link=link, wide=True),
            Column("group_code", _("集团编码"), "text", sort="group_code"),
            Column(
                "industry", _("行业"), "text", sort="industry_code",
                value=lambda row: names.get(row["industry_code"], row["industry_code"]),
            ),
            Column("effective_grade", _("生效等级"), "grade", sort="effective_grade"),
            Column("suggested_grade", _("建议等级"), "grade", sort="suggested_grade"),
            Column("score", _("评分"), "score", sort="score", reason=_not_rated),
            Column(
                "score_change", _("评分环比"), "delta", better="up", sort="score_change",
                reason=lambda row: _("上月没有评分"),
            ),
            Column("n_members", _("成员数"), "int", sort="n_members"),
            Column("total_income_li", _("集团整体收入"), "money", sort="total_income_li"),
        ),
    )  # fmt: skip
