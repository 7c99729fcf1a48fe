"""Decide which units' amounts stay hidden 屏蔽 when only one or two groups stand behind them; pure.

Units form a tree of sums: province = Σ cities, city = Σ counties = Σ account managers,
county = Σ its account managers, account manager in a city = Σ the same in its counties. Each of
these sums is a ``Line``: whole − Σ parts = 0. A unit is *sensitive* when 1 or 2 groups, or 1 or 2
groups with members, stand behind its amount. What is hidden grows until, on every line,

* a shown whole has no hidden part, or at least two that together hold three groups with members:
  whole − Σ shown parts is then never an amount over one or two groups;
* a hidden whole has at least one hidden part.

What is added is always the smallest part by number of groups (then by key), never by amount, so
that the choice itself says nothing about amounts. Parts without a group are never added: their
amount is known to be 0. Counts are never hidden.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

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
    return frozenset(hidden)


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


def shown(
    amounts: Mapping[str, int | float | None], columns: Sequence[str], *, masked: bool
) -> dict[str, int | float | None]:
    """Return measures with the named amounts taken out when they are masked; counts stay."""
    if not masked:
        return dict(amounts)
    return {name: None if name in columns else value for name, value in amounts.items()}
