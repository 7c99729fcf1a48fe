"""Answer the two questions of a load balancer: are you alive, may I send you readers."""

from __future__ import annotations

from collections.abc import Callable

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

SECONDS = 3


@never_cache
@require_safe
def healthz(_request: HttpRequest) -> JsonResponse:
    """Say that the process answers, whatever its servers do."""
    return JsonResponse({"status": "ok"})


@never_cache
@require_safe
def readyz(_request: HttpRequest) -> JsonResponse:
    """Say whether database, queue and migrations are as the pages need them; else 503."""
    checks = {"database": _database, "redis": _redis, "migrations": _migrations}
    answers = {name: _answer(check) for name, check in checks.items()}
    ready = all(answer == "ok" for answer in answers.values())
    body = {"status": "ok" if ready else "not ready", "checks": answers}
    return JsonResponse(body, status=200 if ready else 503)


def _answer(check: Callable[[], str]) -> str:
    """Turn a failing server into a word; what failed is for the log, not for strangers."""
    try:
        return check()
    except (DatabaseError, redis.RedisError):
        return "unreachable"


def _database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return "ok"


def _redis() -> str:
    client = redis.Redis.from_url(
        settings.CELERY_BROKER_URL, socket_timeout=SECONDS, socket_connect_timeout=SECONDS
    )
    try:
        client.ping()
    finally:
        client.close()
    return "ok"


def _migrations() -> str:
    executor = MigrationExecutor(connection)
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return "ok" if not missing else "missing"
