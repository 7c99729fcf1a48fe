"""Warn about a kind's kept rows 稽核预警: unassigned dimensions, other cities, negative amounts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from warehouse.gate import Finding
from warehouse.gate_locate import locate
from warehouse.gate_rules import OF_PRODUCT
from warehouse.gate_stage import Stage
from warehouse.store import quoted

VALUES_NAMED: Final = 5


@dataclass(frozen=True, slots=True)
class Warn:
    """Be one warning: its code, its column, and the condition on a kept row ``k``.

    ``lists`` names the distinct values instead of the smallest one; ``limited``: too many refuse.
    """

    code: str
    column: str
    condition: str
    lists: bool = False
    limited: bool = False


def _unassigned(column: str, condition: str, *, limited: bool = True) -> Warn:
    return Warn(f"unassigned_{column}", column, condition, lists=True, limited=limited)


_OF_GROUPS: Final = (
    _unassigned(
        "account_manager_code",
        "k.account_manager_code IS NULL OR NOT EXISTS "
        "(SELECT 1 FROM ref_account_manager m WHERE m.code = k.account_manager_code)",
    ),
    _unassigned(
        "county_code",
        "k.county_code IS NOT NULL AND k.county_code <> k.city_code || '-00' AND NOT EXISTS "
        "(SELECT 1 FROM ref_unit u WHERE u.code = k.county_code AND u.level = 'county' "
        "AND u.parent_code = k.city_code)",
    ),
    _unassigned(
        "industry",
        "k.industry IS NULL OR NOT EXISTS (SELECT 1 FROM ref_industry i WHERE i.code = k.industry)",
    ),
    _unassigned(
        "grid_code",
        "k.grid_code IS NOT NULL AND NOT EXISTS "
        "(SELECT 1 FROM ref_unit u WHERE u.code = k.grid_code AND u.level = 'grid')",
        limited=False,
    ),
    Warn(
        "manager_of_other_city",
        "account_manager_code",
        "EXISTS (SELECT 1 FROM ref_account_manager m WHERE m.code = k.account_manager_code "
        "AND m.city_code <> k.city_code)",
        lists=True,
    ),
)
_OF_PRODUCT: Final = _unassigned(
    "product_code",
    "k.product_code IS NULL OR NOT EXISTS "
    "(SELECT 1 FROM ref_product p WHERE p.code = k.product_code)",
)
_BILLED: Final = Warn("billed_over_used", "billed_users", "k.billed_users > k.users")


def _warnings_of(stage: Stage) -> list[Warn]:
    kind = stage.contract.kind
    warns = list(_OF_GROUPS) if kind == "groups" else []
    if kind in OF_PRODUCT:
        warns.append(_OF_PRODUCT)
    if kind == "product_users":
        warns.append(_BILLED)
    bound = {name for source in stage.sources for name in source.expressions}
    warns += [
        Warn("negative_amount", c.name, f"k.{quoted(c.staged)} < 0")
        for c in stage.contract.money
        if c.name in bound
    ]
    return warns


def warn_of_kind(stage: Stage) -> None:
    """Record the warnings of one kind, and R where too many rows have no known dimension."""
    warns = _warnings_of(stage)
    if not warns:
        return
    names = [stage.contract.by_name[warn.column].staged for warn in warns]
    flags = ", ".join(f"({warn.condition}) AS f{i}" for i, warn in enumerate(warns))
    cells = ", ".join(f"CAST(k.{quoted(name)} AS VARCHAR) AS c{i}" for i, name in enumerate(names))
    counts = ", ".join(
        f"count(*) FILTER (WHERE f{i}), "
        + (
            f"list_sort(list(DISTINCT c{i}) FILTER (WHERE f{i} AND c{i} IS NOT NULL))"
            if warn.lists
            else f"[min(c{i}) FILTER (WHERE f{i})]"
        )
        for i, warn in enumerate(warns)
    )
    row: Any = stage.connection.execute(
        f"SELECT count(*), {counts} FROM (SELECT {flags}, {cells} FROM ({stage.kept()}) k)"
    ).fetchone()
    for i, warn in enumerate(warns):
        n, values = row[1 + 2 * i], row[2 + 2 * i]
        if n:
            _say(stage, warn, n, [v for v in values or [] if v is not None], total=row[0])


def _say(stage: Stage, warn: Warn, n: int, values: list[str], *, total: int) -> None:
    file, line = _first_place(stage, warn.condition)
    value = "、".join(values[:VALUES_NAMED]) + ("…" if len(values) > VALUES_NAMED else "")
    if warn.code == "negative_amount":
        value = f"{int(value) / 1000:g}"
    kind = stage.contract.kind
    stage.ledger.say(Finding(warn.code, "W", kind, file, line, warn.column, value or "空", n))
    limit = stage.limits.bucket_share
    if warn.limited and n > limit * total:
        share, params = f"{n / total:.1%}", {"limit": f"{limit:.0%}"}
        stage.ledger.say(
            Finding("too_many_buckets", "R", kind, file, None, warn.column, share, n, params)
        )


def _first_place(stage: Stage, condition: str) -> tuple[str, int | None]:
    """Return file and line of the first such row; of a scanned one, after looking it up again."""
    row: Any = stage.connection.execute(
        f"SELECT k._file, k._line FROM row_now k WHERE ({condition}) AND NOT EXISTS (SELECT 1 "
        "FROM cut WHERE cut._file = k._file AND cut._line = k._line) ORDER BY 1, 2 LIMIT 1"
    ).fetchone()
    if row is not None:
        shown = {source.number: source.file.shown for source in stage.sources}
        return shown[row[0]], row[1]
    keys = ", ".join(f"k.{quoted(name)}" for name in stage.contract.key)
    for part, query in zip(stage.typed, stage.scanned(), strict=True):
        found = stage.connection.execute(
            f"SELECT {keys} FROM ({query}) k WHERE {condition} ORDER BY ALL LIMIT 1"
        ).fetchall()
        records = locate(part.source, set(found), at_most=1) if found else []
        if records:
            return part.source.file.shown, records[0][0]
    return "", None
