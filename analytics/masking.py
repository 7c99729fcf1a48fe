"""Decide which units' amounts stay hidden 屏蔽 when only one or two groups stand behind them; pure.

Units form a tree of sums: province = Σ cities, city = Σ counties = Σ account managers,
county = Σ its account managers, account manager in a city = Σ the same in its counties. Each of
these sums is a ``Line``: whole − Σ parts = 0. A unit is *sensitive* when 1 or 2 groups, or 1 or 2
groups with members, stand behind its amount. What is hidden grows

* first along single lines, so that whole − Σ shown parts is never an amount over one or two groups;
* then until no combination of shown totals at all gives such an amount (``analytics.spans``), and
  what is not sensitive but follows from shown totals anyway is shown again: hiding it hid nothing.

What is added is always the smallest part by number of groups (then by key), never by amount, so
that the choice itself says nothing about amounts. Parts without a group are never added: their
amount is known to be 0. Counts are never hidden.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from analytics.spans import Equations

FEWEST = 3
ANY = "*"
Key: TypeAlias = tuple[str, str, str, str]  # level, city, county, account manager


@dataclass(frozen=True, slots=True)
class Size:
    """Be how many groups stand behind a unit's amounts, and how many of them have members."""

    n_groups: int
    n_with_members: int

    @property
    def is_sensitive(self) -> bool:
        """Tell whether an amount over these groups would be one or two groups' own."""
        return 0 < self.n_groups < FEWEST or 0 < self.n_with_members < FEWEST


@dataclass(frozen=True, slots=True)
class Line:
    """Be one sum: ``whole`` = Σ ``parts``."""

    whole: Key
    parts: tuple[Key, ...]

    @property
    def units(self) -> tuple[Key, ...]:
        """Return all units the sum is about."""
        return (self.whole, *self.parts)


def lines_of(cells: Iterable[Key]) -> tuple[Line, ...]:
    """Return every sum among the units of one month, in a fixed order."""
    parts: dict[Key, set[Key]] = {}
    for key in cells:
        for whole in _wholes(key):
            parts.setdefault(whole, set()).add(key)
    # the two ways to divide a city are two sums
    return tuple(
        Line(whole, tuple(sorted(part for part in found if part[0] == level)))
        for whole, found in sorted(parts.items())
        for level in sorted({part[0] for part in found})
    )


def _wholes(key: Key) -> tuple[Key, ...]:
    level, city, county, person = key
    if level == "city":
        return (("province", ANY, ANY, ANY),)
    if level == "county":
        return (("city", city, ANY, ANY),)
    if level != "account_manager":
        return ()
    if county == ANY:
        return (("city", city, ANY, ANY),)
    return (("county", city, county, ANY), ("account_manager", city, ANY, person))


def masked_units(sizes: Mapping[Key, Size]) -> frozenset[Key]:
    """Return the units whose amounts are hidden from management 屏蔽单元."""
    lines = [line for line in lines_of(sizes) if line.whole in sizes]
    hidden = {key for key, size in sizes.items() if size.is_sensitive}
    changed = True
    while changed:
        before = len(hidden)
        for line in lines:
            _protect(line, sizes, hidden)
        changed = len(hidden) > before
    _close(lines, sizes, hidden)
    needless = _equations(lines, {key: sizes[key].n_groups for key in hidden}).determined()
    return frozenset(key for key in hidden if sizes[key].is_sensitive or key not in needless)


def _protect(line: Line, sizes: Mapping[Key, Size], hidden: set[Key]) -> None:
    filled = sorted(
        (part for part in line.parts if sizes[part].n_groups),
        key=lambda part: (sizes[part].n_groups, part),
    )
    for part in (part for part in filled if part not in hidden):
        if is_safe(line, sizes, hidden):
            return
        hidden.add(part)
    if filled and not is_safe(line, sizes, hidden):
        hidden.add(line.whole)


