"""Work out alerts month by month in plain Python, as the derivation's docstring tells it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass
class Episode:
    """Be one alert of one group and rule."""

    claim: int | None = None  # the alert people worked on
    cut: int | None = None  # the month it was resolved in
    starts: int = 0
    fired: list[int] = field(default_factory=list)
    clean: list[int] = field(default_factory=list)
    closed: int | None = None


def episodes(  # noqa: C901 - told in one go, so that it can be read beside the docstring
    said: Mapping[int, str], claims: Mapping[int, tuple[int, int | None]]
) -> tuple[list[Episode], set[int]]:
    """Return the episodes of one pair and the alerts that wait for their month.

    ``said``: published month → fired, clean or unjudged; ``claims``: anchor month → (alert, cut).
    """
    newest = max(said, default=-1)
    done: list[Episode] = []
    waiting = {alert for month, (alert, _cut) in claims.items() if month > newest}
    current: Episode | None = None

    def close(month: int) -> None:
        nonlocal current
        assert current is not None
        current.closed = month
        done.append(current)
        current = None

    for month in range(min([*said, *claims], default=0), newest + 1):
        if current and current.cut is not None and month > current.cut:
            close(current.cut)
        state = said.get(month)
        if month in claims:
            alert, cut = claims[month]
            is_strong = state == "fired" or cut is not None
            if current and current.claim is None:
                current.claim, current.cut = alert, cut
            elif is_strong:
                if current:
                    close(month)
                current = Episode(alert, cut, month)
            else:
                waiting.add(alert)
        if state == "fired":
            current = current or Episode(starts=month)
            current.fired.append(month)
            current.clean.clear()
        elif state == "clean" and current and current.fired:
            current.clean.append(month)
            if len(current.clean) == 2 and current.cut is None:
                close(month)
    if current:
        if current.cut is not None:
            close(current.cut)
        else:
            done.append(current)
    return done, waiting
