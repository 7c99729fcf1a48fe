"""Make a test database in a fraction of a second: migrate a template once, then copy it.

A slot has an empty database and, beside it, the published province (``tests/once.py``).
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator

import psycopg2
import redis

from tests.controller.servers import CHECKOUT, Slot, root


def prepare(slot: Slot, beside: str = "") -> str:
    """Make an empty, migrated database of the slot, or one ``beside`` it; return its name."""
    name = f"{slot.database}_{beside}" if beside else slot.database
    template = f"gcva_template_{_fingerprint()}"
    with (root() / "template.lock").open("w") as lock, _cursor(slot) as cursor:
        fcntl.flock(lock, fcntl.LOCK_EX)
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [template])
        if cursor.fetchone() is None:
            _make_template(slot, template, cursor)
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY FILE_COPY')
    redis.Redis.from_url(slot.environment()["REDIS_URL"]).flushdb()
    return name


def renew(slot: Slot) -> None:
    """Empty the slot's database by copying the template anew: faster than to empty each table.

    Ids go on where they were, so whatever a process remembers of an id names nothing in it.
    """
    from django.db import connection, connections

    with connection.cursor() as cursor:
        cursor.execute("SELECT max(last_value) FROM pg_sequences")
        (last,) = cursor.fetchone()
    connections.close_all()
    prepare(slot)
    count_from((last or 0) + 1)


def count_from(first: int) -> None:
    """Let ids of the current database begin at ``first``."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT setval(oid::regclass, %s, false) FROM pg_class WHERE relkind = 'S'", [first]
        )


@contextlib.contextmanager
def entered(name: str) -> Iterator[None]:
    """Let Django work in another database; nothing kept of the one is believed in the other."""
    from django.contrib.contenttypes.models import ContentType
    from django.core.cache import cache
    from django.db import connection

    def go_to(database: str) -> None:
        connection.close()
        connection.settings_dict["NAME"] = database
        ContentType.objects.clear_cache()
        cache.clear()

    before = connection.settings_dict["NAME"]
    go_to(name)
    try:
        yield
    finally:
        go_to(before)


def _make_template(slot: Slot, template: str, cursor: psycopg2.extensions.cursor) -> None:
    """Migrate into another name first, so that a template is whole or not there."""
    cursor.execute("SELECT datname FROM pg_database WHERE datname LIKE 'gcva_template_%'")
    for (old,) in cursor.fetchall():
        cursor.execute(f'DROP DATABASE "{old}" WITH (FORCE)')
    building = f"{template}_building"
    cursor.execute(f'CREATE DATABASE "{building}"')
    migrated = subprocess.run(
        [sys.executable, "manage.py", "migrate", "--skip-checks", "-v", "0"],
        cwd=CHECKOUT,
        env={**os.environ, **slot.environment(), "DATABASE_URL": slot.database_url(building)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if migrated.returncode:
        raise RuntimeError(f"The test database does not migrate:\n{migrated.stderr[-4000:]}")
    cursor.execute(f'ALTER DATABASE "{building}" RENAME TO "{template}"')


def _fingerprint() -> str:
    """Hash all that decides the schema: migrations, models and pinned packages."""
    paths = [
        *CHECKOUT.glob("*/migrations/*.py"),
        *CHECKOUT.glob("*/*/migrations/*.py"),
        *CHECKOUT.glob("*/models.py"),
        *CHECKOUT.glob("*/*/models.py"),
        CHECKOUT / "requirements.txt",
        CHECKOUT / "gcva" / "settings.py",
    ]
    digest = hashlib.sha256()
    for path in sorted(paths):
        if ".venv" not in path.parts:
            digest.update(str(path.relative_to(CHECKOUT)).encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


@contextlib.contextmanager
def _cursor(slot: Slot) -> Iterator[psycopg2.extensions.cursor]:
    connection = psycopg2.connect(slot.database_url("postgres"))
    connection.autocommit = True
    with contextlib.closing(connection), connection.cursor() as cursor:
        yield cursor
