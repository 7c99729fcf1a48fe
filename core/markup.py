"""Draw the small parts a page repeats by the dozen; a template for each would cost its time."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.templatetags.static import static
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from core.parts import ChartTable
    from core.table_view import Heading

SPRITE = "vendor/tabler-icons/sprite.svg"
#: What is read as one and so stands on one line; what is within a tag is left alone.
_KEPT = re.compile(
    r"(?P<kept>（[^（）<>]{1,10}）"
    r"|\[[−\d.]+, [−\d.]+\]"
    r"|\b(?:from|into) A\b|A级(?:集团|占比)?"
    r"|[ηε]\s(?:[−\d.]+|<(?P<one>a|strong)\b[^>]*>[−\d.]+</(?P=one)>)"
    r"|\b\d{4}-\d\d-\d\d\b"
    r"|(?:A[12]|[+−]?\d[\d,.]*|<(?P<two>a|strong)\b[^>]*>[\d,.]+</(?P=two)>)"
    r"\s(?:个百分点|个月|户次|[个人户项级分种次名家条期天元]))"
    r"|<[^>]*>"
)


@lru_cache(maxsize=512)
def icon_html(name: str, css: str = "") -> SafeString:
    """Draw one icon of the sprite."""
    return format_html(
        '<svg class="icon {}" aria-hidden="true" focusable="false"><use href="{}#{}"/></svg>',
        css,
        static(SPRITE),
        name,
    )


def ask_html(code: str, label: Any, value: Any = "") -> str:
    """Draw the button that questions a figure 质疑此数."""
    said = escape(label)
    title = escape(_("提出数据疑问"))
    about = escape(_("提出数据疑问：%(label)s") % {"label": label})
    return (
        f'<button type="button" class="gc-ask" data-gc="ask" data-code="{escape(code)}"'
        f' data-label="{said}" data-value="{escape(value)}" aria-label="{about}"'
        f' title="{title}">?</button>'
    )


def kept_html(words: str) -> SafeString:
    """Keep on one line what is read as one: 83 个, ε −0.84, [−1.53, −0.16], a date, （阈值 50%）.

    Chinese breaks between any two characters, a number and its unit included.
    """
    kept = _KEPT.sub(
        lambda found: f'<span class="gc-kept">{found[0]}</span>' if found["kept"] else found[0],
        words,
    )
    return mark_safe(kept)  # noqa: S308 - callers give what is escaped


def heading_html(heading: Heading) -> SafeString:
    """Draw a table's header cell: its sort link, its unit, its question."""
    column = heading.column
    sort = f' aria-sort="{escape(heading.aria_sort)}"' if heading.aria_sort else ""
    tip = f' title="{escape(column.help)}"' if column.help else ""
    # in a crowded table the unit may stand below the word
    unit = f"<wbr><small>{escape(column.heading_unit)}</small>" if column.heading_unit else ""
    words = f"{escape(column.label)}{unit}"
    if heading.url:
        url = escape(heading.url)
        words = f'<a href="{url}" hx-get="{url}">{words}</a>'
    ask = ask_html(column.name, column.label) if "gc-num" in heading.css else ""
    drawn = f'<th scope="col" class="{escape(heading.css)}"{sort}{tip}>{words}{ask}</th>'
    return mark_safe(drawn)  # noqa: S308 - every part is escaped


def chart_rows_html(table: ChartTable) -> SafeString:
    """Draw the rows of the table that stands for a chart 以表格显示."""
    drawn = []
    for row in table.rows:
        first, *rest = (escape(cell) for cell in row)
        cells = "".join(f'<td class="gc-num">{cell}</td>' for cell in rest)
        drawn.append(f'<tr><th scope="row">{first}</th>{cells}</tr>')
    return mark_safe("".join(drawn))  # noqa: S308 - every cell is escaped
