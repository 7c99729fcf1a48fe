"""Carry news of grades upwards; sent inside the transaction that writes them."""

from __future__ import annotations

from django.dispatch import Signal

grades_laid_over = Signal()  # run_id: int, group_codes: Sequence[str]
