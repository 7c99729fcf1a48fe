"""Give the tests of this folder a tiny province and its people."""

from __future__ import annotations

import pytest

from tests.once import published, published_world

__all__ = ["published", "published_world"]


@pytest.fixture
def people(db):
    from tests.personas import build_org, build_people

    return build_people(build_org())


@pytest.fixture
def scopes(people):
    """Return the scope of a persona by name."""
    from tests.personas import scope_of_persona

    return lambda name: scope_of_persona(people, name)
