"""Build sentences out of clauses, each with one number, so that both languages can count.

A clause's text is a msgid with ``{n}``, ``{amount}`` or ``{change}``; numbers are bold, and links
where they live somewhere. Everything put in is escaped.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from analytics.kpi import Change, Kpi, UnitLine, leading
from core import formats
from core.parts import Words

NOTHING = SafeString("")


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Be one paragraph of a report; an empty heading continues the section."""

    heading: Words
    html: SafeString


@dataclass(frozen=True, slots=True)
class Section:
    """Be one headed section of a report."""

    heading: Words
    paragraphs: tuple[Paragraph, ...]


def strong(text: str, url: str = "", anchor: str = "") -> SafeString:
    """Set a number in bold, as a link where the number lives somewhere.

    ``anchor`` is the id under which others link to it.
    """
    place = format_html(' id="{}"', anchor) if anchor else NOTHING
    if url:
        return format_html('<a class="number"{} href="{}">{}</a>', place, url, text)
    return format_html("<strong{}>{}</strong>", place, text)


def sentence(clauses: Iterable[SafeString | str]) -> SafeString:
    """Join clauses to one sentence; empty ones are left out."""
    said = [(clause,) for clause in clauses if clause]
    if not said:
        return NOTHING
    said[0] = (capitalised(said[0][0]),)
    return format_html("{}{}", format_html_join(_("，"), "{}", said), _("。"))


def capitalised(clause: SafeString | str) -> SafeString | str:
    """Begin a sentence with a capital where the language has any; markup stays as it is."""
    first = clause[:1]
    if not ("a" <= first <= "z"):
        return clause
    text = first.upper() + clause[1:]
    return SafeString(text) if isinstance(clause, SafeString) else text


def paragraph(heading: Words, *sentences: SafeString) -> Paragraph:
    """Build a paragraph from its sentences, set apart as the language asks for."""
    said = [(each,) for each in sentences if each]
    gap = "" if formats.is_chinese() else " "
    return Paragraph(heading, format_html_join(gap, "{}", said))


def counted(template: str, n: int, url: str = "", anchor: str = "") -> SafeString:
    """Fill a count into its clause (already chosen for singular or plural)."""
    return format_html(template, n=strong(formats.number(n), url, anchor))


def amount(template: str, li: int | None, url: str = "") -> SafeString:
    """Fill an amount into its clause."""
    return format_html(template, amount=strong(str(formats.money(li)), url))


def _step(step: Change | None, up: str, down: str, level: str) -> SafeString | str:
    if step is None:
        return ""
    size = formats.ratio(abs(step.amount))
    if step.kind == "difference":
        size = formats.number(abs(step.amount), 1)
    if step.direction == "level" or formats.is_zero(size):
        return level  # what rounds to nothing did not move
    tone = {True: "good", False: "bad", None: "neutral"}[step.good]
    shown = format_html('<span class="gc-{}">{}</span>', tone, size)
    return format_html(up if step.direction == "up" else down, change=shown)


def compared(kpi: Kpi) -> list[SafeString | str]:
    """Say both comparisons 环比、同比 of a count or an amount; nothing where there is none."""
    return [
        _step(kpi.month_on_month, _("环比上升 {change}"), _("环比下降 {change}"), _("环比持平")),
        _step(kpi.year_on_year, _("同比上升 {change}"), _("同比下降 {change}"), _("同比持平")),
    ]


def moves_unknown(previous: str, *, is_published: bool) -> str:
    """Say why nobody knows what rose and fell: last month is missing, or came after this run."""
    if is_published:
        return _("{month}在本月运行之后才发布，重新运行本月即可判断等级升降").format(month=previous)
    return _("{month}未发布，无法判断等级升降").format(month=previous)


def most(units: Sequence[UnitLine], measure: str, template: str, anchor: str = "") -> SafeString:
    """Name the units with the most of a measure; nothing where there are fewer than two units.

    ``anchor`` is where on the unit's page the number stands.
    """
    top = leading(units, measure) if len(units) > 1 else ()
    if not top:
        return NOTHING
    money = measure.endswith("_li")
    named = [
        (
            strong(unit.name, f"{unit.url}#{anchor}" if unit.url and anchor else unit.url),
            formats.money(int(unit.measures[measure] or 0))
            if money
            else formats.number(int(unit.measures[measure] or 0)),
        )
        for unit in top
    ]
    joined = format_html_join(_("、"), _("{}（{}）"), named)
    return sentence([format_html(template, units=joined)])
