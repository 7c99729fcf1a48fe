"""Give templates the shell, icons, numbers and months; no arithmetic happens in templates."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from typing import Any

from django import template
from django.http import HttpRequest
from django.template.context import Context
from django.utils import timezone
from django.utils.html import conditional_escape, escape
from django.utils.safestring import SafeString, mark_safe

from core import cells, formats
from core.chart_rows import in_full_rows
from core.charts import figure_json
from core.error_pages import request_id
from core.markup import ask_html, chart_rows_html, heading_html, icon_html, kept_html
from core.month import Month
from core.parts import ChartCard, ChartTable, Kpi
from core.sparkline import sparkline_svg
from core.table_view import Heading
from core.web import Shell, carry, shell_for

register = template.Library()


@register.simple_tag(takes_context=True)
def shell(context: Context) -> Shell | None:
    """Return the shell of this request (``{% shell as shell %}``); built once."""
    request: HttpRequest | None = context.get("request")
    return shell_for(request) if request is not None else None


@register.simple_tag(takes_context=True)
def plain_shell(context: Context) -> Shell | None:
    """Return a shell that asks neither database nor provider: login and error pages."""
    request: HttpRequest | None = context.get("request")
    return shell_for(request, plain=True) if request is not None else None


@register.simple_tag(takes_context=True)
def carried(context: Context, path: str | None = None, **changes: str) -> str:
    """Return a link that keeps unit, month and comparison."""
    return carry(context["request"], path, **changes)


@register.simple_tag
def icon(name: str, css: str = "") -> SafeString:
    """Draw one icon of the sprite; decoration, so the words must stand beside it."""
    return icon_html(str(name), css)


@register.simple_tag
def ask(code: str, label: Any, value: Any = "") -> SafeString:
    """Draw the button that questions a figure 质疑此数."""
    return mark_safe(ask_html(code, label, value))  # noqa: S308 - escaped there


@register.filter
def header_cell(heading: Heading) -> SafeString:
    """Draw a table's header cell."""
    return heading_html(heading)


@register.filter
def chart_rows(table: ChartTable) -> SafeString:
    """Draw the rows of the table that stands for a chart."""
    return chart_rows_html(table)


@register.filter
def kept(words: str) -> SafeString:
    """Keep a sentence's numbers with what they count, and its end with what follows."""
    return kept_html(conditional_escape(words).strip())


@register.filter
def unbroken(words: str) -> SafeString:
    """Keep a hyphenated word on one line while it fits there."""
    told = re.sub(r"\w+(?:[-–]\w+)+", r'<span class="gc-unbroken">\g<0></span>', escape(words))
    return mark_safe(told)  # noqa: S308 - escaped above


@register.simple_tag
def quoted_request_id() -> str:
    """Return the id a reader quotes when something went wrong."""
    return request_id()


@register.filter
def spark(kpi: Kpi) -> SafeString:
    """Draw a KPI's history."""
    return sparkline_svg(kpi.history)


@register.filter
def kpi_bar(kpi: Kpi) -> SafeString:
    """Draw a KPI's ratio against its target."""
    if kpi.ratio is None:
        return SafeString("")
    return mark_safe(cells.bar_html(kpi.ratio, kpi.target))  # noqa: S308 - numbers only


@register.filter
def grade(value: str | None) -> SafeString:
    """Draw a grade badge."""
    return mark_safe(cells.grade_html(value))  # noqa: S308 - escaped there


@register.filter
def figure(value: Any) -> SafeString:
    """Write a figure as JSON for a script block."""
    return mark_safe(figure_json(value))  # noqa: S308 - <, > and & are escaped there


@register.filter
def laid_out(cards: Sequence[ChartCard]) -> tuple[ChartCard, ...]:
    """Return chart cards with spans that leave no hole in a row."""
    return in_full_rows(cards)


@register.filter
def month(value: Month | None) -> str:
    """Write a billing month 账期."""
    return formats.month(value)


@register.filter
def moment(value: dt.datetime | None) -> str:
    """Write a moment in the reader's time zone."""
    return formats.moment(value)


@register.filter
def day(value: dt.date | None) -> str:
    """Write a day; of a moment the day here."""
    if isinstance(value, dt.datetime):
        value = timezone.localtime(value).date()
    return formats.day(value)


@register.filter
def number(value: float | None, places: int = 0) -> str:
    """Write a number with separators."""
    return formats.number(value, places)


@register.filter
def ratio(value: float | None, places: int = 1) -> str:
    """Write a ratio as a percentage."""
    return formats.ratio(value, places)


@register.filter
def money(li: int | None) -> str:
    """Write an amount in 厘 as 元, 万元 or 亿元."""
    return str(formats.money(li))


@register.filter
def compact(value: float | None) -> str:
    """Write a large number short."""
    return str(formats.compact(value))
