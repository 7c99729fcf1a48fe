"""Say what of the canary province each reader must meet: an empty page leaks nothing either."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from accounts.scope import Scope
from tests.canary.canaries import FEE_COLUMNS, SCOPE, Owner, _code, _owner, forms_of, marks_in
from tests.canary.world import MONTHS, OWNERS, CanaryWorld, name_of, owners
from warehouse.mart_models import OrgMask
from warehouse.models import GroupMonth, OrgMonth

NEWEST = MONTHS[-1]
INCOMES = ("total_income_li", "unified_pay_li", "personal_bill_li", "ict_li")


def promised(world: CanaryWorld, scope: Scope, strict: bool) -> dict[str, set[str]]:
    """Return what a reader must find for the newest month: label → forms, one of which is seen."""
    found: dict[str, set[str]] = {}
    found.update(_groups(world, scope, strict))
    found.update(_units(world, scope))
    return found


def _groups(world: CanaryWorld, scope: Scope, strict: bool) -> Iterator[tuple[str, set[str]]]:
    own = [number for number in owners(NEWEST) if scope.covers(_owner(number, NEWEST))]
    closed = FEE_COLUMNS if scope.is_management else frozenset()
    rows = {row["group_code"]: row for row in _facts(world)}
    if not scope.is_management:
        yield "a visit", {f"QS{number}" for number in own}
    for number in own:
        yield f"code {number}", {f"QG{number}"}
        yield f"name {number}", marks_in(name_of(number, NEWEST))
        for column in (*INCOMES, *sorted(FEE_COLUMNS - closed)):
            yield f"{column} of {number}", set(forms_of(rows[f"QG{number}"][column])) - {""}
        if not (strict and scope.is_management):
            yield f"key person of {number}", {f"QK{number}"}
        if not scope.is_management:
            yield f"member of {number}", {f"QF{number}0"}


def _facts(world: CanaryWorld) -> list[dict[str, Any]]:
    rows = GroupMonth.objects.in_run(world.runs[NEWEST])
    return list(rows.values("group_code", *INCOMES, *FEE_COLUMNS))


def _units(world: CanaryWorld, scope: Scope) -> Iterator[tuple[str, set[str]]]:
    if not scope.is_management:
        return
    run = world.runs[NEWEST]
    hidden = {
        tuple(getattr(row, f"{name}_code") for name in SCOPE)
        for row in OrgMask.objects.in_run(run)
        if row.masked
    }
    for row in OrgMonth.objects.in_run(run).rolled_up():
        codes = tuple(getattr(row, f"{name}_code") for name in SCOPE)
        owner = Owner(*map(_code, codes))
        if not (scope.is_province or scope.covers(owner)):
            continue
        fees = () if codes in hidden else sorted(FEE_COLUMNS)
        for column in (*INCOMES, *fees):
            yield f"{column} of {'/'.join(codes)}", set(forms_of(getattr(row, column))) - {""}
    for manager, (city, county, _numbers) in OWNERS.items():
        if manager and scope.covers(Owner(city, county, manager)):
            yield (
                f"name of {manager}",
                {f"QP{city.replace('A', '1').replace('B', '2')}00{manager[2]}"},
            )
