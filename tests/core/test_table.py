import re
import time
from dataclasses import replace

import pytest
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils.translation import override

from accounts.models import User
from core.cells import note_width
from core.sources import ListSource, QuerySource
from core.table import Column, Filter, Table
from tests.core.gallery import sample

ROWS = [
    {"code": "b", "name": "白沙 <b>", "n": 3, "share": 0.5, "grade": "A1"},
    {"code": "a", "name": "安陆", "n": None, "share": None, "grade": "B1"},
    {"code": "c", "name": "重庆路", "n": 10, "share": 0.25, "grade": "A1"},
]
TABLE = Table(
    name="t",
    title="表",
    columns=(
        Column("name", "名称", sort="name", link=lambda row: f"/g/{row['code']}/?a=1&b=2"),
        Column("n", "数量", "int", sort="n", reason=lambda row: "没有数据"),
        Column("share", "占比", "bar", target=0.4),
        Column("grade", "等级", "grade"),
    ),
    filters=(Filter("grade", "等级", (("A1", "A1"), ("B1", "B1"))),),
    page_size=2,
)


def view(**given):
    return TABLE.view(given, ListSource(ROWS), path="/x/")


def test_sorting_puts_missing_values_last_both_ways():
    assert [row["code"] for row in view(sort="n", size="9").rows] == ["b", "c", "a"]
    assert [row["code"] for row in view(sort="-n", size="9").rows] == ["c", "b", "a"]


def test_chinese_names_sort_by_pinyin():
    assert [row["name"] for row in view(sort="name", size="9").rows] == [
        "安陆",
        "白沙 <b>",
        "重庆路",
    ]


@pytest.mark.parametrize("sort", ["share", "nothing", "-grade", "code; drop table"])
def test_a_sort_key_that_is_not_declared_is_ignored(sort):
    drawn = view(sort=sort)
    assert (drawn.query.sort, drawn.query.descending) == ("", False)


@pytest.mark.parametrize("page", ["0", "-1", "x", "1e9", "99999999999", "²"])
def test_a_page_that_does_not_exist_falls_back(page):
    assert 1 <= view(page=page).page <= 2


def test_filters_take_declared_values_only():
    assert view(grade="A1").n_rows == 2
    assert view(grade="' or 1=1").n_rows == 3
    assert view(grade="A1").query.is_narrowed


def test_links_keep_the_rest_of_the_url_and_sorting_returns_to_page_one():
    drawn = view(month="2026-10", page="2", sort="name")
    assert drawn.link(page=None) == "/x/?month=2026-10&sort=name"
    assert drawn.headings[0].url == "/x/?month=2026-10&sort=-name"
    assert (drawn.headings[0].aria_sort, drawn.headings[1].aria_sort) == ("ascending", "none")
    assert drawn.headings[2].url == ""


def test_cells_are_escaped_and_missing_values_say_why():
    first, second = view().body
    assert "白沙 &lt;b&gt;" in first and "<b>" not in first
    assert 'href="/g/b/?a=1&amp;b=2"' in first
    assert "没有数据" in second and "—" in second


def test_the_first_text_column_heads_its_row():
    assert view().body[0].startswith('<th scope="row"')


def test_totals_disappear_while_a_filter_is_on():
    totals = {"name": "合计", "n": 13, "share": None, "grade": None}
    whole = TABLE.view({}, ListSource(ROWS), path="/x/", totals=totals)
    narrowed = TABLE.view({"grade": "A1"}, ListSource(ROWS), path="/x/", totals=totals)
    assert "合计" in whole.totals_cells and whole.totals_cells.count("—") == 1  # the share
    assert narrowed.totals is None


def test_a_total_that_is_not_known_is_a_dash_and_a_rank_has_none():
    row = {"name": "合计", "rank": None, "li": None, "said": None}
    table = Table("t", "表", (
        Column("name", "名称"), Column("rank", "排名", "int", totalled=False),
        Column("li", "金额", "money"), Column("said", "说明"),
    ))  # fmt: skip
    cells = table.view({}, ListSource([]), path="/", totals=row).totals_cells
    assert cells.count("—") == 1


