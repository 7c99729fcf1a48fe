"""Answer errors as pages: what happened, what to do, and the request id to quote."""

from __future__ import annotations

import sys
from typing import Any

import structlog
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from core.errors import DomainError
from core.parts import PageState, StateKind

#: What the API calls a status.
CODES = {
    400: "invalid",
    401: "not_authenticated",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    406: "not_acceptable",
    409: "conflict",
    415: "unsupported_media_type",
    429: "throttled",
    503: "unavailable",
}
SECONDS_TO_WAIT = 10
_TEMPLATES = {400: "400.html", 403: "403.html", 404: "404.html", 500: "500.html"}


def request_id() -> str:
    """Return the id of this request as it stands in the logs; empty outside a request."""
    return str(structlog.contextvars.get_contextvars().get("request_id", ""))


def error_body(code: str, message: str, field: str = "", hint: str = "") -> dict[str, str]:
    """Return the one error shape of the API."""
    return {
        "code": code,
        "message": message,
        "field": field,
        "hint": hint,
        "request_id": request_id(),
    }


def error_response(request: HttpRequest, status: int, state: PageState) -> HttpResponse:
    """Render an error as a page, as the bare state when htmx swaps a region, or for the API."""
    if request.path.startswith("/api/"):
        body = error_body(CODES.get(status, "error"), str(state.title), hint=str(state.text))
        return JsonResponse(body, status=status)
    template = _TEMPLATES.get(status, "error.html")
    if request.headers.get("HX-Request") and not request.headers.get("HX-Boosted"):
        template = "partials/state_region.html"
    context = {"state": state, "status": status, "request_id": request_id()}
    return render(request, template, context, status=status)


def domain_error_response(request: HttpRequest, error: DomainError) -> HttpResponse:
    """Show a problem the reader can act on, with its advice."""
    if error.status == 404:
        return page_not_found(request)
    kind: StateKind = "forbidden" if error.status == 403 else "error"
    return error_response(request, error.status, PageState(kind, *in_words(error)))


def in_words(error: DomainError) -> tuple[str, str]:
    """Return message and hint in the reader's language.

    Pure modules, which know no Django, write them in Chinese; what is translated already stays.
    """
    message, hint = (_(text) if text else "" for text in (error.message, error.hint))
    return message, hint


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer 400."""
    text = _("请求内容无法识别，请返回上一页重试。")
    return error_response(request, 400, PageState("error", _("请求无效"), text))


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer 403: inside the scope, without the right."""
    text = _("您的角色不能查看或执行该内容。如需开通，请联系数据管理员。")
    return error_response(request, 403, PageState("forbidden", _("没有权限"), text))


def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer 404: the same for what does not exist and for what lies outside the scope."""
    text = _("页面不存在，或不在您的管理范围内。")
    return error_response(request, 404, PageState("empty", _("没有找到该内容"), text))


def server_error(request: HttpRequest, *args: Any) -> HttpResponse:
    """Answer 500 without asking database or provider for anything; 503 where the database is away.

    What was saved before stays saved; what was being sent may be sent again.
    """
    if isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        text = _(
            "数据库正在恢复或暂时连接不上，已保存的内容不受影响。请稍后刷新；刚提交的操作请先核对再重试。"
        )
        away = PageState("error", _("系统暂时不可用"), text)
        response = error_response(request, 503, away)
        response.headers["Retry-After"] = str(SECONDS_TO_WAIT)
        return response
    text = _("系统出现问题，已记录。请稍后重试，或将请求编号告知数据管理员。")
    return error_response(request, 500, PageState("error", _("系统出错了"), text))
