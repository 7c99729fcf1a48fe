"""Write one line an event, each with its request's id; JSON in production, plain text elsewhere.

The id stands on the error page, in the API's error and in the header ``X-Request-ID``, so that a
reader's complaint leads to the lines of that request.
"""

from __future__ import annotations

import re
from typing import Any

import structlog
from django.dispatch import receiver
from django.http import HttpResponseBase
from django_structlog import signals

TOKEN_IN_PATH = re.compile(r"(/set-password/)[^\s?]+")


def hide_tokens(_logger: object, _method: str, event: dict[str, Any]) -> dict[str, Any]:
    """Keep one-time links out of the log: whoever reads it must not log in as somebody else."""
    request = event.get("request")
    if isinstance(request, str):
        event["request"] = TOKEN_IN_PATH.sub(r"\1…", request)
    return event


SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=False),
    hide_tokens,
]


def configure(*, level: str, as_json: bool) -> dict[str, Any]:
    """Set structlog up and return Django's ``LOGGING``."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *SHARED,
            structlog.stdlib.PositionalArgumentsFormatter(),
            structlog.processors.StackInfoRenderer(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    if as_json:
        last: list[Any] = [
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ]
    else:
        # the default draws every local variable: half a minute for one failed page, and group
        # names in the log
        plain = structlog.dev.plain_traceback
        last = [structlog.dev.ConsoleRenderer(colors=False, exception_formatter=plain)]
    formatter = {
        "()": structlog.stdlib.ProcessorFormatter,
        "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
        "foreign_pre_chain": SHARED,
    }
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"events": formatter},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "events"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            # django_structlog writes the same failures, with the request's id
            "django.request": {"level": "CRITICAL"},
            "django.server": {"handlers": ["stderr"], "level": level, "propagate": False},
        },
    }


@receiver(signals.bind_extra_request_finished_metadata)
@receiver(signals.update_failure_response)
def name_the_request(response: HttpResponseBase, **_rest: Any) -> None:
    """Put the request's id into the response's header."""
    found = structlog.contextvars.get_contextvars().get("request_id")
    if found:
        response["X-Request-ID"] = found
