"""Say the findings 本月要点 of member analysis."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from analytics.indicators import VALID_MEMBER_RATIO
from analytics.kpi import Change, Kpi
from analytics.member_analysis.compute import UnitMembers, valid_gap
from analytics.member_analysis.indicators import N_LEFT_GROUP, N_OFF_NET, OFF_NET_RATE
from analytics.wording import counted, sentence, strong
from core import formats

FEW = 30


def overview(place: str, whole: UnitMembers, members: Kpi) -> SafeString:
    """Say how many groups and members there are, and how the members moved."""
    n_groups = int(whole.measures.get("n_groups") or 0)
    n_members = int(whole.measures.get("n_members") or 0)
    if not n_groups:
        return sentence([format_html(_("{place}本月没有在网集团"), place=place)])
    groups = ngettext("{place}集团客户 {n} 个", "{place}集团客户 {n} 个", n_groups)
    people = ngettext("成员 {n} 人", "成员 {n} 人", n_members)
    return sentence(
        [
            format_html(groups, place=place, n=strong(formats.number(n_groups))),
            counted(people, n_members),
            _moved(n_members, members.month_on_month, members.series[-2]),
        ]
    )


def _moved(now: int, step: Change | None, before: float | None) -> SafeString | str:
    if step is None or before is None:
        return ""
    moved = now - int(before)
    if not moved:
        return _("环比持平")
    text = ngettext("环比增加 {n} 人", "环比增加 {n} 人", moved)
    if moved < 0:
        text = ngettext("环比减少 {n} 人", "环比减少 {n} 人", -moved)
    return counted(text, abs(moved))


def valid(whole: UnitMembers) -> SafeString:
    """Say the valid share, how far it lies from the target and how many members that is."""
    share, needed, gap = (
        whole.value(VALID_MEMBER_RATIO),
        whole.needed,
        valid_gap(whole.measures),
    )
    if share is None or needed is None or gap is None:
        return sentence([])
    said = format_html(_("有效成员占比 {share}"), share=strong(formats.ratio(share)))
    if not needed:
        return sentence([said, _("已达到 75% 目标")])
    text = ngettext("还需 {n} 个有效成员", "还需 {n} 个有效成员", needed)
    points = strong(formats.number(gap * 100, 1))
    distance = format_html(_("距 75% 目标差 {points} 个百分点"), points=points)
    return sentence([said, distance, counted(text, needed)])


def off_net(
    whole: UnitMembers, to_date: float | None, *, has_previous: bool, previous: str
) -> SafeString:
    """Say the off-net rate; or that last month is missing."""
    rate, lost = whole.value(OFF_NET_RATE), whole.value(N_OFF_NET)
    if rate is None:
        said = "" if has_previous else _("{month}未发布，无法计算离网率").format(month=previous)
        return sentence([said])
    if not lost:
        return sentence([_("本月没有成员离网")])
    text = ngettext("本月离网 {n} 人", "本月离网 {n} 人", int(lost))
    share = format_html(_("离网率 {share}"), share=strong(formats.ratio(rate, 2)))
    return sentence([counted(text, int(lost)), share, _to_date(to_date), _left(whole)])


def _to_date(share: float | None) -> SafeString | str:
    """Say the year's off-net share so far; nothing where a month is missing."""
    if share is None:
        return ""
    return format_html(_("年累计 {share}"), share=strong(formats.ratio(share, 2)))


def _left(whole: UnitMembers) -> SafeString | str:
    """Say how many left their group, beside the off-net ones."""
    left = int(whole.value(N_LEFT_GROUP) or 0)
    return counted(ngettext("另有退团 {n} 人", "另有退团 {n} 人", left), left) if left else ""


def worst_unit(rows: Sequence[UnitMembers], urls: Mapping[str, str]) -> SafeString:
    """Name the unit with the highest off-net rate among those of at least 30 members."""
    large = [row for row in rows if (row.measures.get("off_net_base") or 0) >= FEW]
    rated = [row for row in large if row.value(OFF_NET_RATE)]
    if len(rated) < 2:
        return sentence([])
    worst = max(rated, key=lambda row: (row.value(OFF_NET_RATE) or 0.0, row.code))
    return sentence(
        [
            format_html(
                _("离网率最高的是{unit}（{share}）"),
                unit=strong(worst.name, urls.get(worst.code, "")),
                share=formats.ratio(worst.value(OFF_NET_RATE), 2),
            )
        ]
    )
