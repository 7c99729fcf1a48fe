"""Turn the site into the component gallery for one test."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path
from typing import Any

from django.conf import settings
from django.test import override_settings

TEMPLATES = Path(__file__).parent / "templates"
NEEDS_PEOPLE = ("axes.", "accounts.", "gcva.")


def gallery() -> Any:
    """Return the settings of the gallery: its URLs, its shell, no logins, no database."""
    templates = deepcopy(settings.TEMPLATES)
    templates[0]["DIRS"] = [*templates[0]["DIRS"], TEMPLATES]
    return override_settings(
        ROOT_URLCONF="tests.core.gallery.urls",
        GCVA_SHELL="tests.core.gallery.sample.surroundings",
        TEMPLATES=templates,
        MIDDLEWARE=[m for m in settings.MIDDLEWARE if not m.startswith(NEEDS_PEOPLE)],
    )
