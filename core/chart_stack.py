"""Stack the parts of each unit 构成: lying bars, one colour a part, parts below 0 to the left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from core import chart_theme as theme
from core import formats
from core.chart_axis import Measure, measure_text, ratio_places, shortened, ticks
from core.parts import ChartTable, Drawing, Words

PART_TOKENS = ("$accent", "$teal", "$second", "$third", "$rest", "$sixth")
_ROW = 34
_HOVER = "<b>%{hovertext}</b><extra></extra>"


@dataclass(frozen=True, slots=True)
class Part:
    """Be one part in every bar: its name, and its colour where it has one of its own."""

    label: Words
    token: str = ""


@dataclass(frozen=True, slots=True)
class Stack:
    """Be one bar: a value for each part (None: not known), a link."""

    label: str
    values: tuple[float | None, ...]
    url: str = ""


def stacked_bars(
    parts: Sequence[Part],
    stacks: Sequence[Stack],
    *,
    measure: Measure = "li",
    heading: Words = "",
    points: bool = False,
    opposed: bool = False,
) -> Drawing:
    """Draw one bar a unit out of its parts; ``points`` writes ratios as percentage points.

    ``opposed``: what stands to the left is a number like any other (falls against rises), so it is
    written without a sign.
    """
    places = ratio_places(value for stack in stacks for value in stack.values)

    def said(value: float | None) -> str:
        value = abs(value) if opposed and value is not None else value
        return str(formats.points(value)) if points else measure_text(value, measure, places)

    rows = tuple((stack.label, *(said(value) for value in stack.values)) for stack in stacks)
    headings = (heading or _("名称"), *(part.label for part in parts))
    traces = [
        {
            "type": "bar",
            "orientation": "h",
            "name": str(part.label),
            "x": [stack.values[i] for stack in stacks],
            "y": list(range(len(stacks))),
            "marker": {"color": part.token or PART_TOKENS[i % len(PART_TOKENS)]},
            "customdata": [stack.url for stack in stacks],
            "hovertext": [
                f"{stack.label}<br>{part.label} {said(stack.values[i])}" for stack in stacks
            ],
            "hovertemplate": _HOVER,
        }
        for i, part in enumerate(parts)
    ]
    figure = {
        "data": traces,
        "layout": _layout(stacks, measure, opposed=opposed, points=points),
        "measure": "points" if points else measure,
    }
    return Drawing(figure, ChartTable(headings, rows))


def _layout(
    stacks: Sequence[Stack], measure: Measure, *, opposed: bool, points: bool
) -> dict[str, Any]:
    ups = [sum(value for value in each.values if value and value > 0) for each in stacks]
    downs = [sum(value for value in each.values if value and value < 0) for each in stacks]
    low, high = min([0.0, *downs]), max([0.0, *ups])
    marks, words = ticks(low, high if high > low else low + 1, measure)
    if points:
        words = [word.rstrip("%") for word in words]  # the unit is 个百分点: a % would be another
    if opposed:
        words = [word.lstrip("−-") for word in words]
    names = {
        "type": "linear",
        "tickvals": list(range(len(stacks))),
        "ticktext": [shortened(stack.label, 10) for stack in stacks],
        "range": [len(stacks) - 0.4, -0.6],
    }
    end = high if measure == "ratio" and high >= 0.999 else max(marks[-1], high)
    return theme.base_layout(
        72 + _ROW * max(len(stacks), 2),
        barmode="relative",
        bargap=0.34,
        showlegend=True,
        legend={**theme.legend(), "x": 0, "xanchor": "left"},
        margin={"l": 8, "r": 24, "t": 44, "b": 8, "pad": 4},
        xaxis=theme.value_axis(
            tickmode="array",
            tickvals=marks,
            ticktext=words,
            range=[min(marks[0], low), end],
            tickangle=0,
        ),
        yaxis={**theme.name_axis(showline=False, tickmode="array"), **names},
    )
