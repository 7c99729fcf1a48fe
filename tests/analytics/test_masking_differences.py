"""No masked amount can be had by subtracting one shown total from another."""

from __future__ import annotations

import itertools

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.masking import FEWEST, lines_of, masked_units
from tests.analytics.masked_provinces import sizes_from

ATOMS = st.dictionaries(
    st.tuples(st.sampled_from("AB"), st.sampled_from("123"), st.sampled_from("XYZ")).map(
        lambda parts: (parts[0], parts[0] + parts[1], parts[0] + parts[2])
    ),
    st.tuples(st.integers(0, 9), st.integers(0, 2)),
    min_size=1,
    max_size=14,
)


@given(ATOMS)
@settings(max_examples=300, deadline=None)
def test_no_single_subtraction_uncovers_a_masked_amount(atoms):
    sizes = sizes_from(atoms)
    hidden = masked_units(sizes)
    assert {key for key, size in sizes.items() if 0 < size.n_groups < FEWEST} <= hidden
    for line in lines_of(sizes):
        parts = [part for part in line.parts if part in hidden and sizes[part].n_groups]
        if line.whole in hidden:
            assert parts, line
        elif parts:
            assert len(parts) > 1, line
            behind = sum(sizes[part].n_with_members for part in parts)
            assert behind == 0 or behind >= FEWEST, line


@given(ATOMS)
@settings(max_examples=200, deadline=None)
def test_no_pair_of_shown_totals_differs_by_an_amount_over_one_or_two_groups(atoms):
    """Every unit is a set of atoms; two shown ones must not differ by just a sensitive one.

    A unit that was only hidden to protect a sibling may equal such a difference (the only city
    less one county can be one account manager's counties); it holds three groups or more.
    """
    sizes = sizes_from(atoms)
    hidden = masked_units(sizes)
    filled = [atom for atom, (n_groups, _empty) in atoms.items() if n_groups]

    def vector(key):
        level, c, k, p = key
        return np.array(
            [
                level == "province" or (c == a[0] and k in ("*", a[1]) and p in ("*", a[2]))
                for a in filled
            ],
            dtype=int,
        )

    shown_sums = [vector(key) for key in sizes if key not in hidden]
    closed = {tuple(vector(key)) for key in hidden if sizes[key].is_sensitive}
    for one, other in itertools.permutations(shown_sums, 2):
        assert tuple(one - other) not in closed