def test_an_empty_table_says_whether_filters_are_the_cause():
    assert view(q="nothing").empty_state.action_url == "/x/"
    bare = TABLE.view({}, ListSource([]), path="/x/")
    assert bare.empty_state.action_url == ""


def test_paging_names_first_and_last_row():
    drawn = view(page="2")
    assert (drawn.first, drawn.last, drawn.n_rows, drawn.n_pages) == (3, 3, 3, 2)
    assert drawn.next_url == "" and drawn.previous_url == "/x/?page=1"


def test_a_page_neither_counts_nor_turns_beyond_what_anybody_turns_to():
    long = ListSource([{"code": str(n), "name": f"集团{n}", "n": n} for n in range(3200)])
    table = replace(TABLE, page_size=50)
    last = table.view({"page": "64"}, long, path="/x/", total=3200)
    assert (last.page, last.n_pages, last.first, last.last) == (40, 40, 1951, 2000)
    assert (last.n_rows_text, last.n_turned, last.next_url) == ("3,200", 2000, "")
    assert table.view({}, long, path="/x/", total=3200).n_turned == 0
    few = table.view({}, ListSource(ROWS), path="/x/")
    assert (few.n_rows_text, few.n_turned) == ("3", 0)


def test_a_query_stops_counting_where_a_page_stops(django_assert_num_queries, db):
    people = [User(username=f"u{n}", role="operator") for n in range(2005)]
    User.objects.bulk_create(people)
    source, table = QuerySource(User.objects.all()), replace(TABLE, filters=())
    with django_assert_num_queries(2) as asked:
        drawn = table.view({}, source, path="/x/")
    assert drawn.n_rows_text == "2,000+" and "LIMIT 2001" in asked[0]["sql"]
    assert source.count(table, drawn.query) == User.objects.count()  # an export counts all


def test_fifty_rows_of_eleven_cells_render_within_milliseconds():
    rows = (sample.county_rows() * 5)[:50]
    declared = sample.table()
    eleven = Table(
        name="wide",
        title="表",
        columns=(*declared.columns, Column("vnet", "V网", "int")),
        page_size=50,
    )
    request = RequestFactory().get("/")
    with override("zh-hans"):
        timings = []
        for _ in range(7):
            start = time.process_time()
            drawn = eleven.view(request.GET, ListSource(rows), path="/")
            html = render_to_string("partials/table_region.html", {"page": drawn})
            timings.append(time.process_time() - start)
    assert html.count("<tr>") == 51
    assert sorted(timings)[1] < 0.012


def test_a_signed_ratio_is_a_change_with_arrow_and_colour():
    table = Table("t", "表", (
        Column("name", "名称"), Column("step", "环比", "ratio", signed=True, better="up"),
    ))  # fmt: skip
    rows = [{"name": "甲", "step": each} for each in (0.042, -0.001, -0.0004)]
    up, down, level = table.view({}, ListSource(rows), path="/").body
    assert "+4.2%" in up and "gc-good" in up and "gc-arrow-up" in up
    assert "−0.1%" in down and "gc-bad" in down
    assert "0.0%" in level and "−" not in level and "gc-arrow" not in level


def test_every_number_of_a_column_ends_at_the_same_place_whatever_stands_beside_it():
    notes = {5: "1/3", 7: "(12.3–45.6%)", 9: ""}
    column = Column("n", "数", "int", note=lambda row: notes[row["n"]], value=lambda row: row["n"])
    table = Table(name="noted", title="", columns=(column,))
    view = table.view({}, ListSource([{"n": n} for n in notes]), path="/")
    widths = [re.search(r'gc-note" style="min-width:([\d.]+)em"', row) for row in view.body]
    assert len({found and found[1] for found in widths}) == 1
    assert float(widths[0][1]) == pytest.approx(note_width("(12.3–45.6%)"), abs=0.05)


def test_a_note_that_a_row_lacks_is_nothing_and_not_the_word_none():
    column = Column("n", "数", "int", note=lambda row: row["note"], value=lambda row: row["n"])
    table = Table(name="noted", title="", columns=(column,))
    rows = ListSource([{"n": 5, "note": "1/3"}, {"n": 7, "note": None}])
    assert "None" not in "".join(table.view({}, rows, path="/").body)
