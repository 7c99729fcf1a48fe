"""Carry a problem the reader can act on, as a sentence, through every door."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class DomainError(Exception):
    """Say what is wrong and what to do about it; never shown as a traceback.

    ``code`` is stable and English (API, tests); ``message`` is a sentence for the reader with
    place and value; ``hint`` is the advice. ``status`` is the HTTP status a page or API answers.
    """

    code: str
    message: str
    hint: str = ""
    field_name: str = ""
    status: int = field(default=400)

    def __str__(self) -> str:
        """Return message and advice as one text."""
        return f"{self.message} {self.hint}".strip()


class NotInScope(DomainError):  # noqa: N818 - named for what happened
    """Answer 404: outside the reader's scope, indistinguishable from what does not exist."""

    def __init__(self, message: str = "") -> None:
        """Build the one answer that leaks nothing."""
        super().__init__("not_found", message or "没有找到该对象。", "", "", 404)


class NotAllowed(DomainError):  # noqa: N818 - named for what happened
    """Answer 403: inside the scope, but without the right."""

    def __init__(self, message: str = "", hint: str = "") -> None:
        """Build the answer for a missing right."""
        super().__init__("forbidden", message or "您没有查看该内容的权限。", hint, "", 403)


class Conflict(DomainError):  # noqa: N818 - named for what happened
    """Answer 409: somebody or something else was first."""

    def __init__(self, code: str, message: str, hint: str = "") -> None:
        """Build the answer for a lost race or a wrong state."""
        super().__init__(code, message, hint, "", 409)
