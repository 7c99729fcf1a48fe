"""Declare the tables of income composition: totals by unit, and an account manager's groups."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from analytics.income_composition.compute import FEES, UnitFees
from analytics.income_composition.indicators import SIX_FEES
from analytics.queries import By
from analytics.unit_tables import SIZE_BANDS, UNIT_HEADINGS, UNIT_TITLES, Totals, climbed, no_rank
from core import formats
from core.masked import FEW_MASKED, MASKED, Masked
from core.table import Column, Filter, Table

FEW_GROUPS = 3


def fee_labels() -> tuple[str, ...]:
    """Return the six fees in the reader's language."""
    chinese = formats.is_chinese()
    return tuple(each.label_zh if chinese else each.label_en for each in SIX_FEES)


def hidden(row: UnitFees) -> Masked:
    """Say ``<3`` where the row counts one or two groups 屏蔽, that it is masked where it has more.

    A unit of more groups is masked so that nobody can tell a smaller one's amounts from its own.
    """
    return FEW_MASKED if row.n_groups < FEW_GROUPS else MASKED


def units_table(by: By, link: Callable[[str], str], comparison: str) -> Table:
    """Declare the totals by unit 单元明细; a masked unit shows no amount, but that it is masked."""
    return Table(
        name="units",
        title=UNIT_TITLES[by],
        default_sort="-fee_total_li",
        page_size=200,
        row_url=lambda row: link(row.code),
        columns=(
            Column("rank", _("排名"), "int", sort="rank", reason=_no_rank, totalled=False,
                   help=_("按成员费用合计从高到低；已屏蔽的单元不参加排名")),
            Column("moved", _("变化"), "text", value=climbed, export=False, api=False),
            Column("rank_change", _("名次变化"), "int", in_page=False),
            Column("code", _("编码"), "text", in_page=False),
            Column(
                "name", UNIT_HEADINGS[by], "text", sort="name", link=lambda row: link(row.code),
                lead=True,
            ),
            Column("n_groups", _("集团客户数"), "int", sort="n_groups"),
            Column("n_members", _("成员数"), "int", sort="n_members"),
            Column(
                "fee_total_li", _("成员费用合计"), "money", scale="wan", sort="fee_total_li",
                value=lambda row: hidden(row) if row.masked else row.fee_total_li,
            ),
            Column(
                "change_ratio", comparison, "ratio", sort="change_ratio", reason=no_change,
                signed=True, better="up",
                value=lambda row: hidden(row) if row.change_masked else row.change_ratio,
            ),
            *(_fee(place, label) for place, label in enumerate(fee_labels())),
            *(_share(place, label) for place, label in enumerate(fee_labels())),
        ),
    )  # fmt: skip


def _fee(place: int, label: str) -> Column:
    def value(row: UnitFees) -> Any:
        return hidden(row) if row.masked else row.fees[place]

    def note(row: UnitFees) -> str:
        part = row.shares[place]
        return "" if part is None else formats.ratio(part)

    name = FEES[place]
    return Column(
        name, label, "money", scale="wan", value=value, note=note, sort=name, reason=no_fee
    )


def _share(place: int, label: str) -> Column:
    def value(row: UnitFees) -> Any:
        return hidden(row) if row.masked else row.shares[place]

    name = FEES[place].removesuffix("_li") + "_share"
    heading = _("{fee}占比").format(fee=label)
    return Column(name, heading, "ratio", value=value, in_page=False)


def _no_rank(row: UnitFees) -> str:
    return _("已屏蔽的单元不参加排名") if row.code and row.masked else no_rank(row)


def no_change(row: Any) -> str:
    """Say why a change is missing."""
    return _("对比月份没有数据")


def no_fee(row: Any) -> str:
    """Say why a fee is missing."""
    return _("本月没有该项费用")


def groups_table(industries: Iterable[tuple[str, str]], link: Callable[[Any], str]) -> Table:
    """Declare an account manager's groups with the six fees 集团清单."""
    names = dict(industries)
    return Table(
        name="groups",
        title=_("集团成员费用清单"),
        default_sort="-fee_total_li",
        search_hint=_("名称 / 编码 / 拼音首字母"),
        row_url=link,
        filters=(
            Filter("industry", _("行业"), tuple(names.items()), field="industry_code"),
            Filter("size_band", _("规模"), SIZE_BANDS, field="size_band"),
        ),
        columns=(
            Column(
                "name", _("集团名称"), "text", sort="pinyin", link=link, wide=True,
                note=lambda row: row["group_code"],
            ),
            Column("group_code", _("集团编码"), "text", sort="group_code", in_page=False),
            Column(
                "industry", _("行业"), "text", sort="industry_code", in_page=False,
                value=lambda row: names.get(row["industry_code"], row["industry_code"]),
            ),
            Column("n_members", _("成员数"), "int", sort="n_members"),
            Column("fee_total_li", _("成员费用合计"), "money", sort="fee_total_li"),
            *(_fee_of_group(fee, label) for fee, label in zip(FEES, fee_labels(), strict=True)),
        ),
    )  # fmt: skip


def groups_total(whole: UnitFees) -> Totals:
    """Return the totals line 合计 of the groups: their account manager's own figures."""
    fees = dict(zip(FEES, whole.fees, strict=True))
    return Totals(fees, name=_("合计"), n_members=whole.n_members, fee_total_li=whole.fee_total_li)


def _fee_of_group(fee: str, label: str) -> Column:
    def note(row: Mapping[str, Any]) -> str:
        return _part_of(row, fee)

    return Column(fee, label, "money", sort=fee, reason=no_fee, note=note)


def _part_of(row: Mapping[str, Any], fee: str) -> str:
    whole = row["fee_total_li"]
    return formats.ratio(row[fee] / whole) if whole and row[fee] is not None else ""
