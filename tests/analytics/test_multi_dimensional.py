"""指标多维分析: cells and totals reconcile, whatever is chosen; only the province reads it."""

from __future__ import annotations

import csv
import io
import re
from html import unescape
from itertools import permutations

import pytest
from django.db import connection
from django.db.models import Sum
from django.test.utils import CaptureQueriesContext

from analytics.multi_dimensional.compute import DIMENSIONS, axes_of, combined, pivot_of
from analytics.multi_dimensional.measures import BY_CODE, INCOME_SPLIT
from analytics.multi_dimensional.room import KPIS
from tests.analytics.published import client_of
from warehouse.models import GroupMonth, GroupResult


def api(user, query=""):
    response = client_of(user).get(f"/api/v1/multi_dimensional/?{query}")
    assert response.status_code == 200, response.content
    return response.json()


def file_of(user, query):
    response = client_of(user).get(f"/multi_dimensional/export/?format=csv&{query}")
    text = b"".join(response.streaming_content).decode()[1:]
    return list(csv.DictReader(io.StringIO(text)))


@pytest.mark.parametrize("axes", list(permutations(DIMENSIONS, 2)), ids="-".join)
def test_every_pair_of_dimensions_adds_up_to_the_province(published, axes):
    said = api(published.province, f"rows={axes[0]}&columns={axes[1]}")
    assert (said["row_dimension"], said["column_dimension"]) == axes
    assert said["reconciled"] is True
    assert sum(row["total"] for row in said["rows"]) == said["total"]["total"]
    assert sum(said["total"]["cells"]) == said["total"]["total"]
    assert said["total"]["total"] == GroupMonth.objects.in_run(published.run).shown().count()


@pytest.mark.parametrize("measure", list(BY_CODE))
def test_every_measure_is_what_the_groups_say(published, measure):
    said = api(published.province, f"measure={measure}&rows=industry&columns=size_band")
    shown = GroupMonth.objects.in_run(published.run).shown()
    if measure == "n_no_member":
        wanted = shown.filter(n_members=0).count()
    elif measure == "n_few_member":
        wanted = shown.filter(n_members__range=(1, 4)).count()
    elif measure == "n_groups":
        wanted = shown.count()
    else:
        sums = shown.aggregate(**{f"s_{n}": Sum(n) for n in BY_CODE[measure].terms})
        wanted = sum(sign * sums[f"s_{n}"] for n, sign in BY_CODE[measure].terms.items())
    assert said["total"]["total"] == wanted
    assert said["reconciled"] is True


def test_the_four_parts_of_income_make_the_whole_in_every_cell(published):
    def cells(measure):
        rows = api(published.province, f"rows=city&columns=grade&measure={measure}")["rows"]
        return [row["cells"] for row in rows]

    parts = [cells(code) for code in INCOME_SPLIT]
    for i, line in enumerate(cells("total_income_li")):
        for j, whole in enumerate(line):
            assert whole == (None if whole is None else sum(part[i][j] for part in parts))


def test_a_filter_narrows_to_the_groups_it_names(published):
    said = api(published.province, "rows=city&columns=size_band&grade=B1")
    graded = GroupResult.objects.in_run(published.run).filter(effective_grade="B1")
    assert said["filters"] == {"grade": "B1"}
    assert said["total"]["total"] == graded.count()
    assert said["reconciled"] is True


@pytest.mark.parametrize(
    "query",
    [
        "",
        "grade=B1&rows=city&columns=industry",
        "unit=city&grade=C&rows=industry&columns=size_band",
    ],
)
def test_each_card_says_what_its_own_pivot_totals_and_leads_there(published, query):
    query = query.replace("unit=city", f"unit={published.city_code}")
    said = api(published.province, query)
    html = unescape(
        client_of(published.province).get(f"/multi_dimensional/?{query}").content.decode()
    )
    assert [card["code"] for card in said["kpis"]] == list(KPIS)
    for card in said["kpis"]:
        pivot = api(published.province, f"{query}&measure={card['code']}")
        assert card["value"] == pivot["total"]["total"] == card["series"][-1]["value"]
        assert re.search(rf'href="[^"]*measure={card["code"]}[^"]*">', html)
        for before in published.months[:-1]:
            earlier = api(published.province, f"{query}&measure={card['code']}&month={before}")
            shown = next(each for each in card["series"] if each["month"] == str(before))
            assert shown["value"] == (earlier["total"]["total"] or 0)


def test_a_city_is_read_without_the_dimension_of_cities(published):
    said = api(published.province, f"unit={published.city_code}&rows=city&columns=grade")
    shown = GroupMonth.objects.in_run(published.run).shown()
    assert said["row_dimension"] != "city"
    assert said["total"]["total"] == shown.filter(city_code=published.city_code).count()


def test_page_export_and_api_say_the_same(published):
    query = "rows=city&columns=grade&measure=total_income_li"
    said = api(published.province, query)
    rows = file_of(published.province, query)
    assert [row["编码"] for row in rows] == [*(row["code"] for row in said["rows"]), ""]
    assert round(float(rows[-1]["合计（元）"]) * 1000) == said["total"]["total"]
    html = client_of(published.province).get(f"/multi_dimensional/?{query}").content.decode()
    assert "集团整体收入：地市 × 生效等级" in html
    assert "合计与该单元总数一致" in html


def test_nobody_but_the_province_reads_it(published):
    for user in (published.city, published.manager, published.operator):
        for path in ("/multi_dimensional/", "/multi_dimensional/export/",
                     "/api/v1/multi_dimensional/"):  # fmt: skip
            assert client_of(user).get(path).status_code == 403, (user, path)


def test_what_cannot_be_chosen_is_refused_in_words(published):
    for query in ("rows=owner", "measure=roaming_li", "rows=city&columns=industry&grade=Z9"):
        response = client_of(published.province).get(f"/api/v1/multi_dimensional/?{query}")
        assert response.status_code == 400
        assert response.json()["code"] == "bad_choice"


def test_an_account_manager_has_no_dimensions_and_the_page_says_so(published):
    path = f"/multi_dimensional/?am={published.manager_code}"
    assert "客户经理没有多维汇总" in client_of(published.province).get(path).content.decode()


def test_the_page_asks_at_most_twelve_questions(published):
    client = client_of(published.province)
    client.get("/multi_dimensional/")
    with CaptureQueriesContext(
        connection,
    ) as asked:
        client.get("/multi_dimensional/?rows=industry&columns=size_band&grade=B1")
    assert len(asked) <= 12, [each["sql"][:100] for each in asked]


def test_what_is_not_known_is_not_zero():
    assert combined({"a": 5, "b": None}, {"a": 1, "b": -1}) is None
    pivot = pivot_of({("x", "p"): None, ("x", "q"): 4, ("y", "p"): None}, [("x", "X"), ("y", "Y")],
                     [("p", "P"), ("q", "Q"), ("r", "R")])  # fmt: skip
    assert [row.total for row in pivot.rows] == [4, 0]  # no groups in y × q: that is 0
    assert dict(pivot.total.cells) == {"p": None, "q": 4}
    assert [code for code, _name in pivot.columns] == ["p", "q"]


def test_rows_and_columns_are_never_the_same_dimension():
    assert axes_of("grade", "grade", DIMENSIONS) == ("grade", "city")
    assert axes_of("city", "", DIMENSIONS) == ("city", "grade")
    assert axes_of("city", "grade", DIMENSIONS[1:]) == ("grade", "industry")
