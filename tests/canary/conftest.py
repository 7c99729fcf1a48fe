"""Publish the canary province once, inside one transaction that is taken back."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.once import kept_back

if TYPE_CHECKING:
    from tests.canary.world import CanaryWorld


@pytest.fixture(scope="package")
def canary_world(django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[CanaryWorld]:
    from tests.canary.world import build

    with django_db_blocker.unblock(), kept_back(tmp_path_factory.mktemp("canary")):
        yield build()


@pytest.fixture
def world(canary_world, db, settings, monkeypatch) -> Iterator[CanaryWorld]:
    """Give the province; nothing slows a crawl down but the pages themselves."""
    from rest_framework.throttling import SimpleRateThrottle

    from tests.canary import decks
    from tests.personas import keep_scopes

    monkeypatch.setattr(SimpleRateThrottle, "allow_request", lambda *about: True)
    settings.AXES_ENABLED = False
    keep_scopes(monkeypatch)  # a walk only reads
    monkeypatch.setattr("analytics.slides.write_deck", decks.writer())
    logging.disable(logging.WARNING)  # thousands of refusals are what is asked for
    yield canary_world
    logging.disable(logging.NOTSET)
