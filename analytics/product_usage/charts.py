"""Turn product usage into charts 图表; a bar leads to its product or its unit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

from analytics.product_usage.compute import Usage
from core.charts import Bar, Drawing, Line, bar_by_unit, line_trend
from core.month import Month


def penetration_chart(rows: Sequence[Usage], urls: Mapping[str, str]) -> Drawing:
    """Draw groups using 使用集团数 with their share of groups 集团渗透率."""
    bars = [
        Bar(
            label=row.name,
            value=row.n_groups_using,
            url=urls.get(row.code, ""),
            ratio=row.group_penetration,
        )
        for row in rows
    ]
    return bar_by_unit(bars, label=_("使用集团数"), ratio_label=_("集团渗透率"))


def users_chart(
    months: Sequence[Month], lines: Sequence[tuple[str, Sequence[float | None]]]
) -> Drawing:
    """Draw users 用户数（户次） of some products over 13 months."""
    drawn = [Line(name, tuple(values)) for name, values in lines]
    return line_trend(months, drawn, measure="people")
