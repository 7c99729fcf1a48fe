"""Give the tests of pages a published province of its own; its logins are named like personas."""

from __future__ import annotations

from tests.once import published, published_world

__all__ = ["published", "published_world"]
