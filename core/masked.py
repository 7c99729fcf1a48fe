"""Stand for an amount that is hidden 屏蔽; ``core.cells.masked_text`` says so to readers."""

from __future__ import annotations

from enum import Enum
from typing import Final


class Masked(Enum):
    """Say why nothing is shown: too few groups behind it, or what could be told from it."""

    FEW = "<3"
    WITHHELD = "已屏蔽"

    def __str__(self) -> str:
        return self.value


FEW_MASKED: Final = Masked.FEW
MASKED: Final = Masked.WITHHELD
