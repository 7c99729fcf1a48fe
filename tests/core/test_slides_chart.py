"""Figures become native charts: a waterfall stands on a base that is not drawn."""

from __future__ import annotations

import io
import zipfile

from django.utils import translation
from pptx import Presentation

from core.chart_trend import Line, line_trend
from core.chart_waterfall import Step, waterfall
from core.exports import Notes
from core.month import Month
from core.parts import ChartCard
from core.slides import Deck, write_deck
from core.slides_chart import plans_of
from core.slides_look import new_presentation

NOTES = Notes((("范围", "全省"),))


def drawn(drawing):
    card = ChartCard("x", "图", drawing, unit="分")
    deck = Deck("题", "全省", (), (), (), (card,), None, NOTES, "脚")
    slides = list(Presentation(io.BytesIO(write_deck(deck))).slides)
    return next(shape.chart for shape in slides[1].shapes if shape.has_chart)


def test_a_waterfall_keeps_its_steps_and_its_ends():
    drawing = waterfall(Step("起", 50), [Step("升", 8), Step("降", -3)], Step("止", 55))
    (plan,) = plans_of(drawing)
    base, steps = plan.series
    assert base.hidden
    assert base.values[1:3] == (50, 55)
    assert steps.values[1:3] == (8, 3)
    assert [b + s for b, s in zip(base.values, steps.values, strict=True)] == [50, 58, 58, 55]
    chart = drawn(drawing)
    assert chart.value_axis.minimum_scale == plan.floor
    assert not chart.has_legend


def test_a_step_across_zero_is_cut_there():
    drawing = waterfall(Step("起", 2), [Step("降", -5)], Step("止", -3))
    (plan,) = plans_of(drawing)
    base, above, below = plan.series
    assert (base.values[1], above.values[1], below.values[1]) == (0, 2, -3)


def test_a_month_without_a_value_stays_a_gap():
    months = [Month(2026, 8), Month(2026, 9), Month(2026, 10)]
    with translation.override("zh-hans"):
        chart = drawn(line_trend(months, [Line("数", (1, None, 3))]))
    assert list(chart.plots[0].series[0].values) == [1, None, 3]
    assert list(chart.plots[0].categories) == ["2026年8月", "2026年9月", "2026年10月"]


def test_the_theme_names_a_chinese_font():
    made = new_presentation()
    file = io.BytesIO()
    made.save(file)
    theme = zipfile.ZipFile(file).read("ppt/theme/theme1.xml").decode()
    assert '<a:ea typeface="微软雅黑"/>' in theme
    assert "Calibri" not in theme
