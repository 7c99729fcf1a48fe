"""Publish the invented province once for this folder."""

from tests.analytics.conftest import published, published_world

__all__ = ["published", "published_world"]
