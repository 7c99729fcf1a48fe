"""Read one cell 单元格: text → staged value, with what was normalised or why it is faulty.

Exact throughout: money becomes integer 厘 or a finding, minutes and MB integer thousandths rounded
half up, as the typed scan does. Equal texts are read once (fees and dates repeat).
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final, NamedTuple

from core.month import Month
from warehouse.contracts import CellType, Column
from warehouse.mapping import MONEY_UNITS, FileRule
from warehouse.mapping_expressions import exact_number

BLANKS: Final = " \t\r\n　\xa0﻿"
FIRST_YEAR, LAST_YEAR = 1900, 2199
CODE_FORM: Final = r"[0-9A-Za-z][0-9A-Za-z_.-]{0,39}"
OPAQUE_FORM: Final = r"[!-~]{1,64}"
MEMO_SIZE: Final = 200_000
LARGEST: Final = 10**15  # in the column's own smallest unit; sums stay far inside bigint

_CODE = re.compile(CODE_FORM)
_OPAQUE = re.compile(OPAQUE_FORM)
_SCIENTIFIC = re.compile(r"[0-9](\.[0-9]+)?[eE]\+[0-9]{2,3}")
_DATE = re.compile(r"(\d{4})([-/.]?)(\d{1,2})\2(\d{1,2})([ T]\d{2}:\d{2}(:\d{2}(\.\d+)?)?)?")
_CHINESE_DATE = re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})日")
_MONTH = re.compile(r"(\d{4})[-/.年]?(\d{1,2})月?([-/.]?(\d{2})日?)?")
_MONTH_DAY = re.compile(r"(?:(?:\d{4}|\*{2,4})-)?(\d{1,2})-(\d{1,2})")
YES: Final = frozenset({"1", "true", "t", "yes", "y", "是", "有"})
NO: Final = frozenset({"0", "false", "f", "no", "n", "否", "无"})


class Cell(NamedTuple):
    """Be a read cell: the staged value, the fault's code or '', and the normalisations."""

    value: Any
    fault: str = ""
    notes: tuple[str, ...] = ()


EMPTY: Final = Cell(None)


