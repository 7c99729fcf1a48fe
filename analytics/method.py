"""Show a room's method note 方法说明 (``method.md``, ``method.en.md``) as part of its page."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

ROOMS = Path(__file__).parent


@lru_cache(maxsize=64)
def method_html(room: str, chinese: bool) -> SafeString:
    """Return the note as HTML without its first line, the title; raw HTML in it is escaped."""
    path = ROOMS / room / ("method.md" if chinese else "method.en.md")
    text = path.read_text(encoding="utf-8").split("\n", 1)[1]
    html: str = MarkdownIt("js-default").render(text)
    return mark_safe(html)  # noqa: S308 - our own file, HTML off
