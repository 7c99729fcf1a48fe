import csv
import io

import pytest
from python_calamine import CalamineWorkbook

from core.errors import DomainError
from core.exports import Notes, cell_value, csv_lines, file_response, write_workbook
from core.table import Column, Table

TABLE = Table(
    name="t",
    title="集团/明细",
    columns=(
        Column("name", "名称"),
        Column("income_li", "整体收入", "money", scale="wan"),
        Column("share", "占比", "ratio"),
        Column("secret", "内部", export=False),
    ),
)
ROWS = [
    {"name": '=HYPERLINK("x")', "income_li": 12_345, "share": 0.5, "secret": 1},
    {"name": "江汉区", "income_li": None, "share": None, "secret": 1},
]


def test_csv_opens_in_excel_and_neutralises_formulas():
    text = "".join(csv_lines(TABLE, ROWS))
    assert text.startswith("\ufeff")
    rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))
    assert rows == [
        ["名称", "整体收入（元）", "占比"],
        ['\'=HYPERLINK("x")', "12.345", "0.5"],
        ["江汉区", "", ""],
    ]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝"])
def test_no_text_starts_like_a_formula(start):
    assert cell_value(TABLE.columns[0], {"name": f"{start}1+1"}).startswith("'")


def test_the_workbook_has_numbers_and_a_notes_sheet_with_the_real_row_count():
    file = io.BytesIO()
    notes = Notes((("账期", "2026年10月"),), (("占比", "甲 / 乙"),))
    assert write_workbook(file, TABLE, iter(ROWS), notes) == 2
    book = CalamineWorkbook.from_filelike(io.BytesIO(file.getvalue()))
    rows = book.get_sheet_by_index(0).to_python()
    assert rows[1][1:] == [12.345, 0.5]
    assert "HYPERLINK" in rows[1][0]
    said = {row[0]: row[1] for row in book.get_sheet_by_index(1).to_python() if row[0]}
    assert said["账期"] == "2026年10月" and said["行数"] == "2" and said["占比"] == "甲 / 乙"


def test_an_unknown_format_is_refused_in_a_sentence():
    with pytest.raises(DomainError) as refusal:
        file_response(TABLE, ROWS, kind="pdf", name="x", notes=Notes(()))
    assert refusal.value.code == "bad_format"


def test_the_file_name_may_be_chinese():
    response = file_response(TABLE, ROWS, kind="csv", name="集团明细 2026-10", notes=Notes(()))
    assert "filename*=utf-8''" in response.headers["Content-Disposition"]
