"""Declare the tables of member analysis: indicators by unit, and the lists 清单 of groups."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from analytics.indicators import N_GROUPS, N_LOST, N_MEMBERS, N_NO_MEMBER, VALID_MEMBER_RATIO
from analytics.member_analysis import indicators as own
from analytics.member_analysis.compute import VALID_TARGET, UnitMembers
from analytics.queries import By
from analytics.shares import interval_if_small
from analytics.unit_tables import (
    UNIT_HEADINGS,
    UNIT_TITLES,
    climbed,
    interval_note,
    interval_text,
    no_rank,
)
from core import formats
from core.indicator import Indicator
from core.table import Column, Kind, Table

Link = Callable[[Any], str]
_KINDS: dict[str, Kind] = {"ratio": "ratio", "months": "months"}
IN_PAGE = (
    N_GROUPS,
    N_MEMBERS,
    own.N_VNET,
    own.OFF_NET_RATE,
    VALID_MEMBER_RATIO,
    own.MEAN_TENURE,
    own.RINGBACK,
)
REST = (
    own.OFF_NET_OF_BASE,
    own.N_OFF_NET,
    own.N_LEFT_GROUP,
    own.SCHOOL,
    own.BANK,
    own.POLICE,
    own.AGRI,
    own.SNAPSHOT_BASE,
    own.SNAPSHOT_KEPT,
    own.SNAPSHOT_RETENTION,
    N_NO_MEMBER,
    own.N_FEW_MEMBER,
    own.N_SHELL,
    own.N_SILENT,
    own.N_ARREARS_STOP,
    N_LOST,
    own.GROUP_LOSS,
)


def label_of(indicator: Indicator, few_members: int = 0) -> str:
    """Return an indicator's name in the reader's language; the run's limit of 少人集团 in it."""
    label = indicator.label_zh if formats.is_chinese() else indicator.label_en
    if indicator is own.N_FEW_MEMBER:
        return _("{label}（1–{k} 人）").format(label=label, k=few_members)
    return label


def interval_said(hits: float | None, n: float | None) -> str:
    """Write the 95 % interval of a share of few cases; empty where there are enough."""
    interval = interval_if_small(hits, n)
    if interval is None:
        return ""
    return _("95% 区间 {interval}").format(interval=interval_text(interval))


def interval_short(hits: float | None, n: float | None) -> str:
    """Write the interval of a share of few cases as a cell's note; the heading explains it."""
    return interval_note(interval_if_small(hits, n))


def _column(indicator: Indicator, *, in_page: bool, few_members: int) -> Column:
    return Column(
        indicator.code,
        label_of(indicator, few_members),
        "bar" if indicator is VALID_MEMBER_RATIO else _KINDS.get(indicator.unit, "int"),
        value=lambda row: row.value(indicator),
        sort=indicator.code,
        note=_note_of(indicator),
        reason=lambda row: reason_of(indicator),
        help=_help_of(indicator),
        target=VALID_TARGET if indicator is VALID_MEMBER_RATIO else None,
        places=indicator.places,
        in_page=in_page,
    )


def _help_of(indicator: Indicator) -> str:
    said = indicator.formula_zh if formats.is_chinese() else indicator.formula_en
    if indicator.unit != "ratio":
        return said
    return _("{definition}；样本不足 30 时括号内为 95% 区间").format(definition=said)


def _note_of(indicator: Indicator) -> Callable[[Any], str] | None:
    """Print the denominator of a share of people; a small one with its interval."""
    if indicator.unit != "ratio":
        return None

    def note(row: UnitMembers) -> str:
        hits = row.measures.get(indicator.numerator)
        n = row.measures.get(indicator.denominator)
        if hits is None or not n:
            return ""
        if indicator is VALID_MEMBER_RATIO:
            return interval_short(hits, n)
        fraction = f"{formats.number(int(hits))}/{formats.number(round(n))}"
        return " ".join(filter(None, [fraction, interval_short(hits, n)]))

    return note


def reason_of(indicator: Indicator) -> str:
    """Say why an indicator is missing."""
    reasons = {
        own.OFF_NET_RATE: _("没有上月成员数据，或成员数为 0"),
        own.OFF_NET_OF_BASE: _("没有上月成员数据，或成员数为 0"),
        own.N_OFF_NET: _("没有上月成员数据"),
        own.N_LEFT_GROUP: _("没有上月成员数据"),
        own.GROUP_LOSS: _("上月未发布，或没有在网集团"),
        own.N_VNET: _("成员清单没有V网标识"),
        VALID_MEMBER_RATIO: _("没有成员，或成员清单没有使用量"),
        own.MEAN_TENURE: _("没有成员，或成员清单没有开户时间"),
        own.SNAPSHOT_BASE: _("成员清单没有拍照批次"),
        own.SNAPSHOT_KEPT: _("成员清单没有拍照批次"),
        own.SNAPSHOT_RETENTION: _("成员清单没有拍照批次，或基数为 0"),
    }
    users = (own.SCHOOL, own.BANK, own.POLICE, own.AGRI, own.RINGBACK)
    if indicator in users:
        return _("本月没有产品使用清单")
    return reasons.get(indicator, _("本月没有该项数据"))


def _ranked_by(indicator: Indicator, few_members: int) -> str:
    """Say by what the units are ranked 排名: the chosen indicator, its best value first."""
    label = label_of(indicator, few_members)
    text = _("按{label}从低到高") if indicator.better == "down" else _("按{label}从高到低")
    return text.format(label=label)


def _reached(row: UnitMembers) -> str:
    # a blank as wide keeps the figures of the column under each other
    return _("达标") if row.needed == 0 else "\u2007"


def units_table(
    by: By, chosen: Indicator, link: Callable[[UnitMembers], str], few_members: int
) -> Table:
    """Declare the indicators by unit 单元明细; the chosen one stands in the page as well."""
    shown = (*IN_PAGE, *(() if chosen in IN_PAGE else (chosen,)))
    columns = [_column(each, in_page=True, few_members=few_members) for each in shown]
    after = next(i for i, each in enumerate(shown) if each is VALID_MEMBER_RATIO) + 1
    needed = (
        Column("needed", _("还需有效成员"), "int", in_page=False),
        Column(
            "needed_said",
            _("还需"),
            "int",
            value=lambda row: row.needed,
            note=_reached,
            reason=lambda row: reason_of(VALID_MEMBER_RATIO),
            export=False,
            api=False,
            help=_("达到 75% 还差的有效成员；合计按整体计算，不是各行之和"),
        ),
    )
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
                reason=no_rank,
                totalled=False,
                help=_ranked_by(chosen, few_members),
            ),
            Column("moved", _("变化"), "text", value=climbed, export=False, api=False),
            Column("rank_change", _("名次变化"), "int", in_page=False),
            Column("code", _("编码"), "text", in_page=False),
            Column("name", UNIT_HEADINGS[by], "text", sort="name", link=link, lead=True),
            *columns[:after],
            *needed,
            *columns[after:],
            *(
                _column(each, in_page=False, few_members=few_members)
                for each in REST
                if each not in shown
            ),
        ),
    )
