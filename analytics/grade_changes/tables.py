"""Declare the tables: changes by unit, and the changed groups of one account manager."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from analytics.grade_changes.compute import CAUSES, WAYS, UnitChanges
from analytics.grade_changes.words import CAUSES as CAUSE_WORDS
from analytics.grade_changes.words import GRADES
from analytics.grade_changes.words import WAYS as WAY_WORDS
from analytics.queries import By
from analytics.unit_tables import UNIT_HEADINGS, UNIT_TITLES, climbed
from core import formats
from core.table import Column, Filter, Table


def units_table(by: By, link: Callable[[UnitChanges], str]) -> Table:
    """Declare the changes by lower unit; ``link`` drills down."""
    return Table(
        name="units",
        title=UNIT_TITLES[by],
        default_sort="rank",
        page_size=200,
        row_url=link,
        columns=(
            Column("rank", _("排名"), "int", sort="rank", reason=_no_rank, totalled=False,
                   help=_("按净升级率（升级 − 降级）÷ 上期集团数")),
            Column("moved", _("变化"), "text", value=climbed, export=False, api=False),
            Column("rank_change", _("名次变化"), "int", in_page=False),
            Column("code", _("编码"), "text", in_page=False),
            Column("name", UNIT_HEADINGS[by], "text", sort="name", link=link, lead=True),
            Column("n_before", _("上期集团数"), "int", sort="n_before"),
            Column("n_up", _("升级"), "int", sort="n_up", **_compared("n_up")),
            Column("n_down", _("降级"), "int", sort="n_down", **_compared("n_down")),
            Column("n_unrated", _("变为未评定"), "int", sort="n_unrated",
                   **_compared("n_unrated")),
            Column("net", _("净升级"), "delta", places=0, better="up", sort="net",
                   **_compared("net")),
            Column("net_share", _("净升级率"), "ratio", value=lambda row: row.net_share,
                   sort="net_share", signed=True, better="up", reason=_nothing_before),
            Column("changed_share", _("变动率"), "ratio", sort="changed_share", note=_fraction,
                   reason=_nothing_before),
            *(_cause_column(cause) for cause in CAUSES),
            Column("n_first", _("首次评定"), "int", sort="n_first", help=_("含期初")),
            Column("n_new", _("新增"), "int", in_page=False),
            Column("n_lost", _("退出"), "int", sort="n_lost"),
            Column("n_now", _("本期集团数"), "int", in_page=False),
            *(_way_column(way) for way in WAYS),
        ),
    )  # fmt: skip


def _compared(name: str) -> dict[str, Any]:
    """Say a number only where there was something to compare with: 0 would say "no change"."""

    def value(row: UnitChanges) -> int | None:
        return row.compared(getattr(row, name))

    return {"value": value, "reason": _nothing_before}


def _nothing_before(row: UnitChanges) -> str:
    return _("上一账期没有集团")


def _cause_column(cause: str) -> Column:
    def value(row: UnitChanges) -> int | None:
        return row.compared(row.cause(cause))

    name = f"cause_{cause}"
    return Column(name, _("因{cause}").format(cause=CAUSE_WORDS[cause]), "int", value=value,
                  sort=name, reason=_nothing_before)  # fmt: skip


def _way_column(way: str) -> Column:
    def value(row: UnitChanges) -> int:
        return row.ways[way]

    return Column(f"way_{way}", WAY_WORDS[way], "int", value=value, in_page=False)


def _no_rank(row: UnitChanges) -> str:
    return _("上一账期没有集团") if row.code else _("合计不排名")


def _fraction(row: UnitChanges) -> str:
    if not row.n_before:
        return ""
    return f"{formats.number(row.n_changed)}/{formats.number(row.n_before)}"


def groups_table(industries: Iterable[tuple[str, str]], link: Callable[[Any], str]) -> Table:
    """Declare the list of changed groups 变动集团清单; only account managers read it."""
    names = dict(industries)
    return Table(
        name="groups",
        title=_("变动集团清单"),
        default_sort="-total_income_li",
        search_hint=_("名称 / 编码 / 拼音首字母"),
        row_url=link,
        filters=(Filter("grade_way", _("变动方式"), tuple(WAY_WORDS.items()), field="grade_way"),),
        columns=(
            Column("name", _("集团名称"), "text", sort="name", link=link, wide=True),
            Column("group_code", _("集团编码"), "text", sort="group_code"),
            Column("industry", _("行业"), "text", sort="industry_code",
                   value=lambda row: names.get(row["industry_code"], row["industry_code"])),
            _grade("prev_effective_grade", _("上期等级")),
            _grade("effective_grade", _("本期等级")),
            Column("grade_way", _("变动方式"), "text", sort="grade_way",
                   help=_("按评分：也包括评分未变、但已连续越过等级界线而本月生效的"),
                   value=lambda row: str(WAY_WORDS[row["grade_way"]])),
            Column("prev_score", _("上期评分"), "score", sort="prev_score", reason=_no_score),
            Column("score", _("本期评分"), "score", sort="score", reason=_no_score),
            Column("score_change", _("评分变化"), "delta", better="up", sort="score_change",
                   reason=lambda row: _("缺少一期评分")),
            Column("total_income_li", _("集团整体收入"), "money", sort="total_income_li"),
        ),
    )  # fmt: skip


def _grade(name: str, label: str) -> Column:
    def value(row: Mapping[str, Any]) -> str:
        said = row[name]
        return str(GRADES[said]) if said in ("new", "exit") else said

    return Column(name, label, "grade", value=value, sort=name)


def _no_score(row: Mapping[str, Any]) -> str:
    return _("该账期没有评分")
