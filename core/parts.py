"""Declare what a page is made of: frozen dataclasses that rooms fill and templates draw."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from django.utils.safestring import SafeString

from core import formats
from core.formats import Quantity
from core.indicator import Better
from core.month import Month
from core.shell_parts import (
    Crumb,
    Door,
    MonthChoice,
    MonthLink,
    NavItem,
    NavSection,
    Place,
    Reader,
    SearchHit,
    UnitNode,
    Words,
)

__all__ = [
    "STATE_ICONS",
    "Action",
    "Change",
    "ChartCard",
    "ChartTable",
    "Compare",
    "Crumb",
    "Door",
    "Drawing",
    "Finding",
    "Kpi",
    "ModuleParts",
    "MonthChoice",
    "MonthLink",
    "NavItem",
    "NavSection",
    "PageFacts",
    "PageState",
    "Place",
    "Reader",
    "SearchHit",
    "StateKind",
    "UnitNode",
    "Words",
]

Compare = Literal["mom", "yoy"]
StateKind = Literal[
    "empty",
    "nothing",
    "not_published",
    "forbidden",
    "masked",
    "partial",
    "superseded",
    "error",
    "loading",
]
_WHOLE = 12  # columns of a card as wide as the page
STATE_ICONS: dict[StateKind, str] = {
    "empty": "filter-off",
    "nothing": "inbox",
    "not_published": "calendar-off",
    "forbidden": "lock",
    "masked": "eye-off",
    "partial": "info-circle",
    "superseded": "history",
    "error": "alert-triangle",
    "loading": "progress",
}


@dataclass(frozen=True, slots=True)
class Action:
    """Be one button of the title line (a link, or a POST form when ``post``)."""

    label: Words
    url: str
    icon: str = ""
    post: bool = False
    primary: bool = False


@dataclass(frozen=True, slots=True)
class PageFacts:
    """Say where the page's numbers come from: month, model, publication, run."""

    month: Month | None = None
    model: str = ""
    published_at: dt.datetime | None = None
    run: int | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """Be a sentence of findings 本月要点; ``html`` comes from ``format_html`` (<strong>, links)."""

    html: SafeString | str


@dataclass(frozen=True, slots=True)
class Change:
    """Be one change 环比 or 同比: signed text and whether that is good, bad or neither."""

    label: Words
    value: float | None
    text: str
    better: Better = "neutral"
    reason: Words = ""

    @property
    def direction(self) -> str:
        """Return ``up``, ``down`` or ``flat``."""
        if not self.value:
            return "flat"
        return "up" if self.value > 0 else "down"

    @property
    def tone(self) -> str:
        """Return ``good``, ``bad`` or ``neutral``: up is not always good."""
        if self.better == "neutral" or self.direction == "flat":
            return "neutral"
        return "good" if self.direction == self.better else "bad"


@dataclass(frozen=True, slots=True)
class Kpi:
    """Be one KPI card: value, changes, 12-month line, target, definition 口径, list behind it."""

    code: str
    label: Words
    value: Quantity
    changes: tuple[Change, ...] = ()
    history: tuple[float | None, ...] = ()
    definition: Words = ""
    url: str = ""
    reason: Words = ""
    ratio: float | None = None
    target: float | None = None
    note: Words = ""


@dataclass(frozen=True, slots=True)
class PageState:
    """Say why there is nothing (or not everything) to see, and the way out."""

    kind: StateKind
    title: Words
    text: Words = ""
    action_label: Words = ""
    action_url: str = ""

    @property
    def icon(self) -> str:
        """Return the sign that tells the kinds apart at a glance."""
        return STATE_ICONS[self.kind]


@dataclass(frozen=True, slots=True)
class ChartTable:
    """Be the table alternative of a chart: the same numbers, formatted."""

    headings: tuple[Words, ...]
    rows: tuple[tuple[str, ...], ...]


def _has_point(trace: Mapping[str, Any]) -> bool:
    """Tell whether a trace shows anything; kinds without x and y always do."""
    if trace.get("type") not in ("bar", "scatter"):
        return True
    pairs = zip(trace.get("x", ()), trace.get("y", ()), strict=False)
    return any(x is not None and y is not None for x, y in pairs)


@dataclass(frozen=True, slots=True)
class Drawing:
    """Be what a chart builder returns: a plain Plotly figure and the same numbers as a table.

    ``figure`` has ``data`` and ``layout``, ``narrow`` (the same for a phone) and ``half`` (for half
    a page) where they differ, and ``measure``, what its numbers are (money is in 厘). ``period``
    says the months a line spans, ``note`` what is not drawn.
    """

    figure: Mapping[str, Any]
    table: ChartTable
    period: str = ""
    note: str = ""

    @property
    def is_bare(self) -> bool:
        """Tell whether no bar, line or mark has a value: axes alone would look broken."""
        traces = [trace for trace in self.figure["data"] if trace.get("mode") != "text"]
        return bool(traces) and not any(_has_point(trace) for trace in traces)


@dataclass(frozen=True, slots=True)
class ChartCard:
    """Be one chart with its title, unit, scope, month and source; ``span`` of 12 columns."""

    name: str
    title: Words
    drawing: Drawing
    unit: Words = ""
    scope: Words = ""
    month: Month | None = None
    source: Words = ""
    hint: Words = ""
    badge: Words = ""
    span: int = 6
    csv_url: str = ""

    @property
    def figure(self) -> dict[str, Any]:
        """Return the figure that fits the card's share of the page."""
        figure = dict(self.drawing.figure)
        half = figure.pop("half", None)
        return {**figure, **half} if half and self.span < _WHOLE else figure

    @property
    def when(self) -> str:
        """Return the month shown, or the months where a line goes over several."""
        return self.drawing.period or (formats.month(self.month) if self.month else "")

    @property
    def height(self) -> int:
        """Return the height in pixels, reserved before the chart is drawn."""
        return int(self.figure["layout"].get("height", 300))


@dataclass(frozen=True, slots=True)
class ModuleParts:
    """Be a whole module page below the title line; every part may be missing."""

    title: Words
    facts: PageFacts = field(default_factory=PageFacts)
    findings: tuple[Finding, ...] = ()
    findings_word: Words = ""  # instead of 本月要点, where they are of several months
    kpis: tuple[Kpi, ...] = ()
    charts: tuple[ChartCard, ...] = ()
    table: Any = None
    actions: tuple[Action, ...] = ()
    tabs: tuple[NavItem, ...] = ()
    notices: tuple[PageState, ...] = ()
    state: PageState | None = None
    method_html: SafeString | str = ""
    views_url: str = ""
