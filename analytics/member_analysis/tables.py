"""Declare the tables of member analysis: indicators by unit, and the lists 清单 of groups."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from analytics.indicators import N_GROUPS, N_LOST, N_MEMBERS, N_NO_MEMBER, VALID_MEMBER_RATIO
from analytics.member_analysis import indicators as own
from analytics.member_analysis.compute import VALID_TARGET, UnitMembers
from analytics.queries import By
from analytics.shares import interval_if_small
from analytics.unit_tables import SIZE_BANDS, UNIT_HEADINGS, UNIT_TITLES, climbed, no_rank
from core import formats
from core.indicator import Indicator
from core.table import Column, Filter, Kind, Table

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
    N_LOST,
    own.GROUP_LOSS,
)


def label_of(indicator: Indicator) -> str:
    """Return an indicator's name in the reader's language; the limit of 少人集团 stands in it."""
    label = indicator.label_zh if formats.is_chinese() else indicator.label_en
    if indicator is own.N_FEW_MEMBER:
        return _("{label}（1–{k} 人）").format(label=label, k=settings.GCVA_FEW_MEMBERS)
    return label


def interval_said(hits: float | None, n: float | None) -> str:
    """Write the 95 % interval of a share of few cases; empty where there are enough."""
    interval = interval_if_small(hits, n)
    if interval is None:
        return ""
    return _("95% 区间 {interval}").format(interval=_range(interval))


def _range(interval: tuple[float, float]) -> str:
    low, high = interval
    return f"{formats.number(low * 100, 1)}–{formats.ratio(high)}"


def interval_short(hits: float | None, n: float | None) -> str:
    """Write the interval of a share of few cases as a cell's note; the heading explains it."""
    interval = interval_if_small(hits, n)
    return f"({_range(interval)})" if interval else ""


def _column(indicator: Indicator, *, in_page: bool) -> Column:
    return Column(
        indicator.code,
        label_of(indicator),
        "bar" if indicator is VALID_MEMBER_RATIO else _KINDS.get(indicator.unit, "int"),
        value=lambda row: row.value(indicator),
        sort=indicator.code,
        note=_note_of(indicator),
        reason=lambda row: reason_of(indicator),
        help=_help_of(indicator),
        target=VALID_TARGET if indicator is VALID_MEMBER_RATIO else None,
        places=2 if indicator.code.startswith("off_net") else None,
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


def _needed(row: UnitMembers) -> str | None:
    if row.needed is None:
        return None
    return formats.number(row.needed) if row.needed else _("达标")


def units_table(by: By, chosen: Indicator, link: Callable[[UnitMembers], str]) -> Table:
    """Declare the indicators by unit 单元明细; the chosen one stands in the page as well."""
    shown = (*IN_PAGE, *(() if chosen in IN_PAGE else (chosen,)))
    columns = [_column(each, in_page=True) for each in shown]
    after = next(i for i, each in enumerate(shown) if each is VALID_MEMBER_RATIO) + 1
    needed = (
        Column("needed", _("还需有效成员"), "int", in_page=False),
        Column("needed_said", _("还需"), "text", value=_needed, export=False, api=False),
    )
    return Table(
        name="units",
        title=UNIT_TITLES[by],
        default_sort="rank",
        page_size=200,
        row_url=link,
        columns=(
            Column("rank", _("排名"), "int", sort="rank", reason=no_rank),
            Column("moved", _("变化"), "text", value=climbed, export=False, api=False),
            Column("rank_change", _("名次变化"), "int", in_page=False),
            Column("code", _("编码"), "text", in_page=False),
            Column("name", UNIT_HEADINGS[by], "text", sort="name", link=link, lead=True),
            *columns[:after],
            *needed,
            *columns[after:],
            *(_column(each, in_page=False) for each in REST if each not in shown),
        ),
    )


def list_title(which: str) -> str:
    """Name a list; the limit of 少人集团 stands in its title."""
    return {
        "groups": _("集团清单"),
        "no_use": _("三无成员"),
        "no_member": _("无人集团"),
        "few_member": _("少人集团（1–{k} 人）").format(k=settings.GCVA_FEW_MEMBERS),
        "shell": _("空壳集团"),
        "duplicates": _("重复归属"),
    }[which]


def groups_table(which: str, industries: Iterable[tuple[str, str]], link: Link) -> Table:
    """Declare a list of one account manager's groups 集团清单."""
    names = dict(industries)
    no_use = which == "no_use"
    return Table(
        name="groups",
        title=list_title(which),
        default_sort="-n_no_use" if no_use else "-total_income_li",
        search_hint=_("名称 / 编码 / 拼音首字母"),
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
                "industry", _("行业"), "text", sort="industry_code",
                value=lambda row: names.get(row["industry_code"], row["industry_code"]),
            ),
            *_member_columns(which),
            Column("total_income_li", _("集团整体收入"), "money", sort="total_income_li"),
        ),
    )  # fmt: skip


