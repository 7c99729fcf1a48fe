"""Set every test process up: servers and a slot before Django reads its settings.

``DJANGO_SETTINGS_MODULE`` is set here and not in pyproject.toml, because pytest-django would read
the settings before this file could say where the database is.
"""

from __future__ import annotations

import gc
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any

import hypothesis
import pytest

from tests.controller import database, servers
from tests.controller.processes import LiveProcess, LiveSite, worker
from tests.once import province

__all__ = ["province"]

# a machine with other work to do draws slowly; that says nothing about the code
hypothesis.settings.register_profile(
    "patient", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("patient")

SLOT = pytest.StashKey[servers.Slot]()
USERS = pytest.StashKey[IO[str]]()


def pytest_configure(config: pytest.Config) -> None:
    """Take a slot; runs before pytest-django sets Django up."""
    if config.option.help or config.option.version:
        return
    if config.option.dist != "no" and not hasattr(config, "workerinput"):
        config.stash[USERS] = servers.join()  # runs no tests itself: its xdist workers take slots
        os.environ.pop("DJANGO_SETTINGS_MODULE", None)  # gcva set it; workers read it too early
        return
    from django.conf import settings

    if settings.configured:
        raise pytest.UsageError("Unset DJANGO_SETTINGS_MODULE: tests choose their own database.")
    slot = servers.take_slot()
    config.stash[SLOT], config.stash[USERS] = slot, slot.users
    os.environ.update(slot.environment())
    os.environ["DJANGO_SETTINGS_MODULE"] = "gcva.settings"
    # tests kill processes, never the machine: as their Postgres, they do not wait for the disk
    os.fsync = lambda handle: None
    # every test client builds the middleware anew; WhiteNoise would stat all its files each time
    settings.WHITENOISE_AUTOREFRESH = True  # pytest-django asks whether the settings were read


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Import no file without the mark asked for: a few dozen tests stand beside thousands."""
    asked = re.fullmatch(r"(live|e2e|spark)( and not \w+)*", config.option.markexpr)
    if asked and collection_path.match("test_*.py"):
        return f"mark.{asked[1]}" not in collection_path.read_text() or None
    return None


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """Search garbage less often, and never again among the modules and tests that stay."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Leave the slot; the last session out stops the servers."""
    gc.unfreeze()
    if SLOT in config.stash:
        config.stash[SLOT].lock.close()
    if USERS in config.stash:
        servers.leave(config.stash[USERS])


@pytest.fixture(autouse=True)
def _in_chinese() -> None:
    """Begin in Chinese: a request in English leaves its language to whatever test comes next."""
    from django.conf import settings
    from django.utils import translation

    translation.activate(settings.LANGUAGE_CODE)


@pytest.fixture(scope="session")
def slot(pytestconfig: pytest.Config) -> servers.Slot:
    """Return what this process owns: database, Valkey number, queue, folder."""
    return pytestconfig.stash[SLOT]


@pytest.fixture(scope="session")
def django_db_setup(slot: servers.Slot) -> Iterator[None]:
    """Give pytest-django a database copied from the migrated template, and renewed from it."""
    from django.db import connections
    from django.test import TransactionTestCase

    from warehouse import shared_marts

    def renew(case: TransactionTestCase) -> None:
        database.renew(slot)
        shared_marts.forget()  # runs are numbered from one again

    database.prepare(slot)
    with pytest.MonkeyPatch.context() as patch:
        # Django would empty some two hundred tables and write all permissions anew
        patch.setattr(TransactionTestCase, "_fixture_teardown", renew)
        yield
    connections.close_all()


@pytest.fixture
def var_folder(settings: Any, tmp_path: Path) -> Path:
    """Keep extracts, batches and marts of one test in a folder of its own."""
    settings.GCVA_VAR = tmp_path / "var"
    settings.GCVA_VAR.mkdir()
    return settings.GCVA_VAR


@pytest.fixture
def live_worker(transactional_db: None, tmp_path: Path) -> Iterator[Callable[..., LiveProcess]]:
    """Start real Celery workers on this process's database and queue; end them afterwards.

    ``live_worker(concurrency=1, beat=False, GCVA_FAULT="scores", …)`` → ``LiveProcess``
    (``pid``, ``kill()``, ``stop()``, ``send(signal)``, ``said()``).
    """
    started: list[LiveProcess] = []

    def start(**options: Any) -> LiveProcess:
        started.append(worker(tmp_path, **options))
        return started[-1]

    yield start
    for process in started:
        process.kill()


@pytest.fixture
def live_site(transactional_db: None, tmp_path: Path) -> Iterator[Callable[..., LiveSite]]:
    """Start a real gunicorn on this process's database: ``live_site(**environment)`` → ``.url``."""
    started: list[LiveSite] = []

    def start(**environment: str) -> LiveSite:
        started.append(LiveSite(tmp_path, **environment))
        return started[-1]

    yield start
    for process in started:
        process.kill()
