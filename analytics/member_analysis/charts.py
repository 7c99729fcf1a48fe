"""Turn member indicators into charts 图表; every bar of a unit leads to that unit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

from analytics.indicators import N_MEMBERS, VALID_MEMBER_RATIO
from analytics.member_analysis.compute import VALID_TARGET, UnitMembers
from core import formats
from core.chart_axis import Measure
from core.charts import Bar, Drawing, Line, bar_by_unit, line_trend
from core.indicator import Indicator
from core.month import Month

_MEASURES: Mapping[str, Measure] = {"ratio": "ratio", "months": "score", "people": "people"}


def measure_of(indicator: Indicator) -> Measure:
    """Return how a chart writes an indicator."""
    return _MEASURES.get(indicator.unit, "count")


def _label(indicator: Indicator) -> str:
    return indicator.label_zh if formats.is_chinese() else indicator.label_en


def _rank_said(unit: UnitMembers) -> str:
    if unit.rank is None:
        return ""
    said = _("第 {rank} 名").format(rank=unit.rank)
    if not unit.rank_change:
        return said
    return f"{said} {'▲' if unit.rank_change > 0 else '▼'}{abs(unit.rank_change)}"


def units_chart(
    units: Sequence[UnitMembers], indicator: Indicator, urls: Mapping[str, str]
) -> Drawing:
    """Draw the chosen indicator by unit, in the order of rank; members with their valid share."""
    with_valid = indicator is N_MEMBERS
    bars = [
        Bar(
            label=unit.name,
            value=unit.value(indicator),
            url=urls.get(unit.code, ""),
            ratio=unit.value(VALID_MEMBER_RATIO) if with_valid else None,
            note=_rank_said(unit),
        )
        for unit in units
    ]
    return bar_by_unit(
        bars,
        measure=measure_of(indicator),
        label=_label(indicator),
        ratio_label=_label(VALID_MEMBER_RATIO) if with_valid else "",
        target=VALID_TARGET if with_valid else None,
    )


def trend_chart(
    months: Sequence[Month], indicator: Indicator, values: Sequence[float | None], place: str
) -> Drawing:
    """Draw the chosen indicator over 13 months 走势, with its target where it has one."""
    lines = [Line(place or _label(indicator), tuple(values))]
    if indicator.target is not None:
        target = tuple(indicator.target for _month in months)
        lines.append(Line(_("目标"), target, "$muted"))
    return line_trend(months, lines, measure=measure_of(indicator))


def exits_chart(
    months: Sequence[Month], off_net: Sequence[float | None], left: Sequence[float | None]
) -> Drawing:
    """Draw members off net and members who left their group 离网与退团, never added up."""
    lines = [Line(_("离网成员"), tuple(off_net), "$bad"), Line(_("退团成员"), tuple(left))]
    return line_trend(months, lines, measure="people", height=240)
