"""No masked amount can be had by subtracting shown totals from one another."""

from __future__ import annotations

import itertools

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.masking import FEWEST, Size, lines_of, masked_units, shown

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


def test_one_or_two_groups_are_masked_and_three_are_not():
    sizes = sizes_from(
        {("A", "A1", "X"): whole(2), ("A", "A2", "Y"): whole(9), ("B", "B1", "Z"): whole(8)}
    )
    hidden = masked_units(sizes)
    assert person("A", "A1", "X") in hidden and county("A", "A1") in hidden
    assert PROVINCE not in hidden and city("A") not in hidden and city("B") not in hidden


def test_the_next_smallest_sibling_is_masked_with_the_only_masked_one():
    # the counties of one city, each with one account manager of its own in two halves
    sizes = {city("A"): Size(30, 30)} | {
        county("A", code): Size(n, n) for code, n in (("A1", 2), ("A2", 5), ("A3", 11), ("A4", 12))
    }
    assert masked_units(sizes) == {county("A", "A1"), county("A", "A2")}


def test_two_masked_siblings_of_one_group_each_take_a_third_along():
    # whole − shown parts would be an amount over two groups
    sizes = {city("A"): Size(17, 17)} | {
        county("A", code): Size(n, n) for code, n in (("A1", 1), ("A2", 1), ("A3", 7), ("A4", 8))
    }
    assert masked_units(sizes) == {county("A", "A1"), county("A", "A2"), county("A", "A3")}


def test_an_empty_sibling_does_not_hide_anything():
    sizes = {city("A"): Size(14, 14)} | {
        county("A", code): Size(n, n) for code, n in (("A1", 2), ("A2", 0), ("A3", 12))
    }
    assert masked_units(sizes) == {county("A", "A1"), county("A", "A3")}


def test_groups_without_members_do_not_stand_behind_an_amount():
    sizes = {
        city("A"): Size(20, 16),
        county("A", "A1"): Size(5, 1),
        county("A", "A2"): Size(15, 15),
    }
    assert county("A", "A1") in masked_units(sizes)


def test_a_masked_whole_is_not_the_sum_of_shown_parts():
    # A2 is masked beside A1; shown one by one, its account managers would add up to it
    sizes = sizes_from(
        {
            ("A", "A1", "X"): whole(2),
            ("A", "A2", "Y"): whole(5),
            ("A", "A2", "Z"): whole(6),
            ("A", "A3", "Y"): whole(20),
            ("A", "A3", "Z"): whole(21),
        }
    )
    hidden = masked_units(sizes)
    assert county("A", "A2") in hidden
    assert person("A", "A2", "Y") in hidden or person("A", "A2", "Z") in hidden


def test_an_account_manager_of_two_counties_does_not_give_one_of_them_away():
    # X in the city − X in A2 would be X in A1
    sizes = sizes_from(
        {
            ("A", "A1", "X"): whole(2),
            ("A", "A2", "X"): whole(9),
            ("A", "A1", "Y"): whole(9),
            ("A", "A2", "Y"): whole(12),
        }
    )
    hidden = masked_units(sizes)
    assert person("A", "A1", "X") in hidden
    assert person("A", "A2", "X") in hidden or person("A", "*", "X") in hidden


def test_counts_stay_and_only_the_named_amounts_go():
    measures = {"n_groups": 2, "roaming_li": 5, "personal_bill_li": 9}
    assert shown(measures, ("roaming_li",), masked=True) == {
        "n_groups": 2,
        "roaming_li": None,
        "personal_bill_li": 9,
    }
    assert shown(measures, ("roaming_li",), masked=False) == measures


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


def test_the_same_units_are_masked_whatever_the_order():
    atoms = {("A", f"A{k}", f"X{p}"): whole(1 + (k * p) % 5) for k in range(4) for p in range(5)}
    sizes = sizes_from(atoms)
    turned = dict(reversed(list(sizes.items())))
    assert masked_units(sizes) == masked_units(turned)
