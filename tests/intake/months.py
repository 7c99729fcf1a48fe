"""Take small months in, the way every test here does."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from core.month import Month
from warehouse.gate import IntakeResult, Known, Limits, PreviousExtract
from warehouse.intake import take_in
from warehouse.mapping import Mapping

CORPUS = Path(__file__).parent / "corpus"
OCTOBER = Month(2026, 10)
LENIENT: dict[str, Any] = {"quarantine_share": 1.0, "bucket_share": 1.0, "threads": 1}


def base_month(folder: Path) -> Path:
    """Copy the small month in which nothing is wrong."""
    return Path(shutil.copytree(CORPUS / "base", folder / "month"))


def take(
    path: Path,
    var: Path,
    *,
    batch_id: int = 1,
    month: Month = OCTOBER,
    mapping: Mapping | None = None,
    known: Known | None = None,
    **limits: Any,
) -> IntakeResult:
    """Take a folder or file in, with lenient limits unless the test says otherwise."""
    return take_in(
        path,
        month=month,
        mapping=mapping,
        var=var,
        batch_id=batch_id,
        known=known or Known(),
        limits=Limits(**{**LENIENT, **limits}),
    )


def as_previous(result: IntakeResult, var: Path) -> dict[str, PreviousExtract]:
    """Turn an accepted import into "last month" for the next."""
    return {
        kind.kind: PreviousExtract(
            (var / kind.path,),
            kind.n_accepted,
            {column: sums["accepted"] for column, sums in kind.money.items()},
        )
        for kind in result.kinds
    }


def rows_of(result: IntakeResult, var: Path, kind: str) -> list[dict[str, Any]]:
    """Return the staged rows of a kind."""
    return pq.read_table(var / _staged(result, kind).path).to_pylist()


def bytes_of(result: IntakeResult, var: Path) -> dict[str, bytes]:
    """Return the staged bytes by kind."""
    return {kind.kind: (var / kind.path).read_bytes() for kind in result.kinds}


def _staged(result: IntakeResult, kind: str) -> Any:
    return next(staged for staged in result.kinds if staged.kind == kind)


@dataclass(frozen=True)
class Case:
    """Be one corpus case: a folder that changes the base month, and what the gate must say."""

    name: str
    expect: dict[str, Any]

    @property
    def code(self) -> str:
        """Return the finding's code; the folder's name unless it says otherwise."""
        return str(self.expect.get("code", self.name))

    @property
    def is_scanned(self) -> bool:
        """Say whether the case changes a file that a typed scan could read."""
        large = ("groups", "members", "subscriptions", "product_users", "member_exits")
        return any(file.name.startswith(large) for file in (CORPUS / self.name).iterdir())

    def lay_out(self, folder: Path) -> Path:
        """Write the case's month: the base, less what it drops, plus its own files."""
        month = base_month(folder)
        for name in self.expect.get("drop", []):
            (month / name).unlink()
        for file in (CORPUS / self.name).iterdir():
            if file.is_file() and file.name not in ("expect.toml", "mapping.toml"):
                shutil.copy(file, month / file.name)
        return month
