"""Write a score model as SQL: points, score and bars of each group; cut-offs as ranks."""

from __future__ import annotations

from typing import Any

from bench.peers.given import GRADES, Given

#: Raw values out of ``group_month``; money in 元. ``off_net_ratio`` follows, it needs the month.
RAW = {
    "unified_pay": "unified_pay_li / 1000.0::float8",
    "ict_income": "ict_li / 1000.0::float8",
    "personal_bill": "personal_bill_li / 1000.0::float8",
    "employees": "employees::float8",
    "vnet_users": "n_vnet::float8",
    "ict_products": "n_ict_products::float8",
    "informatisation_level": "informatisation_level",
    "contract_tenure": "contract_tenure_months::float8",
    "influence": "influence",
    "tax_score": "tax_score",
}


def points_sql(said: dict[str, Any], raw: str) -> str:
    """Return the points (millionths) of one raw value under a map."""
    if said["kind"] == "bins":
        inner = ", ".join(f"{edge}::float8" for edge in said["edges"][1:-1])
        points = ", ".join(str(round(each * 1_000_000)) for each in said["points"])
        return f"(ARRAY[{points}])[width_bucket({raw}, ARRAY[{inner}]) + 1]"
    if said["kind"] == "linear":
        low, high = float(said["low"]), float(said["high"])
        share = f"({raw} - {low}) / ({high} - {low})"
        if said.get("scale") == "log":
            inside = f"ln(least(greatest({raw}, {low}), {high}))"
            share = f"({inside} - ln({low}::float8)) / (ln({high}::float8) - ln({low}::float8))"
        share = f"least(greatest({share}, 0), 1)"
        at_low, at_high = said.get("at_low", 0), said.get("at_high", 100)
        raw = f"({at_low} + ({at_high} - {at_low}) * {share})"
    return f"round(least(greatest({raw}, 0), 100) * 1000000)::bigint"


def score_sql(given: Given, model: dict[str, Any], table: str) -> str:
    """Return what makes a table of raw values, points, score: one row a shown group."""
    if model.get("missing", {}).get("policy", "reweight") != "reweight":
        raise NotImplementedError("this script weighs missing indicators out")
    rate = "2.0::float8 * n_off_net / nullif(n_members_prev + n_members, 0)"
    days = 366 if given.first_day.year % 4 == 0 else 365
    raws = {**RAW, "off_net_ratio": f"{rate} * {days} / {given.last_day.day * 12}"}
    said = {each["code"]: each for each in model["indicators"]}
    weights = {code: round(each["weight"] * 10_000) for code, each in said.items()}
    raw = ", ".join(f"{raws[code]} AS r_{code}" for code in said)
    points = ", ".join(
        f"CASE WHEN r_{code} IS NULL THEN 0 ELSE {points_sql(each['map'], f'r_{code}')} END::bigint"
        f" AS p_{code}, CASE WHEN r_{code} IS NULL THEN 0 ELSE {weights[code]} END AS w_{code}"
        for code, each in said.items()
    )
    present = " + ".join(f"w_{code}" for code in said)
    total = " + ".join(f"p_{code} * w_{code}" for code in said)
    least = round(model.get("missing", {}).get("min_weight", 0.6) * 10_000)
    return f"""CREATE TABLE {table} AS
        WITH raw AS (SELECT group_code, {raw} FROM group_month
            WHERE excluded_reason = '' AND is_on_net = 1),
        pointed AS (SELECT group_code, {points} FROM raw),
        weighed AS (SELECT *, {present} AS present FROM pointed)
        SELECT *, CASE WHEN present >= {least}
            THEN ({total})::float8 / (present * 1000000::bigint) END AS score FROM weighed"""


def explained_sql(model: dict[str, Any], reference: dict[str, int | None]) -> str:
    """Return ``group_score``: lists in the model's order, the bars against the reference means."""
    codes = [each["code"] for each in model["indicators"]]
    share = "CASE WHEN score IS NULL THEN 0 ELSE w_{0} / present::float8 END"
    bar = "round(({1} * (p_{0} - {2}) / 1000000)::numeric, 11)::float8"
    shares = {code: share.format(code) for code in codes}
    bars = ", ".join(bar.format(code, shares[code], reference.get(code) or 0) for code in codes)
    missing = ", ".join(f"CASE WHEN w_{code} = 0 THEN '{code}' END" for code in codes)
    n_missing = " + ".join(f"(w_{code} = 0)::int" for code in codes)
    points = ", ".join(f"p_{code} / 1000000.0::float8" for code in codes)
    return f"""CREATE TABLE group_score AS
        SELECT group_code, score, present / 10000.0::float8 AS weight_present,
            {n_missing} AS n_missing, ARRAY[{points}] AS points,
            ARRAY[{", ".join(shares.values())}] AS weights, ARRAY[{bars}] AS bars,
            array_to_string(ARRAY[{missing}], ' ') AS missing
        FROM scored"""


def cuts_of(model: dict[str, Any]) -> dict[str, str]:
    """Return the ranks of a score as SQL: at the cut-offs, and a margin above and below them."""
    if model["cutoffs"].get("mode", "absolute") != "absolute":
        raise NotImplementedError("this script cuts at scores")
    margin = model.get("hysteresis", {}).get("margin", 2)
    cuts = [model["cutoffs"][grade] for grade in GRADES[:-1]]

    def ranked(shift: float) -> str:
        steps = " + ".join(f"(s.score < {cut + shift})::int" for cut in cuts)
        return f"coalesce({steps}, 5)"

    return {
        "raw": ranked(0),
        "above": ranked(margin),
        "below": ranked(-margin),
        "cuts": ", ".join(map(str, cuts)),
    }
