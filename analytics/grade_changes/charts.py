"""Turn the changes of grades into charts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

from analytics.grade_changes.compute import (
    CAUSES,
    MATRIX_COLUMNS,
    SMALL_ROW,
    WAYS,
    MatrixRow,
    UnitChanges,
)
from analytics.grade_changes.words import CAUSES as CAUSE_WORDS
from analytics.grade_changes.words import GRADES as GRADE_WORDS
from analytics.grade_changes.words import WAYS as WAY_WORDS
from core import formats
from core.chart_heat import Heat, heat_map
from core.chart_stack import Part, Stack, stacked_bars
from core.charts import Bar, Drawing, Line, horizontal_bars, line_trend
from core.month import Month


def units_chart(units: Sequence[UnitChanges], urls: Mapping[str, str]) -> Drawing:
    """Draw upgrades to the right and downgrades to the left of each unit."""
    drawn = sorted(units, key=lambda unit: (-unit.net, unit.code))
    stacks = [
        Stack(each.name, (each.n_up, -each.n_down), urls.get(each.code, "")) for each in drawn
    ]
    parts = [Part(_("升级"), "$good"), Part(_("降级"), "$bad")]
    return stacked_bars(parts, stacks, measure="count", opposed=True)


def ways_chart(whole: UnitChanges) -> Drawing:
    """Draw every way with its number; its share stands in hover and table."""
    bars = [
        Bar(str(WAY_WORDS[way]), whole.ways[way], ratio=whole.way_share(way),
            note=formats.ratio(whole.way_share(way)))
        for way in WAYS
    ]  # fmt: skip
    return horizontal_bars(bars, label=_("集团数"))


def causes_chart(whole: UnitChanges) -> Drawing:
    """Draw how many of the changes each cause made; together they are all of them."""
    n = whole.n_changed
    bars = [
        Bar(
            str(CAUSE_WORDS[cause]), whole.cause(cause), ratio=whole.cause(cause) / n if n else None
        )
        for cause in CAUSES
    ]
    return horizontal_bars(bars, label=_("集团数"))


def matrix_chart(matrix: Sequence[MatrixRow]) -> Drawing:
    """Draw the migration matrix: a row is a grade before, a column the grade now."""
    shown = [row for row in matrix if row.n]
    columns = [str(GRADE_WORDS[grade]) for grade in MATRIX_COLUMNS]
    names = [_row_name(row) for row in shown]
    cells = [_cells(row, columns) for row in shown]
    return heat_map(names, columns, cells, corner=_("上一账期等级"), highest=1.0)


def _row_name(row: MatrixRow) -> str:
    return f"{GRADE_WORDS[row.from_grade]} ({formats.number(row.n)})"


def _cells(row: MatrixRow, columns: Sequence[str]) -> list[Heat]:
    shares, name, found = row.shares, str(GRADE_WORDS[row.from_grade]), []
    for place, count in enumerate(row.counts):
        said = formats.number(count)
        hover = f"{name} → {columns[place]}<br><b>{said}</b>"
        if not count:
            found.append(Heat(None, "·", hover))
        elif shares is None:
            words = _("{n} 个").format(n=said)
            few = _("不足 {n} 个，只显示个数").format(n=SMALL_ROW)
            found.append(Heat(0.0, words, f"{hover}<br>{few}"))
        else:
            share = formats.ratio(shares[place])
            found.append(Heat(shares[place], share, f"{hover}<br>{share}"))
    return found


def trend_chart(
    months: Sequence[Month], ups: Sequence[float | None], downs: Sequence[float | None]
) -> Drawing:
    """Draw upgrades and downgrades over 13 months."""
    lines = [
        Line(_("升级集团数"), tuple(ups), "$good"),
        Line(_("降级集团数"), tuple(downs), "$bad"),
    ]
    return line_trend(months, lines)
