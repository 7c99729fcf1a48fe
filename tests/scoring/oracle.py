"""Score and grade one group after the other in plain Python: slow, and sharing no code with ours.

It reads the same definition but knows nothing of arrays; sums are fractions, so they are exact.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

GRADES = ["A1", "A2", "B1", "B2", "C"]
MONEY = {
    "unified_pay": "unified_pay_li",
    "ict_income": "ict_li",
    "personal_bill": "personal_bill_li",
}
PLAIN = {
    "employees": "employees",
    "vnet_users": "n_vnet",
    "ict_products": "n_ict_products",
    "informatisation_level": "informatisation_level",
    "contract_tenure": "contract_tenure_months",
    "influence": "influence",
    "tax_score": "tax_score",
}


def raw_value(code: str, row: dict[str, Any], days: int, days_of_year: int) -> float | None:
    if code in MONEY:
        li = row[MONEY[code]]
        return None if li is None else li / 1000
    if code in PLAIN:
        return row[PLAIN[code]]
    lost, before, now = row["n_off_net"], row["n_members_prev"], row["n_members"]
    if lost is None or before is None or now is None or before + now == 0:
        return None
    return float(Fraction(lost) / Fraction(before + now, 2) / Fraction(days * 12, days_of_year))


def points_of(said: dict[str, Any], value: float) -> Fraction:
    """Return the points rounded to a millionth."""
    kind = said["kind"]
    if kind == "as_is":
        points = value
    elif kind == "bins":
        edges = [math.inf if edge == "" else edge for edge in said["edges"]]
        points = said["points"][0]
        for low, given in zip(edges[:-1], said["points"], strict=True):
            if value >= low:
                points = given
    else:
        low, high = said["low"], said["high"]
        if value <= low:
            share = 0.0
        elif value >= high:
            share = 1.0
        elif said.get("scale") == "log":
            share = math.log(value / low) / math.log(high / low)
        else:
            share = (value - low) / (high - low)
        start, end = said.get("at_low", 0), said.get("at_high", 100)
        points = start * (1 - share) + end * share
    return Fraction(round(min(max(points, 0), 100) * 1_000_000), 1_000_000)


def score_group(
    definition: dict[str, Any], row: dict[str, Any], days: int = 31, days_of_year: int = 365
) -> tuple[float | None, list[str]]:
    """Return the score (None = not rated) and the codes that are missing."""
    weighted, present, missing = Fraction(0), Fraction(0), []
    for each in definition["indicators"]:
        weight = Fraction(str(each["weight"]))
        value = raw_value(each["code"], row, days, days_of_year)
        if value is None:
            missing.append(each["code"])
            continue
        weighted += weight * points_of(each["map"], value)
        present += weight
    if present < Fraction(str(definition["missing"]["min_weight"])):
        return None, missing
    return float(weighted / present), missing


def grade_of(score: float | None, cutoffs: dict[str, Any], shift: float = 0) -> str:
    if score is None:
        return "NR"
    for grade in GRADES[:-1]:
        if score >= cutoffs[grade] + shift:
            return grade
    return "C"


def suggested_grade(
    score: float | None,
    definition: dict[str, Any],
    last: str = "",
    last_raw: str = "",
    floor: str = "",
) -> str:
    """Follow the words of the method note, one case after the other."""
    cutoffs, margin = definition["cutoffs"], definition["hysteresis"]["margin"]
    raw = grade_of(score, cutoffs)
    if raw == "NR":
        return "NR"
    grade = raw
    if definition["hysteresis"]["on"] and last in GRADES and raw != last:
        rank = GRADES.index
        if rank(raw) < rank(last):
            candidates = [last]
            clear = grade_of(score, cutoffs, margin)
            if rank(clear) < rank(last):
                candidates.append(clear)
            if last_raw in GRADES and rank(last_raw) < rank(last):
                candidates.append(max(raw, last_raw, key=rank))
            grade = min(candidates, key=rank)
        else:
            candidates = [last]
            clear = grade_of(score, cutoffs, -margin)
            if rank(clear) > rank(last):
                candidates.append(clear)
            if last_raw in GRADES and rank(last_raw) > rank(last):
                candidates.append(min(raw, last_raw, key=rank))
            grade = max(candidates, key=rank)
    if definition["rule_floor"] and floor in GRADES and GRADES.index(floor) < GRADES.index(grade):
        grade = floor
    return grade
