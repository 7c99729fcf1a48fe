"""Score and grade groups with numpy and pandas under the model in force."""

from __future__ import annotations

import calendar
from typing import Any

import numpy as np
import pandas as pd

from bench.peers.given import GRADES, Given

NOT_RATED = len(GRADES)
CODES = np.array([*GRADES, "NR"])
COLUMNS = {
    "employees": "employees",
    "vnet_users": "n_vnet",
    "ict_products": "n_ict_products",
    "informatisation_level": "informatisation_level",
    "contract_tenure": "contract_tenure_months",
    "influence": "influence",
    "tax_score": "tax_score",
}
INCOMES = {
    "unified_pay": "unified_pay_li",
    "ict_income": "ict_li",
    "personal_bill": "personal_bill_li",
}


def raw_values(groups: pd.DataFrame, given: Given, model: dict[str, Any]) -> pd.DataFrame:
    """Return what the model looks at, one column an indicator; money in yuan."""
    days = 366 if calendar.isleap(given.first_day.year) else 365
    both = (groups.n_members_prev + groups.n_members).where(lambda n: n > 0)
    raw = {code: groups[name].astype(float) for code, name in COLUMNS.items()}
    raw |= {code: groups[name] / 1000 for code, name in INCOMES.items()}
    raw["off_net_ratio"] = 2.0 * groups.n_off_net / both * days / (given.last_day.day * 12)
    return pd.DataFrame({each["code"]: raw[each["code"]] for each in model["indicators"]})


def to_points(said: dict[str, Any], values: np.ndarray) -> np.ndarray:
    """Return the points of one indicator in millionths, 0 where the value is missing."""
    if said["kind"] == "bins":
        place = np.searchsorted(said["edges"][1:-1], values, side="right")
        points = np.array(said["points"], dtype=float)[place]
    elif said["kind"] == "linear":
        low, high = said["low"], said["high"]
        if said.get("scale") == "log":
            inside = np.log(np.clip(values, low, high))
            share = (inside - np.log(low)) / (np.log(high) - np.log(low))
        else:
            share = (values - low) / (high - low)
        at_low, at_high = said.get("at_low", 0), said.get("at_high", 100)
        points = at_low + (at_high - at_low) * np.clip(share, 0, 1)
    elif said["kind"] == "as_is":
        points = values
    else:
        raise NotImplementedError(said["kind"])
    points = np.where(np.isnan(values), 0, np.clip(points, 0, 100))
    return np.rint(points * 1_000_000).astype("int64")


def score(groups: pd.DataFrame, given: Given, model: dict[str, Any]) -> dict[str, np.ndarray]:
    """Return points (millionths), weights in use (hundredths of a percent), scores."""
    if model.get("missing", {}).get("policy", "reweight") != "reweight":
        raise NotImplementedError("this script weighs missing indicators out")
    raw = raw_values(groups, given, model)
    points = np.column_stack(
        [to_points(each["map"], raw[each["code"]].to_numpy()) for each in model["indicators"]]
    )
    full = np.array([round(each["weight"] * 10_000) for each in model["indicators"]])
    weights = np.where(raw.isna(), 0, full)
    present = weights.sum(axis=1)
    least = round(model.get("missing", {}).get("min_weight", 0.6) * 10_000)
    scores = (points * weights).sum(axis=1) / (np.maximum(present, 1) * 1_000_000)
    scores = np.where(present >= least, scores, np.nan)
    return {"points": points, "weights": weights, "present": present, "score": scores}


def explain(found: dict[str, np.ndarray], given: Given, model: dict[str, Any]) -> pd.DataFrame:
    """Return score, points, weights and bars against the reference means."""
    codes = np.array([each["code"] for each in model["indicators"]])
    rated = ~np.isnan(found["score"])[:, None]
    used = rated & (found["weights"] > 0)
    sums, counts = np.where(used, found["points"], 0).sum(axis=0), used.sum(axis=0)
    own = (2 * sums + counts) // np.maximum(2 * counts, 1)
    known = given.reference or {}
    means = np.array([known.get(code, mean) for code, mean in zip(codes, own, strict=True)])
    shares = np.where(rated, found["weights"] / np.maximum(found["present"], 1)[:, None], 0.0)
    bars = np.round(shares * ((found["points"] - means) / 1_000_000), 11)
    missing = found["weights"] == 0
    return pd.DataFrame(
        {
            "score": found["score"],
            "weight_present": found["present"] / 10_000,
            "n_missing": missing.sum(axis=1),
            "points": list(found["points"] / 1_000_000),
            "weights": list(shares),
            "bars": list(bars),
            "missing": [" ".join(codes[row]) for row in missing],
        }
    )


