"""Read slides without drawing each of them: drawing takes most of a crawl and adds no word.

The first presentation of each page is the real file; it must hold nothing that the words of its
deck do not, so the others are searched by their words alone.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from core.slides import Deck, write_deck
from core.slides_chart import is_heat_map, plans_of
from core.slides_table import heat_lines, kpi_lines, view_lines
from tests.canary.canaries import found_in
from tests.canary.crawl import words_of

#: What a slide, its charts and their workbooks show; the other numbers of the file are places.
SHOWN = re.compile(r"<(?:\w+:)?[tv](?:\s[^>]*)?>([^<]+)<")


def writer() -> Callable[[Deck], bytes]:
    """Return what stands in for ``write_deck`` during one crawl."""
    drawn: set[str] = set()

    def write(deck: Deck) -> bytes:
        words = " ".join(words_in(told(deck)))
        if deck.title in drawn:
            return words.encode()
        drawn.add(deck.title)
        real = write_deck(deck)
        missed = rounded(" ".join(SHOWN.findall(words_of(real)))) - rounded(words)
        assert not missed, f"the slides of {deck.title} say more than their deck: {missed}"
        return real

    return write


def rounded(words: str) -> set[str]:
    """Return what words may betray; a workbook keeps the last digits of a fraction otherwise."""
    return {f"{float(each):.12g}" if each[0].isdigit() else each for each in found_in(words)}


def told(deck: Deck) -> Iterator[Any]:
    """Yield all that the slides of a deck say."""
    yield from (deck.title, deck.place, deck.facts, deck.said, deck.notes, deck.footer)
    if deck.kpis:
        yield kpi_lines(deck.kpis)
    for card in deck.charts:
        yield from (card.title, card.unit, card.month, card.scope, card.source)
        drawing = card.drawing
        yield heat_lines(drawing) if is_heat_map(drawing) else plans_of(drawing, str(card.title))
    if deck.table is not None and deck.table.rows:
        yield deck.table.table.title
        yield view_lines(deck.table)


def words_in(value: Any) -> Iterator[str]:
    """Yield every word and number within a value, as text."""
    if dataclasses.is_dataclass(value):
        value = [getattr(value, each.name) for each in dataclasses.fields(value)]
    if isinstance(value, Mapping):
        value = [*value.keys(), *value.values()]
    if isinstance(value, (list, tuple, set, frozenset, Iterator)):
        for each in value:
            yield from words_in(each)
    else:
        yield str(value)
