"""Make models and groups for the scoring tests."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import numpy as np

from core.month import Month
from scoring.definition import ModelDefinition, parse_definition

FIXTURE = Path(__file__).parents[2] / "fixtures" / "score_models" / "default.toml"
OCTOBER = Month(2026, 10)

#: One group whose score is worked by hand in docs/method/scoring.md.
WORKED = {
    "unified_pay_li": 1_000_000,
    "ict_li": 1_000_000,
    "personal_bill_li": 2_000_000,
    "employees": 80,
    "n_vnet": 20,
    "n_ict_products": 2,
    "informatisation_level": 3,
    "contract_tenure_months": 30,
    "n_off_net": 1,
    "n_members_prev": 99,
    "n_members": 101,
    "influence": 70,
    "tax_score": 40,
    "industry_code": "education",
    "size_band": 3,
}


def default_definition(**changes: Any) -> dict[str, Any]:
    """Return the example model's definition as the fixture says it, with parts replaced."""
    return {**tomllib.loads(FIXTURE.read_text())["definition"], **changes}


def default_model(**changes: Any) -> ModelDefinition:
    return parse_definition(default_definition(**changes))


def columns_of(rows: list[dict[str, Any]]) -> dict[str, np.ndarray]:
    """Turn rows (None = missing) into the arrays the scoring reads."""
    return {
        name: np.array([row[name] for row in rows], dtype=str)
        if name == "industry_code"
        else np.array([np.nan if row[name] is None else row[name] for row in rows], dtype=float)
        for name in rows[0]
    }


def random_rows(n: int, seed: int) -> list[dict[str, Any]]:
    """Draw groups of every size; one value in twelve is missing, some groups have next to none."""
    rng = np.random.default_rng(seed)

    def amount(scale: float) -> int:
        return int(rng.lognormal(np.log(scale), 2.0)) if rng.random() > 0.3 else 0

    rows = []
    for _ in range(n):
        members = int(rng.lognormal(2.5, 1.5))
        row: dict[str, Any] = {
            "unified_pay_li": amount(800_000) - (50 if rng.random() < 0.05 else 0),
            "ict_li": amount(500_000),
            "personal_bill_li": amount(2_000_000),
            "employees": int(rng.lognormal(4, 1.5)),
            "n_vnet": int(rng.integers(0, members + 1)),
            "n_ict_products": int(rng.integers(0, 7)),
            "informatisation_level": int(rng.integers(0, 6)),
            "contract_tenure_months": int(rng.integers(0, 90)),
            "n_off_net": int(rng.binomial(members, 0.02)),
            "n_members_prev": members,
            "n_members": int(rng.integers(0, members + 3)),
            "influence": round(float(rng.uniform(0, 100)), 1),
            "tax_score": round(float(rng.uniform(0, 100)), 1),
        }
        chance = rng.choice([1 / 12, 0.6])
        row = {name: None if rng.random() < chance else value for name, value in row.items()}
        row["n_members"] = members
        row["industry_code"] = str(rng.choice(["education", "health", "other", "government"]))
        row["size_band"] = int(rng.integers(0, 6))
        rows.append(row)
    return rows
