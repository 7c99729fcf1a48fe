"""Say in one sentence which server is away and what to run, instead of a traceback."""

from __future__ import annotations

import socket
from urllib.parse import urlsplit

from django.conf import settings

SECONDS = 2.0


def missing_servers() -> str:
    """Return the sentence for the reader; empty when every server takes connections."""
    database = settings.DATABASES["default"]
    broker = urlsplit(settings.CELERY_BROKER_URL)
    places = (
        ("PostgreSQL", "DATABASE_URL", database.get("HOST", ""), database.get("PORT") or 5432),
        ("Redis", "REDIS_URL", broker.hostname or "", broker.port or 6379),
    )
    away = [(n, v, h, p) for n, v, h, p in places if h and not _answers(h, int(p))]
    if not away:
        return ""
    name, variable, host, port = away[0]
    if not (settings.DATABASE_URL and settings.REDIS_URL):
        return "There are no servers yet. Run: manage.py embedded start"
    if settings.SERVERS_ARE_EMBEDDED:
        return f"{name} does not answer at {host}:{port}. Run: manage.py embedded start"
    return f"{name} does not answer at {host}:{port}. Check {variable}."


def _answers(host: str, port: int) -> bool:
    try:
        socket.create_connection((host, port), SECONDS).close()
    except OSError:
        return False
    return True
