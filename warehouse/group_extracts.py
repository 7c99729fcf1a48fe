"""Read one group's rows of the extracts 清单 that a published run pinned; always within a scope.

The store is sorted by group, so a read touches the few row groups that hold the code. Withdrawn or
kinds that never came in are simply missing: a caller says so, it never fails.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import duckdb
from django.db.models import BigIntegerField, OuterRef, Subquery
from django.db.models.functions import Cast

from accounts import policies
from accounts.scope import Scope
from core.errors import NotInScope
from warehouse.contract_kinds import KINDS
from warehouse.inputs import extract_files
from warehouse.mart_models import GroupResult
from warehouse.models import Extract, MonthRun
from warehouse.queries import run_folder
from warehouse.store import quoted

Files = Mapping[int, Mapping[str, tuple[Path, ...]]]
MEMBER_PAGE = 50
#: Money of one member is what the group's fees are made of: never for management.
MEMBER_FIELDS = (
    "phone_masked", "status", "is_key", "vnet", "joined_on", "months_on_net", "fees_li",
    "mo_minutes_milli", "data_mb_milli", "sms",
)  # fmt: skip
_FEES = ["roaming_li", "new_business_li", "long_distance_li", "local_li", "package_li", "other_li"]


@dataclass(frozen=True, slots=True)
class MemberOrder:
    """Be the order of member rows and what narrows them; only declared fields are taken.

    ``only`` maps ``status`` to a state, ``is_key`` and ``vnet`` to ``1`` or ``0``.
    """

    by: str = "fees_li"
    descending: bool = True
    only: Mapping[str, str] = field(default_factory=dict)

    @property
    def sql(self) -> str:
        """Return the ORDER BY; ties and unknown fields fall to the member's own number."""
        if self.by not in MEMBER_FIELDS:
            return "member_id"
        return f"{self.by} {'DESC' if self.descending else 'ASC'} NULLS LAST, member_id"

    @property
    def where(self) -> tuple[str, list[str]]:
        """Return the conditions with their parameters."""
        text, given = "", []
        if self.only.get("status"):
            text, given = " AND m.status = ?", [self.only["status"]]
        for flag in ("is_key", "vnet"):
            if self.only.get(flag) in ("0", "1"):
                text += f" AND COALESCE(m.{flag}, FALSE) = {self.only[flag] == '1'}"
        return text, given


MOST_FEES = MemberOrder()


@dataclass(frozen=True, slots=True)
class MemberPage:
    """Be one page of a group's members 成员明细; ``n_rows`` counts all of them."""

    rows: tuple[Mapping[str, Any], ...]
    n_rows: int


def pinned_files(runs: Collection[int], kinds: Collection[str]) -> Files:
    """Return run → kind → files that the runs pinned, in one query."""
    paths = {
        f"path_{kind}": Subquery(
            Extract.objects.filter(pk=Cast(OuterRef(f"inputs__{kind}"), BigIntegerField())).values(
                "path"
            )[:1]
        )
        for kind in kinds
    }
    rows = MonthRun.objects.filter(pk__in=sorted(runs)).annotate(**paths)
    return {
        row["pk"]: {
            kind: extract_files(Extract(path=row[f"path_{kind}"]))
            for kind in kinds
            if row[f"path_{kind}"]
        }
        for row in rows.values("pk", *paths)
    }


def rows_of_group(
    files: Sequence[Path], kind: str, group_code: str, limit: int = 500
) -> tuple[dict[str, Any], ...]:
    """Return a group's rows of one kind, every staged column; none where the kind is missing."""
    if not files:
        return ()
    columns = ", ".join(quoted(column.staged) for column in KINDS[kind].staged)
    sql = f"SELECT {columns} FROM read_parquet(?) WHERE group_code = ? LIMIT {limit}"
    return tuple(_read(sql, [[str(path) for path in files], group_code]))


def member_rows(
    scope: Scope,
    run: int,
    group_code: str,
    page: int,
    *,
    size: int = MEMBER_PAGE,
    order: MemberOrder = MOST_FEES,
) -> MemberPage:
    """Return one page of the members a group counts, those of most fees first unless asked.

    The rows are the ones that ``n_members`` counts: no test rows, no cancelled members, no
    memberships that another group owns.

    Raises:
        NotInScope: if the group's row of that month is not the reader's.
        NotAllowed: if the reader may not see members by row.
    """
    own = GroupResult.objects.in_run(run).visible_to(scope).filter(group_code=group_code)
    found = own.values_list("month", flat=True).first()
    if found is None:
        raise NotInScope
    policies.require_fields(scope, ["group_view.member_rows"], group_code)
    files = pinned_files([run], ["members"]).get(run, {}).get("members", ())
    if not files:
        return MemberPage((), 0)
    where, given = _counted(run, group_code)
    narrowed, values = order.where
    where, given = where + narrowed, [*given, *values]
    paths = [str(path) for path in files]
    n_rows = _read(f"SELECT COUNT(*) AS n {where}", [paths, *given])[0]["n"]
    start = (min(page, max(1, -(-n_rows // size))) - 1) * size
    fees = " + ".join(f"COALESCE({name}, 0)" for name in _FEES)
    tenure = f"COALESCE(tenure_months, {found} - (year(activated_on) * 12 + month(activated_on)))"
    computed = {"fees_li": f"CAST({fees} AS BIGINT)", "months_on_net": tenure}
    columns = ", ".join(
        f"{computed[name]} AS {name}" if name in computed else name for name in MEMBER_FIELDS
    )
    sql = f"SELECT {columns} {where} ORDER BY {order.sql} LIMIT {size} OFFSET {start}"
    return MemberPage(tuple(_read(sql, [paths, *given])), n_rows)


def _counted(run: int, group_code: str) -> tuple[str, list[str]]:
    """Return the FROM and WHERE of the members a group counts, with their parameters."""
    where = (
        "FROM read_parquet(?) AS m WHERE m.group_code = ? AND m.status <> 'cancelled'"
        " AND NOT COALESCE(m.is_test, FALSE)"
    )
    duplicates = run_folder(run) / "member_duplicate.parquet"
    if not duplicates.is_file():
        return where, [group_code]
    where += " AND m.member_id NOT IN (SELECT member_id FROM read_parquet(?) WHERE group_code = ?)"
    return where, [group_code, str(duplicates), group_code]


@lru_cache(maxsize=1)
def _engine(process: int) -> duckdb.DuckDBPyConnection:
    """Return this process's reader; it remembers the files' metadata, for files never change."""
    engine = duckdb.connect(":memory:", config={"threads": 1, "memory_limit": "512MB"})
    engine.execute("SET parquet_metadata_cache = true")
    return engine


def _read(sql: str, given: Sequence[Any]) -> list[dict[str, Any]]:
    with _engine(os.getpid()).cursor() as engine:
        answer = engine.execute(sql, list(given))
        names = [each[0] for each in answer.description or ()]
        return [dict(zip(names, row, strict=True)) for row in answer.fetchall()]
