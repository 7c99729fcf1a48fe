"""Penetration, ranks and adoption: golden rows worked by hand."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from analytics.product_usage.compute import (
    Adoption,
    Usage,
    lacking,
    ranked,
    reconciles,
    total_of,
    unused,
)

FILE = Path(__file__).parent / "golden" / "product_usage.csv"
GOLDEN = list(csv.DictReader(FILE.read_text("utf-8").splitlines()))


def number(text):
    return float(text) if text else None


@pytest.mark.parametrize("line", GOLDEN, ids=lambda line: line["case"])
def test_a_golden_row_is_met(line):
    users = int(line["users"]) if line["users"] else None
    measures = {"n_groups_using": int(line["n_groups_using"]), "users": users}
    row = Usage("P", "产品", measures, int(line["n_groups"]), int(line["n_members"]))
    for found, wanted in (
        (row.group_penetration, number(line["group_penetration_ratio"])),
        (row.user_penetration, number(line["user_penetration_ratio"])),
    ):
        assert found == (wanted if wanted is None else pytest.approx(wanted))


def unit(code, using, groups, **measures):
    return Usage(code, code, {"n_groups_using": using, **measures}, groups, 10)


def test_units_rank_by_penetration_ties_alike_and_empty_units_last():
    now = [unit("a", 1, 4), unit("b", 2, 4), unit("c", 1, 4), unit("d", 0, 0)]
    then = [unit("a", 3, 4), unit("b", 1, 4)]
    assert [(row.code, row.rank, row.rank_change) for row in ranked(now, then)] == [
        ("b", 1, 1),
        ("a", 2, -1),
        ("c", 2, None),
        ("d", None, None),
    ]


def test_a_total_adds_groups_users_and_money():
    parts = [unit("a", 1, 4, users=10, amount_li=5), unit("b", 2, 6, users=None, amount_li=7)]
    total = total_of(parts, "合计")
    assert (total.n_groups_using, total.n_groups, total.n_members) == (3, 10, 20)
    assert (total.count("users"), total.count("amount_li")) == (10, 12)
    assert total.group_penetration == pytest.approx(0.3)
    assert reconciles(total, total_of(parts, ""))
    assert not reconciles(total, total_of(parts[:1], ""))


def test_a_step_needs_the_other_month_and_counts_from_nothing():
    row = Usage("P", "", {"users": 5}, 1, 1, before=None)
    assert row.moved("users") is None
    assert Usage("P", "", {"users": 5}, 1, 1, before={"users": 7}).moved("users") == -2
    assert Usage("P", "", {"users": 5}, 1, 1, before={}).moved("users") == 5


def test_what_nobody_uses_is_zero_only_where_the_extract_came_in():
    assert unused([{"users": None, "amount_li": 3}, {"users": None}]) == {"amount_li": 0}
    assert unused([]) == {}


def test_a_group_lacks_what_three_in_ten_similar_groups_use_most_usual_first():
    adoptions = [
        Adoption("few", 2, 2),  # too few similar groups to speak of
        Adoption("rare", 2, 10),
        Adoption("edge", 3, 10),
        Adoption("usual", 6, 10),
        Adoption("own", 9, 10),
    ]
    assert [each.product_code for each in lacking({"own"}, adoptions)] == ["usual", "edge"]
    assert adoptions[0].share is None
