"""Find lines again 行号定位: of what a scan rejected (by byte), and of keys (by a second pass)."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

from warehouse.gate_source import Source
from warehouse.mapping import FileRule
from warehouse.parse import CHUNK
from warehouse.parse_rows import Record, quoting
from warehouse.parse_split import SplitFile

Key = tuple[str | None, ...]


def unread(source: Source, lines: SplitFile, found: list[tuple[int, str]]) -> list[Record]:
    """Return what the scan did not read, in file order: its rejects and the lines kept from it."""
    texts = [text.lstrip("\r\n") for _, text in found]
    # the position may be that of line breaks before the record (blank lines, CRLF)
    starts = [at - 1 + len(text) - len(text.lstrip("\r\n")) for at, text in found]
    numbers = _line_numbers(lines.plain, starts)
    rejected = list(zip(lines.original_lines(numbers), texts, strict=True))
    return [(n, cells_of(source.file.rule, text)) for n, text in sorted([*rejected, *lines.others])]


def cells_of(rule: FileRule, text: str) -> list[str]:
    """Split one record's text into its cells."""
    quote = rule.quote or None
    reader = csv.reader([text], delimiter=rule.delimiter, quotechar=quote, quoting=quoting(rule))
    return next(reader, [])


def _line_numbers(path: Path, offsets: list[int]) -> list[int]:
    """Return the 1-based line of each byte offset (ascending), reading the file once at most."""
    lines: list[int] = []
    seen, start = 1, 0
    with path.open("rb") as stream:
        while len(lines) < len(offsets):
            chunk = stream.read(CHUNK)
            while len(lines) < len(offsets) and (
                not chunk or offsets[len(lines)] < start + len(chunk)
            ):
                lines.append(seen + chunk.count(b"\n", 0, offsets[len(lines)] - start))
            seen += chunk.count(b"\n")
            start += len(chunk)
    return lines


def locate(source: Source, keys: set[Key], *, at_most: int | None = None) -> list[Record]:
    """Find the records of these keys again, with their lines, in one pass over the file."""
    nulls = frozenset(source.file.rule.null_words) | {""}
    cells = [_key_index(source, name) for name in source.contract.key]
    found = []
    for line, row in _candidates(source, keys, cells[0], nulls):
        if len(row) < len(source.names):
            continue
        key = tuple(None if i is None or row[i] in nulls else row[i] for i in cells)
        if key in keys:
            found.append((line, row))
            if len(found) == at_most:
                break
    return found


def _candidates(
    source: Source, keys: set[Key], first: int | None, nulls: frozenset[str]
) -> Iterator[Record]:
    """Yield the records whose first key cell is wanted; without quotes, by splitting lines only."""
    text = source.text
    if first is None or text is None or text.has_quotes:
        yield from source.records()
        return
    words = {word for key in keys for word in (nulls if key[0] is None else (key[0],))}
    wanted = {word.encode() for word in words}
    delimiter = source.file.rule.delimiter.encode()
    first_line = source.first_line()
    with text.path.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            cell = line.rstrip(b"\r\n").split(delimiter, first + 1)
            if number >= first_line and len(cell) > first and cell[first] in wanted:
                yield number, cells_of(source.file.rule, line.decode().rstrip("\r\n"))


def _key_index(source: Source, name: str) -> int | None:
    expression = source.expressions.get(name)
    if expression is None or not expression.column:
        return None
    return source.names.index(expression.column)
