"""Keep the books of one import: findings 稽核发现, rejected rows 问题数据, conservation figures.

Conservation: rows in = accepted + quarantined + dropped, and the same for each money column over
its readable cells. The accepted side is counted again from the staged file, never taken from here.
"""

from __future__ import annotations

import csv
import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from warehouse.gate import Finding

SHOWN_CHARACTERS: Final = 80
VALUES_NAMED: Final = 20
REJECT_COLUMNS: Final = ("文件", "行", "清单", "列", "值", "代码", "原因", "建议")
FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r")


class FileRefused(Exception):  # noqa: N818 - a verdict, not a fault of the program
    """Stop reading a file: the finding says why."""

    def __init__(self, finding: Finding) -> None:
        """Carry the R finding."""
        super().__init__(finding.message)
        self.finding = finding


@dataclass(slots=True)
class Tally:
    """Count the rows and the money (厘, by contract column) of one kind that were not accepted."""

    n_in: int = 0
    n_quarantined: int = 0
    n_dropped: int = 0
    n_causes: int = 0
    money_in: Counter[str] = field(default_factory=Counter)
    money_quarantined: Counter[str] = field(default_factory=Counter)
    money_dropped: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class Place:
    """Say where a cell stands: kind, file as shown, physical line, column."""

    kind: str
    file: str
    line: int | None = None
    column: str = ""


class Ledger:
    """Collect what the gate finds while the files are read; use as a context manager."""

    def __init__(self, rejects: Path, *, max_rejects: int) -> None:
        """Write rejected rows to ``rejects``, at most ``max_rejects`` of them."""
        self.tallies: dict[str, Tally] = {}
        self._findings: dict[tuple[str, str, str, str], Finding] = {}
        self._values: dict[tuple[str, str, str, str], Counter[str]] = {}
        self._single: list[Finding] = []
        self._left = max_rejects
        self._file = rejects.open("w", encoding="utf-8-sig", newline="")
        self._writer = csv.writer(self._file)
        self._writer.writerow(REJECT_COLUMNS)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()

    def tally(self, kind: str) -> Tally:
        """Return the tally of a kind."""
        return self.tallies.setdefault(kind, Tally())

    def say(self, finding: Finding) -> None:
        """Record a finding that stands for itself."""
        self._single.append(finding)

    def note(self, code: str, place: Place, n: int, value: str = "") -> None:
        """Count a normalisation (N): one finding a file and column, with its first place."""
        shown = value[:SHOWN_CHARACTERS]
        self._add(Finding(code, "N", place.kind, place.file, place.line, place.column, shown, n))

    def reject(
        self, code: str, place: Place, value: str, params: Mapping[str, Any] | None = None
    ) -> None:
        """Quarantine one row (Q): count it, and write it to the rejects file."""
        shown = value[:SHOWN_CHARACTERS]
        finding = Finding(
            code, "Q", place.kind, place.file, place.line, place.column, shown, 1, params or {}
        )
        key = self._add(finding)
        if code == "unknown_value":
            self._values.setdefault(key, Counter())[shown] += 1
        if self._left > 0:
            self._left -= 1
            row = (place.file, place.line or "", place.kind, place.column, _harmless(shown))
            self._writer.writerow((*row, code, finding.message, finding.advice))

    def _add(self, finding: Finding) -> tuple[str, str, str, str]:
        key = (finding.code, finding.kind, finding.file, finding.column)
        other = self._findings.get(key)
        if other is None:
            self._findings[key] = finding
        else:
            # rows come out of order where a scan's leftovers are read again
            first = min(other, finding, key=lambda f: f.line or math.inf)
            self._findings[key] = replace(first, n=other.n + finding.n)
        return key

    @property
    def refused(self) -> bool:
        """Say whether any finding rejects."""
        return any(finding.verdict == "R" for finding in self._single)

    def findings(self) -> tuple[Finding, ...]:
        """Return all findings: R, Q, W, N; unknown values with all codes and counts."""
        found = list(self._single)
        for key, finding in self._findings.items():
            counted = self._values.get(key)
            found.append(replace(finding, value=_counts(counted)) if counted else finding)
        order = "RQWN"
        return tuple(sorted(found, key=lambda f: (order.index(f.verdict), f.kind, f.file)))


def _counts(values: Counter[str]) -> str:
    named = values.most_common(VALUES_NAMED)
    text = "、".join(f"{value} ×{n}" for value, n in named)
    return text + (f"…（共 {len(values)} 种）" if len(values) > len(named) else "")


def _harmless(value: str) -> str:
    """Keep a spreadsheet from running a cell as a formula; plain numbers stay as they are."""
    if value.startswith(FORMULA_STARTS) and not value[1:].replace(".", "", 1).isdigit():
        return "'" + value
    return value
