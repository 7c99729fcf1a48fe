"""Draw what the slides of the home report 首页报告 add to its sentences; the page has none."""

from __future__ import annotations

from django.utils.translation import gettext as _

from analytics.home.room import HomeReading
from analytics.indicators import ICT, N_A_CLASS, PERSONAL_BILL, TOTAL_INCOME, UNIFIED_PAY
from analytics.kpi import sparkline_months
from core import formats
from core.chart_axis import Measure
from core.charts import Bar, Line, bar_by_unit, line_trend
from core.indicator import Indicator
from core.parts import ChartCard, Drawing, Words

MOST_BARS = 30


def slide_charts(home: HomeReading) -> tuple[ChartCard, ...]:
    """Return the months of incomes and A groups, and the income of the lower units."""
    income = _trend(home, (TOTAL_INCOME, PERSONAL_BILL, UNIFIED_PAY, ICT), "li")
    cards = [
        _card(home, "income", _("收入走势"), income, formats.money_unit("yuan")),
        _card(home, "a_class", _("A级集团数走势"), _trend(home, (N_A_CLASS,), "count"), _("个")),
        *_by_unit(home),
    ]
    return tuple(card for card in cards if not card.drawing.is_bare)


def _trend(home: HomeReading, shown: tuple[Indicator, ...], measure: Measure) -> Drawing:
    """Draw the cards' own 13 months."""
    series = {kpi.indicator: kpi.series for kpi in home.kpis}
    chinese = formats.is_chinese()
    lines = [
        Line(each.label_zh if chinese else each.label_en, tuple(series[each])) for each in shown
    ]
    return line_trend(sparkline_months(home.month), lines, measure=measure)


def _by_unit(home: HomeReading) -> tuple[ChartCard, ...]:
    """Return the units' incomes, the largest first; none at an account manager."""
    if home.level is None:
        return ()
    code = TOTAL_INCOME.numerator
    known = [each for each in home.units if each.measures.get(code) is not None]
    known.sort(key=lambda each: (-int(each.measures[code] or 0), each.code))
    most = known[:MOST_BARS]
    named = home.with_names(most, [each.code for each in most if not each.name])
    bars = [Bar(each.name, each.measures[code]) for each in named]
    titles = {"city": _("各地市集团整体收入"), "county": _("各县区集团整体收入")}
    title = titles.get(home.level, _("各客户经理集团整体收入"))
    drawing = bar_by_unit(bars, measure="li", label=_("集团整体收入"))
    return (_card(home, "units", title, drawing, formats.money_unit("yuan")),)


def _card(home: HomeReading, name: str, title: Words, drawing: Drawing, unit: Words) -> ChartCard:
    return ChartCard(
        name=name,
        title=title,
        drawing=drawing,
        unit=unit,
        scope=home.place,
        month=home.month,
        source=_("月度组织汇总"),
        span=12,
    )
