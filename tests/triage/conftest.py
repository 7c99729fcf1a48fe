"""Give the tests of this folder the people of a tiny province."""

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


@pytest.fixture
def alert(people):
    """Return the one alert of a first month."""
    from alerts.models import Alert
    from tests.triage.months import Hit, publish_month

    publish_month(1, Hit())
    return Alert.objects.get()
