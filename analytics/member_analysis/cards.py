"""Make the KPI cards 指标卡 of member analysis, each with its denominator."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from analytics.indicators import VALID_MEMBER_RATIO
from analytics.kpi import Kpi as Figures
from analytics.member_analysis import indicators as own
from analytics.member_analysis.room import MembersReading
from analytics.member_analysis.tables import interval_said, reason_of
from core import formats
from core.indicator import Indicator
from core.kpi_card import kpi_card
from core.parts import Kpi


def unit_word(indicator: Indicator) -> str:
    """Return the unit a chart's subtitle names."""
    words = {
        "ratio": "%",
        "months": _("个月"),
        "people": _("人"),
        "uses": _("户次"),
        "count": _("个"),
    }
    return words.get(indicator.unit, "")


def cards_of(members: MembersReading, url: Callable[[str], str]) -> tuple[Kpi, ...]:
    """Return the cards; a click leads to the indicator by unit and over the months."""
    return tuple(_card(members, each, url(each.indicator.code)) for each in members.kpis)


def _card(members: MembersReading, figures: Figures, url: str) -> Kpi:
    missing = figures.value is None
    return kpi_card(
        figures.indicator,
        figures.value,
        month_ago=figures.series[-2],
        year_ago=figures.series[0],
        history=figures.series,
        url=url,
        reason=reason_of(figures.indicator) if missing else "",
        note="" if missing else _note(members, figures),
    )


def _note(members: MembersReading, figures: Figures) -> str:
    """Say what stands beside the figure: denominators, the second column, what is needed."""
    notes: dict[Indicator, Callable[[MembersReading], list[str]]] = {
        own.N_VNET: lambda members: [_("按成员清单计")],
        own.OFF_NET_RATE: _off_net,
        own.SNAPSHOT_KEPT: _snapshot,
        VALID_MEMBER_RATIO: _valid,
    }
    said = notes[figures.indicator](members) if figures.indicator in notes else []
    return f" ·{formats.NBSP}".join(filter(None, said))


def _off_net(members: MembersReading) -> list[str]:
    measures = members.whole.measures
    lost, base = measures.get("n_off_net"), measures.get("off_net_base")
    ends = int(measures.get("n_members_prev") or 0) + int(measures.get("n_members") or 0)
    share = members.month.n_days * 12 / members.month.n_days_in_year
    parts = {
        "n": formats.number(int(lost or 0)),
        "base": formats.number(round(base or 0)),
        "mean": formats.number(ends / 2, ends % 2),
        "days": members.month.n_days,
        "share": formats.number(share, 3),
    }
    ratio = formats.ratio(members.whole.value(own.OFF_NET_OF_BASE), 2)
    return [
        _("离网 {n} ÷ {base}（月均成员 {mean} × {days} 天折算 {share}）").format(**parts),
        _("占上月末成员 {ratio}").format(ratio=ratio),
        interval_said(lost, base),
    ]


def _snapshot(members: MembersReading) -> list[str]:
    base, kept = (members.whole.value(each) for each in (own.SNAPSHOT_BASE, own.SNAPSHOT_KEPT))
    retention = formats.ratio(members.whole.value(own.SNAPSHOT_RETENTION))
    return [
        _("基数 {n}").format(n=formats.number(base)),
        _("保有率 {ratio}").format(ratio=retention),
        interval_said(kept, base),
    ]


def _valid(members: MembersReading) -> list[str]:
    needed, measures = members.whole.needed, members.whole.measures
    said = [_("达到 75% 目标")]
    if needed:
        text = ngettext("还需 {n} 个有效成员", "还需 {n} 个有效成员", needed)
        said = [text.format(n=formats.number(needed))]
    return [*said, interval_said(measures.get("n_valid"), measures.get("n_members"))]
