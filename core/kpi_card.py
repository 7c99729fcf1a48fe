"""Turn an indicator and its numbers into a KPI card 指标卡."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from core import formats
from core.indicator import Indicator
from core.parts import Change, Kpi, Words

_DIFFERENCE_UNITS = frozenset({"ratio", "points", "score"})


def change_of(
    label: Words, indicator: Indicator, now: float | None, before: float | None
) -> Change:
    """Compare two months 环比/同比: relative for counts and money, a difference for ratios."""
    if now is None or before is None:
        return Change(label, None, formats.NO_VALUE, reason=_("对比月份没有数据"))
    step = now - before
    if indicator.unit in _DIFFERENCE_UNITS:
        fine = 1 if indicator.places is None else indicator.places  # as the value itself shows
        text = (
            formats.number(step, 1, plus=True)
            if indicator.unit == "score"
            else str(formats.points(step, places=fine))
        )
        return _told(label, step, text, indicator)
    if not before:
        return Change(label, None, formats.NO_VALUE, reason=_("对比月份为 0，无法计算变化率"))
    share = step / abs(before)
    return _told(label, share, f"{formats.number(share * 100, 1, plus=True)}%", indicator)


def _told(label: Words, step: float, text: str, indicator: Indicator) -> Change:
    """Keep arrow and colour true to what is written: what rounds to zero did not move."""
    if formats.is_zero(text):
        return Change(label, 0.0, text.lstrip("+" + formats.MINUS), indicator.better)
    return Change(label, step, text, indicator.better)


def kpi_card(
    indicator: Indicator,
    value: float | None,
    *,
    month_ago: float | None = None,
    year_ago: float | None = None,
    history: Sequence[float | None] = (),
    url: str = "",
    reason: Words = "",
    note: Words = "",
) -> Kpi:
    """Build the card of one indicator 指标卡; ``reason`` says why a value is missing."""
    chinese = formats.is_chinese()
    return Kpi(
        code=indicator.code,
        label=indicator.label_zh if chinese else indicator.label_en,
        value=formats.of_unit(value, indicator.unit, places=indicator.places),
        changes=(
            change_of(_("环比"), indicator, value, month_ago),
            change_of(_("同比"), indicator, value, year_ago),
        ),
        history=tuple(history),
        definition=indicator.formula_zh if chinese else indicator.formula_en,
        url=url,
        reason=reason,
        ratio=value if indicator.unit == "ratio" and indicator.target is not None else None,
        target=indicator.target,
        note=note,
    )
