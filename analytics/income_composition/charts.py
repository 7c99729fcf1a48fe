"""Turn the composition into charts 图表: shares by unit, shares over months, mix and rate."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from django.utils.translation import gettext as _

from analytics.income_composition.compute import Effect, UnitFees
from analytics.income_composition.tables import fee_labels
from core import formats
from core.chart_note import not_drawn
from core.chart_stack import PART_TOKENS, Part, Stack, stacked_bars
from core.charts import ChartTable, Drawing, Line, line_trend, measure_text
from core.month import Month

MOST_BARS = 30


def shares_chart(units: Sequence[UnitFees], link: Callable[[str], str]) -> Drawing:
    """Draw the six shares 构成 of each unit; the card names units that are masked."""
    drawn = [unit for unit in units if not unit.masked and unit.fee_total_li][:MOST_BARS]
    stacks = [Stack(unit.name, unit.shares, link(unit.code)) for unit in drawn]
    drawing = stacked_bars([Part(label) for label in fee_labels()], stacks, measure="ratio")
    masked = [unit.name for unit in units if unit.masked]
    without = [unit.name for unit in units if not unit.masked and not unit.fee_total_li]
    return replace(drawing, note=not_drawn(masked, without))


def trend_chart(
    months: Sequence[Month], share_series: Callable[[int], tuple[float | None, ...]]
) -> Drawing:
    """Draw the six shares 走势 over the months."""
    lines = [
        Line(label, share_series(place), PART_TOKENS[place])
        for place, label in enumerate(fee_labels())
    ]
    return line_trend(months, lines, measure="ratio")


def effects_chart(found: Sequence[Effect]) -> Drawing:
    """Draw each fee's change of share as mix and rate 份额变化分解, in percentage points."""
    labels = fee_labels()
    stacks = [
        Stack(label, (effect.mix, effect.rate)) for label, effect in zip(labels, found, strict=True)
    ]
    parts = (Part(_("结构效应"), "$rest"), Part(_("费率效应"), "$accent"))
    drawing = stacked_bars(parts, stacks, measure="ratio", points=True)
    headings = (
        _("费用"), _("上期金额"), _("本期金额"), _("上期占比"), _("本期占比"), _("变化"),
        _("结构效应"), _("费率效应"),
    )  # fmt: skip
    rows = tuple(
        (
            label,
            measure_text(effect.before_li, "li"),
            measure_text(effect.now_li, "li"),
            formats.ratio(effect.share_before, 2),
            formats.ratio(effect.share_now, 2),
            str(formats.points(effect.share_now - effect.share_before, places=2)),
            str(formats.points(effect.mix, places=2)),
            str(formats.points(effect.rate, places=2)),
        )
        for label, effect in zip(labels, found, strict=True)
    )
    return Drawing(drawing.figure, ChartTable(headings, rows))
