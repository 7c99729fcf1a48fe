"""Say of every text and amount of the canary province whose it is, and find them in an answer.

An amount is looked for in every form a page, a file or the API may give it: 厘, 元 and 万元, exact
and rounded, as long as at least six figures are left: shorter ones are no proof.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from accounts.scope import Scope
from core.month import Month
from tests.canary.world import FEES, MONTHS, N_MEMBERS, OWNERS, CanaryWorld, name_of, owners
from warehouse.marts import GROUP_MONTH, ORG_MONTH
from warehouse.models import GroupMonth, OrgMonth

MARK = re.compile(r"Q[A-Z]\d+", re.IGNORECASE)
FIGURES = re.compile(r"\d[\d,]*(?:\.\d+)?")
FEE_COLUMNS = frozenset(f"{fee}_li" for fee in FEES)
FEWEST = 3
#: Rooms whose pages, files and endpoints name no group to management.
TOTALS_ONLY = re.compile(
    r"/(member_analysis|price_elasticity|income_composition|grade_changes|anomaly_alerts"
    r"|multi_dimensional)[./]"
)
ON_CLICK = re.compile(r"/(product_usage|contribution)[./]")
OPERATORS = re.compile(r"/(imports|runs)/")


@dataclass(frozen=True)
class Owner:
    """Be the owner of a row in its month."""

    city_code: str
    county_code: str
    account_manager_code: str


@dataclass(frozen=True)
class Canary:
    """Be one thing only some may see; ``owners`` are the rows' owners, this month's and later."""

    kind: str  # name, member, key, unit, person, group_amount, fee, member_amount, total, few
    owners: tuple[Owner, ...] = ()
    level: str = ""

    def may_be_seen(self, scope: Scope, path: str, strict: bool) -> bool:
        """Tell whether a reader may meet it on this page."""
        if scope.role == "operator":
            return self._operator(path)
        if self.kind in ("unit", "person", "total", "few"):
            return self._unit(scope)
        if not any(scope.covers(owner) for owner in self.owners):
            return False
        if not scope.is_management:
            return True
        if self.kind in ("member", "fee", "member_amount"):
            return False
        if TOTALS_ONLY.search(path):
            return False
        return not strict or bool(ON_CLICK.search(path))

    def _operator(self, path: str) -> bool:
        """Let who keeps the accounts read names of places, and what came in add up."""
        if self.kind in ("unit", "person"):
            return True
        return self.kind in ("name", "total") and bool(OPERATORS.search(path))

    def _unit(self, scope: Scope) -> bool:
        (owner,) = self.owners
        if self.kind == "few" and scope.is_management:
            return False
        if self.level == "province":
            return scope.is_province or self.kind == "unit"
        if self.level == "city":
            # the way up to one's own place is shown, its totals are not
            above = self.kind == "unit" and owner.city_code in _cities_of(scope)
            return scope.sees_city(owner.city_code) or above
        if self.level == "county":
            above = self.kind == "unit" and owner.county_code in _counties_of(scope)
            return scope.sees_county(owner.county_code, owner.city_code) or above
        return scope.covers(owner)


def _cities_of(scope: Scope) -> set[str]:
    return {code[0] for code in scope.county_codes} | {
        city
        for manager, (city, _county, _groups) in OWNERS.items()
        if manager in scope.account_manager_codes
    }


def _counties_of(scope: Scope) -> set[str]:
    return {
        county
        for manager, (_city, county, _groups) in OWNERS.items()
        if manager in scope.account_manager_codes
    }


Canaries = dict[str, list[Canary]]


def forms_of(li: int) -> Iterator[str]:
    """Yield how an amount may be written, in the canonical form of :func:`figures_in`."""
    exact = Decimal(li)
    for value in (exact, exact / 1000, exact / 10_000_000):
        for places in (0, 1, 2, 4, 8):
            yield canonical(f"{value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP):f}")


@lru_cache(maxsize=200_000)
def canonical(text: str) -> str:
    """Return figures without commas and closing zeros, empty when there are too few to prove."""
    plain = text.replace(",", "")
    if "." in plain:
        plain = plain.rstrip("0").rstrip(".")
    return plain if len(plain.replace(".", "").strip("0")) >= 6 else ""


def figures_in(text: str) -> set[str]:
    """Return every number of a text in canonical form."""
    return {found for found in map(canonical, set(FIGURES.findall(text))) if found}


def marks_in(text: str) -> set[str]:
    """Return every marked name, code and number of a text."""
    return {found.upper() for found in MARK.findall(text)}


def found_in(text: str) -> set[str]:
    """Return all that a text may betray."""
    return marks_in(text) | figures_in(text)


def canaries_of(world: CanaryWorld) -> Canaries:
    """Return every canary with whose it is; one text may stand for several things."""
    known: Canaries = {}
    for text, canary in (*_texts(), *_group_amounts(world), *_totals(world)):
        known.setdefault(text, []).append(canary)
    known.pop("", None)
    return known


def _seen_by(number: int, month: Month) -> tuple[Owner, ...]:
    """Return who owns a group in a month or later: they see the month's row."""
    later = [each for each in MONTHS if each.index >= month.index]
    return tuple(_owner(number, each) for each in later)


