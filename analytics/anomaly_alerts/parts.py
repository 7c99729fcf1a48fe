"""Shape what the room's templates draw: chips, groups with their alerts, forms of steps."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.utils.safestring import SafeString

from alerts.levels import Level
from alerts.triage import OPEN, State, Step, steps_from
from alerts.triage_models import REASONS, STATES, STEPS, Alert
from analytics.alert_evidence import drawing
from analytics.alert_words import LEVELS, ProductNames, Told
from core import formats
from core.month import Month
from core.parts import Finding, ModuleParts, NavItem, Words
from core.table import TableView

#: What one click does from the list; the others ask for something and stand on the alert's page.
ONE_CLICK = (Step.ACKNOWLEDGE, Step.TAKE, Step.REOPEN)
TAGS = {
    State.NEW: "bad",
    State.ACKNOWLEDGED: "warn",
    State.IN_WORK: "accent",
    State.SUPPRESSED: "",
    State.RESOLVED: "good",
    State.AUTO_CLOSED: "good",
}


@dataclass(frozen=True, slots=True)
class Chip:
    """Be one choice of the list with how many it leads to; ``tone`` colours a level."""

    label: Words
    url: str
    n: int
    is_current: bool = False
    tone: str = ""


@dataclass(frozen=True, slots=True)
class StepButton:
    """Be one step offered: its code and its word."""

    code: str
    label: Words


@dataclass(frozen=True)
class AlertLine:
    """Be one alert as drawn: what fired, where it stands, what may be done."""

    alert: Alert
    url: str
    user_id: int | None
    may_triage: bool
    product: ProductNames = field(default_factory=ProductNames)

    @property
    def told(self) -> Told:
        """Return the newest evidence in words."""
        return Told(self.alert.rule, self.alert, self.alert.last_fired, self.product)

    @property
    def key(self) -> str:
        """Return what a form sends: the alert and the version that was seen."""
        return f"{self.alert.pk}:{self.alert.version}"

    @property
    def state(self) -> Words:
        """Return the state's word."""
        return STATES[State(self.alert.state)]

    @property
    def tag(self) -> str:
        """Return the colour of the state's tag."""
        return TAGS[State(self.alert.state)]

    @property
    def reason(self) -> Words:
        """Return why it was resolved."""
        return REASONS.get(self.alert.reason, "")  # type: ignore[call-overload, no-any-return]  # lazy words

    @property
    def svg(self) -> SafeString:
        """Return the months as a small drawing; empty where the rule has none."""
        told = self.told
        return drawing(told) if len(told.series) > 1 else SafeString("")

    @property
    def is_mine(self) -> bool:
        """Tell whether the reader took it over 认领."""
        return self.alert.taken_by_id is not None and self.alert.taken_by_id == self.user_id

    @property
    def steps(self) -> tuple[StepButton, ...]:
        """Return the steps of one click that are open from here."""
        return tuple(self._button(step) for step in self._possible() if step in ONE_CLICK)

    @property
    def asking_steps(self) -> tuple[StepButton, ...]:
        """Return the steps that ask for something first."""
        return tuple(self._button(step) for step in self._possible() if step not in ONE_CLICK)

    def _possible(self) -> tuple[Step, ...]:
        if not self.may_triage:
            return ()
        found = steps_from(State(self.alert.state))
        taken = self.alert.state == State.IN_WORK and self.is_mine
        return tuple(
            step
            for step in found
            if not (step == Step.TAKE and taken)
            and not (step == Step.ESCALATE and self.alert.escalated_at is not None)
        )

    @staticmethod
    def _button(step: Step) -> StepButton:
        return StepButton(str(step), STEPS[step])

    @property
    def since(self) -> str:
        """Say when it opened and fired last."""
        first, last = formats.month(self.alert.opened), formats.month(self.alert.last_fired)
        return first if first == last else f"{first} – {last}"


@dataclass(frozen=True)
class GroupCard:
    """Be one group with the alerts of the page: the card lists what fired."""

    first: Alert
    url: str
    manager: str
    lines: tuple[AlertLine, ...]

    @property
    def as_of(self) -> Month | None:
        """Return the month the facts are of, where that is an earlier one: a closed alert's."""
        closed = self.first.closed_month
        return Month.from_index(closed) if closed and self.first.state not in OPEN else None

    @property
    def level(self) -> Level:
        """Return the group's level."""
        return Level(self.first.level)

    @property
    def level_word(self) -> Words:
        """Return the level's word; empty where nothing waits."""
        return LEVELS.get(self.level, "")


@dataclass(frozen=True)
class WorkList:
    """Be the list of alerts with its chips, filters and the form for several at once."""

    view: TableView
    chips: tuple[Chip, ...]
    levels: tuple[Chip, ...]
    groups: tuple[GroupCard, ...]
    may_triage: bool
    bulk_steps: tuple[StepButton, ...]
    reasons: tuple[tuple[str, Words], ...]
    rules: tuple[tuple[str, Words], ...]
    next_url: str
    month: Month | None

    @property
    def kept(self) -> list[tuple[str, str]]:
        """Return the state that the filter form sends along: all but its own fields."""
        own = ("q", "page", "rule")
        return [
            (name, value) for name, value in self.view.given.items() if value and name not in own
        ]

    @property
    def dom_id(self) -> str:
        """Return the id of the region htmx swaps."""
        return self.view.dom_id


@dataclass(frozen=True)
class AlertsParts(ModuleParts):
    """Be the room's page: a view, the tabs by lower unit, tables beside the main one."""

    by_tabs: tuple[NavItem, ...] = ()
    work: WorkList | None = None
    tables: tuple[TableView, ...] = ()


@dataclass(frozen=True)
class StepLine:
    """Be one line of what happened with an alert: a person's step, or a month that fired."""

    when: str
    label: Words
    text: str
    who: str = ""
    tone: str = ""


@dataclass(frozen=True)
class AlertPageParts(ModuleParts):
    """Be the page of one alert: where it stands, the evidence, what may be done, what was."""

    line: AlertLine | None = None
    card: GroupCard | None = None
    facts_said: tuple[tuple[str, str], ...] = ()
    others: tuple[AlertLine, ...] = ()
    history: tuple[StepLine, ...] = ()
    reasons: tuple[tuple[str, Words], ...] = ()
    first_day: str = ""
    last_day: str = ""
    next_url: str = ""
    note: Finding | None = None
