"""Carry news upwards; the receivers of any app may act on it."""

from __future__ import annotations

from django.dispatch import Signal

import_requested = Signal()  # batch_id: int
run_queued = Signal()  # run_id: int
