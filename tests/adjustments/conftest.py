"""Publish a province once for this folder, and name its people."""

from __future__ import annotations

import pytest

from tests.once import published, published_world

__all__ = ["published", "published_world"]


@pytest.fixture
def story(published, var_folder, published_world):
    """Return the people of the province, with a folder of their own for what they upload."""
    from tests.adjustments.people import story_of

    return story_of(published)
