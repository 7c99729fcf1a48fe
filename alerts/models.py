"""Gather the models of alerts for Django; each file says what its own are for."""

from __future__ import annotations

from alerts.tally_models import AlertTally, UntalliedOwner
from alerts.threshold_models import ThresholdChange
from alerts.triage_models import Alert, AlertFiring, AlertStep

__all__ = [
    "Alert",
    "AlertFiring",
    "AlertStep",
    "AlertTally",
    "ThresholdChange",
    "UntalliedOwner",
]
