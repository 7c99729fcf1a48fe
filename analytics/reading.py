"""Resolve once a request what it reads: who, which part, which month, which published runs."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

from django.utils.translation import gettext as _

from accounts import policies
from accounts.scope import Scope, Selection
from analytics.kpi import sparkline_months
from analytics.queries import By, has_many_people, lower_levels
from core.errors import DomainError
from core.month import Month
from scoring import queries as scoring
from scoring.models import ScoreModel
from warehouse import queries as warehouse


@dataclass(frozen=True)
class Reading:
    """Hold one reader's request against the published months; ``asked`` may not be published."""

    scope: Scope
    selection: Selection
    published: tuple[warehouse.PublishedRun, ...]  # newest first
    asked: Month | None = None
    is_page: bool = False  # what people look at; files and the API hold everything

    def levels(self, by: str) -> tuple[By, ...]:
        """Return by what the selection is read when ``by`` was asked for, the next units first.

        A page does not set the thousands of account managers of a large city side by side: it
        leads there county by county.
        """
        levels = lower_levels(self.selection)
        if by in levels[1:] and self.is_page and self.is_crowded:
            return levels[:1]
        return levels

    @cached_property
    def is_crowded(self) -> bool:
        """Tell whether the selection is a city of more account managers than a page compares."""
        return self.selection.level == "city" and has_many_people(self.selection)

    @cached_property
    def month(self) -> Month | None:
        """Return the month to show: the one asked for, else the latest published."""
        if self.asked is not None:
            return self.asked
        return self.published[0].month if self.published else None

    @cached_property
    def run(self) -> warehouse.PublishedRun | None:
        """Return the published run of the month; None while it is not published."""
        return next((each for each in self.published if each.month == self.month), None)

    @cached_property
    def history(self) -> Mapping[int, int]:
        """Return the published runs of the 13 months to the month: month index → run."""
        if self.month is None:
            return {}
        wanted = {month.index for month in sparkline_months(self.month)}
        return {each.month.index: each.run for each in self.published if each.month.index in wanted}

    @cached_property
    def model(self) -> ScoreModel | None:
        """Return the score model the run was graded with."""
        run = self.run
        return pinned_model(run.model_version_id) if run and run.model_version_id else None

    @cached_property
    def cuts(self) -> tuple[float, ...]:
        """Return the least scores for A1, A2, B1, B2 in this run; empty where there are none."""
        if self.run is None or self.model is None:
            return ()
        rule = self.model.parsed().cutoffs
        if rule.mode == "absolute":
            return rule.values
        graded = scoring.grading_facts(self.run.folder)
        return tuple(cut for cut in graded.cut_scores if cut is not None) if graded else ()

    @cached_property
    def superseded(self) -> tuple[Month, ...]:
        """Return the earlier months whose runs this month read and which were replaced since."""
        if self.run is None:
            return ()
        now = {each.month.index: each.run for each in self.published}
        pinned = sorted(self.run.pinned.items())
        return tuple(Month.from_index(index) for index, run in pinned if now.get(index) != run)

    @property
    def follows_previous(self) -> bool:
        """Tell whether the month's run read last month: what moved since is then known for good.

        It stays so when last month is withdrawn afterwards; only 环比 needs it published.
        """
        if self.run is None:
            return False
        return self.run.month.plus(-1).index in self.run.pinned

    @cached_property
    def opening_months(self) -> frozenset[int]:
        """Return the months whose runs read no earlier one: nobody knows what moved in them."""
        return frozenset(each.month.index for each in self.published if not each.pinned)

    def runs_of(self, *months: Month) -> dict[int, int]:
        """Return the published runs of some months; unpublished ones are absent."""
        wanted = {month.index for month in months}
        return {each.month.index: each.run for each in self.published if each.month.index in wanted}


@dataclass(frozen=True)
class PlaceReading:
    """Be what is read of one place, of whatever month."""

    reading: Reading

    @property
    def scope(self) -> Scope:
        """Return whose scope it is."""
        return self.reading.scope

    @property
    def selection(self) -> Selection:
        """Return what was chosen."""
        return self.reading.selection


@dataclass(frozen=True)
class MonthReading(PlaceReading):
    """Be what a room reads of one place in a published month; rooms add their figures."""

    @property
    def month(self) -> Month:
        """Return the published month shown."""
        assert self.reading.month is not None  # noqa: S101 - asked only for published months
        return self.reading.month

    @property
    def run(self) -> int:
        """Return the published run shown."""
        assert self.reading.run is not None  # noqa: S101 - asked only for published months
        return self.reading.run.run


@lru_cache(maxsize=64)
def pinned_model(model_version_id: int) -> ScoreModel:
    """Return a model that a run pinned; a version never changes once it was published."""
    return scoring.model_of(model_version_id)


def month_asked(text: str) -> Month | None:
    """Read the URL's month; None when it names none.

    Raises:
        DomainError: if the text is no month.
    """
    return month_named(text, "month") if text else None


def month_named(text: str, field: str) -> Month:
    """Read the month that a field names.

    Raises:
        DomainError: if the text is no month.
    """
    try:
        return Month.parse(text)
    except ValueError as problem:
        raise DomainError(
            "bad_month",
            _("账期“{text}”无法识别。").format(text=text[:20]),
            _("请使用 2026-10 这样的格式。"),
            field,
        ) from problem


def refuse_closed_fields(
    scope: Scope, given: Mapping[str, str], spared: Collection[str] = ()
) -> None:
    """Refuse a request that sorts, filters or asks by a field of groups closed to its reader.

    ``spared`` are totals that bear the same name; the rows of groups stay behind their own door.

    Raises:
        NotAllowed: if it names one.
    """
    named = {given.get("sort", "").removeprefix("-"), *given}
    for listed in ("fields", "columns"):
        named |= {name.strip() for name in given.get(listed, "").split(",")}
    policies.require_fields(scope, (f"group.{name}" for name in sorted(named.difference(spared))))
