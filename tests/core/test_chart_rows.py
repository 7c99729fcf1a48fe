"""Rows of chart cards are full, trends begin where their history does."""

from __future__ import annotations

import pytest

from core import charts
from core.chart_rows import in_full_rows
from core.month import Month

MONTHS = [Month(2026, 7), Month(2026, 8), Month(2026, 9), Month(2026, 10)]


def cards(*spans):
    drawing = charts.line_trend(MONTHS, [charts.Line("a", (1, 2, 3, 4))])
    return [charts.ChartCard(f"c{i}", "图", drawing, span=span) for i, span in enumerate(spans)]


@pytest.mark.parametrize(
    ("asked", "laid"),
    [
        ((), ()),
        ((6,), (12,)),
        ((6, 6), (6, 6)),
        ((7, 5, 6), (7, 5, 12)),
        ((12, 6, 6), (12, 6, 6)),
        ((6, 12, 4, 4), (12, 12, 4, 8)),
    ],
)
def test_no_row_of_charts_ends_in_a_hole(asked, laid):
    assert tuple(card.span for card in in_full_rows(cards(*asked))) == laid


def test_months_before_the_first_value_are_left_out_and_gaps_stay():
    lines = [
        charts.Line("a", (None, 2, None, 4)),
        charts.Line("b", (None, None, 5, 6)),
    ]
    drawing = charts.line_trend(MONTHS, lines)
    assert [row[0] for row in drawing.table.rows] == ["2026年8月", "2026年9月", "2026年10月"]
    assert [trace["y"] for trace in drawing.figure["data"]] == [[2, None, 4], [None, 5, 6]]


def test_a_single_month_stands_on_an_axis_from_nought():
    drawing = charts.line_trend(MONTHS, [charts.Line("a", (None, None, None, 4293))])
    axis = drawing.figure["layout"]["yaxis"]
    assert axis["tickvals"][0] == 0 and len(set(axis["ticktext"])) == len(axis["ticktext"])
