"""Files hold every row, exact numbers, and nothing a spreadsheet would run."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from core.errors import DomainError
from core.exports import Notes, csv_lines, file_response, harmless, write_workbook
from core.table import Column, Table

NOTES = Notes((("范围", "=cmd"), ("账期", "2026年10月")), (("集团客户数", "月末在网"),))


@pytest.fixture
def table():
    return Table(
        "t",
        "名单",
        (
            Column("name", "名称"),
            Column("income_li", "收入", "money"),
            Column("share", "占比", "ratio"),
            Column("hidden", "内部", export=False),
        ),
    )


ROWS = [
    {"name": "=1+1", "income_li": 1234567, "share": 0.3657, "hidden": "x"},
    {"name": "三阳路派出所", "income_li": None, "share": None, "hidden": "x"},
    {"name": "-2+3", "income_li": -5, "share": 0.0, "hidden": "x"},
]


@pytest.mark.parametrize("text", ["=A1", "+1", "-1", "@x", "\tx", "＝A1"])
def test_texts_that_look_like_formulas_are_made_harmless(text):
    assert harmless(text) == f"'{text}"
    assert harmless("集团") == "集团"


def test_a_csv_file_opens_in_excel_and_keeps_money_exact(table):
    text = "".join(csv_lines(table, ROWS))
    assert text[0] == "\ufeff"
    rows = list(csv.reader(io.StringIO(text[1:])))
    assert rows[0] == ["名称", "收入（元）", "占比"]
    assert rows[1:] == [
        ["'=1+1", "1234.567", "0.3657"],
        ["三阳路派出所", "", ""],
        ["'-2+3", "-0.005", "0.0"],
    ]


def test_a_workbook_holds_the_rows_and_notes_that_tell_their_number(table):
    file = io.BytesIO()
    assert write_workbook(file, table, iter(ROWS), NOTES) == 3
    book = CalamineWorkbook.from_filelike(io.BytesIO(file.getvalue()))
    assert book.sheet_names == ["名单", "说明"]
    rows = book.get_sheet_by_name("名单").to_python()
    assert rows[1][:2] == ["'=1+1", pytest.approx(1234.567)]
    notes = book.get_sheet_by_name("说明").to_python()
    assert ["行数", "3"] in [row[:2] for row in notes]
    assert ["范围", "'=cmd"] in [row[:2] for row in notes]
    assert ["集团客户数", "月末在网"] in [row[:2] for row in notes]


def test_another_format_is_refused_in_a_sentence(table):
    with pytest.raises(DomainError) as refused:
        file_response(table, ROWS, kind="exe", name="x", notes=NOTES)
    assert refused.value.code == "bad_format"


@given(st.text())
def test_no_cell_ever_begins_like_a_formula(text):
    assert not harmless(text).startswith(("=", "+", "-", "@"))
