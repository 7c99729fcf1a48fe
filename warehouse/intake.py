"""Take a month's files in 接收月度清单: look, read, check, stage; whole or not at all.

Pure: no Django, no clock. The caller owns the batch's row; this owns its files.
"""

from __future__ import annotations

from pathlib import Path

from core.month import Month
from warehouse.gate import IntakeResult, Known, Limits, Progress
from warehouse.mapping import Mapping


def take_in(
    path: Path,
    *,
    month: Month,
    mapping: Mapping | None,
    var: Path,
    batch_id: int,
    known: Known,
    limits: Limits,
    progress: Progress | None = None,
) -> IntakeResult:
    """Check a folder or file and stage it as extracts of ``batch_id`` if the gate accepts it."""
    raise NotImplementedError


def content_hash(path: Path, mapping: Mapping | None) -> str:
    """Return the hash of all input bytes and the mapping; the same bytes are the same import."""
    raise NotImplementedError
