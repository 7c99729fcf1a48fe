"""Say which months the calls of a month are held against: January and February count as one.

The Spring Festival 春节 falls into either, so neither can be judged alone. Their period stands at
February: its level is the outgoing minutes of both months over the working days of both. January
is not evaluable for calls; the six periods before any month skip it.
"""

from __future__ import annotations

from alerts.rules import N_HISTORY
from core.month import Month

JANUARY, FEBRUARY = 1, 2


def is_judged(month: Month) -> bool:
    """Tell whether a month closes a period of calls; January waits for February."""
    return month.month != JANUARY


def months_of(period: Month) -> tuple[Month, ...]:
    """Return the months a period pools."""
    return (period.plus(-1), period) if period.month == FEBRUARY else (period,)


def periods_before(month: Month, count: int = N_HISTORY) -> tuple[Month, ...]:
    """Return the periods before a month, oldest first."""
    found: list[Month] = []
    back = month.plus(-1)
    while len(found) < count:
        if is_judged(back):
            found.append(back)
        back = back.plus(-1)
    return tuple(reversed(found))


def months_before(month: Month, count: int = N_HISTORY) -> tuple[Month, ...]:
    """Return the plain months before a month, oldest first."""
    return tuple(month.plus(-back) for back in range(count, 0, -1))
