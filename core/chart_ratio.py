"""Draw the ratio beside the bars of units: a panel of its own, its target a line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from core import chart_theme as theme
from core import formats
from core.chart_axis import ticks

_MARK = '<span style="color:$teal">◆</span>'


@dataclass(frozen=True, slots=True)
class Panel:
    """Be the second figure of every bar: its name, target, values, their words, hover and links."""

    label: str
    target: float | None
    ratios: Sequence[float | None]
    words: Sequence[str]
    hover: Mapping[str, Any]

    def dots(self) -> dict[str, Any]:
        """Return the marks, one above each standing bar."""
        return {
            "type": "scatter",
            "mode": "markers",
            "x": list(range(len(self.ratios))),
            "y": list(self.ratios),
            "text": list(self.words),
            "textfont": theme.AXIS_FONT,
            "marker": {"size": 8, "color": "$teal", "symbol": "diamond"},
            "cliponaxis": False,
            **self.hover,
        }

    def axis(self, **more: Any) -> dict[str, Any]:
        """Return the marks' own axis: its two ends only."""
        known = [ratio for ratio in (*self.ratios, self.target) if ratio is not None]
        low, high = (min(known), max(known)) if known else (0.0, 1.0)
        points, words = ticks(low, high if high > low else low + 0.01, "ratio")
        span = points[-1] - points[0]
        return theme.value_axis(
            tickmode="array",
            tickvals=[points[0], points[-1]],
            ticktext=[words[0], words[-1]],
            range=[points[0] - 0.12 * span, points[-1] + 0.12 * span],
            rangemode="normal",
            tickangle=0,
            **more,
        )

    def title(self, line: str) -> dict[str, Any]:
        """Explain the mark, in its colour, and the target's ``line`` as it is drawn."""
        target = self.target
        wanted = _("目标 %(target)s") % {"target": formats.ratio(target, 0)} if target else ""
        said = [f"{_MARK} {self.label}", wanted and f"{line} {wanted}"]
        return {**self.heading(), "text": "  ".join(filter(None, said))}

    def heading(self) -> dict[str, Any]:
        """Name the column of words where no marks are drawn: a phone has no room for them."""
        return {
            "xref": "paper", "x": 1, "xanchor": "right", "yref": "paper", "y": 1,
            "yanchor": "bottom", "text": self.label, "showarrow": False,
            "font": {"size": 12, "color": "$muted"}, "yshift": 6,
        }  # fmt: skip

    def said(self, *, lying: bool) -> list[dict[str, Any]]:
        """Write the ratios in one line (or column), clear of the marks and of the target."""
        fixed: dict[str, Any] = {"showarrow": False, "font": theme.AXIS_FONT}
        if lying:
            fixed |= {"xref": "paper", "x": 1, "xanchor": "right"}
        else:
            fixed |= {"yref": "paper", "y": 1, "yanchor": "top"}
        along = "y" if lying else "x"
        return [{**fixed, along: i, "text": word} for i, word in enumerate(self.words)]

    def target_line(self, axis: str, *, upright: bool) -> list[dict[str, Any]]:
        """Draw the target across the panel."""
        if self.target is None:
            return []
        along, across = ("x", "y") if upright else ("y", "x")
        return [
            {"type": "line", f"{along}ref": axis, f"{along}0": self.target,
             f"{along}1": self.target, f"{across}ref": "paper", f"{across}0": 0, f"{across}1": 1,
             "line": {"color": "$muted", "width": 1.5, "dash": "dot"}, "layer": "below"}
        ]  # fmt: skip
