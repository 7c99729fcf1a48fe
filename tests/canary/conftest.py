"""Publish the canary province once, inside one transaction that is taken back."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.canary.world import CanaryWorld


@pytest.fixture(scope="package")
def canary_world(django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[CanaryWorld]:
    from django.db import transaction
    from django.test import override_settings

    from tests.canary.world import build

    var = tmp_path_factory.mktemp("canary")
    with django_db_blocker.unblock(), override_settings(GCVA_VAR=var), transaction.atomic():
        yield build()
        transaction.set_rollback(True)


@pytest.fixture
def world(canary_world, db, settings, monkeypatch) -> Iterator[CanaryWorld]:
    """Give the province; nothing slows a crawl down but the pages themselves."""
    from rest_framework.throttling import SimpleRateThrottle

    monkeypatch.setattr(SimpleRateThrottle, "allow_request", lambda *about: True)
    settings.AXES_ENABLED = False
    logging.disable(logging.WARNING)  # thousands of refusals are what is asked for
    yield canary_world
    logging.disable(logging.NOTSET)
