"""Read mapping files 映射文件 (TOML): how any foreign file becomes an extract, without code.

```toml
[[files]]                      # one table a kind and file; a kind may come from several
kind = "members"
glob = "*.csv"                 # format, delimiter, header, encoding, skip_rows, null_words, …
[files.columns]
member_id = { row_number = true, prefix = "U" }
group_code = { join = ["area", "state"], separator = "-" }
local = "day_charge"
mo_minutes = { sum = { day_minutes = 1, eve_minutes = 1 } }
status = { column = "churn", map = { yes = "cancelled" }, default = "active" }
```
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping as Dict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from core.errors import DomainError
from warehouse.contract_kinds import KINDS
from warehouse.mapping_expressions import Expression, parse_expression

NULL_WORDS: Final = ("", "\\N", "NULL", "null", "空", "-")
MONEY_UNITS: Final[Dict[str, int]] = {"yuan": 1000, "fen": 10, "li": 1}
FORMATS: Final = ("csv", "fixed", "parquet", "xlsx")


@dataclass(frozen=True, slots=True)
class FileRule:
    """Say how one kind is read from the files that fit ``glob``.

    ``columns`` empty: contract names, labels and aliases in the header decide. ``rows``: literal
    rows instead of a file. ``distinct``: identical rows count once, so that groups, units and
    account managers can come out of a customer table.
    """

    kind: str
    glob: str = ""
    format: str = ""
    header: bool = True
    names: tuple[str, ...] = ()
    widths: tuple[int, ...] = ()
    delimiter: str = ","
    quote: str = '"'
    encoding: str = ""
    skip_rows: int = 0
    null_words: tuple[str, ...] = NULL_WORDS
    thousands: str = ""
    money_unit: str = "yuan"
    date_format: str = ""
    month_offset: int = 0
    sheet: str = ""
    distinct: bool = False
    rows: tuple[Dict[str, str], ...] = ()
    columns: Dict[str, Expression] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Mapping:
    """Be a mapping file 映射文件: its rules and its own text (part of the content hash)."""

    name: str
    source: str
    rules: tuple[FileRule, ...]


def load_mapping(path: Path) -> Mapping:
    """Read a mapping file.

    Raises:
        DomainError: when it is not TOML or says something a mapping cannot say.
    """
    try:
        return parse_mapping(path.read_text(encoding="utf-8-sig"), name=path.name)
    except (OSError, UnicodeDecodeError) as problem:
        raise _wrong(path.name, str(problem)) from problem


def parse_mapping(source: str, *, name: str = "mapping.toml") -> Mapping:
    """Read a mapping from its text (see :func:`load_mapping`)."""
    try:
        content = tomllib.loads(source)
    except tomllib.TOMLDecodeError as problem:
        raise _wrong(name, str(problem)) from problem
    unknown = set(content) - {"name", "files", "maps", "defaults"}
    if unknown or not isinstance(content.get("files"), list) or not content["files"]:
        raise _wrong(name, f"需要 [[files]]；不认识的键：{'、'.join(sorted(unknown)) or '无'}")
    maps = content.get("maps", {})
    defaults = content.get("defaults", {})
    rules = tuple(_rule({**defaults, **entry}, maps, name) for entry in content["files"])
    return Mapping(str(content.get("name", name)), source, rules)


def _rule(entry: dict[str, Any], maps: dict[str, Any], name: str) -> FileRule:
    kind = str(entry.get("kind", ""))
    if kind not in KINDS:
        raise _wrong(name, f"不认识的 kind “{kind}”，应为 {'、'.join(KINDS)} 之一")
    contract = KINDS[kind].by_name
    columns = entry.get("columns", {})
    rows = tuple({k: _word(v) for k, v in row.items()} for row in entry.get("rows", []))
    for column in (*columns, *(key for row in rows for key in row)):
        if column not in contract:
            raise _wrong(name, f"{kind} 没有列“{column}”，接口规范的列为：{'、'.join(contract)}")
    known = set(FileRule.__dataclass_fields__)
    for key in entry:
        if key not in known:
            raise _wrong(name, f"{kind} 的设置“{key}”不认识，可用的有：{'、'.join(sorted(known))}")
    plain = {k: _plain(v) for k, v in entry.items() if k not in ("columns", "rows", "kind")}
    try:
        expressions = {k: parse_expression(v, maps) for k, v in columns.items()}
        rule = FileRule(kind=kind, rows=rows, columns=expressions, **plain)
    except (TypeError, ValueError) as problem:
        raise _wrong(name, f"{kind}：{problem}") from problem
    return _checked(rule, name)


def _checked(rule: FileRule, name: str) -> FileRule:
    if not rule.glob and not rule.rows:
        raise _wrong(name, f"{rule.kind} 需要 glob（文件）或 rows（直接给出的行）")
    if rule.format and rule.format not in FORMATS:
        raise _wrong(name, f"{rule.kind} 的 format “{rule.format}”应为 {'、'.join(FORMATS)} 之一")
    if rule.money_unit not in MONEY_UNITS:
        raise _wrong(name, f"{rule.kind} 的 money_unit “{rule.money_unit}”应为 yuan、fen 或 li")
    if rule.format == "fixed" and len(rule.widths) != len(rule.names):
        raise _wrong(name, f"{rule.kind}：定长文件的 names 与 widths 个数应相同")
    if len(rule.delimiter) != 1 or len(rule.quote) > 1:
        raise _wrong(name, f"{rule.kind}：delimiter 必须是一个字符，quote 至多一个字符")
    return rule


def _plain(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _word(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _wrong(name: str, what: str) -> DomainError:
    return DomainError(
        "mapping_wrong",
        f"映射文件 {name} 有误：{what}。",
        "请对照 fixtures/mappings 中的例子改正。",
    )