class CellReader:
    """Read the cells of one column of one file, remembering what each text meant."""

    def __init__(self, column: Column, rule: FileRule, month: Month, unit: str = "") -> None:
        """Prepare for the file's null words, thousands separator, units and date format."""
        self.column = column
        self._nulls = frozenset(rule.null_words) | {""}
        self._rule = rule
        self._month = month
        self._factor = MONEY_UNITS[unit or rule.money_unit]
        self._memo: dict[str | None, Cell] = {None: self._missing()}
        self._read_type = _READERS[column.type]
        self._choices = {
            word.lower(): code for code, words in column.choices for word in (*words, code)
        }

    def read_all(self, cells: Sequence[str | None]) -> list[Cell]:
        """Read a chunk of cells."""
        memo = self._memo
        if len(memo) > MEMO_SIZE:
            memo.clear()
            memo[None] = self._missing()
        read = self.read
        return [memo.get(cell) or read(cell) for cell in cells]

    def read(self, text: str | None) -> Cell:
        """Read one cell and remember it."""
        cell = self._memo[text] = EMPTY if text is None else self._parsed(text)
        return cell

    def _missing(self) -> Cell:
        kind = self.column.type
        if not self.column.required or kind in (CellType.MONEY, CellType.DECIMAL):
            return Cell(None, "", ("empty_amount",) if self.column.required else ())
        return Cell(None, "missing_value")

    def _parsed(self, text: str) -> Cell:
        bare = text.strip(BLANKS)
        if bare in self._nulls:
            return self._missing()
        notes = ("padding",) if bare != text else ()
        if self.column.type is not CellType.TEXT and not bare.isascii():
            narrow = unicodedata.normalize("NFKC", bare)
            if narrow != bare:
                bare, notes = narrow, (*notes, "full_width")
        cell = self._read_type(self, bare)
        return Cell(cell.value, cell.fault, notes + cell.notes) if notes else cell

    def _code(self, text: str) -> Cell:
        if _SCIENTIFIC.fullmatch(text):
            return Cell(None, "scientific_id")
        if not _CODE.fullmatch(text):
            return Cell(None, "bad_code")
        return Cell(text, "", ("leading_zeros",) if text[0] == "0" and len(text) > 1 else ())

    def _opaque(self, text: str) -> Cell:
        if _SCIENTIFIC.fullmatch(text):
            return Cell(None, "scientific_id")
        if not _OPAQUE.fullmatch(text):
            return Cell(None, "bad_code")
        return Cell(text, "", ("leading_zeros",) if text[0] == "0" and len(text) > 1 else ())

    def _text(self, text: str) -> Cell:
        return Cell(text)

    def _enum(self, text: str) -> Cell:
        code = self._choices.get(text.lower())
        if code is None:
            return Cell(None, "unknown_value")
        return Cell(code, "", () if code == text else ("choice_by_label",))

    def _decimal_of(self, text: str) -> Decimal | None:
        return exact_number(text, self._rule.thousands)

    def _money(self, text: str) -> Cell:
        number = self._decimal_of(text)
        if number is None:
            return Cell(None, "bad_number")
        li = number * self._factor
        if abs(li) >= LARGEST:
            return Cell(None, "out_of_range")
        return Cell(int(li)) if li == int(li) else Cell(None, "finer_fraction")

    def _thousandths(self, text: str) -> Cell:
        number = self._decimal_of(text)
        if number is None:
            return Cell(None, "bad_number")
        milli = (
            (number * 1000).quantize(Decimal(1), ROUND_HALF_UP) if abs(number) < LARGEST else None
        )
        return Cell(None, "out_of_range") if milli is None else self._ranged(int(milli), number)

    def _integer(self, text: str) -> Cell:
        number = self._decimal_of(text)
        if number is None or number != int(number):
            return Cell(None, "bad_number")
        return self._ranged(int(number), number)

    def _number(self, text: str) -> Cell:
        number = self._decimal_of(text)
        return Cell(None, "bad_number") if number is None else self._ranged(float(number), number)

    def _ranged(self, value: float, number: Decimal) -> Cell:
        low, high = self.column.lowest, self.column.highest
        low = -LARGEST if low is None else low
        high = LARGEST if high is None else high
        return Cell(value) if low <= number <= high else Cell(None, "out_of_range")

    def _bool(self, text: str) -> Cell:
        word = text.lower()
        if word in YES or word in NO:
            return Cell(word in YES)
        return Cell(None, "bad_bool")

    def _date(self, text: str) -> Cell:
        if self._rule.date_format:
            try:
                return _day(dt.datetime.strptime(text, self._rule.date_format).date())
            except ValueError:
                return Cell(None, "bad_date")
        found = _DATE.fullmatch(text)
        parts = (found[1], found[3], found[4]) if found else None
        if found and not found[2] and (len(found[3]) != 2 or len(found[4]) != 2):
            parts = None
        if not parts and (chinese := _CHINESE_DATE.fullmatch(text)):
            parts = (chinese[1], chinese[2], chinese[3])
        if not parts:
            return Cell(None, "bad_date")
        try:
            day = dt.date(*map(int, parts))
        except ValueError:
            return Cell(None, "bad_date")
        return _day(day, () if text == day.isoformat() else ("other_date_form",))

    def _month_day(self, text: str) -> Cell:
        found = _MONTH_DAY.fullmatch(text)
        try:
            day = dt.date(2024, int(found[1]), int(found[2])) if found else None
        except ValueError:
            day = None
        return Cell(f"{day:%m-%d}") if day else Cell(None, "bad_date")

    def _of_month(self, text: str) -> Cell:
        found = _MONTH.fullmatch(text)
        expected = self._month.plus(self._rule.month_offset)
        if found and (int(found[1]), int(found[2])) == (expected.year, expected.month):
            return Cell(text)
        return Cell(None, "month_differs")


def _day(day: dt.date, notes: tuple[str, ...] = ()) -> Cell:
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        return Cell(None, "bad_date")
    return Cell(day, "", notes)


_READERS: Final[dict[CellType, Callable[[CellReader, str], Cell]]] = {
    CellType.CODE: CellReader._code,
    CellType.OPAQUE: CellReader._opaque,
    CellType.TEXT: CellReader._text,
    CellType.ENUM: CellReader._enum,
    CellType.MONEY: CellReader._money,
    CellType.DECIMAL: CellReader._thousandths,
    CellType.INTEGER: CellReader._integer,
    CellType.NUMBER: CellReader._number,
    CellType.DATE: CellReader._date,
    CellType.BOOL: CellReader._bool,
    CellType.MONTH_DAY: CellReader._month_day,
    CellType.MONTH: CellReader._of_month,
}
