"""Make a test database in a fraction of a second: migrate a template once, then copy it."""

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


def prepare(slot: Slot) -> None:
    """Give the slot an empty, migrated database and an empty Valkey number."""
    template = f"gcva_template_{_fingerprint()}"
    with (root() / "template.lock").open("w") as lock, _cursor(slot) as cursor:
        fcntl.flock(lock, fcntl.LOCK_EX)
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [template])
        if cursor.fetchone() is None:
            _make_template(slot, template, cursor)
        cursor.execute(f'DROP DATABASE IF EXISTS "{slot.database}" WITH (FORCE)')
        cursor.execute(f'CREATE DATABASE "{slot.database}" TEMPLATE "{template}"')
    redis.Redis.from_url(slot.environment()["REDIS_URL"]).flushdb()


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
