"""Open the files of an import 打开文件: which there are, what they are, how their records come."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from warehouse.contract_kinds import KINDS
from warehouse.contracts import Contract, kind_of_file
from warehouse.gate import Finding
from warehouse.gate_binding import Binding
from warehouse.gate_ledger import FileRefused, Ledger
from warehouse.mapping import FileRule, Mapping
from warehouse.mapping_expressions import Expression
from warehouse.parse import TextFile, look_at
from warehouse.parse_rows import (
    Record,
    csv_records,
    fixed_records,
    parquet_names,
    parquet_records,
    xlsx_records,
)

SUFFIXES: Final = (".csv", ".txt", ".dat", ".csv.gz", ".txt.gz", ".parquet", ".xlsx")
IGNORED: Final = (".chk", ".json", ".md", ".toml")
_CONTROL = re.compile(r"(rows|bytes)\s*[=:：]\s*(\d+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class InputFile:
    """Be one file (or the literal rows of a rule) that belongs to a kind."""

    path: Path | None
    shown: str
    rule: FileRule


@dataclass(frozen=True, slots=True)
class Source:
    """Be a file ready to be read: ``expressions`` feed contract columns from ``names``."""

    number: int
    file: InputFile
    contract: Contract
    text: TextFile | None
    names: tuple[str, ...]
    first_record: int
    expressions: dict[str, Expression]

    def records(self) -> Iterator[Record]:
        """Yield the data records, the header left out."""
        for i, record in enumerate(_all_records(self.file, self.text)):
            if i >= self.first_record:
                yield record

    def first_line(self) -> int:
        """Return the physical line on which the data begins (1 past the end without data)."""
        line = 0
        for i, (line, _) in enumerate(_all_records(self.file, self.text)):
            if i >= self.first_record:
                return line
        return line + 1


def input_files(path: Path, mapping: Mapping | None) -> tuple[list[InputFile], list[Finding]]:
    """List the files of an import in a fixed order, and what is wrong with the list."""
    folder = path if path.is_dir() else path.parent
    there = sorted(p for p in folder.rglob("*") if p.is_file()) if path.is_dir() else [path]
    there = [p for p in there if not p.name.startswith((".", "~"))]
    if mapping is None:
        return _by_name(there, folder)
    files: list[InputFile] = []
    findings: list[Finding] = []
    for rule in mapping.rules:
        if rule.rows:
            files.append(InputFile(None, mapping.name, rule))
            continue
        fits = [p for p in there if p.match(rule.glob)]
        if not fits:
            findings.append(Finding("mapping_no_file", "R", rule.kind, value=rule.glob))
        files += [InputFile(p, _shown(p, folder), rule) for p in fits]
    return files, findings


def _by_name(there: list[Path], folder: Path) -> tuple[list[InputFile], list[Finding]]:
    files: list[InputFile] = []
    findings: list[Finding] = []
    for path in there:
        if path.suffix in IGNORED:
            continue
        kind = kind_of_file(path.name, KINDS)
        if kind and path.name.lower().endswith(SUFFIXES):
            files.append(InputFile(path, _shown(path, folder), FileRule(kind, path.name)))
        else:
            findings.append(Finding("unknown_file", "W", file=_shown(path, folder)))
    if not files:
        findings.append(Finding("no_files", "R"))
    return files, findings


def _shown(path: Path, folder: Path) -> str:
    return str(path.relative_to(folder))


def open_source(file: InputFile, number: int, text: TextFile | None, ledger: Ledger) -> Source:
    """Read a file's header and bind its columns; ``text`` is what :func:`text_of` saw of it.

    Raises:
        FileRefused: when the file as a whole cannot be taken.
    """
    contract = KINDS[file.rule.kind]
    names, first_record = _header(file, contract, text)
    expressions = Binding(contract, file.rule, file.shown, names).bind(ledger)
    if text is not None:
        if text.has_bom:
            ledger.say(Finding("bom", "N", contract.kind, file.shown))
        if text.encoding != "utf-8":
            value = text.encoding.upper()
            ledger.say(Finding("transcoded", "N", contract.kind, file.shown, value=value))
    return Source(number, file, contract, text, names, first_record, expressions)


def _format(file: InputFile) -> str:
    if file.rule.format:
        return file.rule.format
    suffix = file.path.suffix.lower() if file.path else ""
    return {".parquet": "parquet", ".xlsx": "xlsx"}.get(suffix, "csv")


def text_of(file: InputFile, spare: Path) -> TextFile | None:
    """Look at a file's bytes, for formats that are text.

    Raises:
        FileRefused: when the file as a whole cannot be taken.
    """
    if file.path is None:
        return None
    if file.path.stat().st_size == 0:
        raise FileRefused(Finding("empty_file", "R", file.rule.kind, file.shown))
    if _format(file) in ("parquet", "xlsx"):
        return None
    return look_at(
        file.path,
        shown=file.shown,
        kind=file.rule.kind,
        encoding=file.rule.encoding,
        delimiter=file.rule.delimiter,
        spare=spare,
    )


def _all_records(file: InputFile, text: TextFile | None) -> Iterator[Record]:
    rule, shown = file.rule, file.shown
    if file.path is None:
        names = _literal_names(rule)
        return iter([(n, [row.get(k, "") for k in names]) for n, row in enumerate(rule.rows, 1)])
    kind = _format(file)
    if kind == "parquet":
        return parquet_records(file.path)
    if kind == "xlsx":
        return xlsx_records(file.path, rule, shown=shown)
    assert text is not None  # noqa: S101 - every text format was looked at
    if kind == "fixed":
        return fixed_records(text.path, rule)
    return csv_records(text.path, rule, shown=shown)


def _literal_names(rule: FileRule) -> tuple[str, ...]:
    return tuple(dict.fromkeys(key for row in rule.rows for key in row))


def _header(
    file: InputFile, contract: Contract, text: TextFile | None
) -> tuple[tuple[str, ...], int]:
    """Return the source's column names and how many records come before its rows."""
    rule = file.rule
    if file.path is None:
        return _literal_names(rule), 0
    if _format(file) == "parquet":
        return tuple(parquet_names(file.path, kind=contract.kind, shown=file.shown)), 0
    records = _all_records(file, text)
    if not rule.header or _format(file) == "fixed":
        first = next(records, (0, []))[1]
        return rule.names or tuple(str(n) for n in range(1, len(first) + 1)), 0
    for n, (_, cells) in enumerate(records, 1):
        if any(cell.strip() for cell in cells):
            return tuple(cell.strip().strip("﻿") for cell in cells), n
    raise FileRefused(Finding("empty_file", "R", contract.kind, file.shown))


def check_control_file(source: Source, n_rows: int) -> None:
    """Compare rows and bytes with the file's control file ``<file>.chk``, if there is one.

    Raises:
        FileRefused: when they differ, or the control file says nothing readable.
    """
    path = source.file.path
    control = path.with_name(path.name + ".chk") if path else None
    if path is None or control is None or not control.exists():
        return
    said = control.read_text(encoding="utf-8-sig", errors="replace")
    expected = {what.lower(): int(n) for what, n in _CONTROL.findall(said)}
    kind, shown = source.contract.kind, source.file.shown
    if not expected:
        finding = Finding("control_unreadable", "R", kind, f"{shown}.chk", value=said.strip()[:80])
        raise FileRefused(finding)
    actual = {"rows": n_rows, "bytes": path.stat().st_size}
    for what, number in expected.items():
        if actual[what] != number:
            params = {"what": what, "expected": number}
            value = str(actual[what])
            raise FileRefused(
                Finding("control_differs", "R", kind, shown, value=value, params=params)
            )