def is_safe(line: Line, sizes: Mapping[Key, Size], hidden: Iterable[Key]) -> bool:
    """Tell whether one subtraction along this sum uncovers nothing."""
    known_hidden = hidden if isinstance(hidden, set | frozenset) else set(hidden)
    parts = [part for part in line.parts if part in known_hidden and sizes[part].n_groups]
    if line.whole in known_hidden:
        return bool(parts)
    if not parts:
        return True
    behind = sum(sizes[part].n_with_members for part in parts)
    return len(parts) > 1 and (behind >= FEWEST or behind == 0)


def _close(lines: Sequence[Line], sizes: Mapping[Key, Size], hidden: set[Key]) -> None:
    """Hide the next smallest neighbours until no combination of shown totals uncovers anything."""
    by_city: dict[str, list[Line]] = {}
    for line in lines:
        by_city.setdefault(line.whole[1], []).append(line)
    # a city by itself first, which is quick; all together then holds what hidden cities share
    for city in sorted(by_city):
        _close_system(by_city[city], sizes, hidden)
    _close_system(lines, sizes, hidden)


def _close_system(lines: Sequence[Line], sizes: Mapping[Key, Size], hidden: set[Key]) -> None:
    touching: dict[Key, list[Line]] = {}
    for line in lines:
        for key in line.units:
            touching.setdefault(key, []).append(line)
    while uncovered := uncovered_units(lines, sizes, hidden & touching.keys()):
        before = len(hidden)
        for key in uncovered:
            hidden.add(_next_smallest(key, touching, sizes, hidden))
        if len(hidden) == before:  # only sizes that do not add up come here: all is hidden
            return


def _next_smallest(
    start: Key, touching: Mapping[Key, Sequence[Line]], sizes: Mapping[Key, Size], hidden: set[Key]
) -> Key:
    """Return the smallest shown unit nearest to a uncovered one: its siblings, then further out."""
    seen, reached = {start}, [start]
    while reached:
        near = sorted({line for key in reached for line in touching.get(key, ())}, key=_order)
        for kind in (_parts, _whole):
            shown_ones = {
                key for line in near for key in kind(line)
                if key not in hidden and sizes[key].n_groups
            }  # fmt: skip
            if shown_ones:
                return min(shown_ones, key=lambda key: (sizes[key].n_groups, key))
        reached = sorted({key for line in near for key in line.units} - seen)
        seen.update(reached)
    return start  # nothing around it is shown: its own amount is all there is, and it is hidden


def _order(line: Line) -> tuple[Key, tuple[Key, ...]]:
    return line.whole, line.parts


def _parts(line: Line) -> tuple[Key, ...]:
    return line.parts


def _whole(line: Line) -> tuple[Key, ...]:
    return (line.whole,)


def uncovered_units(
    lines: Sequence[Line], sizes: Mapping[Key, Size], hidden: Iterable[Key]
) -> list[Key]:
    """Return hidden units whose sensitive amount, alone or with one other, follows from the shown.

    Asked twice: with the groups behind a unit, and with its groups with members only (who takes
    groups without members to pay nothing knows more sums).
    """
    known_hidden = frozenset(hidden)
    wholes = {line.whole for line in lines}
    found: set[Key] = set()
    for weights in (
        {key: sizes[key].n_groups for key in known_hidden},
        {key: sizes[key].n_with_members for key in known_hidden},
    ):
        equations = _equations(lines, weights)
        found |= {key for key in equations.determined() if weights[key] < FEWEST}
        # two single groups; only cells, which never overlap
        single = {key for key, weight in weights.items() if weight == 1 and key not in wholes}
        found |= {key for pair in equations.sums_of_two(single) for key in pair}
    return sorted(found)


def _equations(lines: Sequence[Line], weights: Mapping[Key, int]) -> Equations[Key]:
    """Write the sums down over what is hidden; the shown, and what is known to be 0, taken out."""
    rows = []
    for line in lines:
        row = {part: -1 for part in line.parts if weights.get(part)}
        if weights.get(line.whole):
            row[line.whole] = 1
        if row:
            rows.append(row)
    return Equations(rows)


def shown(
    amounts: Mapping[str, int | float | None], columns: Sequence[str], *, masked: bool
) -> dict[str, int | float | None]:
    """Return measures with the named amounts taken out when they are masked; counts stay."""
    if not masked:
        return dict(amounts)
    return {name: None if name in columns else value for name, value in amounts.items()}
