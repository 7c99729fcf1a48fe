"""Turn grading results into charts 图表; every bar of a unit leads to that unit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

from analytics.grading.compute import GRADES, Band, UnitGrades
from core.charts import (
    GRADE_TOKENS,
    Bar,
    Cut,
    Drawing,
    Line,
    bar_by_unit,
    grade_pyramid,
    histogram,
    line_trend,
)
from core.month import Month

RATED_GRADES = GRADES[:-1]


def units_chart(
    units: Sequence[UnitGrades], urls: Mapping[str, str], *, in_order: bool = False
) -> Drawing:
    """Draw groups and share of A 集团客户数与A级占比 by unit; ``in_order`` of codes, not height."""
    bars = [
        Bar(label=unit.name, value=unit.n_groups, url=urls.get(unit.code, ""), ratio=unit.share_a)
        for unit in sorted(units, key=lambda unit: (0 if in_order else -unit.n_groups, unit.code))
    ]
    return bar_by_unit(bars, label=_("集团客户数"), ratio_label=_("A级占比"))


def pyramid_chart(unit: UnitGrades, urls: Mapping[str, str]) -> Drawing:
    """Draw the grade pyramid 等级金字塔 of effective grades."""
    counts = dict(zip(RATED_GRADES, unit.grades[:-1], strict=True))
    return grade_pyramid(counts, urls=urls, rest=unit.grades[-1])


def distribution_chart(bands: Sequence[Band], cuts: Sequence[float]) -> Drawing:
    """Draw the score distribution 评分分布; ``cuts`` are the least scores for A1, A2, B1, B2."""
    marks = [Cut(grade, cut) for grade, cut in zip(RATED_GRADES, cuts, strict=False)]
    return histogram(
        [bands[0].low, *(band.high for band in bands)],
        [band.n_groups for band in bands],
        cuts=marks,
        tokens=[_token_of(band, cuts) for band in bands],
        label=_("集团数"),
    )


def _token_of(band: Band, cuts: Sequence[float]) -> str:
    """Colour a band like the grade it lies in whole; a band that a cut divides stays neutral."""
    if not cuts:
        return "$accent"
    edges = (float("inf"), *cuts, float("-inf"))
    for rank, grade in enumerate(RATED_GRADES):
        if band.low >= edges[rank + 1] and band.high <= edges[rank]:
            return GRADE_TOKENS[grade]
        if rank == 0 and band.low >= edges[1]:
            return GRADE_TOKENS[grade]
    return "$rest"


def movement_chart(
    months: Sequence[Month], ups: Sequence[float | None], downs: Sequence[float | None]
) -> Drawing:
    """Draw upgrades and downgrades 等级升降 over the months."""
    lines = [
        Line(_("升级集团数"), tuple(ups), "$good"),
        Line(_("降级集团数"), tuple(downs), "$bad"),
    ]
    return line_trend(months, lines)
