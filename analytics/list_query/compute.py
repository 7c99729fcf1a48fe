"""Read pasted group codes 名单: any separators, full-width too; pure.

Full-width letters, digits and marks are read as their narrow forms (NFKC). Order is kept; a code
that stands more than once is looked up once and named as repeated.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

MOST_CODES = 500
LONGEST_CODE = 40
LONGEST_TEXT = 100_000
_SEPARATORS = re.compile(r"[\s,;:|/\\、。·'\"“”‘’`<>()\[\]{}《》「」【】\x00-\x1f\x7f-\x9f]+")


class TooManyCodesError(ValueError):
    """Say that more codes came than one query looks up; ``n`` says how many."""

    def __init__(self, n: int) -> None:
        """Take the number of different codes."""
        super().__init__(f"{n} codes")
        self.n = n


class LongCodeError(ValueError):
    """Say that something is too long for a code; ``place`` counts from 1."""

    def __init__(self, place: int, text: str) -> None:
        """Take where it stands and how it begins."""
        super().__init__(text)
        self.place, self.text = place, text


@dataclass(frozen=True, slots=True)
class CodeList:
    """Be the codes asked for, each once in the order given, and those that came repeatedly."""

    codes: tuple[str, ...]
    repeated: tuple[str, ...]


def read_codes(text: str) -> CodeList:
    """Read codes out of pasted text.

    Raises:
        LongCodeError: if something is longer than a code can be.
        TooManyCodesError: if there are more than one query looks up.
    """
    plain = unicodedata.normalize("NFKC", text)
    counts: dict[str, int] = {}
    for place, code in enumerate((each for each in _SEPARATORS.split(plain) if each), start=1):
        if len(code) > LONGEST_CODE:
            raise LongCodeError(place, code[:LONGEST_CODE])
        counts[code] = counts.get(code, 0) + 1
    if len(counts) > MOST_CODES:
        raise TooManyCodesError(len(counts))
    return CodeList(tuple(counts), tuple(code for code, n in counts.items() if n > 1))
