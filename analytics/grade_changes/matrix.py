"""Show the migration matrix 等级迁移矩阵 as a table, with the form that chooses its two months."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from analytics.grade_changes.compute import MATRIX_COLUMNS, SMALL_ROW, MatrixRow
from analytics.grade_changes.pairs import Pair
from analytics.grade_changes.room import ROOM, ChangesReading
from analytics.grade_changes.words import CAUSES as CAUSE_WORDS
from analytics.grade_changes.words import GRADES as GRADE_WORDS
from analytics.wording import NOTHING, paragraph, sentence
from core import formats
from core.month import Month
from core.sources import ListSource
from core.table import Column, Table, TableView
from core.web import carry

KEPT = ("unit", "am", "month", "compare", "by", "q", "sort", "grade_way")


@dataclass(frozen=True, slots=True)
class MonthPicker:
    """Be one select of the form: its months newest first, and the one chosen."""

    name: str
    label: str
    months: tuple[Month, ...]
    chosen: Month | None


@dataclass(frozen=True, slots=True)
class MatrixParts:
    """Be what stands below the charts: the form, the sentence, and the matrix as a table."""

    pickers: tuple[MonthPicker, ...]
    kept: tuple[tuple[str, str], ...]
    said: SafeString = NOTHING
    table: TableView | None = None


def months_of(pair: Pair) -> str:
    """Say which two months are compared."""
    return _("{before}→{now}").format(
        before=formats.month(pair.before.month), now=formats.month(pair.now.month)
    )


def matrix_table(pair: Pair) -> Table:
    """Declare the matrix: a row is a grade before, a column the grade after."""
    return Table(
        name="matrix",
        title=_("等级迁移矩阵（{months}）").format(months=months_of(pair)),
        searchable=False,
        columns=(
            Column("from_grade", _("起始等级"), "text", lead=True,
                   value=lambda row: str(GRADE_WORDS[row.from_grade])),
            Column("n", _("集团数"), "int"),
            *(_count(place, grade) for place, grade in enumerate(MATRIX_COLUMNS)),
            *(_share(place, grade) for place, grade in enumerate(MATRIX_COLUMNS)),
        ),
    )  # fmt: skip


def _count(place: int, grade: str) -> Column:
    def value(row: MatrixRow) -> int:
        return row.counts[place]

    def note(row: MatrixRow) -> str:
        return formats.ratio(row.shares[place]) if row.shares and row.counts[place] else ""

    label = str(GRADE_WORDS[grade])
    return Column(f"n_{grade.lower()}", label, "int", value=value, note=note)


def _share(place: int, grade: str) -> Column:
    def value(row: MatrixRow) -> float | None:
        return row.shares[place] if row.shares else None

    label = _("{grade}占比").format(grade=GRADE_WORDS[grade])
    return Column(f"share_{grade.lower()}", label, "ratio", value=value, in_page=False,
                  reason=_too_few)  # fmt: skip


def _too_few(row: MatrixRow) -> str:
    return _("不足 {n} 个，只显示个数").format(n=SMALL_ROW)


def matrix_parts(request: HttpRequest, changes: ChangesReading) -> MatrixParts | None:
    """Return form, sentence and table; None while fewer than two months are published."""
    published = changes.reading.published
    if len(published) < 2:
        return None
    pair, months = changes.pair, tuple(each.month for each in published)
    pickers = (
        MonthPicker("from", _("起始账期"), months[1:], pair.before.month if pair else None),
        MonthPicker("to", _("截止账期"), months[:-1], pair.now.month if pair else None),
    )
    kept = tuple((name, request.GET[name]) for name in KEPT if request.GET.get(name))
    if pair is None:
        return MatrixParts(pickers, kept)
    rows = [row for row in pair.matrix if row.n]
    view = matrix_table(pair).view({}, ListSource(rows), path=request.path,
                                   export_urls=_exports(request, pair))  # fmt: skip
    said = paragraph("", moves_said(pair), causes_said(pair)).html
    return MatrixParts(pickers, kept, said, view)


def _exports(request: HttpRequest, pair: Pair) -> dict[str, str]:
    chosen = {"table": "matrix", "from": str(pair.before.month), "to": str(pair.now.month)}
    link: Callable[[str], str] = lambda kind: carry(  # noqa: E731 - one line for two kinds
        request, reverse(f"{ROOM}_export"), **chosen, format=kind
    )
    return {kind: link(kind) for kind in ("xlsx", "csv")}


def moves_said(pair: Pair) -> SafeString:
    """Say how many groups went where between the two months."""
    moves = pair.moves
    words = (
        (moves.n_up, _("升级 {n} 个")),
        (moves.n_down, _("降级 {n} 个")),
        (moves.n_unrated, _("变为未评定 {n} 个")),
        (moves.n_rated, _("由未评定得到等级 {n} 个")),
        (moves.n_same, _("等级未变 {n} 个")),
        (moves.n_new, _("新增 {n} 个")),
        (moves.n_exit, ngettext("退出 {n} 个", "退出 {n} 个", moves.n_exit)),
    )
    said = [format_html(text, n=formats.number(n)) for n, text in words if n]
    if not said:
        return sentence([format_html(_("{months}没有集团"), months=months_of(pair))])
    return sentence([format_html("{}{}{}", months_of(pair), _("："), said[0]), *said[1:]])


def causes_said(pair: Pair) -> SafeString:
    """Say the causes of the changes, or why there are none for these two months."""
    if pair.causes is None:
        return sentence(
            [
                _(
                    "两期之间还有其他账期，一个集团可能变动多次，原因只按相邻账期给出；此处为两期直接比较"
                )
            ]
        )
    said = [
        format_html(_("{cause} {n} 个"), cause=CAUSE_WORDS[cause], n=formats.number(n))
        for cause, n in pair.causes.items()
        if n
    ]
    if not said:
        return sentence([])
    return sentence([format_html("{}{}", _("变动原因："), said[0]), *said[1:]])
