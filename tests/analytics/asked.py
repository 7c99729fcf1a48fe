"""Ask pages, API and exports as a reader; shared by the tests of this folder."""

from __future__ import annotations

import csv
import io
import re

from django.utils.html import strip_tags
from python_calamine import CalamineWorkbook

from tests.analytics.published import client_of


def body(response):
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return content


def page(user, path, **headers):
    response = client_of(user).get(path, headers=headers)
    assert response.status_code == 200, (path, response.status_code)
    return body(response).decode()


def api(user, path):
    response = client_of(user).get(f"/api/v1/{path}")
    assert response.status_code == 200, response.content
    return response.json()


def csv_rows(user, path):
    text = page(user, path)
    assert text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(text[1:])))


def rows_of_table(html, name):
    region = html[html.index(f'id="table-{name}"') :]
    return [
        [strip_tags(cell).strip() for cell in re.findall(r"<t[dh][ >].*?</t[dh]>", row, re.S)]
        for row in re.findall(r"<tr>(.*?)</tr>", region, re.S)
    ]


def workbook_of(user, path):
    response = client_of(user).get(path)
    book = CalamineWorkbook.from_filelike(io.BytesIO(body(response)))
    assert book.sheet_names[1] == "说明"
    heading, *rows = book.get_sheet_by_index(0).to_python()
    notes = dict(row[:2] for row in book.get_sheet_by_index(1).to_python() if len(row) > 1)
    assert notes["行数"] == str(len(rows))
    assert notes["账期"] == "2026年10月"
    return [dict(zip(heading, row, strict=True)) for row in rows]
