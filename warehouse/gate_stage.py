"""Read one kind 读取清单: files become scanned parts and parts read row by row.

What a scan cannot vouch for (rejects, suspect cells, rows a rule would cut) is read again row by
row, because only rows read one by one know their line.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Final

import duckdb

from core.month import Month
from warehouse.contracts import Contract
from warehouse.gate import Limits
from warehouse.gate_ledger import Ledger
from warehouse.gate_locate import Key, locate
from warehouse.gate_rows import RowReader, part_schema
from warehouse.gate_rules import rules_of
from warehouse.gate_scan import TypedPart, can_scan, scan
from warehouse.gate_source import Source, check_control_file
from warehouse.gate_suspects import cell_suspicion
from warehouse.no_rows import no_rows
from warehouse.parse_rows import Record
from warehouse.store import literal, quoted

SAMPLE_ROWS: Final = 1000
SAMPLE_FAULTS: Final = 20


@dataclass(slots=True)
class Stage:
    """Be one kind while it is read: scanned parts, row parts, keys that were read again."""

    contract: Contract
    connection: duckdb.DuckDBPyConnection
    month: Month
    ledger: Ledger
    limits: Limits
    spare: Path
    sources: list[Source] = field(default_factory=list)
    typed: list[TypedPart] = field(default_factory=list)
    rows: list[Path] = field(default_factory=list)
    bad_groups: set[str] = field(default_factory=set)
    has_suspects: bool = False
    lines_read: dict[int, set[int]] = field(default_factory=dict)

    def read(self, source: Source) -> None:
        """Read one file, by a typed scan if it allows one.

        Raises:
            FileRefused: when the file as a whole cannot be taken.
        """
        self.sources.append(source)
        if can_scan(source, self.limits) and self._sample_is_clean(source):
            target = self.spare / f"scan_{source.number}.parquet"
            scanned = scan(self.connection, source, self.month, target)
            if scanned is not None:
                part, rejected = scanned
                check_control_file(source, part.n_rows + len(rejected))
                self.typed.append(part)
                self._read_some(source, rejected)
                return
            target.unlink(missing_ok=True)
        check_control_file(source, self._read_rows(source, None))

    def _sample_is_clean(self, source: Source) -> bool:
        with Ledger(self.spare / "sample.csv", max_rejects=0) as ledger:
            reader = RowReader(source, self.month, ledger)
            reader.read_chunk(list(islice(source.records(), SAMPLE_ROWS)))
            harmless = ("empty_amount", "leading_zeros")
            faults = sum(f.n for f in ledger.findings() if f.code not in harmless)
        return faults <= SAMPLE_FAULTS

    def _read_rows(self, source: Source, records: list[Record] | None) -> int:
        target = self.spare / f"rows_{self.contract.kind}_{len(self.rows)}.parquet"
        reader = RowReader(source, self.month, self.ledger)
        n = reader.read_into(target, source.records() if records is None else records)
        self.rows.append(target)
        self.bad_groups |= reader.bad_groups
        return n

    def read_suspects(self) -> None:
        """Read again, row by row, what the scans cannot vouch for."""
        keys = ", ".join(f"{quoted(k)} VARCHAR" for k in self.contract.key)
        self.connection.execute(f"CREATE TABLE suspect_{self.contract.kind} ({keys})")
        self.make_rows_view()
        for part in self.typed:
            names = ", ".join(f"r.{quoted(k)}" for k in self.contract.key)
            found = self.connection.execute(
                f"SELECT DISTINCT {names} FROM read_parquet({literal(str(part.path))}) r "
                f"WHERE {self._suspicion(part)}"
            ).fetchall()
            if found:
                self.read_again(found, [part])
        self.make_rows_view()

    def _suspicion(self, part: TypedPart) -> str:
        conditions = [f"({cell_suspicion(part.source)})"]
        rules = rules_of(self.contract)
        if rules and self.contract.of_group:
            bad = " OR ".join(f"({rule.condition})" for rule in rules)
            codes = f"(SELECT DISTINCT group_code FROM read_parquet({literal(str(part.path))})) r"
            conditions.append(f"r.group_code IN (SELECT r.group_code FROM {codes} WHERE {bad})")
        else:
            conditions += [f"({rule.condition})" for rule in rules]
        return " OR ".join(conditions)

    def read_again(self, keys: list[Key], parts: list[TypedPart]) -> None:
        """Take these keys out of the scanned parts and read their rows one by one."""
        marks = ", ".join("?" for _ in self.contract.key)
        self.connection.executemany(
            f"INSERT INTO suspect_{self.contract.kind} VALUES ({marks})", keys
        )
        self.has_suspects = True
        for part in parts:
            self._read_some(part.source, locate(part.source, set(keys)))
        self.make_rows_view()

    def _read_some(self, source: Source, records: list[Record]) -> None:
        """Read these records one by one, each line once: a key may be both rejected and suspect."""
        seen = self.lines_read.setdefault(source.number, set())
        fresh = [record for record in records if record[0] not in seen]
        seen.update(line for line, _ in fresh)
        if fresh:
            self._read_rows(source, fresh)

    def make_rows_view(self) -> None:
        """Show all rows read one by one as the view ``row_now``."""
        if self.rows:
            files = ", ".join(literal(str(path)) for path in self.rows)
            source = f"SELECT * FROM read_parquet([{files}])"
        else:
            source = no_rows(part_schema(self.contract))
        self.connection.execute(f"CREATE OR REPLACE VIEW row_now AS {source}")

    @property
    def columns(self) -> str:
        """Return the staged columns as an SQL list."""
        return ", ".join(quoted(c.staged) for c in self.contract.staged)

    def scanned(self) -> list[str]:
        """Return, part by part, the SQL of the scanned rows that were not read again."""
        same = " AND ".join(
            f"s.{quoted(k)} IS NOT DISTINCT FROM r.{quoted(k)}" for k in self.contract.key
        )
        again = f"SELECT 1 FROM suspect_{self.contract.kind} s WHERE {same}"
        where = f" WHERE NOT EXISTS ({again})" if self.has_suspects else ""
        return [
            f"SELECT {self.columns} FROM read_parquet({literal(str(part.path))}) r{where}"
            for part in self.typed
        ]

    def kept(self) -> str:
        """Return the SQL of all rows that stay: read one by one and not cut, or scanned."""
        by_row = (
            f"SELECT {self.columns} FROM row_now r WHERE NOT EXISTS "
            "(SELECT 1 FROM cut WHERE cut._file = r._file AND cut._line = r._line)"
        )
        return " UNION ALL ".join([by_row, *self.scanned()])
