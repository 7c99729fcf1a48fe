"""Counts and sums of a simulation, worked by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.simulate import compare_grades

A1, A2, B1, B2, C, NR = range(6)


def compared(before, after, income, cities, managers, scores=None):
    n = len(before)
    given_scores = np.full(n, 50.0) if scores is None else scores
    return compare_grades(
        before=np.array(before, dtype=np.int64),
        after=np.array(after, dtype=np.int64),
        suggested_before=np.array(before, dtype=np.int64),
        suggested_after=np.array(after, dtype=np.int64),
        scores_before=given_scores,
        scores_after=given_scores,
        income_li=np.array(income, dtype=np.int64),
        city_codes=cities,
        account_manager_codes=managers,
    )


def test_moves_are_counted_by_hand():
    # G1 B1→A2 (up), G2 A2→B1 (down), G3 stays, G4 C→NR (a fall), G5 NR→C (a rise)
    moves = compared(
        [B1, A2, C, C, NR],
        [A2, B1, C, NR, C],
        [100, 20, 7, 3, 1],
        ["W", "W", "W", "E", "E"],
        ["w1", "w1", "w2", "e1", "e1"],
    )
    assert (moves.whole.n_groups, moves.whole.n_up, moves.whole.n_down) == (5, 2, 2)
    assert moves.whole.income_moved_li == 124
    assert moves.groups[B1][A2] == moves.groups[A2][B1] == moves.groups[C][NR] == 1
    assert moves.income_li[B1][A2] == 100 and moves.income_li[C][C] == 7
    east, west = moves.cities
    assert (east.code, east.n_up, east.n_down, east.income_moved_li) == ("E", 1, 1, 4)
    assert (west.code, west.n_moved, west.before, west.after) == (
        "W", 2, (0, 1, 1, 0, 1, 0), (0, 1, 1, 0, 1, 0),
    )  # fmt: skip
    assert [(each.code, each.city_code, each.n_moved) for each in moves.account_managers] == [
        ("e1", "E", 2), ("w1", "W", 2), ("w2", "W", 0),
    ]  # fmt: skip
    assert moves.psi == pytest.approx(0)
    assert moves.n_suggested_moved == 4


GROUPS = st.lists(
    st.tuples(
        st.integers(0, 5), st.integers(0, 5), st.integers(-(10**12), 10**12),
        st.sampled_from(["W", "E"]), st.sampled_from("xyz"),
    ),
    min_size=1,
)  # fmt: skip


@given(GROUPS)
def test_every_sum_is_the_sum_of_its_parts(groups):
    before, after, income, cities, persons = (list(each) for each in zip(*groups, strict=True))
    managers = [city + person for city, person in zip(cities, persons, strict=True)]
    moves = compared(before, after, income, cities, managers)
    moved = [i for i, (a, b) in enumerate(zip(before, after, strict=True)) if a != b]
    assert moves.whole.n_moved == len(moved)
    assert moves.whole.income_moved_li == sum(income[i] for i in moved)
    for parts in (moves.cities, moves.account_managers):
        for name in ("n_groups", "n_up", "n_down", "income_moved_li"):
            assert sum(getattr(p, name) for p in parts) == getattr(moves.whole, name)
        assert [sum(p.before[g] for p in parts) for g in range(6)] == list(moves.whole.before)
        assert [sum(p.after[g] for p in parts) for g in range(6)] == list(moves.whole.after)
    assert sum(map(sum, moves.groups)) == len(groups)
    assert sum(map(sum, moves.income_li)) == sum(income)
