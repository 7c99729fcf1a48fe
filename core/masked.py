"""Stand for an amount that is hidden because only one or two groups are behind it 屏蔽."""

from __future__ import annotations

from enum import Enum
from typing import Final, Literal


class _Masked(Enum):
    """Be the one value of its kind, so that ``is MASKED`` narrows types."""

    HIDDEN = "<3"

    def __str__(self) -> str:
        return self.value


MASKED: Final = _Masked.HIDDEN
Masked = Literal[_Masked.HIDDEN]
