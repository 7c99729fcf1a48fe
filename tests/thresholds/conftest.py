"""Publish two months of a tiny province once for this folder; each test is taken back after it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.once import kept_back


@pytest.fixture(scope="package")
def published_world(django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[Any]:
    from tests.personas import build_people
    from tests.thresholds.world import org_of, publish_two_months

    var = tmp_path_factory.mktemp("thresholds") / "var"
    var.mkdir()
    with django_db_blocker.unblock(), kept_back(var):
        publish_two_months()
        yield build_people(org_of())


@pytest.fixture
def people(published_world, db):
    """Return one person of every kind in the published province."""
    return published_world


@pytest.fixture
def scopes(people):
    """Return the scope of a persona by name."""
    from tests.personas import scope_of_persona

    return lambda name: scope_of_persona(people, name)