def ranks(grades: pd.Series) -> np.ndarray:
    """Return grades as ranks, 0 for A1; whatever is no grade is not rated."""
    return pd.Categorical(grades, categories=GRADES).codes.astype("int64") % (NOT_RATED + 1)


def cut(scores: np.ndarray, model: dict[str, Any], shift: float = 0) -> np.ndarray:
    """Return the ranks of scores at the cut-offs."""
    found = sum((scores < model["cutoffs"][grade] + shift).astype("int64") for grade in GRADES[:-1])
    return np.where(np.isnan(scores), NOT_RATED, found)


def suggest(scores: np.ndarray, model: dict[str, Any], past: pd.DataFrame, floor: np.ndarray):
    """Return ranks by score, after hysteresis, and after the rule floor."""
    margin = model.get("hysteresis", {}).get("margin", 2)
    raw, before = cut(scores, model), ranks(past.suggested_grade)
    before_raw = ranks(past.raw_grade)
    up = np.minimum(cut(scores, model, margin), np.maximum(raw, before_raw))
    up = np.minimum(up, before)
    twice = np.where(before_raw < NOT_RATED, np.minimum(raw, before_raw), before)
    down = np.maximum(np.maximum(cut(scores, model, -margin), twice), before)
    kept = np.select([raw < before, raw > before], [up, down], raw)
    kept = np.where((raw < NOT_RATED) & (before < NOT_RATED), kept, raw)
    floored = (kept < NOT_RATED) & (floor < kept)
    return raw, kept, np.where(floored, floor, kept)


def grade(groups: pd.DataFrame, given: Given, past: pd.DataFrame) -> pd.DataFrame:
    """Score and grade the shown groups; ``past`` is last month's result in their order."""
    model, floor = given.model, ranks(groups.grade_floor)
    found = score(groups, given, model)
    raw, kept, grades = suggest(found["score"], model, past, floor)
    lifted = kept != grades
    cuts = np.array([*(model["cutoffs"][each] for each in GRADES[:-1]), 0, 0])
    result = explain(found, given, model).set_index(groups.index)
    result["floor_bar"] = np.where(lifted, np.maximum(cuts[grades] - found["score"], 0), 0)
    result["raw_grade"], result["suggested_grade"] = CODES[raw], CODES[grades]
    result["grade_held"], result["floored"] = kept != raw, lifted
    approved = ranks(groups.group_code.map(given.approved))
    effective = np.where(approved < NOT_RATED, approved, grades)
    result["effective_grade"] = CODES[effective]
    result["effective_source"] = np.where(approved < NOT_RATED, "adjustment", "suggested")
    crossed = old_cut = grades
    if given.model_before:
        old = given.model_before
        crossed = suggest(score(groups, given, old)["score"], old, past, floor)[2]
        old_cut = suggest(found["score"], old, past, floor)[2]
    result["grade_way"] = ways(past, crossed, old_cut, grades, effective)
    result["prev_score"] = past.score.to_numpy()
    for name in ("suggested_grade", "effective_grade"):
        result[f"prev_{name}"] = past[name].fillna("").to_numpy()
    keys = ["month", "group_code", "name", "city_code", "county_code", "account_manager_code"]
    keys += ["industry_code", "size_band", "n_members", "total_income_li"]
    return pd.concat([groups[keys], result], axis=1)


def ways(past: pd.DataFrame, crossed, old_cut, now, effective) -> np.ndarray:
    """Return the way of each change: what moved the grade furthest in the direction it went."""
    before = ranks(past.effective_grade)
    adjusted = past.effective_source == "adjustment"
    base = np.where(adjusted, ranks(past.suggested_grade), ranks(past.stored_grade))
    direction = np.sign(effective - before)
    manual = (effective - now) - (before - base)
    moved = np.stack([manual, old_cut - crossed, now - old_cut, crossed - base]) * direction
    cause = np.argmax(moved, axis=0)
    up = np.array(["approved_up", "model", "threshold", "score_up"])[cause]
    down = np.array(["approved_down", "model", "threshold", "score_down"])[cause]
    return np.select(
        [direction == 0, before == NOT_RATED, effective == NOT_RATED, direction < 0],
        ["", "first", "score_down", up],
        down,
    )
