"""What a deck says is found on its slides, whether they are drawn or only read."""

from __future__ import annotations

from core.chart_waterfall import Step, waterfall
from core.exports import Notes
from core.parts import ChartCard
from core.slides import Deck, Said
from tests.canary.canaries import found_in
from tests.canary.crawl import words_of
from tests.canary.decks import writer

CHART = waterfall(Step("起", 1_234_567), [Step("QM10010", 34_567_812)], Step("止", 35_802_379))
DECK = Deck(
    title="题QU1000",
    place="QN1001",
    facts=(("范围", "QP1001"),),
    said=(Said("要点", ("收入 7,654,321.5 元",)),),
    kpis=(),
    charts=(ChartCard("x", "图QF10010", CHART),),
    table=None,
    notes=Notes((("口径", "QK1001"),)),
    footer="QS1001",
)
MARKS = {"QU1000", "QN1001", "QP1001", "QM10010", "QF10010", "QK1001", "QS1001"}
AMOUNTS = {"7654321.5", "1234567"}


def test_what_a_deck_says_is_found_drawn_and_read_alike():
    write = writer()
    drawn, read = write(DECK), write(DECK)
    assert drawn[:2] == b"PK" != read[:2]
    for file in (drawn, read):
        assert found_in(words_of(file)) >= MARKS | AMOUNTS
