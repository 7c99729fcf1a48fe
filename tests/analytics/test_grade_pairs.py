"""The migration matrix between any two published months: by hand, by scope, and fast."""

from __future__ import annotations

import csv
import io
import time
from collections import Counter

import pytest
from django.db import connection
from django.db.models import TextField
from django.test.utils import CaptureQueriesContext

from accounts.scope import Scope, Selection
from analytics.grade_changes.compute import Moves, causes_of, matrix_of, moves_of
from analytics.grade_changes.pair_queries import flows_between
from tests.analytics.published import client_of
from warehouse.mart_models import GroupMonth, GroupResult
from warehouse.queries import published_run

EARLIER, LATER = 990_001, 990_002
PROVINCE = Selection("province")
EVERYTHING = Scope(user_id=1, username="p", role="province", reader="province", is_province=True)
MODELS = {"mart_group_result": GroupResult, "mart_group_month": GroupMonth}

# group: (city, account manager, grade) in either month; in the later one a reason why it is gone
BY_HAND = {
    "stays": (("A", "P", "A1"), ("A", "P", "A1")),
    "falls": (("A", "P", "A2"), ("A", "P", "B1")),
    "moves away": (("A", "P", "B1"), ("B", "Q", "B1")),
    "leaves the net": (("A", "P", "B2"), ("A", "P", "off_net")),
    "vanishes": (("A", "P", "C"), None),
    "comes over and rises": (("B", "Q", "B1"), ("A", "P", "A2")),
    "comes over and leaves": (("B", "Q", "B1"), ("A", "P", "off_net")),
    "is new": (None, ("A", "P", "NR")),
    "is rated at last": (("A", "P", "NR"), ("A", "P", "C")),
    "loses its grade": (("A", "P", "C"), ("A", "P", "NR")),
}
OF_A = {
    ("A1", "A1"): 1, ("A2", "B1"): 1, ("B2", "exit"): 1, ("C", "exit"): 1, ("B1", "A2"): 1,
    ("B1", "exit"): 1, ("new", "NR"): 1, ("NR", "C"): 1, ("C", "NR"): 1,
}  # fmt: skip
OF_B = {("B1", "B1"): 1}


def scope_of_city(code):
    return Scope(user_id=2, username="c", role="city", city_codes=frozenset({code}))


def run_sql(text, rows=()):
    with connection.cursor() as cursor:
        if rows:
            cursor.executemany(text, rows)
        else:
            cursor.execute(text)


@pytest.fixture
def two_runs(db):
    for run in (EARLIER, LATER):
        for table in ("mart_group_result", "mart_group_month"):
            run_sql(f"CREATE TABLE {table}_r{run} PARTITION OF {table} FOR VALUES IN ({run})")
            texts = [f.column for f in MODELS[table]._meta.fields if isinstance(f, TextField)]
            empty = ", ".join(f"ALTER {column} SET DEFAULT ''" for column in texts)
            run_sql(f"ALTER TABLE {table}_r{run} {empty}")
            run_sql(f"CREATE UNIQUE INDEX ON {table}_r{run} (group_code)")
            run_sql(f"CREATE INDEX ON {table}_r{run} (city_code)")


RESULT = (
    "INSERT INTO mart_group_result_r{0} (run, month, group_code, city_code, county_code,"
    " account_manager_code, effective_grade) VALUES (%s, 1, %s, %s, %s, %s, %s)"
)
LISTED = (
    "INSERT INTO mart_group_month_r{0} (run, month, group_code, city_code, county_code,"
    " account_manager_code, excluded_reason) VALUES (%s, 1, %s, %s, %s, %s, %s)"
)


@pytest.fixture
def by_hand(two_runs):
    for place, run in enumerate((EARLIER, LATER)):
        here = {code: both[place] for code, both in BY_HAND.items() if both[place]}
        run_sql(LISTED.format(run), [
            (run, code, city, f"{city}01", person, "off_net" if grade == "off_net" else "")
            for code, (city, person, grade) in here.items()
        ])  # fmt: skip
        run_sql(RESULT.format(run), [
            (run, code, city, f"{city}01", person, grade)
            for code, (city, person, grade) in here.items() if grade != "off_net"
        ])  # fmt: skip


def flows(scope, selection=PROVINCE):
    return {(a, b): n for a, b, n in flows_between(scope, EARLIER, LATER, selection)}


