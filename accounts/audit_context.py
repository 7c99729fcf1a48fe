"""Say who writes 审计上下文: the request's user and id, or the background task."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from pghistory.middleware import HistoryMiddleware

from core.error_pages import request_id


class AuditMiddleware(HistoryMiddleware):
    """Give every write of a request its user, address and request id.

    The user's name is kept beside the id, so that the audit still names a login that is gone.
    """

    def get_context(self, request: HttpRequest) -> dict[str, Any]:
        """Return what each audited write of this request carries."""
        user = getattr(request, "user", None)
        name = user.get_username() if user is not None and user.is_authenticated else ""
        more = {"method": request.method, "request_id": request_id(), "username": name}
        return {**super().get_context(request), **more}
