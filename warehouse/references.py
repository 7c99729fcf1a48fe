"""Keep people, places and products as the latest import names them 参考资料."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from django.db import connection, models

from accounts.models import AccountManager, OrgUnit
from core.pinyin import syllables_of
from warehouse.models import Industry, NamePinyin, Product

Files = Mapping[str, Sequence[Path]]
Row = dict[str, Any]
NAMES_AT_ONCE = 5_000
LONGEST_NAME = 200


def _read(files: Files, kind: str, columns: Sequence[str] | None = None) -> list[Row]:
    if not files.get(kind):
        return []
    rows: list[Row] = pq.read_table(list(files[kind]), columns=columns).to_pylist()
    return rows


def unseen_pinyin(files: Files) -> list[NamePinyin]:
    """Return the pinyin of group names that were never seen; slow, so not inside a transaction."""
    names = {row["name"] for row in _read(files, "groups", ["name"])}
    names |= {row["name"] for row in _read(files, "account_managers", ["name"])}
    wanted = sorted(name for name in names if name and len(name) <= LONGEST_NAME)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT asked.name FROM unnest(%s::text[]) AS asked (name)"
            f" WHERE NOT EXISTS (SELECT 1 FROM {NamePinyin._meta.db_table} AS known"
            " WHERE known.name = asked.name) ORDER BY 1",
            [wanted],
        )
        return [pinyin_of(name) for (name,) in cursor.fetchall()]


def pinyin_of(name: str) -> NamePinyin:
    """Spell one name: syllables for sorting, initials for search."""
    syllables = syllables_of(name)
    return NamePinyin(
        name=name,
        pinyin=" ".join(syllables).lower()[:600],
        initials="".join(part[:1] for part in syllables).lower()[:LONGEST_NAME],
    )


def store_references(files: Files, pinyin: Sequence[NamePinyin]) -> None:
    """Bring the reference tables up to an import; the caller's transaction holds it together."""
    _store_units(_read(files, "org_units"))
    _store_account_managers(_read(files, "account_managers"))
    industries = [
        Industry(code=row["code"], name=row["name"]) for row in _read(files, "industries")
    ]
    _store(Industry, "code", [Industry(code="other", name="其他"), *industries], ["name"])
    _store_products(_read(files, "products"))
    NamePinyin.objects.bulk_create(pinyin, ignore_conflicts=True, batch_size=NAMES_AT_ONCE)


def _store_units(rows: Iterable[Row]) -> None:
    rows = list(rows)
    known = {row["code"] for row in rows} | set(OrgUnit.objects.values_list("code", flat=True))
    units = [
        OrgUnit(
            code=row["code"],
            name=row["name"],
            level=row["level"],
            parent_id=row["parent_code"] if row["parent_code"] in known else None,
            is_direct=bool(row["is_direct"]),
        )
        for row in rows
    ]
    buckets = [
        OrgUnit(
            code=f"{unit.code}-00",
            name="市直管",
            level=OrgUnit.Level.COUNTY,
            parent_id=unit.code,
            is_bucket=True,
        )
        for unit in units
        if unit.level == OrgUnit.Level.CITY
    ]
    columns = ["name", "level", "parent_id", "is_direct", "is_bucket"]
    _store(OrgUnit, "code", [*buckets, *units], columns)


def _store_account_managers(rows: Iterable[Row]) -> None:
    levels = dict(OrgUnit.objects.values_list("code", "level"))
    people = [
        AccountManager(
            code=row["code"],
            name=row["name"],
            city_id=row["city_code"],
            county_id=row["county_code"] if levels.get(row["county_code"]) == "county" else None,
            suggested_username=row["username"] or "",
        )
        for row in rows
        if levels.get(row["city_code"]) == "city"
    ]
    nobody = [
        AccountManager(code=f"{code}-NA", name="未分配", city_id=code, is_bucket=True)
        for code, level in levels.items()
        if level == OrgUnit.Level.CITY
    ]
    columns = ["name", "city_id", "county_id", "suggested_username", "is_bucket"]
    _store(AccountManager, "code", [*nobody, *people], columns)


def _store_products(rows: Iterable[Row]) -> None:
    latest: dict[str, Row] = {}
    for row in sorted(rows, key=lambda row: str(row["valid_from"] or "")):
        latest[row["product_code"]] = row
    products = [
        Product(
            code=code,
            name=row["name"],
            role=row["role"],
            family=row["family"],
            ict_scope=row["ict_scope"],
        )
        for code, row in latest.items()
    ]
    _store(Product, "code", products, ["name", "role", "family", "ict_scope"])


def _store(model: type[models.Model], key: str, rows: Sequence[Any], columns: list[str]) -> None:
    """Insert or update only the rows that differ, so that the history shows real changes.

    Of two rows with one key the later counts: what a file names itself wins over our bucket.
    """
    before = {row[key]: row for row in model._default_manager.values(key, *columns)}
    changed = [
        row
        for row in {getattr(row, key): row for row in rows}.values()
        if before.get(getattr(row, key)) != {c: getattr(row, c) for c in (key, *columns)}
    ]
    fields = [column.removesuffix("_id") for column in columns]
    model._default_manager.bulk_create(
        sorted(changed, key=lambda row: str(getattr(row, key))),
        update_conflicts=True,
        unique_fields=[key],
        update_fields=fields,
        batch_size=NAMES_AT_ONCE,
    )