def test_the_flows_of_two_months_worked_by_hand(by_hand):
    assert flows(scope_of_city("A")) == OF_A
    assert flows(scope_of_city("B")) == OF_B
    assert flows(EVERYTHING) == OF_A | OF_B


def test_a_place_within_the_scope_narrows_and_nothing_outside_it_counts(by_hand):
    assert flows(EVERYTHING, Selection("city", city_code="A")) == OF_A
    assert flows(EVERYTHING, Selection("county", city_code="B", county_code="B01")) == OF_B
    person = Selection("account_manager", city_code="A", account_manager_code="P")
    assert flows(EVERYTHING, person) == OF_A
    assert flows(scope_of_city("B"), person) == {}


def test_the_moves_are_every_group_of_either_month_once(by_hand):
    matrix = matrix_of((a, b, n) for (a, b), n in flows(EVERYTHING).items())
    moves = moves_of(matrix)
    assert moves == Moves(n_up=1, n_down=1, n_same=2, n_unrated=1, n_rated=1, n_new=1, n_exit=3)
    assert moves.n_changed == 3
    assert sum(row.n for row in matrix) == len(BY_HAND)


def test_causes_leave_out_what_is_no_change():
    ways = [("score_up", 3), ("score_down", 2), ("same", 50), ("exit", 4), ("model", 1),
            ("approved_up", 5), ("first", 6)]  # fmt: skip
    assert causes_of(ways) == {"data": 5, "model": 1, "threshold": 0, "manual": 5}


def test_fifty_thousand_groups_are_counted_within_a_second(two_runs):
    for run, shift in ((EARLIER, 0), (LATER, 1)):
        run_sql(
            f"INSERT INTO mart_group_month_r{run} (run, month, group_code, city_code, county_code,"
            " account_manager_code, excluded_reason)"
            f" SELECT {run}, 1, 'G' || n, 'C' || n %% 17, 'K' || n %% 100, 'P' || n %% 500, ''"
            f" FROM generate_series({shift} * 1000, 49999 + {shift} * 1000) n".replace("%%", "%")
        )
        run_sql(
            f"INSERT INTO mart_group_result_r{run} (run, month, group_code, city_code, county_code,"
            " account_manager_code, effective_grade)"
            " SELECT run, 1, group_code, city_code, county_code, account_manager_code,"
            f" (ARRAY['A1','A2','B1','B2','C'])[1 + (substr(group_code, 2)::int + {shift}) % 5]"
            f" FROM mart_group_month WHERE run = {run}"
        )
        run_sql(f"ANALYZE mart_group_result_r{run}")
        run_sql(f"ANALYZE mart_group_month_r{run}")
    for scope in (EVERYTHING, scope_of_city("C3")):
        began = time.perf_counter()
        with CaptureQueriesContext(connection) as asked:
            found = flows(scope)
        assert time.perf_counter() - began < 1
        assert len(asked) == 1
        assert len(found) <= 42
    assert sum(flows(EVERYTHING).values()) == 51_000
    assert flows(EVERYTHING)["A1", "A2"] == 9_800


def expected(first, last, **place):
    """Count from the rows themselves, in Python, groups by their later owner."""
    runs = [published_run(month).run for month in (first, last)]
    before, now = ({row.group_code: row for row in GroupResult.objects.in_run(run)} for run in runs)
    listed = {row.group_code: row for row in GroupMonth.objects.in_run(runs[1])}
    found = Counter()
    for code in before.keys() | now.keys():
        owner = now.get(code) or listed.get(code) or before[code]
        if all(getattr(owner, name) == value for name, value in place.items()):
            grades = (
                before[code].effective_grade if code in before else "new",
                now[code].effective_grade if code in now else "exit",
            )
            found[grades] += 1
    return found


def api(user, query):
    response = client_of(user).get(f"/api/v1/grade_changes/?{query}")
    assert response.status_code == 200, response.content
    return response.json()


def cells(said):
    return {
        (row["from_grade"], to): n for row in said["matrix"] for to, n in row["counts"].items() if n
    }


@pytest.mark.parametrize(("first", "last"), [(0, 2), (0, 1), (1, 2)])
def test_every_pair_of_months_counts_each_group_at_its_later_owner(published, first, last):
    months = published.months[first], published.months[last]
    query = f"from={months[0]}&to={months[1]}"
    for user, place in (
        (published.province, {}),
        (published.city, {"city_code": published.city_code}),
        (published.manager, {"account_manager_code": published.manager_code}),
    ):
        said = api(user, query)
        assert (said["matrix_from"], said["matrix_to"]) == tuple(map(str, months))
        assert cells(said) == expected(*months, **place)
        for row in said["matrix"]:
            assert (row["shares"] is None) == (row["n"] < 10)
            if row["shares"]:
                assert sum(row["shares"].values()) == pytest.approx(1)


