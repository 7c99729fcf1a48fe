"""Compare the month with the month before, and its kinds with each other 环比与勾稽检查."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import duckdb

from core.month import Month
from warehouse.contract_kinds import KINDS
from warehouse.gate import Finding, Known, Limits, StagedKind
from warehouse.gate_ledger import Ledger
from warehouse.store import literal, staging_sql

FACTORS: Final = (10, 100, 1000)
FACTOR_SLACK: Final = 1.3
FEWEST_ROWS: Final = 20
# what happened in a month has no usual number: exits nearly halve after the spring
EVENT_KINDS: Final = frozenset({"member_exits", "service_events"})
PRODUCTS_NAMED: Final = 20


@dataclass(slots=True)
class History:
    """Hold both months: this import's staged files (with earlier ones of the month), the last's."""

    connection: duckdb.DuckDBPyConnection
    month: Month
    staged: Mapping[str, StagedKind]
    now: Mapping[str, tuple[Path, ...]]
    known: Known
    limits: Limits
    ledger: Ledger
    files: Mapping[str, str]

    def check(self) -> None:
        """Record every R and W that needs another month or another kind."""
        for kind, staged in self.staged.items():
            self._check_rows(kind, staged)
            self._check_units(kind, staged)
        if "groups" in self.staged:
            self._check_cities()
            self._check_grades()
        if "subscriptions" in self.staged:
            self._check_income()
        if "product_users" in self.staged:
            self._check_users()
        self._check_paid_by_group()
        self._check_calendar()

    def _check_rows(self, kind: str, staged: StagedKind) -> None:
        before = self.known.previous.get(kind)
        if before is None or KINDS[kind].reference or kind in EVENT_KINDS:
            return
        if before.n_rows < FEWEST_ROWS:
            return
        fewer = 1 - staged.n_accepted / before.n_rows
        if fewer >= self.limits.fewer_rows_share:
            params = {"now": staged.n_accepted, "before": before.n_rows, "percent": f"{fewer:.1%}"}
            value = str(staged.n_accepted)
            file = self.files[kind]
            self.ledger.say(Finding("fewer_rows", "R", kind, file, value=value, params=params))

    def _check_units(self, kind: str, staged: StagedKind) -> None:
        """Refuse a money column 10, 100 or 1000 times off, in its mean and in its median amount.

        Where few rows have an amount (arrears), one of them moves the mean tenfold; another unit
        moves every amount.
        """
        before = self.known.previous.get(kind)
        if before is None or min(before.n_rows, staged.n_accepted) < FEWEST_ROWS:
            return
        for column, money in staged.money.items():
            then, now = before.money.get(column, 0), money["accepted"]
            if then <= 0 or now <= 0:
                continue
            ratio = (now / staged.n_accepted) / (then / before.n_rows)
            factor = _factor_of(ratio)
            if factor and factor == _factor_of(self._median_ratio(kind, column, ratio)):
                params, file = {"factor": factor}, self.files[kind]
                self.ledger.say(
                    Finding(
                        "unit_implausible", "R", kind, file, None, column, f"{ratio:.3g}", 1, params
                    )
                )

    def _median_ratio(self, kind: str, column: str, otherwise: float) -> float:
        """Return how the median amount moved; ``otherwise`` where last month's rows are gone."""
        before, staged = self._previous(kind), KINDS[kind].by_name[column].staged
        if not before:
            return otherwise
        median = f"SELECT quantile_disc({staged}, 0.5) FROM {{}} WHERE {staged} > 0"
        then, now = (
            self._rows(median.format(_read(each)))[0][0] for each in (before, self.now[kind])
        )
        return now / then if then and now else otherwise

    def _check_cities(self) -> None:
        before = self._previous("groups")
        if not before:
            return
        missing = self._rows(
            f"SELECT DISTINCT city_code FROM {_read(before)} WHERE status <> 'off_net' AND "
            f"city_code NOT IN (SELECT city_code FROM {_read(self.now['groups'])}) ORDER BY 1"
        )
        for (city,) in missing:
            file = self.files["groups"]
            self.ledger.say(Finding("city_missing", "R", "groups", file, None, "city_code", city))

    def _check_grades(self) -> None:
        before = self._previous("groups")
        if not before:
            return
        count = "SELECT count(*) FROM {} WHERE current_grade IN ('A1', 'A2', 'B1', 'B2')"
        then = self._rows(count.format(_read(before)))[0][0]
        now = self._rows(count.format(_read(self.now["groups"])))[0][0]
        self._warn_change(
            "grade_change", "groups", "current_grade", (then, now), self.limits.grade_change
        )

    def _check_income(self) -> None:
        before = self._previous("subscriptions")
        products = self._products()
        if not before or not products:
            return
        then, now = self._income(before), self._income(self.now["subscriptions"])
        for what, i in (("统付收入", 0), ("信息化收入", 1)):
            limit = self.limits.income_change
            change = (then[i], now[i])
            self._warn_change("income_change", "subscriptions", "amount", change, limit, what=what)

    def _income(self, subscriptions: tuple[Path, ...]) -> tuple[int, int, int]:
        query = staging_sql(
            "income", products=_read(self._products()), subscriptions=_read(subscriptions)
        )
        row = self._rows(query)[0]
        return int(row[0]), int(row[1]), int(row[2])

    def _check_users(self) -> None:
        before = self._previous("product_users")
        if before:
            query = "SELECT product_code, CAST(sum(users) AS BIGINT) FROM {} GROUP BY 1 ORDER BY 1"
            then = dict(self._rows(query.format(_read(before))))
            for product, now in self._rows(query.format(_read(self.now["product_users"]))):
                change = (then.get(product) or 0, now or 0)
                limit = self.limits.users_change
                self._warn_change(
                    "users_change", "product_users", "users", change, limit, product=product
                )
        products = self._products()
        if products and "subscriptions" in self.now:
            query = staging_sql(
                "product_income",
                product_users=_read(self.now["product_users"]),
                subscriptions=_read(self.now["subscriptions"]),
                products=_read(products),
            )
            for (product,) in self._rows(query)[:PRODUCTS_NAMED]:
                self.ledger.say(
                    Finding(
                        "users_without_income",
                        "W",
                        "product_users",
                        self.files["product_users"],
                        column="product_code",
                        value=product,
                    )
                )

    def _check_paid_by_group(self) -> None:
        needed = ("members", "subscriptions")
        if not all(kind in self.now for kind in needed) or not set(needed) & set(self.staged):
            return
        if not self._products():
            return
        row = self._rows(
            f"SELECT count(paid_by_group_li), CAST(coalesce(sum(paid_by_group_li), 0) AS BIGINT) "
            f"FROM {_read(self.now['members'])}"
        )[0]
        member_bill = self._income(self.now["subscriptions"])[2]
        if row[0] and row[1] != member_bill:
            self.ledger.say(
                Finding(
                    "paid_by_group_differs",
                    "W",
                    "members",
                    self.files.get("members", ""),
                    column="paid_by_group",
                    value=f"{row[1] / 1000:.3f}",
                    params={"other": f"{member_bill / 1000:.3f}"},
                )
            )

    def _check_calendar(self) -> None:
        years = self.known.holiday_years
        if years is not None and self.month.year not in years:
            self.ledger.say(Finding("holidays_missing", "W", value=str(self.month.year)))

    def _warn_change(
        self, code: str, kind: str, column: str, change: tuple[int, int], limit: float, **words: str
    ) -> None:
        then, now = change
        if then and abs(now - then) > limit * abs(then):
            value = f"{(now - then) / abs(then):+.1%}"
            file = self.files[kind]
            self.ledger.say(Finding(code, "W", kind, file, None, column, value, 1, words))

    def _previous(self, kind: str) -> tuple[Path, ...]:
        before = self.known.previous.get(kind)
        return before.paths if before else ()

    def _products(self) -> tuple[Path, ...]:
        return self.now.get("products") or self._previous("products")

    def _rows(self, query: str) -> list[Any]:
        return self.connection.execute(query).fetchall()


def _factor_of(ratio: float) -> str:
    """Return the power of ten that a ratio is near, as written in a finding; empty for none."""
    for factor in FACTORS:
        for times, written in ((factor, f"{factor}"), (1 / factor, f"1/{factor}")):
            if times / FACTOR_SLACK <= ratio <= times * FACTOR_SLACK:
                return written
    return ""


def _read(paths: tuple[Path, ...]) -> str:
    return f"read_parquet([{', '.join(literal(str(path)) for path in paths)}])"
