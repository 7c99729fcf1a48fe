"""Publish the province once for a folder of tests, inside one transaction that is taken back.

A folder's ``conftest.py`` imports both fixtures; each folder gets a province of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

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


@pytest.fixture(scope="package")
def published_world(django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[Published]:
    from tests.analytics.published import publish_province

    folder = tmp_path_factory.mktemp("published")
    var = folder / "var"
    var.mkdir()
    with django_db_blocker.unblock(), kept_back(var):
        yield publish_province(folder)


@pytest.fixture
def published(published_world, db) -> Published:
    """Return the province; what a test writes is taken back after it."""
    return published_world
