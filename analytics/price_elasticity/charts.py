"""Turn elasticities into charts 图表: η first, ε beside it, the income at the end of each line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from analytics.price_elasticity.compute import STREAMS
from analytics.price_elasticity.units import UnitElasticity
from analytics.price_elasticity.words import (
    REFUSAL_LABELS,
    STREAM_LABELS,
    decimal,
    shown,
    why_masked,
    why_none,
)
from core import chart_theme as theme
from core import formats
from core.chart_axis import shortened, ticks
from core.charts import Bar, ChartTable, Drawing, Line, horizontal_bars, line_trend
from core.money import LI_PER_WAN
from core.month import Month

_ROW = 46
_MOST_WORDS = 4  # so many marks of the axis have room on a phone


def elasticity_bars(
    units: Sequence[UnitElasticity], labels: Sequence[str], urls: Sequence[str]
) -> Drawing:
    """Draw η and ε as lying bars, one pair a unit or stream, with the stream's income beside."""
    rows = tuple(
        (
            label,
            shown(unit.eta, masked=unit.masked),
            shown(unit.epsilon, masked=unit.masked),
            str(formats.money(unit.income_li)),
            f"{formats.number(unit.n_measured)}/{formats.number(unit.n_groups)}",
        )
        for label, unit in zip(labels, units, strict=True)
    )
    said = [" · ".join(row) for row in rows]
    traces = [
        _pair_trace(_("收入弹性 η"), "$accent", [unit.eta for unit in units], urls, said),
        _pair_trace(_("需求弹性 ε"), "$rest", [unit.epsilon for unit in units], urls, said),
    ]
    headings = (_("名称"), _("收入弹性 η"), _("需求弹性 ε"), _("收入"), _("可测算/全部集团"))
    figure = {
        "data": traces,
        "layout": _pair_layout(units, labels),
        "narrow": {"data": traces, "layout": _pair_layout(units, labels, narrow=True)},
        "measure": "elasticity",
    }
    return Drawing(figure, ChartTable(headings, rows))


def _pair_layout(
    units: Sequence[UnitElasticity], labels: Sequence[str], *, narrow: bool = False
) -> dict[str, Any]:
    """Lay pairs of bars out, with room for the words at their ends."""
    known = [v for unit in units for v in (unit.eta, unit.epsilon) if v is not None] or [0.0]
    points, words = ticks(min([-0.5, *known]), max([0.5, *known]), "elasticity")
    if narrow and len(points) > _MOST_WORDS:  # every other one, 0 among them
        zero = min(range(len(points)), key=lambda i: abs(points[i]))
        words = [word if (i - zero) % 2 == 0 else "" for i, word in enumerate(words)]
    for_words = (0.4 if narrow else 0.22) * (points[-1] - points[0])
    names = [shortened(label, 10) for label in labels]
    return theme.base_layout(
        70 + _ROW * max(len(units), 2),
        showlegend=True,
        legend={**theme.legend(), "x": 0, "xanchor": "left", "traceorder": "normal"},
        barmode="group",
        bargap=0.35,
        margin={"l": 8, "r": 16, "t": 34, "b": 8, "pad": 4},
        xaxis=theme.value_axis(
            tickmode="array",
            tickvals=points,
            ticktext=words,
            range=[points[0] - (for_words if min(known) < 0 else 0.12), points[-1] + for_words],
            domain=[0, 0.78],
            zeroline=True,
            zerolinecolor="$muted",
            rangemode="normal",
            tickangle=0,
        ),
        yaxis={
            **theme.name_axis(tickmode="array", showline=False, tickangle=0),
            "type": "linear",
            "tickvals": list(range(len(names))),
            "ticktext": names,
            "range": [len(names) - 0.4, -0.6],
        },
        annotations=[*_income_words(units), *_empty_words(units, narrow=narrow)],
    )


def _pair_trace(
    name: str, token: str, values: list[float | None], urls: Sequence[str], said: Sequence[str]
) -> dict[str, Any]:
    return {
        "type": "bar",
        "orientation": "h",
        "name": name,
        "x": values,
        "y": list(range(len(values))),
        "text": [decimal(value) for value in values],
        "textposition": "outside",
        "cliponaxis": False,
        "textfont": theme.AXIS_FONT,
        "marker": {"color": token},
        "customdata": list(urls),
        "hovertext": list(said),
        "hovertemplate": "<b>%{hovertext}</b><extra></extra>",
    }


def income_scale(units: Sequence[UnitElasticity]) -> formats.MoneyScale:
    """Return the one unit that the incomes beside the bars stand in."""
    highest = max((unit.income_li or 0 for unit in units), default=0)
    return "wan" if highest >= LI_PER_WAN else "yuan"


def beside_said(units: Sequence[UnitElasticity]) -> str:
    """Say what stands at the right, and in which unit 元、万元."""
    unit = formats.money_unit(income_scale(units))
    said = _("右侧为本月收入")
    return f"{said}（{unit}）" if formats.is_chinese() else f"{said} ({unit})"


def _income_words(units: Sequence[UnitElasticity]) -> list[dict[str, Any]]:
    scale = income_scale(units)
    return [
        {"xref": "paper", "x": 1, "xanchor": "right", "y": place, "showarrow": False,
         "text": formats.money_in(unit.income_li, scale), "font": theme.AXIS_FONT}
        for place, unit in enumerate(units)
    ]  # fmt: skip


def _empty_words(units: Sequence[UnitElasticity], *, narrow: bool) -> list[dict[str, Any]]:
    """Say in the row of a unit without any bar why there is none."""

    def said(unit: UnitElasticity) -> str:
        if narrow:
            return shown(None, masked=True) if unit.masked else f"n={unit.n_measured}"
        if unit.masked:
            return str(why_masked())
        return str(why_none(unit.n_groups, unit.n_measured) or formats.NO_VALUE)

    return [
        {"x": 0, "xanchor": "left", "xshift": 4, "y": place, "showarrow": False,
         "text": said(unit), "font": theme.AXIS_FONT}
        for place, unit in enumerate(units)
        if unit.eta is None and unit.epsilon is None
    ]  # fmt: skip


def streams_chart(streams: Mapping[str, UnitElasticity], urls: Mapping[str, str]) -> Drawing:
    """Draw the three streams 三项收入."""
    labels = [str(STREAM_LABELS[each]) for each in STREAMS]
    return elasticity_bars(
        [streams[each] for each in STREAMS], labels, [urls[each] for each in STREAMS]
    )


def units_chart(units: Sequence[UnitElasticity], urls: Mapping[str, str]) -> Drawing:
    """Draw the lower units in the order of their rank; a click drills down."""
    return elasticity_bars(
        units, [unit.name for unit in units], [urls.get(unit.code, "") for unit in units]
    )


def course_chart(months: Sequence[Month], courses: Mapping[str, Sequence[float | None]]) -> Drawing:
    """Draw η of the three streams over the months 走势."""
    lines = [Line(STREAM_LABELS[each], tuple(courses[each])) for each in STREAMS]
    return line_trend(months, lines, measure="elasticity")


def refusal_chart(unit: UnitElasticity) -> Drawing:
    """Draw how many groups are measurable, and why the others are not 不可测算原因."""
    bars = [Bar(_("可测算"), unit.n_measured, token="$good")]  # noqa: S106 - a colour
    bars += [
        Bar(str(REFUSAL_LABELS[code]), n, token="$rest")  # noqa: S106 - a colour
        for code, n in unit.refused.items()
    ]
    return horizontal_bars(bars, label=_("集团数"))
