"""Declare what a page is made of: frozen dataclasses that rooms fill and templates draw."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from django.utils.functional import Promise
from django.utils.safestring import SafeString

from core.formats import Quantity
from core.indicator import Better
from core.month import Month

Words = str | Promise
Compare = Literal["mom", "yoy"]
StateKind = Literal[
    "empty", "not_published", "forbidden", "masked", "partial", "superseded", "error", "loading"
]
STATE_ICONS: dict[StateKind, str] = {
    "empty": "filter-off",
    "not_published": "calendar-off",
    "forbidden": "lock",
    "masked": "eye-off",
    "partial": "info-circle",
    "superseded": "history",
    "error": "alert-triangle",
    "loading": "progress",
}


@dataclass(frozen=True, slots=True)
class Door:
    """Be one entry of the menu: slug (also the URL's name), exact label, icon, section."""

    slug: str
    label: Words
    icon: str
    section: Words


@dataclass(frozen=True, slots=True)
class NavItem:
    """Be one door as this reader sees it: where it leads and how much waits behind it."""

    slug: str
    label: Words
    icon: str
    url: str
    is_current: bool = False
    n_waiting: int = 0


@dataclass(frozen=True, slots=True)
class NavSection:
    """Be one headed group of the menu."""

    label: Words
    items: tuple[NavItem, ...]


@dataclass(frozen=True, slots=True)
class Reader:
    """Say who reads: name, role and place as shown beside the user menu."""

    name: str
    role_label: Words
    place: str = ""

    @property
    def initial(self) -> str:
        """Return the sign in the round badge."""
        return self.name[:1].upper()


@dataclass(frozen=True, slots=True)
class Place:
    """Be the organisation unit 组织单元 (or account manager) the page is about."""

    code: str
    name: str
    tree_url: str = ""


@dataclass(frozen=True, slots=True)
class UnitNode:
    """Be one line of the organisation tree in the switcher."""

    code: str
    name: str
    note: Words
    url: str
    children_url: str = ""
    children: tuple[UnitNode, ...] = ()
    is_current: bool = False


@dataclass(frozen=True, slots=True)
class SearchHit:
    """Be one suggestion of the global search."""

    title: str
    note: Words
    url: str
    grade: str = ""


@dataclass(frozen=True, slots=True)
class Crumb:
    """Be one step of the path 全省 / 地市 / 县区; without URL it is where the reader stands."""

    label: Words
    url: str = ""


@dataclass(frozen=True, slots=True)
class MonthLink:
    """Be one month of the picker."""

    month: Month
    url: str
    is_current: bool = False


@dataclass(frozen=True, slots=True)
class MonthChoice:
    """Be the month picker: what is shown, and every published month, newest first."""

    current: Month
    choices: tuple[MonthLink, ...]
    previous_url: str = ""
    next_url: str = ""
    latest_url: str = ""

    @property
    def is_latest(self) -> bool:
        """Tell whether nothing newer is published."""
        return not self.next_url


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


@dataclass(frozen=True, slots=True)
class Drawing:
    """Be what a chart builder returns: a plain Plotly figure and the same numbers as a table."""

    figure: Mapping[str, Any]
    table: ChartTable


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
    def height(self) -> int:
        """Return the height in pixels, reserved before the chart is drawn."""
        return int(self.drawing.figure["layout"].get("height", 300))


@dataclass(frozen=True, slots=True)
class ModuleParts:
    """Be a whole module page below the title line; every part may be missing."""

    title: Words
    facts: PageFacts = field(default_factory=PageFacts)
    findings: tuple[Finding, ...] = ()
    kpis: tuple[Kpi, ...] = ()
    charts: tuple[ChartCard, ...] = ()
    table: Any = None
    actions: tuple[Action, ...] = ()
    tabs: tuple[NavItem, ...] = ()
    notices: tuple[PageState, ...] = ()
    state: PageState | None = None
    method_html: SafeString | str = ""
