"""Draw a backtest 历史回测: alerts over the months, the trade of a threshold, precision by rule."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from alerts.backtest import WITHIN, Point, Replay
from alerts.backtest_queries import Backtest
from alerts.threshold_words import rule_name, value_said
from core.charts import Bar, Drawing, Line, bar_by_unit, line_trend


def months_chart(found: Backtest) -> Drawing:
    """Draw the new alerts of each month, as stored and with the value tried."""
    lines = [Line(_("当时实际"), _new(found.stored), "$accent")]
    if found.tried is not None:
        lines.append(Line(_("按试算值"), _new(found.tried), "$second"))
    return line_trend(found.months, lines)


def _new(replayed: Replay) -> tuple[float | None, ...]:
    return tuple(each.tally.n_new if each.is_known else None for each in replayed.months)


def sweep_chart(code: str, points: Sequence[Point], chosen: Point | None, tried: float) -> Drawing:
    """Draw new alerts and the share of account managers within the budget by value."""
    bars = [
        Bar(
            value_said(code, each.value),
            each.n_new,
            ratio=each.within,
            token="$good" if each is chosen else "$second" if each.value == tried else "$accent",
            note=_("建议值") if each is chosen else _("试算值") if each.value == tried else "",
        )
        for each in points
    ]
    return bar_by_unit(bars, label=_("新告警数"), ratio_label=_("不超上限占比"), target=WITHIN)


def rules_chart(replayed: Replay) -> Drawing:
    """Draw alerts and precision by rule."""
    bars = [
        Bar(rule_name(rule), tally.n_new, ratio=tally.precision)
        for rule, tally in replayed.rules.items()
    ]
    return bar_by_unit(bars, label=_("新告警数"), ratio_label=_("准确率"))
