"""Name what the quality gate 数据稽核 works with: findings, limits, what is known, what came out.

Verdicts: R rejects the file, Q quarantines the row, N normalises, W warns on the report.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from warehouse.gate_messages import advice_text, message_text

Verdict = Literal["R", "Q", "N", "W"]
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Finding:
    """Be one thing the gate has to say 稽核发现, with place, value and advice.

    Findings of the same code, file and column are one finding with their number ``n`` and the
    place of the first; every single row stands in the rejects file.
    """

    code: str
    verdict: Verdict
    kind: str = ""
    file: str = ""
    line: int | None = None
    column: str = ""
    value: str = ""
    n: int = 1
    params: Mapping[str, Any] = field(default_factory=dict)

    @property
    def message(self) -> str:
        """Return the Chinese sentence."""
        return self.text("zh")

    @property
    def advice(self) -> str:
        """Return the Chinese advice."""
        return advice_text(self.code, "zh")

    def text(self, language: str = "zh") -> str:
        """Return the sentence in ``zh`` or ``en``."""
        return message_text(self, language)

    def as_dict(self) -> dict[str, Any]:
        """Return the finding as JSON, in both languages."""
        return {
            "code": self.code,
            "verdict": self.verdict,
            "kind": self.kind,
            "file": self.file,
            "line": self.line,
            "column": self.column,
            "value": self.value,
            "n": self.n,
            "params": {key: str(value) for key, value in self.params.items()},
            "message": self.message,
            "advice": self.advice,
            "message_en": self.text("en"),
            "advice_en": advice_text(self.code, "en"),
        }


@dataclass(frozen=True, slots=True)
class Limits:
    """Hold the settings of the gate and of its engine.

    ``typed_from_bytes``: smaller CSV files are read row by row, larger ones by one typed scan;
    both mean the same (a test holds them equal).
    """

    quarantine_share: float = 0.01
    bucket_share: float = 0.20
    fewer_rows_share: float = 0.30
    income_change: float = 0.15
    grade_change: float = 0.30
    users_change: float = 0.50
    threads: int = 2
    memory: str = "600MB"
    typed_from_bytes: int = 250_000
    max_rejects_written: int = 100_000


@dataclass(frozen=True, slots=True)
class UnitRef:
    """Be an organisation unit 组织单元 as the gate knows it."""

    level: str
    parent_code: str | None = None


@dataclass(frozen=True, slots=True)
class PreviousExtract:
    """Be last month's accepted extract of a kind: files, rows, money in 厘 by column."""

    paths: tuple[Path, ...]
    n_rows: int
    money: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Known:
    """Hold what is known before this import: reference codes, this month's and last month's files.

    ``account_managers`` maps a code to its city; ``holiday_years`` are the years whose working
    days are declared (``None``: do not check).
    """

    units: Mapping[str, UnitRef] = field(default_factory=dict)
    account_managers: Mapping[str, str] = field(default_factory=dict)
    industries: frozenset[str] = frozenset()
    products: frozenset[str] = frozenset()
    files_of_month: Mapping[str, tuple[Path, ...]] = field(default_factory=dict)
    previous: Mapping[str, PreviousExtract] = field(default_factory=dict)
    holiday_years: frozenset[int] | None = None


@dataclass(frozen=True, slots=True)
class StagedKind:
    """Be one accepted kind: its Parquet (relative to var) and its conservation figures.

    ``money``: contract column → ``{in, accepted, quarantined, dropped}`` in 厘.
    """

    kind: str
    path: str
    n_in: int
    n_accepted: int
    n_quarantined: int
    n_dropped: int
    money: Mapping[str, Mapping[str, int]]


@dataclass(frozen=True, slots=True)
class IntakeResult:
    """Be what came of an import: staged kinds when accepted, findings and report in any case."""

    accepted: bool
    content_hash: str
    findings: tuple[Finding, ...]
    kinds: tuple[StagedKind, ...]
    report: dict[str, Any]
    rejects: Path | None
