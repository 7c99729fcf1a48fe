"""Keep sessions in the database, read them from the cache 会话; both may be asked, one may be away.

Django's own store fails a request when the cache cannot be written after a read from the database.
"""

from __future__ import annotations

import contextlib
from typing import Any

from django.contrib.sessions.backends import cached_db, db
from redis.exceptions import RedisError

KEY_PREFIX = cached_db.KEY_PREFIX


class SessionStore(cached_db.SessionStore):
    """Read and write sessions while the cache is away; the database alone decides."""

    def load(self) -> dict[str, Any]:
        """Return the session's content."""
        try:
            content: dict[str, Any] = super().load()
        except RedisError:
            content = db.SessionStore.load(self)
        return content

    def exists(self, session_key: str) -> bool:
        """Tell whether there is such a session."""
        try:
            return bool(super().exists(session_key))
        except RedisError:
            return bool(db.SessionStore.exists(self, session_key))

    def delete(self, session_key: str | None = None) -> None:
        """Forget a session; what the cache still holds ends with it."""
        with contextlib.suppress(RedisError):
            super().delete(session_key)
