"""No masked amount can be had by any sum and difference of shown totals."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.masking import masked_units
from analytics.spans import Equations
from tests.analytics.masked_provinces import (
    assert_nothing_is_uncovered,
    follows,
    org_of,
    person,
    sizes_from,
    whole,
)


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


@given(ORGS)
@settings(max_examples=120, deadline=None)
def test_no_combination_of_shown_totals_gives_a_masked_amount(rows):
    assert_nothing_is_uncovered(org_of(rows))


@given(ORGS)
@settings(max_examples=60, deadline=None)
def test_nothing_is_masked_where_nothing_is_small(rows):
    sizes = org_of([(c, k, p, n + 2, 0) for c, k, p, n, _empty in rows])
    assert masked_units(sizes) == frozenset()
