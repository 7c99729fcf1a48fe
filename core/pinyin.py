"""Order short Chinese names the way a Chinese reader expects: by pinyin 拼音, not by code point."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from pypinyin import lazy_pinyin


@lru_cache(maxsize=4096)
def _spelled(text: str) -> str:
    return " ".join(lazy_pinyin(text)).casefold()


def sort_key(value: Any) -> Any:
    """Return what to compare: numbers as they are, texts by pinyin with the text as tie-break."""
    return (_spelled(value), value) if isinstance(value, str) else value
