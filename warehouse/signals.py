"""Carry news upwards; the receivers of any app may act on it."""

from __future__ import annotations

from django.dispatch import Signal

import_requested = Signal()  # batch_id: int
run_queued = Signal()  # run_id: int

# Sent inside the transaction that moves the pointer: what a receiver writes is published with it.
month_published = Signal()  # month: Month, run_id: int, previous_run_id: int | None
month_withdrawn = Signal()  # month: Month, run_id: int | None (None = not published any more)
