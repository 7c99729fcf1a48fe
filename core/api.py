"""Give the API the same columns, the same policies and one error shape as the pages.

Error: ``{code, message, field, hint, request_id}``. Pages of results: ``{results, next, n_rows}``
with an opaque cursor; what a cursor points into is one published run, so it stays exact, and when
that month is published again the cursor is refused (409) instead of mixing two runs.
"""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils.translation import gettext as _
from rest_framework import exceptions, status
from rest_framework.response import Response
from rest_framework.views import exception_handler as drf_exception_handler

from core.error_pages import CODES, error_body, in_words
from core.errors import DomainError


def api_exception_handler(exc: Exception, context: dict[str, Any]) -> Response | None:
    """Turn any refusal into the one error shape; what is not a refusal stays a 500."""
    if isinstance(exc, DomainError):
        message, hint = in_words(exc)
        body = error_body(exc.code, message, exc.field_name, hint)
        if exc.status == status.HTTP_404_NOT_FOUND:
            body = error_body("not_found", _("没有找到该对象。"))
        return Response(body, status=exc.status)
    if isinstance(exc, Http404):
        return Response(error_body("not_found", _("没有找到该对象。")), status=404)
    if isinstance(exc, PermissionDenied):
        return Response(error_body("forbidden", _("您没有查看该内容的权限。")), status=403)
    response = drf_exception_handler(exc, context)
    if response is None:
        return None
    field, message = _first_problem(getattr(exc, "detail", ""))
    code = CODES.get(response.status_code, "error")
    hint = ""
    wait = getattr(exc, "wait", None) if isinstance(exc, exceptions.Throttled) else None
    if wait is not None:
        hint = _("请在 %(seconds)d 秒后重试。") % {"seconds": int(wait) + 1}
    response.data = error_body(code, message, field, hint)
    return response


def _first_problem(detail: Any) -> tuple[str, str]:
    field = ""
    while isinstance(detail, dict | list):
        if not detail:
            return field, ""
        if isinstance(detail, dict):
            name, detail = next(iter(detail.items()))
            if name != "non_field_errors":
                field = f"{field}.{name}" if field else str(name)
        else:
            detail = detail[0]
    return field, str(detail)
