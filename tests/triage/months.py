"""Publish tiny months by hand: which rules fired for which groups, and whose the groups were."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

from core.month import Month
from warehouse import publish
from warehouse.marts import MARTS as MARTS_DECLARED
from warehouse.models import MonthRun

FIRST = Month(2026, 1)
OWNERS = {"GA1": ("A", "A01", "MA1"), "GA2": ("A", "A02", "MA2"), "GB1": ("B", "B01", "MB1")}
MARTS = ("mart_group_rule_hit", "mart_group_alert", "mart_group_result")


@dataclass(frozen=True)
class Hit:
    """Be one rule that fired."""

    group: str = "GA1"
    rule: str = "arrears"
    weight: int = 2
    value: float = 2.0
    reference: float | None = None
    threshold: float = 1.0
    source: str = "province"
    detail: str = "{}"


def month_of(number: int) -> Month:
    """Return the first, second … month."""
    return FIRST.plus(number - 1)


def make_run(
    month: Month,
    hits: Sequence[Hit],
    *,
    owners: Mapping[str, tuple[str, str, str]] = OWNERS,
    unjudged: Collection[tuple[str, str]] = (),
) -> MonthRun:
    """Store the marts of one finished run; ``unjudged``: (group, "state" or "call")."""
    run = MonthRun.objects.create(month_index=month.index, state=MonthRun.State.READY)
    with connection.cursor() as cursor:
        for mart in MARTS:
            cursor.execute(
                f"CREATE TABLE {mart}_r{run.pk} PARTITION OF {mart} FOR VALUES IN ({run.pk})"
            )
    for group, (city, county, person) in owners.items():
        place = {
            "run": run.pk, "month": month.index, "group_code": group, "name": f"{group}学校",
            "city_code": city, "county_code": county, "account_manager_code": person,
            "industry_code": "edu", "size_band": 1, "n_members": 20,
            "total_income_li": 1_000_000, "effective_grade": "A1",
        }  # fmt: skip
        _insert("mart_group_result", place)
        _insert(
            "mart_group_alert",
            {
                **place,
                "state_evaluable": int((group, "state") not in unjudged),
                "call_evaluable": int((group, "call") not in unjudged),
                "state_series": [0.0, 0.1, 0.2],
                "call_series": [9.0, 8.0, 1.0],
            },
        )
        for hit in hits:
            if hit.group == group:
                fired = {
                    "rule": hit.rule, "weight": hit.weight, "value": hit.value,
                    "reference": hit.reference, "threshold": hit.threshold,
                    "threshold_source": hit.source, "detail": hit.detail,
                }  # fmt: skip
                _insert("mart_group_rule_hit", place | fired)
    return run


def _insert(table: str, given: Mapping[str, Any]) -> None:
    declared = MARTS_DECLARED[table.removeprefix("mart_")].columns
    texts = {column.name: "" for column in declared if column.type == "text"}
    values = texts | dict(given)
    names = ", ".join(values)
    marks = ", ".join(["%s"] * len(values))
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", list(values.values()))


def publish_month(number: int, *hits: Hit, **about: Any) -> MonthRun:
    """Run and publish the n-th month."""
    run = make_run(month_of(number), hits, **about)
    publish_again(run)
    return run


def publish_again(run: MonthRun) -> None:
    """Publish a run that is there already."""
    with transaction.atomic():
        publish.point_at(run, user_id=None)


def withdraw_month(number: int) -> None:
    """Withdraw the n-th month, down to "not published"."""
    publish.withdraw(month_of(number), user_id=None)
