"""Keep sessions in the database, read them from the cache 会话; both may be asked, one may be away.

Django's own store fails a request when the cache cannot be written after a read from the database.
"""

from __future__ import annotations

import contextlib
from typing import Any

from django.contrib.sessions.backends import cached_db
from redis.exceptions import RedisError

KEY_PREFIX = cached_db.KEY_PREFIX


class SessionStore(cached_db.SessionStore):
    """Read and write sessions while the cache is away; the database alone decides."""

    def load(self) -> dict[str, Any]:
        """Return the session's content."""
        try:
            return super().load()
        except RedisError:
            found = self._get_session_from_db()
            return self.decode(found.session_data) if found else {}

    def delete(self, session_key: str | None = None) -> None:
        """Forget a session; what the cache still holds ends with it."""
        with contextlib.suppress(RedisError):
            super().delete(session_key)
