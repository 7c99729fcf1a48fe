"""Turn stored organisation units into values: one unit, or the way down to it."""

from __future__ import annotations

from accounts.models import OrgUnit
from accounts.scope import Unit


def as_unit(row: OrgUnit) -> Unit:
    """Turn a row into a value."""
    return Unit(row.code, row.name, row.level, row.parent_id or "", row.is_bucket, row.is_direct)


def path_to(row: OrgUnit | None) -> tuple[Unit, ...]:
    """Return the units from the province down to a row whose parents are read already."""
    path: list[Unit] = []
    while row is not None:
        path.insert(0, as_unit(row))
        row = row.parent
    return tuple(path)


def ends_at(path: tuple[Unit, ...], code: str) -> bool:
    """Tell whether a path leads down to a unit."""
    return bool(path) and path[-1].code == code
