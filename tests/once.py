"""Publish once what many tests only read; whatever a test writes is taken back after it.

The invented province stands in a database of its own beside the slot's empty one: published once a
process, it is there for every folder whose ``conftest.py`` imports both fixtures. A world of one
file is built in the empty database, within a transaction (``kept_back``).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.controller import database

if TYPE_CHECKING:
    from tests.analytics.published import Published


@contextmanager
def kept_back(var: Path) -> Iterator[None]:
    """Take back all that is written to the database in here; files go to ``var``."""
    from django.db import transaction
    from django.test import override_settings

    with override_settings(GCVA_VAR=var), transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="session")
def province(django_db_setup, django_db_blocker, slot, tmp_path_factory) -> tuple[str, Path]:
    """Publish the province; return its database and its folder."""
    from django.test import override_settings

    from tests.analytics.published import publish_province

    folder = tmp_path_factory.mktemp("published")
    var = folder / "var"
    var.mkdir()
    name = database.prepare(slot, beside="published")
    with (
        django_db_blocker.unblock(),
        database.entered(name),
        override_settings(GCVA_VAR=var),
    ):
        database.count_from(100_001)  # ids name nothing in the slot's other database
        publish_province(folder)
    return name, var


@pytest.fixture(scope="package")
def published_world(province, django_db_blocker) -> Iterator[Published]:
    from tests.analytics.published import find_province

    name, var = province
    with django_db_blocker.unblock(), database.entered(name), kept_back(var):
        yield find_province()


@pytest.fixture
def published(published_world, db) -> Published:
    """Return the province; what a test writes is taken back after it."""
    return published_world
