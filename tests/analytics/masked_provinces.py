"""Build the units of small provinces; decide by exact arithmetic what their totals give away."""

from __future__ import annotations

import itertools
from fractions import Fraction

from analytics.masking import FEWEST, Size, masked_units

PROVINCE = ("province", "*", "*", "*")


def city(code):
    return ("city", code, "*", "*")


def county(city_code, code):
    return ("county", city_code, code, "*")


def person(city_code, county_code, code):
    return ("account_manager", city_code, county_code, code)


def sizes_from(atoms):
    """Sum (groups, without members) of account managers in counties up to every unit."""
    totals = {}
    for (c, k, p), (n_groups, n_empty) in atoms.items():
        n_members = max(n_groups - n_empty, 0)
        for key in (PROVINCE, city(c), county(c, k), person(c, k, p), person(c, "*", p)):
            groups, members = totals.get(key, (0, 0))
            totals[key] = (groups + n_groups, members + n_members)
    return {key: Size(*both) for key, both in totals.items()}


def whole(n):
    return (n, 0)


def org_of(rows):
    """Build a province whose units all reach every level; later rows win."""
    atoms = {(c, c + k, c + p): (n, min(n, empty)) for c, k, p, n, empty in rows}
    return sizes_from(atoms)


def cells_of(sizes, weight):
    keys = [key for key in sizes if key[0] == "account_manager" and key[2] != "*"]
    return [key for key in keys if getattr(sizes[key], weight)]


def vector_over(cells, key):
    level, c, k, p = key
    return [
        Fraction(
            level == "province" or (c == cell[1] and k in ("*", cell[2]) and p in ("*", cell[3]))
        )
        for cell in cells
    ]


def rank(rows):
    """Count independent rows by plain elimination over the rationals."""
    rows, found = [list(row) for row in rows], 0
    for column in range(len(rows[0]) if rows else 0):
        at = next((i for i in range(found, len(rows)) if rows[i][column]), None)
        if at is None:
            continue
        rows[found], rows[at] = rows[at], rows[found]
        for i in range(found + 1, len(rows)):
            if rows[i][column]:
                factor = rows[i][column] / rows[found][column]
                rows[i] = [a - factor * b for a, b in zip(rows[i], rows[found], strict=True)]
        found += 1
    return found


def in_span(rows, wanted):
    return rank([*rows, wanted]) == rank(rows)


def follows(sizes, hidden, key, weight):
    cells = cells_of(sizes, weight)
    return in_span(
        [vector_over(cells, each) for each in sizes if each not in hidden], vector_over(cells, key)
    )


def assert_nothing_is_uncovered(sizes):
    """Hold the masks against the rational span of all shown totals, cell by cell."""
    hidden = masked_units(sizes)
    assert {key for key, size in sizes.items() if size.is_sensitive} <= hidden
    for weight in ("n_groups", "n_with_members"):
        cells = cells_of(sizes, weight)
        shown_rows = [vector_over(cells, key) for key in sizes if key not in hidden]
        known = rank(shown_rows)
        for key in hidden:
            if weight == "n_groups" or 0 < getattr(sizes[key], weight) < FEWEST:
                wanted = vector_over(cells, key)
                if any(wanted):
                    assert rank([*shown_rows, wanted]) > known, (key, weight)
        single = [cell for cell in cells if getattr(sizes[cell], weight) == 1]
        for one, other in itertools.combinations(single, 2):
            wanted = [Fraction(cell in (one, other)) for cell in cells]
            assert rank([*shown_rows, wanted]) > known, (one, other, weight)