def test_the_stored_counts_and_the_joined_ones_are_the_same(published):
    first, last = published.months[1], published.months[2]
    runs = published_run(first).run, published_run(last).run
    joined = {(a, b): n for a, b, n in flows_between(EVERYTHING, *runs, PROVINCE)}
    assert cells(api(published.province, "")) == joined


def test_causes_add_up_for_neighbours_and_are_left_out_for_others(published):
    said = api(published.province, "")
    moves = said["matrix_moves"]
    changed = moves["n_up"] + moves["n_down"] + moves["n_unrated"]
    assert changed == said["total"]["n_changed"] > 0
    assert sum(said["matrix_causes"].values()) == changed
    far = api(published.province, f"from={published.months[0]}")
    assert far["matrix_causes"] is None
    assert far["earlier_month"] == str(published.months[1]), "the rest of the page stays"


def test_page_file_and_answer_show_the_same_matrix(published):
    query = f"from={published.months[0]}&to={published.months[2]}"
    said = api(published.city, query)
    html = client_of(published.city).get(f"/grade_changes/?{query}").content.decode()
    assert "原因只按相邻账期给出" in html
    assert 'id="table-matrix"' in html
    response = client_of(published.city).get(
        f"/grade_changes/export/?table=matrix&{query}&format=csv"
    )
    text = b"".join(response.streaming_content).decode()[1:]
    rows = {row["起始等级"]: row for row in csv.DictReader(io.StringIO(text))}
    words = {"NR": "未评定", "new": "新增", "exit": "退出"}
    for line in said["matrix"]:
        if not line["n"]:
            continue
        row = rows[words.get(line["from_grade"], line["from_grade"])]
        assert int(row["集团数"]) == line["n"]
        for grade, n in line["counts"].items():
            assert int(row[words.get(grade, grade)]) == n


def test_the_two_pickers_offer_published_months_and_keep_place_and_month(published):
    last = published.months[-1]
    html = (
        client_of(published.province)
        .get(f"/grade_changes/?unit={published.city_code}&month={last}")
        .content.decode()
    )
    assert f'<input type="hidden" name="unit" value="{published.city_code}">' in html
    assert f'<option value="{published.months[1]}" selected>' in html
    assert f'<option value="{last}" selected>' in html


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("from=soon", "bad_month"),
        ("to=2020-01", "month_not_published"),
        ("from=2020-01", "month_not_published"),
        ("from={1}&to={1}", "months_equal"),
    ],
)
def test_a_pair_that_cannot_be_compared_is_refused_in_a_sentence(published, query, code):
    query = query.format(*published.months)
    for path in ("/grade_changes/", "/grade_changes/export/", "/api/v1/grade_changes/"):
        more = "&table=matrix" if "export" in path else ""
        response = client_of(published.province).get(f"{path}?{query}{more}")
        assert response.status_code == 400, path
    assert response.json()["code"] == code
    assert response.json()["hint"]


def test_two_months_may_be_named_in_either_order(published):
    first, last = published.months[0], published.months[2]
    said = api(published.province, f"from={last}&to={first}")
    assert (said["matrix_from"], said["matrix_to"]) == (str(first), str(last))
    assert cells(said) == expected(first, last)
    client = client_of(published.province)
    html = client.get(f"/grade_changes/?from={last}&to={first}").content.decode()
    assert f'<option value="{first}" selected>' in html
    assert f'<option value="{last}" selected>' in html


@pytest.mark.parametrize("persona", ["province", "city", "manager"])
def test_a_chosen_pair_asks_no_more_than_twelve_questions(published, persona):
    client = client_of(getattr(published, persona))
    url = f"/grade_changes/?from={published.months[0]}&to={published.months[2]}"
    client.get(url)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(url).status_code == 200
    assert len(asked) <= 12, [each["sql"][:100] for each in asked]


def test_nobody_reads_a_matrix_outside_the_own_scope(published):
    other = published.other_manager.account_manager_id
    query = f"from={published.months[0]}&am={other}"
    for path in ("/grade_changes/", "/api/v1/grade_changes/"):
        assert client_of(published.manager).get(f"{path}?{query}").status_code == 404
