"""Serve what belongs to the shell itself: theme and language."""

from __future__ import annotations

from django.urls import path
from django.views.i18n import set_language

from core.theme import set_theme

urlpatterns = [
    path("ui/theme/", set_theme, name="set_theme"),
    path("ui/language/", set_language, name="set_language"),
]
