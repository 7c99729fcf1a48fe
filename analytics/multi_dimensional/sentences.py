"""Say the findings 本月要点 of a pivot: the whole, and where most of it lies."""

from __future__ import annotations

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from analytics.multi_dimensional.compute import Pivot, PivotRow
from analytics.wording import NOTHING, sentence, strong
from core import formats


def _said(value: int, *, money: bool, unit: str) -> str:
    if money:
        return str(formats.money(value))
    return f"{formats.number(value)} {unit}" if formats.is_chinese() else formats.number(value)


def whole(place: str, label: str, value: int | None, *, money: bool, unit: str) -> SafeString:
    """Say how much it is altogether; or that it is not known."""
    if value is None:
        return sentence([format_html(_("{place}本月没有{label}数据"), place=place, label=label)])
    amount = strong(_said(value, money=money, unit=unit))
    text = _("{place}{label}合计 {amount}")
    return sentence([format_html(text, place=place, label=label, amount=amount)])


def greatest(pivot: Pivot, *, money: bool, unit: str) -> SafeString:
    """Name the cell with the most, and its share of the whole; nothing where there is none."""
    names, total = dict(pivot.columns), pivot.total.total
    found: list[tuple[int, PivotRow, str]] = [
        (value, line, names[code])
        for line in pivot.rows
        for code, value in line.cells.items()
        if value
    ]
    if len(found) < 2 or not total or total < 0:
        return NOTHING
    value, line, column = max(found, key=lambda each: (each[0], each[1].code))
    text = _("最多的是{row} × {column}：{amount}，占 {share}")
    return sentence(
        [
            format_html(
                text, row=line.name, column=column,
                amount=strong(_said(value, money=money, unit=unit)),
                share=formats.ratio(value / total),
            )
        ]
    )  # fmt: skip
