"""Say by which kinds of group grading is read beside its units: industry 行业, size 规模."""

from __future__ import annotations

from collections.abc import Iterable

from analytics.queries import KIND_COLUMN, Axis, Kind, names_of
from analytics.unit_tables import SIZE_BANDS
from core.parts import Words
from warehouse.dictionary_names import industry_names


def kind_asked(by: str) -> Kind | None:
    """Return the kind of group a request names; None for anything else."""
    return next((kind for kind in KIND_COLUMN if kind == by), None)


def axis_names(by: Axis, codes: Iterable[str]) -> dict[str, str]:
    """Return the names of units, industries or size bands; an unknown code names itself."""
    if by == "industry":
        known: Iterable[tuple[str, Words]] = industry_names()
    elif by == "size_band":
        known = SIZE_BANDS
    else:
        return names_of(by, codes)
    names = {code: str(name) for code, name in known}
    return {code: names.get(code, code) for code in sorted(set(codes))}