def _member_columns(which: str) -> tuple[Column, ...]:
    def no_use(row: Any) -> str:
        return interval_short(row["n_no_use"], row["n_members"])

    return (
        Column("n_members", _("成员数"), "int", sort="n_members"),
        _count(own.N_VNET, in_page=which == "groups"),
        _count(own.N_OFF_NET, in_page=which == "groups"),
        Column(
            "off_net_of_base", label_of(own.OFF_NET_OF_BASE), "ratio", sort="off_net_of_base",
            in_page=which == "groups", reason=lambda row: reason_of(own.OFF_NET_OF_BASE),
            note=lambda row: interval_short(row["n_off_net"], row["n_members_prev"]),
        ),
        Column(
            "valid_ratio", label_of(VALID_MEMBER_RATIO), "bar", sort="valid_ratio",
            target=VALID_TARGET, in_page=which in ("groups", "few_member"),
            reason=lambda row: reason_of(VALID_MEMBER_RATIO),
        ),
        Column("needed", _("还需有效成员"), "int", sort="needed", in_page=which == "groups"),
        Column("n_no_use", _("三无成员"), "int", sort="n_no_use", in_page=which != "groups"),
        Column(
            "no_use_ratio", _("三无占比"), "ratio", sort="no_use_ratio", note=no_use,
            in_page=which == "no_use",
        ),
        Column("n_orders", _("订购数"), "int", sort="n_orders", in_page=which == "no_member"),
        Column("mean_tenure", label_of(own.MEAN_TENURE), "months", sort="mean_tenure",
               in_page=which == "groups"),
        Column("tenure_median", _("在网时长中位数"), "months", sort="tenure_median", in_page=False),
        *(
            _count(each, in_page=False)
            for each in (
                own.SCHOOL, own.BANK, own.POLICE, own.AGRI, own.RINGBACK, own.N_LEFT_GROUP,
                own.SNAPSHOT_BASE, own.SNAPSHOT_KEPT,
            )
        ),
        Column("retention", label_of(own.SNAPSHOT_RETENTION), "ratio", in_page=False),
    )  # fmt: skip


def _count(indicator: Indicator, *, in_page: bool) -> Column:
    return Column(
        indicator.code,
        label_of(indicator),
        "int",
        sort=indicator.code,
        in_page=in_page,
        reason=lambda row: reason_of(indicator),
    )


def duplicates_table(link: Link) -> Table:
    """Declare the list of duplicate memberships 重复归属."""
    return Table(
        name="groups",
        title=list_title("duplicates"),
        default_sort="name",
        columns=(
            Column(
                "name", _("集团名称"), "text", sort="name", link=link, wide=True,
                note=lambda row: row["group_code"],
            ),
            Column("group_code", _("集团编码"), "text", in_page=False),
            Column("member_id", _("用户标识"), "text", sort="member_id"),
            Column(
                "owner_name", _("计入集团"), "text", sort="owner_name",
                reason=lambda row: _("计入其他客户经理的集团"),
                note=lambda row: row["owner_group_code"],
            ),
        ),
    )  # fmt: skip
