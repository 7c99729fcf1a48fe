"""No masked amount can be had by subtracting shown totals from one another."""

from __future__ import annotations

import itertools
import time
from fractions import Fraction

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.masking import FEWEST, Size, lines_of, masked_units, shown, uncovered_units
from analytics.spans import Equations

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


def test_a_ring_of_four_shown_sums_gives_a_corner_away_only_if_one_of_them_stays():
    """Every line has two hidden parts, yet four shown totals solve for the corner.

    X and Y each serve A1 and A2: with county and account manager totals shown, x(X,A1) is not
    determined (add t to two corners, take it from the others); with one corner shown it is.
    """
    corners = [person("A", k, p) for k in ("A1", "A2") for p in ("X", "Y")]
    sums = [
        {corners[0]: 1, corners[1]: 1},
        {corners[2]: 1, corners[3]: 1},
        {corners[0]: 1, corners[2]: 1},
        {corners[1]: 1, corners[3]: 1},
    ]
    assert not Equations(sums).determined()
    assert Equations([*sums, {corners[3]: 1}]).determined() == set(corners)


def test_three_sums_in_a_ring_are_solved_though_each_holds_two_unknowns():
    # a + b, b + c, a + c shown: a = (ab + ac − bc) / 2, which no single subtraction gives
    a, b, c = ("a",), ("b",), ("c",)
    ring = Equations([{a: 1, b: 1}, {b: 1, c: 1}, {a: 1, c: 1}])
    assert ring.determined() == {a, b, c}
    path = Equations([{a: 1, b: 1}, {b: 1, c: 1}])
    assert path.determined() == frozenset()
    assert set(path.sums_of_two([a, b, c])) == {(a, b), (b, c)}


def test_hidden_parts_on_two_lines_do_not_solve_each_other():
    """A1 and A2 hide two parts each, but X's own total ties one to the other.

    Hidden: X and Y in A1 (1 group each... 9), X in A2. Shown: A1, A2, X, Y in the city. Each line
    alone is safe; together they give X in A1 away through X in A2 = A2 − shown parts.
    """
    sizes = sizes_from(
        {
            ("A", "A1", "X"): whole(2),
            ("A", "A1", "Y"): whole(7),
            ("A", "A2", "X"): whole(6),
            ("A", "A2", "Z"): whole(12),
            ("A", "A2", "Y"): whole(30),
        }
    )
    assert_nothing_is_uncovered(sizes)


def test_what_follows_from_shown_totals_anyway_is_not_masked():
    # the only county of a city is the city; masking it beside a shown city hides nothing
    sizes = sizes_from(
        {("A", "A1", "X"): whole(2), ("A", "A1", "Y"): whole(8), ("B", "B1", "Z"): whole(9)}
    )
    hidden = masked_units(sizes)
    for key in hidden:
        assert sizes[key].is_sensitive or not follows(sizes, hidden, key, "n_groups")


ORGS = st.lists(
    st.tuples(
        st.sampled_from("ABC"),
        st.sampled_from("1234"),
        st.sampled_from("VWXYZ"),
        st.sampled_from([1, 1, 2, 2, 3, 4, 5, 8, 13, 40]),
        st.sampled_from([0, 0, 0, 1, 2]),
    ),
    min_size=1,
    max_size=24,
)


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


@given(ORGS)
@settings(max_examples=120, deadline=None)
def test_no_combination_of_shown_totals_gives_a_masked_amount(rows):
    assert_nothing_is_uncovered(org_of(rows))


@given(ORGS)
@settings(max_examples=60, deadline=None)
def test_nothing_is_masked_where_nothing_is_small(rows):
    sizes = org_of([(c, k, p, n + 2, 0) for c, k, p, n, _empty in rows])
    assert masked_units(sizes) == frozenset()


def test_a_large_province_is_masked_within_seconds():
    """17 cities, 1 700 account managers with groups in up to four counties each."""
    atoms = {}
    for c in range(17):
        for p in range(100):
            for k in range(1 + (p * 7 + c) % 4):
                n = 40 if k == 0 else 1 + (p * 13 + k * 5 + c) % 9
                atoms[f"C{c:02}", f"C{c:02}-{(p + k) % 8}", f"C{c:02}-P{p:03}"] = whole(n)
    sizes = sizes_from(atoms)
    began = time.process_time()
    hidden = masked_units(sizes)
    assert time.process_time() - began < 20
    lines = [line for line in lines_of(sizes) if line.whole in sizes]
    assert not uncovered_units(lines, sizes, hidden)
    assert len(hidden) < len(sizes) / 2
