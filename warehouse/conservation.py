"""Prove that nothing is lost or made on the way 数据守恒: files → extracts → marts → totals.

For every counted thing: accepted = shown + excluded, and shown = what the pages' totals add up to.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import F, QuerySet, Sum

from warehouse.marts import FEES
from warehouse.models import (
    Extract,
    GroupExcludedMonth,
    GroupMonth,
    GroupProductMonth,
    MonthRun,
    OrgMonth,
)
from warehouse.pinned import extract_ids

ORDER_PAYERS = ("unified_pay_li", "member_subscription_li", "outsider_li")


@dataclass(frozen=True, slots=True)
class Line:
    """Be one counted thing; money in 厘. ``in_totals`` is None where no total shows it."""

    kind: str
    measure: str
    accepted: int
    shown: int
    excluded: int
    in_totals: int | None

    @property
    def holds(self) -> bool:
        """Tell whether it adds up to the unit."""
        adds_up = self.accepted == self.shown + self.excluded
        return adds_up and self.in_totals in (None, self.shown)


def conservation_of(run: MonthRun) -> tuple[Line, ...]:
    """Return the account of a loaded run, one line a counted thing."""
    pinned = extract_ids(run.inputs).values()
    accepted = {e.kind: e for e in Extract.objects.filter(pk__in=pinned)}
    shown = _sums(
        GroupMonth.objects.in_run(run.pk).shown(),
        *FEES.split(),
        *ORDER_PAYERS,
        "n_members",
        "n_cancelled",
        "n_orders",
    )
    excluded = _sums(
        GroupExcludedMonth.objects.in_run(run.pk),
        *FEES.split(),
        *("n_member_rows", "n_order_rows", "amount_li", "n_user_rows", "users"),
    )
    totals = _sums(
        OrgMonth.objects.in_run(run.pk).at_level("province").rolled_up(),
        *FEES.split(),
        *ORDER_PAYERS,
        "n_members",
        "n_cancelled",
        "n_orders",
    )
    lines = []
    if members := accepted.get("members"):
        lines += _member_lines(members, shown, excluded, totals)
    if orders := accepted.get("subscriptions"):
        lines += _order_lines(orders, shown, excluded, totals)
    return tuple(lines) + _user_lines(run, accepted, excluded)


Sums = dict[str, int]


def _sums(rows: QuerySet[Any], *columns: str) -> Sums:
    sums = rows.aggregate(**{f"sum_{column}": Sum(F(column)) for column in columns})
    return {column: int(sums[f"sum_{column}"] or 0) for column in columns}


def _member_lines(members: Extract, shown: Sums, excluded: Sums, totals: Sums) -> list[Line]:
    rows = Line(
        "members",
        "rows",
        members.n_accepted,
        shown["n_members"] + shown["n_cancelled"],
        excluded["n_member_rows"],
        totals["n_members"] + totals["n_cancelled"],
    )
    fees = [
        Line(
            "members",
            fee,
            members.money.get(fee.removesuffix("_li"), {}).get("accepted", 0),
            shown[fee],
            excluded[fee],
            totals[fee],
        )
        for fee in FEES.split()
    ]
    return [rows, *fees]


def _order_lines(orders: Extract, shown: Sums, excluded: Sums, totals: Sums) -> list[Line]:
    amount = orders.money.get("amount", {}).get("accepted", 0)
    paid, paid_in_totals = (sum(sums[name] for name in ORDER_PAYERS) for sums in (shown, totals))
    return [
        Line(
            "subscriptions",
            "rows",
            orders.n_accepted,
            shown["n_orders"],
            excluded["n_order_rows"],
            totals["n_orders"],
        ),
        Line("subscriptions", "amount_li", amount, paid, excluded["amount_li"], paid_in_totals),
    ]


def _user_lines(run: MonthRun, accepted: dict[str, Extract], excluded: Sums) -> tuple[Line, ...]:
    extract = accepted.get("product_users")
    if extract is None:
        return ()
    used = GroupProductMonth.objects.in_run(run.pk).filter(users__isnull=False)
    shown = used.count()
    return (
        Line("product_users", "rows", extract.n_accepted, shown, excluded["n_user_rows"], None),
    )
