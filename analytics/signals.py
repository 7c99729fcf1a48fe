"""Carry news of the analyses; their receivers send for a worker."""

from __future__ import annotations

from django.dispatch import Signal

export_requested = Signal()  # job_id: int
