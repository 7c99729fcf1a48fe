"""Read what a run pinned: its extracts by kind, and the settings its figures depend on 固定的设置.

``MonthRun.inputs`` holds kind → extract, ``earlier`` → the same of the months before, and
``settings``, so that a run that is done again under other settings still gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings


def settings_now() -> dict[str, int]:
    """Return the settings that decide a month's figures; a run pins them like its files."""
    return {
        "few_members": settings.GCVA_FEW_MEMBERS,
        "valid_months": settings.GCVA_VALID_MONTHS,
    }


def settings_of(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings a run pinned; runs made before they were pinned had today's."""
    return {**settings_now(), **inputs.get("settings", {})}


def extract_ids(inputs: Mapping[str, Any]) -> dict[str, int]:
    """Return kind → extract of what a run pinned for its own month."""
    return {name: pk for name, pk in inputs.items() if name not in ("earlier", "settings")}
