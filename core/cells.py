"""Render one table cell in Python: fifty rows of eleven cells must take milliseconds.

Formatting goes through fast paths (grouping is the same in both languages); only what varies with
the language asks Babel. Every text is escaped here, so the template prints the result as it is.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from html import escape
from typing import TYPE_CHECKING, Any

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from core import formats
from core.masked import FEW_MASKED, Masked
from core.month import Month

if TYPE_CHECKING:
    from core.table import Column

GRADES = ("A1", "A2", "B1", "B2", "C")
_NUMERIC = frozenset(
    {"int", "money", "ratio", "score", "delta", "points", "bar", "months", "milli"}
)


def is_numeric(kind: str) -> bool:
    """Tell whether a kind of column stands right-aligned in tabular figures."""
    return kind in _NUMERIC


def in_brackets(said: str) -> str:
    """Put words in the brackets of the reader's language."""
    return _("（{said}）").format(said=said)


def missing_html(reason: str = "") -> str:
    """Return ``—`` with its reason, readable for eye, pointer and screen reader."""
    if not reason:
        return '<span class="gc-missing">—</span>'
    safe = escape(reason)
    return (
        f'<span class="gc-missing" title="{safe}">—'
        f'<span class="visually-hidden">{in_brackets(safe)}</span></span>'
    )


def masked_text(value: Masked) -> str:
    """Say ``<3`` where only one or two groups are behind it, else that it is masked 已屏蔽."""
    return value.value if value is FEW_MASKED else _("已屏蔽")


def masked_html(value: Masked) -> str:
    """Return the chip 屏蔽 with its reason: hidden, which is neither missing nor 0."""
    reason = escape(_("涉及的集团少于 3 个（或为防止推算），金额不显示"))
    return (
        f'<span class="gc-masked" title="{reason}">{escape(masked_text(value))}'
        f'<span class="visually-hidden">{in_brackets(reason)}</span></span>'
    )


def grade_html(grade: str | None) -> str:
    """Return the badge of a grade 等级: the same colours everywhere, the letters always there."""
    if not grade:
        return missing_html()
    if grade not in GRADES:
        word = _("未评定") if grade == "NR" else grade
        return f'<span class="gc-grade gc-grade-nr">{escape(str(word))}</span>'
    return f'<span class="gc-grade gc-grade-{grade.lower()}">{grade}</span>'


def bar_html(ratio: float, target: float | None = None, label: str = "") -> str:
    """Return the small bar of a ratio with its target as a tick; decoration beside the figure."""
    width = min(max(ratio, 0.0), 1.0) * 100
    tick = ""
    if target is not None:
        tick = f'<i class="gc-bar-tick" style="left:{min(max(target, 0.0), 1.0) * 100:.1f}%"></i>'
    tone = " gc-bar-short" if target is not None and ratio < target else ""
    return (
        f'<span class="gc-bar{tone}" aria-hidden="true">'
        f'<i class="gc-bar-fill" style="width:{width:.1f}%"></i>{tick}</span>{escape(str(label))}'
    )


def delta_html(value: float, text: str, better: str = "neutral") -> str:
    """Return a change with arrow and sign; coloured only when good or bad is known."""
    if formats.is_zero(text):
        plain = escape(text.lstrip("+" + formats.MINUS))
        return f'<span class="gc-delta gc-neutral">{plain}</span>'
    direction = "up" if value > 0 else "down"
    tone = "neutral" if better == "neutral" else ("good" if better == direction else "bad")
    return (
        f'<span class="gc-delta gc-{tone}"><i class="gc-arrow gc-arrow-{direction}" '
        f'aria-hidden="true"></i>{escape(text)}</span>'
    )


def text_of(column: Column, value: Any) -> str:
    """Return the plain text of a value: the cell without its markup."""
    if value is None or value == "":
        return formats.NO_VALUE
    writer = _TEXT.get(column.kind)
    return writer(column, value) if writer else str(value)


def _grade_text(column: Column, value: Any) -> str:
    return _("未评定") if value == "NR" else str(value)


def _date_text(column: Column, value: Any) -> str:
    if isinstance(value, Month):
        return formats.month(value)
    if isinstance(value, dt.datetime):
        return formats.moment(value)
    return formats.day(value)


_TEXT: dict[str, Callable[[Any, Any], str]] = {
    "int": lambda column, value: formats.number(value),
    "months": lambda column, value: formats.number(value, column.places_or(1)),
    "milli": lambda column, value: formats.milli(value, column.places_or(0)),
    "money": lambda column, value: formats.money_in(value, column.scale, column.places),
    "ratio": lambda column, value: formats.ratio(value, column.places_or(1), plus=column.signed),
    "bar": lambda column, value: formats.ratio(value, column.places_or(1)),
    "score": lambda column, value: formats.number(value, column.places_or(1)),
    "delta": lambda column, value: formats.number(value, column.places_or(1), plus=True),
    "points": lambda column, value: formats.number(value * 100, column.places_or(1), plus=True),
    "grade": _grade_text,
    "date": _date_text,
}


def _inner(column: Column, value: Any) -> str:
    if column.kind == "grade":
        return grade_html(value)
    text = text_of(column, value)
    if column.kind == "bar":
        return f'{bar_html(value, column.target)}<span class="gc-bar-text">{text}</span>'
    if column.kind in ("delta", "points") or column.signed:
        return delta_html(value, text, column.better)
    return escape(text)


def note_of(column: Column, row: Any) -> str:
    """Return the grey words beside a value; a masked value has none."""
    if not column.note or isinstance(column.value_of(row), Masked):
        return ""
    return str(column.note(row) or "")


def note_width(note: str) -> float:
    """Estimate how wide a note is drawn, in em: digits are over half a Chinese sign."""
    return sum(
        1.0 if ord(sign) > 0x2E7F else 0.9 if sign == "%" else 0.32 if sign in " .,/()" else 0.56
        for sign in note
    )


def _note_html(note: str, width: float) -> str:
    """Draw a note; with a ``width`` in em every number of the column ends at the same place."""
    style = f' style="min-width:{width:.1f}em"' if width else ""
    return f' <span class="gc-note"{style}>{escape(note)}</span>' if note or width else ""


def cell_html(
    column: Column, row: Any, *, is_total: bool = False, note_em: float = 0
) -> SafeString:
    """Return one cell of a row: value, link, grey note, or ``—`` with the reason.

    In the totals line texts, and what has no total (a rank), stay empty: they are not missing.
    A total can be linked to by ``#total-<column>``. ``note_em`` is how wide the widest note of a
    column of numbers is.
    """
    value = column.value_of(row)
    place = f' id="total-{escape(column.name)}"' if is_total and is_numeric(column.kind) else ""
    if isinstance(value, Masked):
        inner = masked_html(value)
    elif value is None or value == "":
        has_none = is_total and not (is_numeric(column.kind) and column.totalled)
        inner = "" if has_none else missing_html(str(column.reason(row)) if column.reason else "")
    else:
        inner = _inner(column, value)
        url = column.link(row) if column.link and not is_total else ""
        if url:
            inner = f'<a href="{escape(str(url))}">{inner}</a>'
    if column.draw and not is_total:
        inner = f"{column.draw(row)}{inner}"
    inner += _note_html(note_of(column, row), note_em if inner else 0)
    if column.lead:
        return mark_safe(f'<th scope="row" class="{column.css}">{inner}</th>')  # noqa: S308 - escaped above
    return mark_safe(f'<td class="{column.css}"{place}>{inner}</td>')  # noqa: S308 - escaped above
