"""Stand for an amount that is hidden 屏蔽, and say so in cells, files, slides and cards."""

from __future__ import annotations

from enum import Enum
from typing import Final

from django.utils.translation import gettext as _


class Masked(Enum):
    """Say why nothing is shown: too few groups behind it, or what could be told from it."""

    FEW = "<3"
    WITHHELD = "masked"

    def __str__(self) -> str:
        """Return ``<3`` where only one or two groups are behind it, else that it is masked."""
        return self.value if self is Masked.FEW else _("已屏蔽")


FEW_MASKED: Final = Masked.FEW
MASKED: Final = Masked.WITHHELD
