"""Carry news of alerts upwards; sent inside the transaction that made them."""

from __future__ import annotations

from django.dispatch import Signal

alert_escalated = Signal()  # alert: Alert, note: str, user_id: int
alert_stepped = Signal()  # alert: Alert, step: str, user_id: int
alerts_synced = Signal()  # month: Month (published or withdrawn), after all alerts follow it
