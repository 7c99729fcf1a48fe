"""Say what Postgres did for a page: each query's plan 执行计划, run and counted."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

BIG = 20_000  # rows of a table that no page may scan from end to end
_RUN = re.compile(r"_r\d+(?=_|$)")
_UNREAD = ("Rows Removed by Filter", "Rows Removed by Index Recheck")


@dataclass(frozen=True, slots=True)
class Scan:
    """Be one table read by one node of a plan; ``rows`` counts what was thrown away, too."""

    node: str
    table: str
    index: str
    rows: int

    @property
    def is_sequential(self) -> bool:
        """Tell whether the whole table was read."""
        return self.node == "Seq Scan"

    @property
    def said(self) -> str:
        """Name the node with its index, a month's partition by its table."""
        return _RUN.sub("", f"{self.node} {self.index or self.table}")


@dataclass(frozen=True, slots=True)
class Plan:
    """Be one query as it was run."""

    sql: str
    scans: tuple[Scan, ...]

    @property
    def rows(self) -> int:
        """Return the rows read in all its tables."""
        return sum(scan.rows for scan in self.scans)


def explained(connection: Any, statements: list[str]) -> Iterator[Plan]:
    """Run a page's reading statements again, explained; what writes or sets is left out."""
    for statement in statements:
        sql = statement.split(";", 1)[1].strip() if "set_config" in statement else statement
        if not sql.lstrip(" (").upper().startswith(("SELECT", "WITH")):
            continue
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) {sql}")
            found = cursor.fetchone()[0]
        read = json.loads(found) if isinstance(found, str) else found
        yield Plan(sql, tuple(scans_of(read[0]["Plan"])))


def scans_of(node: dict[str, Any], index: str = "") -> Iterator[Scan]:
    """Walk a plan and yield the tables it read; a bitmap's index is named with its heap."""
    below = node.get("Plans", ())
    index = node.get("Index Name", index)
    if node["Node Type"].endswith("Scan") and "Relation Name" in node:
        bitmap = next((each["Index Name"] for each in below if "Index Name" in each), "")
        each_loop = node["Actual Rows"] + sum(node.get(name, 0) for name in _UNREAD)
        rows = round(each_loop * node["Actual Loops"])
        name = node.get("Index Name", bitmap)
        yield Scan(node["Node Type"], node["Relation Name"], name, rows)
    for each in below:
        yield from scans_of(each)
