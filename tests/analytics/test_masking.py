"""Amounts over one or two groups are masked, with what would give them away by subtraction."""

from __future__ import annotations

import time

from analytics.masking import Size, lines_of, masked_units, shown, uncovered_units
from tests.analytics.masked_provinces import PROVINCE, city, county, person, sizes_from, whole


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


def test_the_same_units_are_masked_whatever_the_order():
    atoms = {("A", f"A{k}", f"X{p}"): whole(1 + (k * p) % 5) for k in range(4) for p in range(5)}
    sizes = sizes_from(atoms)
    turned = dict(reversed(list(sizes.items())))
    assert masked_units(sizes) == masked_units(turned)


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
