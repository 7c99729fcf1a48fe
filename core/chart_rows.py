"""Lay chart cards out in rows of twelve columns: the last card of a row that is not full grows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from core.parts import ChartCard

COLUMNS = 12


def in_full_rows(cards: Sequence[ChartCard]) -> tuple[ChartCard, ...]:
    """Return the cards with spans such that no row ends in a hole."""
    laid: list[ChartCard] = []
    used = 0
    for card in cards:
        if laid and used + card.span > COLUMNS:
            laid[-1] = replace(laid[-1], span=laid[-1].span + COLUMNS - used)
            used = 0
        laid.append(card)
        used += card.span
    if laid:
        laid[-1] = replace(laid[-1], span=laid[-1].span + COLUMNS - used)
    return tuple(laid)
