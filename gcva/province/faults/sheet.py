"""Edit the files of a small month, cell by cell, and note what was planted where."""

from __future__ import annotations

import codecs
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any


@dataclass
class Sheet:
    """Be one CSV file as cells; row 0 stands on line 2."""

    kind: str
    header: list[str]
    rows: list[list[str]]

    @classmethod
    def read(cls, path: Path) -> Sheet:
        """Read a file that this package wrote (no quotes in it)."""
        first, *rest = path.read_text(encoding="utf-8").splitlines()
        return cls(path.stem, first.split(","), [line.split(",") for line in rest])

    @property
    def file(self) -> str:
        """Return the file's name."""
        return f"{self.kind}.csv"

    def get(self, row: int, column: str) -> str:
        """Return one cell."""
        return self.rows[row][self.header.index(column)]

    def put(self, row: int, column: str, text: str) -> int:
        """Change one cell and return its line."""
        self.rows[row][self.header.index(column)] = text
        return row + 2

    def rows_where(self, column: str, fits: Callable[[str], bool]) -> list[int]:
        """Return the rows whose cell fits."""
        place = self.header.index(column)
        return [number for number, row in enumerate(self.rows) if fits(row[place])]

    def keep_rows(self, fits: Callable[[dict[str, str]], bool]) -> None:
        """Keep the rows that fit."""
        named = (dict(zip(self.header, row, strict=True)) for row in self.rows)
        self.rows = [row for row, cells in zip(self.rows, named, strict=True) if fits(cells)]

    def text(self) -> str:
        """Return the file's text."""
        lines = [",".join(self.header), *(",".join(row) for row in self.rows)]
        return "\n".join(lines) + "\n"


@dataclass
class SmallMonth:
    """Hold the files of one month; ``raw`` replaces a sheet's bytes, ``dropped`` leaves it out."""

    sheets: dict[str, Sheet]
    raw: dict[str, bytes] = field(default_factory=dict)
    dropped: set[str] = field(default_factory=set)

    @classmethod
    def read(cls, folder: Path) -> SmallMonth:
        """Read a month folder."""
        return cls({path.stem: Sheet.read(path) for path in sorted(folder.glob("*.csv"))})

    def write(self, folder: Path) -> None:
        """Write the month as it now is."""
        folder.mkdir(parents=True, exist_ok=True)
        for kind, sheet in self.sheets.items():
            if kind not in self.dropped and sheet.file not in self.raw:
                (folder / sheet.file).write_text(sheet.text(), encoding="utf-8", newline="")
        for name, content in self.raw.items():
            (folder / name).write_bytes(content)


@dataclass(frozen=True, slots=True)
class Fault:
    """Be one planted fault as truth.json tells it: where it is and what the gate must say.

    ``code`` is the gate's; ``n`` how many cells or rows carry it (the place is the first one).
    """

    code: str
    verdict: str
    kind: str = ""
    file: str = ""
    line: int | None = None
    column: str = ""
    value: str = ""
    n: int = 1
    offset: int | None = None  # of a bad byte, in the file

    def told(self) -> dict[str, Any]:
        """Return the fault as plain values."""
        return asdict(self)


def with_mark(sheet: Sheet) -> bytes:
    """Return a file with a byte order mark."""
    return codecs.BOM_UTF8 + sheet.text().encode()