def _owner(number: int, month: Month) -> Owner:
    manager, city, county = owners(month)[number]
    return Owner(city, county or f"{city}-00", manager or f"{city}-NA")


def _texts() -> Iterator[tuple[str, Canary]]:
    for month in MONTHS:
        for number in owners(month):
            theirs = _seen_by(number, month)
            yield f"QG{number}", Canary("name", theirs)
            yield from ((mark, Canary("name", theirs)) for mark in marks_in(name_of(number, month)))
            yield f"QK{number}", Canary("key", theirs)
            yield f"QF{number}9", Canary("key", theirs)
            yield f"QS{number}", Canary("key", theirs)
            for place in range(N_MEMBERS):
                yield f"QM{number}{place}", Canary("member", theirs)
                yield f"QF{number}{place}", Canary("member", theirs)
    yield "QU9000", Canary("unit", (Owner("", "", ""),), "province")
    for city, mark in (("A", 1000), ("B", 2000)):
        yield f"QU{mark}", Canary("unit", (Owner(city, "", ""),), "city")
        for place in (1, 2):
            owner = Owner(city, f"{city}0{place}", "")
            yield f"QU{mark + place}", Canary("unit", (owner,), "county")
    people = {"MA1": 1001, "MA2": 1002, "MA3": 1003, "MB1": 2001, "MB2": 2002}
    for manager, mark in people.items():
        city, county, _groups = OWNERS[manager]
        yield f"QP{mark}", Canary("person", (Owner(city, county, manager),), "account_manager")


def _money(names: Iterable[str]) -> list[str]:
    return [name for name in names if name.endswith("_li")]


def _group_amounts(world: CanaryWorld) -> Iterator[tuple[str, Canary]]:
    columns = _money(GROUP_MONTH.names)
    for month, run in world.runs.items():
        for row in GroupMonth.objects.in_run(run).values("group_code", *columns):
            theirs = _seen_by(int(row["group_code"][2:]), month)
            for column in columns:
                kind = "fee" if column in FEE_COLUMNS else "group_amount"
                for form in forms_of(row[column] or 0):
                    yield form, Canary(kind, theirs)


def _totals(world: CanaryWorld) -> Iterator[tuple[str, Canary]]:
    columns = _money(ORG_MONTH.names)
    for run in world.runs.values():
        for row in OrgMonth.objects.in_run(run).rolled_up():
            owner = Owner(*(_code(getattr(row, f"{name}_code")) for name in SCOPE))
            for column in columns:
                closed = column in FEE_COLUMNS and row.n_groups < FEWEST
                kind = "few" if closed else "total"
                for form in forms_of(getattr(row, column) or 0):
                    yield form, Canary(kind, (owner,), row.level)


SCOPE = ("city", "county", "account_manager")


def _code(code: str) -> str:
    return "" if code == "*" else code
