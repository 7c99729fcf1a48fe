"""Write a presentation 演示文稿 of a page: what it says, its figures, charts, table and notes.

Everything comes from the page's own parts, so a slide never shows more than the page does.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from pptx.util import Emu, Inches, Pt

from core.chart_axis import text_width
from core.exports import Notes
from core.parts import ChartCard, Kpi
from core.slides_chart import is_heat_map, plans_of, unit_of
from core.slides_look import (
    BODY_HEIGHT,
    BODY_WIDTH,
    HEIGHT,
    LEFT,
    TOP,
    add_slide,
    add_text,
    colour,
    new_presentation,
    style,
)
from core.slides_native import draw_chart
from core.slides_table import Cell, draw_table, heat_lines, kpi_lines, shown_of, view_lines
from core.table_view import TableView

PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
_LINES_A_SLIDE, _EM_A_LINE = 15, 50
_NOTES_INCHES, _EM_A_NOTE = 4.9, 54


@dataclass(frozen=True, slots=True)
class Said:
    """Be some paragraphs under a heading 解读."""

    heading: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Deck:
    """Be all that stands on the slides; parts that are empty have no slide."""

    title: str
    place: str
    facts: tuple[tuple[str, str], ...]
    said: tuple[Said, ...]
    kpis: tuple[Kpi, ...]
    charts: tuple[ChartCard, ...]
    table: TableView | None
    notes: Notes
    footer: str


def write_deck(deck: Deck) -> bytes:
    """Return the presentation as the bytes of a .pptx file."""
    made = new_presentation()
    _title_slide(made, deck)
    _said_slides(made, deck)
    if deck.kpis:
        slide = add_slide(made, _("关键指标"), deck.place, deck.footer)
        draw_table(slide, kpi_lines(deck.kpis), size=14, row=0.38)
    for card in deck.charts:
        _chart_slide(made, card, deck.footer)
    if deck.table is not None and deck.table.rows:
        facts = shown_of(deck.table)
        slide = add_slide(made, str(deck.table.table.title), facts, deck.footer)
        draw_table(slide, view_lines(deck.table), size=11, row=0.32)
    _notes_slides(made, deck)
    file = io.BytesIO()
    made.save(file)
    return file.getvalue()


def _title_slide(made: Any, deck: Deck) -> None:
    slide = add_slide(made, deck.title)
    band = slide.shapes.add_shape(1, 0, 0, Inches(0.28), HEIGHT)
    band.fill.solid()
    band.fill.fore_color.rgb = colour("$accent")
    band.line.fill.background()
    band.name = "band"
    head = slide.shapes.title
    head.top, head.height = Inches(2.1), Inches(0.9)
    head.text_frame.paragraphs[0].runs[0].font.size = Pt(40)
    place = (LEFT, Inches(3.0), BODY_WIDTH, Inches(0.6))
    add_text(slide, deck.place, place, size=22, token="$accent")  # noqa: S106 - a colour
    for i, (label, text) in enumerate(deck.facts):
        place = (LEFT, Inches(3.9 + 0.36 * i), BODY_WIDTH, Inches(0.36))
        add_text(slide, f"{label}　{text}", place, size=15)


def _said_slides(made: Any, deck: Deck) -> None:
    for i, page in enumerate(_pages_of(deck.said)):
        title = _("本月要点") if i == 0 else _("本月要点（续）")
        slide = add_slide(made, title, deck.place, deck.footer)
        frame = slide.shapes.add_textbox(LEFT, TOP, BODY_WIDTH, BODY_HEIGHT).text_frame
        frame.word_wrap = True
        for j, (text, is_heading) in enumerate(page):
            paragraph = frame.paragraphs[0] if j == 0 else frame.add_paragraph()
            token = "$accent" if is_heading else "$ink"
            style(paragraph, text, size=17 if is_heading else 16, token=token, bold=is_heading)
            paragraph.space_after = Pt(6)


def _pages_of(said: Sequence[Said]) -> list[list[tuple[str, bool]]]:
    """Lay paragraphs out on slides, each as full as fits; a heading stays with what it heads."""
    pages: list[list[tuple[str, bool]]] = []
    room = 0
    for section in said:
        lines = [(section.heading, True)] if section.heading else []
        lines += [(text, False) for text in section.paragraphs]
        for i, (text, is_heading) in enumerate(lines):
            below = lines[i + 1][0] if is_heading and len(lines) > 1 else ""
            if _lines_of(text) + (_lines_of(below) if below else 0) > room:
                pages.append([])
                room = _LINES_A_SLIDE
            pages[-1].append((text, is_heading))
            room -= _lines_of(text)
    return pages


def _lines_of(text: str) -> int:
    return 1 + int(text_width(text) / _EM_A_LINE)


def _chart_slide(made: Any, card: ChartCard, footer: str) -> None:
    figure = card.drawing.figure
    facts = (unit_of(figure, str(card.unit)), card.when, str(card.scope), _source(card))
    said = " · ".join(each for each in facts if each)
    slide = add_slide(made, str(card.title), said, footer)
    if is_heat_map(card.drawing):
        draw_table(slide, heat_lines(card.drawing), size=12)
        return
    plans = plans_of(card.drawing, str(card.title))
    widths = _split(len(plans))
    left = LEFT
    for plan, width in zip(plans, widths, strict=True):
        draw_chart(slide, plan, (left, TOP, width, BODY_HEIGHT), f"{card.title} {plan.title}")
        left = Emu(left + width)


def _source(card: ChartCard) -> str:
    return f"{_('来源')} {card.source}" if card.source else ""


def _split(n_charts: int) -> list[Emu]:
    if n_charts == 1:
        return [BODY_WIDTH]
    main = Emu(int(BODY_WIDTH * 0.6))
    return [main, *[Emu((BODY_WIDTH - main) // (n_charts - 1))] * (n_charts - 1)]


def _notes_slides(made: Any, deck: Deck) -> None:
    for i, page in enumerate(_note_pages([*deck.notes.lines, *deck.notes.definitions])):
        title = _("说明与指标口径") if i == 0 else _("说明与指标口径（续）")
        slide = add_slide(made, title, deck.place, deck.footer)
        shown = [(Cell(label, bold=True), Cell(text)) for label, text in page]
        table = draw_table(slide, [(Cell(_("项目")), Cell(_("说明"))), *shown], size=12, row=0.34)
        table.columns[0].width = Inches(2.6)
        table.columns[1].width = Emu(BODY_WIDTH - Inches(2.6))


def _note_pages(notes: Sequence[tuple[str, str]]) -> list[list[tuple[str, str]]]:
    """Lay notes out on slides; a long definition takes several lines."""
    pages: list[list[tuple[str, str]]] = []
    room = 0.0
    for label, text in notes:
        taken = 0.14 + 0.2 * (1 + int(text_width(text) / _EM_A_NOTE))
        if taken > room:
            pages.append([])
            room = _NOTES_INCHES
        pages[-1].append((label, text))
        room -= taken
    return pages
