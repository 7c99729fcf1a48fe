"""Draw the grade pyramid 等级结构 and distributions 分布."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _

from core import chart_theme as theme
from core import formats
from core.chart_axis import nice_step, ticks
from core.parts import ChartTable, Drawing, Words

_HOVER = "<b>%{hovertext}</b><extra></extra>"
_HAIR = 0.006


@dataclass(frozen=True, slots=True)
class Cut:
    """Be a cut-off on a distribution: where it lies and what begins there."""

    label: str
    at: float


def grade_pyramid(
    counts: Mapping[str, int], *, urls: Mapping[str, str] | None = None, rest: int = 0
) -> Drawing:
    """Draw the grades A1…C as a centred pyramid with number and share at the right edge.

    Shares are of the rated groups; ``rest`` (not rated) stands in the table only.
    """
    total, widest = sum(counts.values()), max([*counts.values(), 1])
    shares = {grade: n / total if total else None for grade, n in counts.items()}
    widths = [max(n / widest, _HAIR if n else 0) for n in counts.values()]
    rows = [(g, formats.number(n), formats.ratio(shares[g])) for g, n in counts.items()]
    trace = {
        "type": "bar",
        "orientation": "h",
        "y": list(range(len(counts))),
        "x": widths,
        "base": [-width / 2 for width in widths],
        "marker": {"color": [theme.GRADE_TOKENS.get(grade, "$c") for grade in counts]},
        "customdata": [(urls or {}).get(grade, "") for grade in counts],
        "meta": {"counts": list(counts.values())},
        "hovertext": ["<br>".join(row) for row in rows],
        "hovertemplate": _HOVER,
    }
    if rest:
        rows.append((_("未评定"), formats.number(rest), formats.NO_VALUE))
    table = ChartTable((_("等级"), _("集团数"), _("占比")), tuple(rows))
    shown = rows[: len(counts)]
    narrow = {"data": [trace], "layout": _pyramid_layout(shown, narrow=True)}
    figure = {"data": [trace], "layout": _pyramid_layout(shown), "narrow": narrow}
    return Drawing(figure, table)


def _pyramid_layout(
    rows: Sequence[tuple[str, str, str]], *, narrow: bool = False
) -> dict[str, Any]:
    names = {
        "type": "linear",
        "tickvals": list(range(len(rows))),
        "ticktext": [row[0] for row in rows],
        "tickfont": {"size": 13, "color": "$ink"},
        "range": [len(rows) - 0.4, -0.6],
    }
    count_at = 0.8 if narrow else 0.86
    words = [
        {"xref": "paper", "x": at, "y": i, "xanchor": "right", "showarrow": False, "text": text,
         "font": {"size": 13, "color": colour}}
        for i, row in enumerate(rows)
        for at, text, colour in ((count_at, f"<b>{row[1]}</b>", "$ink"), (1, row[2], "$muted"))
    ]  # fmt: skip
    return theme.base_layout(
        32 + 44 * len(rows),
        bargap=0.28,
        xaxis={
            "visible": False,
            "fixedrange": True,
            "range": [-0.52, 0.52],
            "domain": [0, 0.62 if narrow else 0.72],
        },
        yaxis={**theme.name_axis(showline=False, tickmode="array"), **names},
        annotations=words,
    )


def histogram(
    edges: Sequence[float],
    counts: Sequence[int],
    *,
    cuts: Sequence[Cut] = (),
    tokens: Sequence[str] = (),
    label: Words = "",
    height: int = 300,
) -> Drawing:
    """Draw a distribution in bins [lo, hi), the last closed; cut-offs stand as marked lines."""
    bins = list(pairwise(edges))
    spans = [f"{formats.number(lo)}–{formats.number(hi)}" for lo, hi in bins]
    said = [f"{span}<br>{formats.number(n)}" for span, n in zip(spans, counts, strict=True)]
    trace = {
        "type": "bar",
        "x": [(lo + hi) / 2 for lo, hi in bins],
        "y": list(counts),
        "width": [0.86 * (hi - lo) for lo, hi in bins],
        "marker": {"color": list(tokens) or "$accent"},
        "hovertext": said,
        "hovertemplate": _HOVER,
    }
    points, words = ticks(0.0, max([*counts, 1]), "count")
    layout = theme.base_layout(
        height,
        margin={"l": 8, "r": 16, "t": 40 if cuts else 8, "b": 8, "pad": 4},
        xaxis=_edge_axis(edges),
        yaxis=theme.value_axis(
            tickmode="array", tickvals=points, ticktext=words, range=[0, points[-1]]
        ),
        shapes=[_cut_line(cut) for cut in cuts],
        annotations=[_cut_word(cut) for cut in cuts],
    )
    rows = tuple((span, formats.number(n)) for span, n in zip(spans, counts, strict=True))
    table = ChartTable((_("区间"), label or _("数量")), rows)
    return Drawing({"data": [trace], "layout": layout}, table)


def _edge_axis(edges: Sequence[float]) -> dict[str, Any]:
    step = nice_step(edges[-1] - edges[0], 5)
    n_marks = int((edges[-1] - edges[0]) / step + 1e-9) + 1
    marks = [edges[0] + step * i for i in range(n_marks)]
    axis = theme.name_axis(tickmode="array", tickangle=0, tickvals=marks)
    words = [formats.number(mark) for mark in marks]
    return {**axis, "ticktext": words, "type": "linear", "range": [edges[0], edges[-1]]}


def _cut_line(cut: Cut) -> dict[str, Any]:
    return {
        "type": "line", "xref": "x", "x0": cut.at, "x1": cut.at, "yref": "paper", "y0": 0, "y1": 1,
        "line": {"color": "$muted", "width": 1, "dash": "dot"},
    }  # fmt: skip


def _cut_word(cut: Cut) -> dict[str, Any]:
    return {
        "xref": "x", "x": cut.at, "yref": "paper", "y": 1, "yanchor": "bottom", "showarrow": False,
        "text": f"<b>{cut.label}</b><br>≥{formats.number(cut.at)}", "align": "center",
        "font": {"size": 11, "color": "$muted"},
    }  # fmt: skip
