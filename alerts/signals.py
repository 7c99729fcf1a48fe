"""Carry news of alerts upwards; sent inside the transaction that made them."""

from __future__ import annotations

from django.dispatch import Signal

alert_stepped = Signal()  # alert: Alert, step: str, user_id: int
