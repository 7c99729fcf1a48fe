"""Walk every module as every role through every published month: page, API and files agree.

The table of the page is read back from its HTML, the file from its bytes, and both are held
against the values of the API: the file's exactly (money is 元 there, 厘 in the API), the page's
after the API's value is written the way the table declares.
"""

from __future__ import annotations

import csv
import io
import re
from decimal import Decimal
from html import unescape
from typing import Any

import pytest
from django.utils.html import strip_tags

from core.cells import text_of
from core.exports import columns_of
from core.masked import Masked
from tests.analytics.published import client_of

MODULES = (
    "grading", "member_analysis", "product_usage", "contribution", "income_composition",
    "grade_changes", "price_elasticity", "anomaly_alerts", "multi_dimensional",
)  # fmt: skip
ROLES = ("province", "city", "manager")
CELL = re.compile(r"<t[dh][ >].*?</t[dh]>", re.S)
LISTS = ("groups", "alerts", "usage", "lacking")
CODES = ("code", "name", "group_code", "product_code")
EXACT = ("int", "months", "milli", "ratio", "bar", "score", "delta", "points")


def flat(row: dict[str, Any]) -> dict[str, Any]:
    """Return a row of the API with the values of its inner tables beside its own."""
    whole = dict(row)
    for name, inner in row.items():
        if isinstance(inner, dict):
            for key, value in inner.items():
                whole.setdefault(key, value)
                whole.setdefault(f"{key}_{name.rstrip('s')}", value)
    return whole


def api_rows(client, module: str, query: str, name: str) -> list[dict[str, Any]]:
    """Return the rows of the API that stand in the page's table of that name, all of them."""
    if name not in LISTS:
        said = client.get(f"/api/v1/{module}/?{query}").json()
        if name == "pivot":
            codes = [f"c_{column['code']}" for column in said["columns"]]
            lines = [*said["rows"], said["total"]]
            return [{**row, **dict(zip(codes, row["cells"], strict=True))} for row in lines]
        return [flat(row) for row in said.get(name, ())]
    rows, cursor = [], ""
    while True:
        said = client.get(f"/api/v1/{module}/groups/?{query}&size=200&cursor={cursor}").json()
        rows += [flat(row) for row in said["results"]]
        cursor = said["next"]
        if not cursor:
            return rows


def shown_rows(html: str, name: str) -> list[list[str]]:
    """Read the cells of the page's table back; the totals line stands in a body of its own."""
    region = html[html.index(f'id="table-{name}"') :]
    region = region[: region.index("</table>")] if "</table>" in region else ""
    body = region[region.index("<tbody") :] if "<tbody" in region else ""
    found = []
    for line in re.findall(r"<tr.*?</tr>", body, re.S):
        cells = [unescape(strip_tags(cell)) for cell in CELL.findall(line)]
        found.append([" ".join(cell.split()) for cell in cells])
    return found


def file_value(column: Any, text: str) -> Any:
    """Return the API's value of one cell of a file."""
    if text == "":
        return None
    if column.kind == "money":
        return int(Decimal(text) * 1000)
    if column.kind in EXACT:
        return float(text) if "." in text or "e" in text else int(text)
    return text.removeprefix("'")


def same(left: Any, right: Any) -> bool:
    if isinstance(left, float) or isinstance(right, float):
        return left is not None and right is not None and float(left) == float(right)
    if isinstance(left, str) or isinstance(right, str):
        return (left or "") == (right or "")
    return left == right


def compared(client, module: str, month: object) -> tuple[int, list[str]]:
    """Compare one page with its file and the API; return how many numbers, and what differs."""
    response = client.get(f"/{module}/?month={month}&size=200")
    assert response.status_code == 200, (module, month)
    view = response.context["page"].table
    if view is None:
        return 0, []
    name, columns = view.table.name, columns_of(view.table)
    address = view.export_urls["csv"].partition("?")[2]
    text = b"".join(client.get(view.export_urls["csv"]).streaming_content).decode("utf-8-sig")
    lines = list(csv.reader(io.StringIO(text)))[1:]
    rows = api_rows(client, module, re.sub(r"&?format=\w+", "", address), name)
    if len(lines) != len(rows):
        return 0, [f"{module} {month}: {len(lines)} lines in the file, {len(rows)} in the API"]
    page = {cell for line in shown_rows(response.content.decode(), name) for cell in line}
    wrong, n = [], 0
    for line, row in rows_by_line(columns, lines, rows):
        for column, cell in zip(columns, line, strict=True):
            is_said = column.name in row and not isinstance(row[column.name], (dict, list))
            if is_said and (column.kind != "text" or column.name in CODES):
                wrong += differing(column, cell, row[column.name], page)
                n += 1
    return n, [f"{module} {month} {line}" for line in wrong]


def differing(column: Any, cell: str, value: Any, page: set[str]) -> list[str]:
    """Return in what one value of the API is not the file's, or not on the page."""
    if cell in map(str, Masked):
        return [] if value is None else [f"{column.name}: masked in the file only"]
    wrong = []
    # a mean of money is no whole 厘 in the API; a file holds it to the 厘
    exact = round(value) if column.kind == "money" and isinstance(value, float) else value
    if not same(file_value(column, cell), exact):
        wrong.append(f"{column.name}: file {cell}, API {value}")
    written = text_of(column, exact)
    is_figure = column.in_page and column.kind in ("money", "int", "score", "delta") and value
    if is_figure and not any(written in each for each in page):
        wrong.append(f"{column.name}: {written} is not on the page")
    return wrong


def rows_by_line(columns, lines, rows):
    """Pair lines of the file with rows of the API, by code where there is one, else in order."""
    names = [column.name for column in columns]
    key = next((each for each in ("group_code", "code", "product_code") if each in names), "")
    if not key or not rows or key not in rows[0]:
        return list(zip(lines, rows, strict=True))
    by_key = {str(row[key]): row for row in rows}
    place = names.index(key)
    return [(line, by_key[line[place]]) for line in lines if line[place] in by_key]


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("module", MODULES)
def test_page_api_and_file_say_the_same_in_every_month(published, module, role):
    if module == "multi_dimensional" and role != "province":
        return
    client = client_of(getattr(published, role))
    n_compared = 0
    for month in published.months:
        n, wrong = compared(client, module, month)
        assert wrong == []
        n_compared += n
    assert n_compared > 100 or (module, role) == ("anomaly_alerts", "manager")  # few are abnormal
