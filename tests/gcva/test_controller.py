"""The test controller itself: a slot of one's own, really used."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection


@pytest.mark.django_db
def test_the_database_is_this_process_own(slot):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT datname, datctype FROM pg_database WHERE datname = current_database()"
        )
        assert cursor.fetchone() == (slot.database, "C.UTF-8")


def test_queue_cache_and_folder_are_this_process_own(slot):
    assert f"gcva-test-{slot.number}" == settings.CELERY_TASK_DEFAULT_QUEUE
    assert str(settings.GCVA_VAR) == str(slot.var)
    cache.set("who", slot.number)
    assert cache.get("who") == slot.number
