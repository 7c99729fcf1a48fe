"""Put the home report's figures together once for page and API 首页报告."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import Any

from accounts import policies
from analytics import explained
from analytics.explained import Explained
from analytics.home import queries
from analytics.home.compute import Audience, HomeFigures, NamedGroup, figures_of
from analytics.indicators import (
    A_CLASS_SHARE,
    ICT,
    MEAN_SCORE,
    N_A_CLASS,
    N_GROUPS,
    N_LOST,
    N_MEMBERS,
    N_NEW,
    N_NO_MEMBER,
    PERSONAL_BILL,
    TOTAL_INCOME,
    UNIFIED_PAY,
    VALID_MEMBER_RATIO,
)
from analytics.kpi import (
    Kpi,
    Measures,
    UnitLine,
    kpis_of,
    leading,
    needed_columns,
    places_by,
    with_known_moves,
    without_moves,
)
from analytics.queries import (
    By,
    lower_levels,
    measures_by_month,
    measures_by_unit,
    names_of,
)
from analytics.reading import MonthReading
from core.indicator import Indicator

_MANAGEMENT = (
    N_GROUPS,
    N_MEMBERS,
    TOTAL_INCOME,
    UNIFIED_PAY,
    PERSONAL_BILL,
    ICT,
    N_A_CLASS,
    A_CLASS_SHARE,
    N_NEW,
    N_LOST,
    MEAN_SCORE,
    VALID_MEMBER_RATIO,
)
_PORTFOLIO = tuple(N_NO_MEMBER if each is A_CLASS_SHARE else each for each in _MANAGEMENT)
SPOKEN = (
    "n_arrears_stop",
    "n_call_abnormal",
    "n_call_evaluable",
    "n_effective_a1",
    "n_effective_a2",
    "n_into_a",
    "n_no_member",
    "n_out_of_a",
    "n_silent",
    "n_state_abnormal",
    "n_state_evaluable",
    "ringback_users",
    "school_users",
    "sms_users",
    "switchboard_users",
)
COLUMNS = needed_columns((*_MANAGEMENT, *_PORTFOLIO), *SPOKEN)
UNIT_COLUMNS = needed_columns(
    (N_GROUPS, N_MEMBERS, TOTAL_INCOME, N_A_CLASS, N_NEW, N_LOST),
    "n_into_a",
    "n_out_of_a",
    "n_state_abnormal",
    "n_state_evaluable",
    "n_call_abnormal",
    "n_call_evaluable",
)


_JUDGED = tuple((f"n_{what}_abnormal", f"n_{what}_evaluable") for what in ("state", "call"))


def judged(measures: Measures) -> Measures:
    """Return measures with the abnormal groups unknown where none could be judged 可评估."""
    unknown = [abnormal for abnormal, evaluable in _JUDGED if measures.get(evaluable) == 0]
    return {**measures, **dict.fromkeys(unknown)} if unknown else measures


def _ranks(units: Mapping[str, Measures]) -> dict[str, int]:
    """Rank units by group income 排名."""
    return places_by({code: each.get(TOTAL_INCOME.numerator) for code, each in units.items()})


#: By what sentences name the leading units.
LED_BY = ("n_groups", "total_income_li", "n_a_class", "n_into_a", "n_out_of_a",
          "n_state_abnormal", "n_call_abnormal")  # fmt: skip
MOST_NAMED = 200


@dataclass(frozen=True)
class HomeReading(MonthReading):
    """Hold the home report of one selection and month; everything is read at most once."""

    place: str
    unit_url: Callable[[By, str], str]
    group_url: Callable[[str], str]

    @cached_property
    def indicators(self) -> tuple[Indicator, ...]:
        """Return the indicators of the cards for this reader."""
        return _PORTFOLIO if self.reading.selection.level == "account_manager" else _MANAGEMENT

    @cached_property
    def by_month(self) -> Mapping[int, Measures]:
        """Return the selection's totals of the published months among the last 13."""
        reading = self.reading
        found = measures_by_month(reading.scope, reading.history, reading.selection, COLUMNS)
        found.setdefault(self.month.index, dict.fromkeys((*COLUMNS, "n_a_class"), 0))
        known = with_known_moves(found, reading.opening_months)
        return {month: judged(measures) for month, measures in known.items()}

    @cached_property
    def kpis(self) -> tuple[Kpi, ...]:
        """Return the KPI figures."""
        return kpis_of(self.indicators, self.by_month, self.month)

    @property
    def audience(self) -> Audience:
        """Return in whose terms the report speaks."""
        scope, selection = self.reading.scope, self.reading.selection
        own = scope.own_account_manager_code
        if own and own == selection.account_manager_code:
            return "own"
        return selection.level

    @cached_property
    def level(self) -> By | None:
        """Return by what the report reads: a city by account manager, as its readers work."""
        levels = lower_levels(self.reading.selection)
        return levels[-1] if levels else None

    @cached_property
    def units(self) -> tuple[UnitLine, ...]:
        """Return the lower units of the month, most groups first."""
        if self.level is None:
            return ()
        reading, level = self.reading, self.level
        before = self.month.plus(-1)
        # thousands of account managers are ranked, not compared with the month before
        months = (self.month,) if reading.is_crowded else (self.month, before)
        runs = reading.runs_of(*months)
        found = measures_by_unit(reading.scope, runs, reading.selection, level, UNIT_COLUMNS)
        ranks, earlier = (_ranks(found.get(each.index, {})) for each in (self.month, before))
        now = {code: judged(each) for code, each in found.get(self.month.index, {}).items()}
        if self.month.index in reading.opening_months:
            now = {code: without_moves(each) for code, each in now.items()}
        link = partial(self.unit_url, level)
        lines = [
            UnitLine(
                code, "", measures, link, ranks.get(code),
                earlier[code] - ranks[code] if code in earlier and code in ranks else None,
            )
            for code, measures in now.items()
        ]  # fmt: skip
        lines.sort(key=lambda line: (-(line.measures["n_groups"] or 0), line.code))
        spoken = {each.code for measure in LED_BY for each in leading(lines, measure)}
        return tuple(self.with_names(lines, spoken if self.is_long(lines) else now))

    @staticmethod
    def is_long(lines: Sequence[UnitLine]) -> bool:
        """Tell whether there are so many units that only those shown are looked up by name."""
        return len(lines) > MOST_NAMED

    def with_names(self, lines: Iterable[UnitLine], wanted: Collection[str]) -> Iterator[UnitLine]:
        """Yield the lines; those wanted get their names, in one query."""
        names = names_of(self.level, wanted) if self.level else {}
        for line in lines:
            yield replace(line, name=names[line.code]) if line.code in names else line

    @cached_property
    def figures(self) -> HomeFigures:
        """Return what the sentences need; groups are named only where lists are open."""
        known = self.reading.follows_previous
        figures = figures_of(
            self.audience, self.place, self.by_month, self.month, self.units, moves_known=known
        )
        if not self.names_groups:
            return figures
        rows = self.portfolio
        return replace(
            figures,
            risen=tuple(self.named(row) for row in queries.risen_into_a(rows)),
            fallen=tuple(self.named(row) for row in queries.fallen_from_a(rows)),
            near=tuple(self.named(row) for row in queries.nearest_to_a(rows, self.reading.cuts)),
            abnormal_states=tuple(self.named(row) for row in queries.abnormal(rows, "state")),
            abnormal_calls=tuple(self.named(row) for row in queries.abnormal(rows, "call")),
        )

    @property
    def names_groups(self) -> bool:
        """Tell whether single groups are named here: at one person, to readers of groups."""
        reading = self.reading
        may_name = policies.may(reading.scope, "home", "rows", reading.selection)
        return reading.run is not None and self.level is None and may_name

    @cached_property
    def portfolio(self) -> list[Any]:
        """Return the account manager's groups 我的集团; none for readers of totals."""
        reading = self.reading
        if reading.run is None or not self.names_groups:
            return []
        return queries.portfolio_of(reading.scope, reading.run.run, reading.selection)

    @cached_property
    def spotlight(self) -> Explained | None:
        """Return the group nearest to a better grade, its score explained 评分构成."""
        row = queries.spotlight(self.portfolio, self.reading.cuts)
        if row is None:
            return None
        return explained.explain_now(self.reading, row)

    def named(self, row: Any) -> NamedGroup:
        """Turn a row into a group the report names."""
        cut = self.reading.cuts[1] if len(self.reading.cuts) > 1 else None
        score = row.score
        return NamedGroup(
            code=row.group_code,
            name=row.name,
            url=self.group_url(row.group_code),
            grade=row.effective_grade,
            earlier_grade=row.prev_effective_grade,
            score=score,
            points_short=cut - score if cut is not None and score is not None else None,
        )
