"""Give the tests of this folder a tiny province and its people."""

from __future__ import annotations

import pytest


@pytest.fixture
def people(db):
    from tests.personas import build_org, build_people

    return build_people(build_org())


@pytest.fixture
def scopes(people):
    """Return the scope of a persona by name."""
    from tests.personas import scope_of_persona

    return lambda name: scope_of_persona(people, name)


@pytest.fixture(scope="package")
def published_world(django_db_setup, django_db_blocker, tmp_path_factory):
    """Publish a small province once for this folder, taken back at the end."""
    from django.db import transaction
    from django.test import override_settings

    from tests.analytics.published import publish_province

    folder = tmp_path_factory.mktemp("published")
    var = folder / "var"
    var.mkdir()
    with django_db_blocker.unblock(), override_settings(GCVA_VAR=var), transaction.atomic():
        yield publish_province(folder)
        transaction.set_rollback(True)


@pytest.fixture
def published(published_world, db):
    """Return the province; what a test writes is taken back after it."""
    return published_world
