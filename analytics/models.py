"""Name the rooms' models for Django."""

from __future__ import annotations

from analytics.grading.models import GroupViewOpening

__all__ = ["GroupViewOpening"]
