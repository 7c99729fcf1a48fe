"""Order short Chinese names the way a Chinese reader expects: by pinyin 拼音, not by code point."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, cast


def syllables_of(text: str) -> list[str]:
    """Spell a text: one syllable a character; what is not Chinese stays, character by character."""
    # its dictionary takes half a second to load, which most processes never need
    from pypinyin import Style, lazy_pinyin  # noqa: PLC0415 - see above

    spelled: list[str] = lazy_pinyin(text, style=Style.NORMAL, errors=cast(Any, list))
    return spelled


@lru_cache(maxsize=4096)
def _spelled(text: str) -> str:
    return " ".join(syllables_of(text)).casefold()


def sort_key(value: Any) -> Any:
    """Return what to compare: numbers as they are, texts by pinyin with the text as tie-break."""
    return (_spelled(value), value) if isinstance(value, str) else value
