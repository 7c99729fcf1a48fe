"""Make rows of group_month for the steps, and read what they wrote."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from accounts.scope import Scope
from core.month import Month
from tests.scoring.factories import WORKED, default_definition
from warehouse.context import RunContext
from warehouse.marts import GROUP_MONTH

Grade = Callable[..., RunContext]


def group(code: str, **said: Any) -> dict[str, Any]:
    """Make a row of group_month; texts are '' and numbers null unless said."""
    row: dict[str, Any] = {
        column.name: "" if column.type == "text" else None for column in GROUP_MONTH.columns
    }
    scope = {"city_code": "C01", "county_code": "C01-00", "account_manager_code": "KH1"}
    shown = {"is_on_net": 1, "name": f"集团{code}", "total_income_li": 5}
    return row | WORKED | scope | shown | {"group_code": code} | said


def result(ctx: RunContext) -> dict[str, dict[str, Any]]:
    return {row["group_code"]: row for row in ctx.read("group_result").to_pylist()}


def scoring(score: float) -> dict[str, Any]:
    """Return values with which the example model gives a score: all indicators at that share."""
    t = score / 100
    return {
        "unified_pay_li": round(50_000 * 400**t),
        "ict_li": round(10_000 * 1_000**t),
        "personal_bill_li": round(100_000 * 400**t),
        "employees": 5 * 256**t,
        "n_vnet": 2 * 100**t,
        "n_ict_products": None,
        "informatisation_level": None,
        "contract_tenure_months": None,
        "n_off_net": None,
        "influence": score,
        "tax_score": score,
    }


def at(score: float, code: str = "G1", **said: Any) -> dict[str, Any]:
    values = scoring(score)
    whole = ("employees", "n_vnet")
    return group(
        code, **{k: round(v) if k in whole and v else v for k, v in values.items()}, **said
    )


def publish(month: Month, **changes: Any) -> int:
    from scoring.actions import draft_score_model, publish_score_model

    system = Scope.of_system()
    draft = draft_score_model(actor=system, name="新", definition=default_definition(**changes))
    return publish_score_model(actor=system, model_id=draft.pk, from_month=month).pk
