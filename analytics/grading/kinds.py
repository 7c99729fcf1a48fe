"""Say by which kinds of group grading is read beside its units: industry 行业, size 规模."""

from __future__ import annotations

from collections.abc import Iterable

from analytics.queries import KIND_COLUMN, Kind
from analytics.unit_tables import SIZE_BANDS
from warehouse.dictionary_names import industry_names


def kind_asked(by: str) -> Kind | None:
    """Return the kind of group a request names; None for anything else."""
    return next((kind for kind in KIND_COLUMN if kind == by), None)


def kind_names(kind: Kind, codes: Iterable[str]) -> dict[str, str]:
    """Return the names of industries or size bands; an unknown code names itself."""
    known = industry_names() if kind == "industry" else SIZE_BANDS
    names = {code: str(name) for code, name in known}
    return {code: names.get(code, code) for code in sorted(set(codes))}
