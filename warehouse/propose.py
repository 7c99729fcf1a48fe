"""Propose a first mapping file 映射建议 from a file's header and its first 1000 rows.

The proposal is a start for a person: what is matched stands as columns, what is not stands as
comments with sample values.
"""

from __future__ import annotations

import json
import tempfile
from collections import Counter
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Final

from core.errors import DomainError
from warehouse.contract_kinds import KINDS
from warehouse.contracts import CellType, Column, Contract, header_form, header_names, kind_of_file
from warehouse.gate_ledger import FileRefused
from warehouse.mapping import NULL_WORDS, FileRule
from warehouse.parse import look_at
from warehouse.parse_rows import csv_records, parquet_names, parquet_records, xlsx_records

SAMPLE: Final = 1000
DELIMITERS: Final = (",", "\t", "|", ";", "\x01")
VALUES_SHOWN: Final = 3
VALUES_MAPPED: Final = 20


def propose_mapping(file: Path) -> str:
    """Return a mapping file (TOML text) for ``file``, to be completed by a person.

    Raises:
        DomainError: when the file cannot be read or has no header.
    """
    try:
        rule, names, rows = _sample(file)
    except FileRefused as refusal:
        finding = refusal.finding
        raise DomainError(finding.code, finding.message, finding.advice) from refusal
    if not any(names):
        raise DomainError("empty_file", f"{file.name}：文件为空。", "请换一个有表头的文件。")
    contract = _likeliest(file, names)
    return _written(file, rule, contract, names, rows)


def _sample(file: Path) -> tuple[FileRule, list[str], list[list[str]]]:
    rule = FileRule("groups", file.name)
    suffix = file.suffix.lower()
    if suffix == ".parquet":
        names = parquet_names(file, kind="", shown=file.name)
        rows = [row for _, row in islice(parquet_records(file), SAMPLE)]
        return replace(rule, format="parquet"), names, rows
    if suffix == ".xlsx":
        rule = replace(rule, format="xlsx")
        records = [row for _, row in islice(xlsx_records(file, rule, shown=file.name), SAMPLE + 1)]
        return rule, records[0] if records else [], records[1:]
    with tempfile.TemporaryDirectory() as spare:
        text = look_at(
            file, shown=file.name, kind="", encoding="", delimiter=",", spare=Path(spare)
        )
        with text.path.open(encoding="utf-8-sig") as lines:
            first = lines.readline()
        delimiter = max(DELIMITERS, key=first.count)
        rule = replace(rule, format="csv", delimiter=delimiter, encoding=text.encoding)
        records = [row for _, row in islice(csv_records(text.path, rule, shown=file.name), SAMPLE)]
    return rule, [name.strip() for name in records[0]] if records else [], records[1:]


def _likeliest(file: Path, names: list[str]) -> Contract:
    """Return the kind whose columns the header names best; the file's name decides ties."""
    by_name = kind_of_file(file.name, KINDS)

    def score(contract: Contract) -> tuple[float, bool]:
        accepted = header_names(contract)
        found = {accepted.get(header_form(name)) for name in names} - {None, "month"}
        required = {c.name for c in contract.columns if c.required}
        points = len(found) + 2 * len(found & required) - len(required - found) / 2
        return points if found else 0, contract.kind == by_name

    best = max(KINDS.values(), key=score)
    return best if score(best)[0] > 0 or by_name else KINDS["members"]


def _written(
    file: Path, rule: FileRule, contract: Contract, names: list[str], rows: list[list[str]]
) -> str:
    accepted = header_names(contract)
    cells = {name: [r[i] for r in rows if len(r) == len(names)] for i, name in enumerate(names)}
    matched: dict[str, str] = {}
    for name in names:
        column = accepted.get(header_form(name))
        if column and column not in matched:
            matched[column] = name
    lines = [
        f"# {contract.label} ({contract.kind})：由 {file.name} 推测（{len(rows)} 行），请核对",
        f"name = {_quoted(file.stem)}",
        "",
        "[[files]]",
        f"kind = {_quoted(contract.kind)}",
        f"glob = {_quoted(file.name)}",
        f"format = {_quoted(rule.format)}",
    ]
    if rule.format == "csv":
        lines += [f"delimiter = {_quoted(rule.delimiter)}", f"encoding = {_quoted(rule.encoding)}"]
    if contract.money:
        lines.append('money_unit = "yuan"  # 元；或 "fen"（分）、"li"（厘）')
    lines += ["", "[files.columns]"]
    lines += [_entry(c, matched.get(c.name), cells) for c in contract.columns]
    rest = [name for name in names if name not in matched.values()]
    if rest:
        lines += ["", "# 没有用到的源列："]
        lines += [f"#   {name}：{_examples(cells[name])}" for name in rest]
    return "\n".join(lines) + "\n"


def _entry(column: Column, name: str | None, cells: dict[str, list[str]]) -> str:
    if name is None:
        need = "必需，请指定来源" if column.required else "可选"
        return f'# {column.name} = ""  # {column.label}，{need}'
    values = _quoted(name)
    if column.type is CellType.ENUM and (strange := _strange(column, cells[name])):
        table = ", ".join(f'{_quoted(value)} = "?"' for value in strange)
        choices = "、".join(column.codes)
        return (
            f"{column.name} = {{ column = {values}, map = {{ {table} }} }}"
            f"  # 请把 ? 改为：{choices}"
        )
    return f"{column.name} = {values}  # {column.label}，如 {_examples(cells[name])}"


def _strange(column: Column, cells: list[str]) -> list[str]:
    known = {word.lower() for code, words in column.choices for word in (*words, code)}
    counts = Counter(cell.strip() for cell in cells)
    strange = [v for v, _ in counts.most_common() if v.lower() not in known and v not in NULL_WORDS]
    return strange[:VALUES_MAPPED]


def _examples(cells: list[str]) -> str:
    given = dict.fromkeys(cell.strip() for cell in cells if cell.strip())
    shown = "、".join(islice(given, VALUES_SHOWN))
    return " ".join(shown.split()) or "空"


def _quoted(text: str) -> str:
    """Quote a TOML string; JSON's escapes are TOML's."""
    return json.dumps(text, ensure_ascii=False)
