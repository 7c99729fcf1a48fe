"""Warn about a kind's kept rows 稽核预警: unassigned dimensions, other cities, negative amounts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from warehouse.gate import Finding
from warehouse.gate_rules import OF_PRODUCT
from warehouse.gate_stage import Stage
from warehouse.store import quoted

CODES_NAMED: Final = 5


@dataclass(frozen=True, slots=True)
class Dimension:
    """Be a dimension with a bucket: when a row ``k`` falls into it, and whether many refuse."""

    column: str
    condition: str
    limited: bool = True


_GROUP_DIMENSIONS: Final = (
    Dimension(
        "account_manager_code",
        "k.account_manager_code IS NULL OR NOT EXISTS "
        "(SELECT 1 FROM ref_account_manager m WHERE m.code = k.account_manager_code)",
    ),
    Dimension(
        "county_code",
        "k.county_code IS NOT NULL AND k.county_code <> k.city_code || '-00' AND NOT EXISTS "
        "(SELECT 1 FROM ref_unit u WHERE u.code = k.county_code AND u.level = 'county' "
        "AND u.parent_code = k.city_code)",
    ),
    Dimension(
        "industry",
        "k.industry IS NULL OR NOT EXISTS (SELECT 1 FROM ref_industry i WHERE i.code = k.industry)",
    ),
    Dimension(
        "grid_code",
        "k.grid_code IS NOT NULL AND NOT EXISTS "
        "(SELECT 1 FROM ref_unit u WHERE u.code = k.grid_code AND u.level = 'grid')",
        limited=False,
    ),
)
_PRODUCT: Final = Dimension(
    "product_code",
    "k.product_code IS NULL OR NOT EXISTS "
    "(SELECT 1 FROM ref_product p WHERE p.code = k.product_code)",
)


def warn_of_kind(stage: Stage) -> None:
    """Record the warnings of one kind, and R where too many rows have no known dimension."""
    kind = stage.contract.kind
    if kind == "groups":
        for dimension in _GROUP_DIMENSIONS:
            _warn_unassigned(stage, dimension)
        _warn(
            stage,
            "manager_of_other_city",
            "account_manager_code",
            "EXISTS (SELECT 1 FROM ref_account_manager m WHERE m.code = k.account_manager_code "
            "AND m.city_code <> k.city_code)",
        )
    elif kind in OF_PRODUCT:
        _warn_unassigned(stage, _PRODUCT)
    if kind == "product_users":
        _warn(stage, "billed_over_used", "billed_users", "k.billed_users > k.users")
    for column in stage.contract.money:
        _warn(stage, "negative_amount", column.name, f"k.{quoted(column.staged)} < 0")


def _warn_unassigned(stage: Stage, dimension: Dimension) -> None:
    n, codes = _found(stage, dimension.column, dimension.condition)
    if not n:
        return
    row = stage.connection.execute(f"SELECT count(*) FROM ({stage.kept()})").fetchone()
    total = row[0] if row else 0
    named = "、".join(codes[:CODES_NAMED]) + ("…" if len(codes) > CODES_NAMED else "")
    kind, place = stage.contract.kind, _first_place(stage, dimension.condition)
    code = f"unassigned_{dimension.column}"
    stage.ledger.say(
        Finding(code, "W", kind, place[0], place[1], dimension.column, named or "空", n)
    )
    limit = stage.limits.bucket_share
    if dimension.limited and n > limit * total:
        stage.ledger.say(
            Finding(
                "too_many_buckets",
                "R",
                kind,
                place[0],
                None,
                dimension.column,
                f"{n / total:.1%}",
                n,
                {"limit": f"{limit:.0%}"},
            )
        )


def _warn(stage: Stage, code: str, column: str, condition: str) -> None:
    name = stage.contract.by_name[column].staged
    n, values = _found(stage, name, condition)
    if not n:
        return
    value = values[0] if values else ""
    if name.endswith("_li"):
        value = f"{int(value) / 1000:g}"
    file, line = _first_place(stage, condition)
    stage.ledger.say(Finding(code, "W", stage.contract.kind, file, line, column, value, n))


def _found(stage: Stage, name: str, condition: str) -> tuple[int, list[str]]:
    row = stage.connection.execute(
        f"SELECT count(*), list_sort(list(DISTINCT CAST(k.{quoted(name)} AS VARCHAR)) "
        f"FILTER (k.{quoted(name)} IS NOT NULL)) FROM ({stage.kept()}) k WHERE {condition}"
    ).fetchone()
    return (row[0], row[1] or []) if row else (0, [])


def _first_place(stage: Stage, condition: str) -> tuple[str, int | None]:
    """Return file and line of the first such row among those read one by one."""
    row: Any = stage.connection.execute(
        f"SELECT k._file, k._line FROM row_now k WHERE ({condition}) AND NOT EXISTS (SELECT 1 "
        "FROM cut WHERE cut._file = k._file AND cut._line = k._line) ORDER BY 1, 2 LIMIT 1"
    ).fetchone()
    shown = {source.number: source.file.shown for source in stage.sources}
    if row is None:
        return (stage.sources[0].file.shown if len(stage.sources) == 1 else "", None)
    return shown[row[0]], row[1]
