"""Turn stored 厘 (``_li``, 1 元 = 1000 厘) into 元 and 万元 for people.

Money is bigint 厘 from the extract to the page; only here does it become a decimal text.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

LI_PER_YUAN = 1000
LI_PER_WAN = 10_000 * LI_PER_YUAN


def yuan(li: int) -> Decimal:
    """Return 元, exact."""
    return Decimal(li) / LI_PER_YUAN


def wan_yuan(li: int, places: int = 2) -> Decimal:
    """Return 万元 rounded half up to ``places``."""
    return (Decimal(li) / LI_PER_WAN).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
