"""Count a run's groups afresh, and hold the totals that pages read to the counts."""

from __future__ import annotations

from collections import Counter
from typing import Any

from warehouse.mart_models import GradeFlowMonth, GroupGradeChange
from warehouse.models import GroupMonth, GroupResult, OrgMonth

MEASURES = ("n_groups", "n_members", "total_income_li", "n_rated", "n_few_member")
GRADES = ("A1", "A2", "B1", "B2", "C", "NR")


def assert_totals_are_counts(run: int) -> None:
    """Hold every level × grouping set with grade, and every unit whole, to the groups."""
    results = {row["group_code"]: row for row in GroupResult.objects.in_run(run).values()}
    counted: dict[tuple[Any, ...], Counter[str]] = {}
    for fact in GroupMonth.objects.in_run(run).values():
        _count(counted, fact, results.get(fact["group_code"]))
    stored: dict[tuple[Any, ...], Counter[str]] = {}
    for row in OrgMonth.objects.in_run(run).values():
        key = tuple(
            row[name]
            for name in (
                "level", "city_code", "county_code", "account_manager_code", "industry_code",
                "grade", "size_band",
            )
        )  # fmt: skip
        cell = stored.setdefault(key, Counter())
        for name in (*MEASURES, "n_up", "n_down", "n_into_a", "n_out_of_a"):
            cell[name] += row[name] or 0
        for grade in GRADES:
            cell[grade] += row[f"n_effective_{grade.lower()}"]
    wanted = {key: +cell for key, cell in counted.items() if +cell}
    found = {key: +cell for key, cell in stored.items() if +cell}
    assert not [cell for cell in stored.values() if any(each < 0 for each in cell.values())]
    assert found.keys() == wanted.keys()
    for key, cell in wanted.items():
        assert found[key] == cell, key


def _count(counted: dict[tuple[Any, ...], Counter[str]], fact: dict[str, Any], result: Any) -> None:
    cell: Counter[str] = Counter()
    grade = result["effective_grade"] if result else "NR"
    if fact["excluded_reason"] == "":
        cell["n_groups"] = 1
        cell["n_members"] = fact["n_members"] or 0
        cell["total_income_li"] = fact["total_income_li"] or 0
        cell["n_rated"] = int(result["score"] is not None)
        cell["n_few_member"] = int(1 <= (fact["n_members"] or 0) <= 4)
        cell[grade] = 1
        before = result["prev_effective_grade"]
        now_rank, was_rank = GRADES.index(grade), GRADES.index(before or "NR")
        both = grade != "NR" and before not in ("", "NR")
        cell["n_up"] = int(both and now_rank < was_rank)
        cell["n_down"] = int(both and now_rank > was_rank)
        cell["n_into_a"] = int(now_rank < 2 and before != "" and was_rank >= 2)
        cell["n_out_of_a"] = int(before != "" and was_rank < 2 and now_rank >= 2)
    city, county, person = (
        fact[name] for name in ("city_code", "county_code", "account_manager_code")
    )
    units = (("province", "*", "*"), ("city", city, "*"), ("county", city, county))
    industry, size = fact["industry_code"], fact["size_band"]
    sets = (
        ("*", "*", -1), (industry, "*", -1), ("*", grade, -1), ("*", "*", size),
        (industry, grade, size),
    )  # fmt: skip
    keys = [(*unit, "*", *each) for unit in units for each in sets]
    keys += [("account_manager", city, county, person, "*", each, -1) for each in ("*", grade)]
    for key in keys:
        counted.setdefault(key, Counter()).update(cell)


def assert_flows_are_counts(run: int) -> None:
    """Hold the flows of the province and the list of changes to the groups."""
    counted: Counter[tuple[str, str, str]] = Counter()
    changed = set()
    for row in GroupResult.objects.in_run(run).values():
        way = row["grade_way"] or "same"
        key = (row["prev_effective_grade"] or "new", row["effective_grade"], way)
        counted[key] += 1
        if way != "same":
            changed.add((row["group_code"], *key))
    stored: Counter[tuple[str, str, str]] = Counter()
    flows = GradeFlowMonth.objects.in_run(run).filter(level="province").exclude(to_grade="exit")
    for row in flows.values():
        stored[row["from_grade"], row["to_grade"], row["way"]] += row["n_groups"]
    assert +stored == counted
    listed = GroupGradeChange.objects.in_run(run).exclude(to_grade="exit")
    assert changed == set(listed.values_list("group_code", "from_grade", "to_grade", "way"))
