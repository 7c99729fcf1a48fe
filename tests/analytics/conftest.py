"""Publish the province once for this folder."""

from __future__ import annotations

from tests.once import published, published_world

__all__ = ["published", "published_world"]
