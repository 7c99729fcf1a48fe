"""等级变动分析: counts reconcile, causes add up, rows of the matrix sum to 1; lists stay closed."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.html import strip_tags
from structlog.testing import capture_logs

from analytics.grade_changes import compute
from analytics.grade_changes.compute import CAUSES, GRADES, WAYS, matrix_of, unit_changes
from tests.analytics.published import client_of
from warehouse.mart_models import GradeFlowMonth, GradeFlowMonthStored, GroupGradeChange
from warehouse.models import GroupResult, MonthRun, OrgMonth

GOLDEN = Path(__file__).parent / "golden" / "grade_changes.csv"


def api(user, path="", status=200):
    response = client_of(user).get(f"/api/v1/grade_changes/{path}")
    assert response.status_code == status, response.content
    return response.json()


def page(user, query=""):
    response = client_of(user).get(f"/grade_changes/?{query}")
    assert response.status_code == 200
    return response.content.decode()


def file_of(user, query=""):
    response = client_of(user).get(f"/grade_changes/export/?format=csv&{query}")
    assert response.status_code == 200
    text = b"".join(response.streaming_content).decode()[1:]
    return list(csv.DictReader(io.StringIO(text)))


def golden():
    with GOLDEN.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_the_matrix_worked_by_hand():
    rows = golden()
    matrix = {
        row.from_grade: row
        for row in matrix_of((row["from"], row["to"], int(row["n"])) for row in rows)
    }
    for row in rows:
        line = matrix[row["from"]]
        place = compute.MATRIX_COLUMNS.index(row["to"])
        assert line.n == int(row["row_n"])
        assert line.counts[place] == int(row["n"])
        if row["share"]:
            assert line.shares[place] == pytest.approx(float(row["share"]))
            assert sum(line.shares) == pytest.approx(1)
        else:
            assert line.shares is None, "below 10 groups only counts are said"


def test_the_golden_changes_by_way_and_cause():
    rows = golden()

    def n(fits):
        return sum(int(row["n"]) for row in rows if fits(row))

    measures = {f"n_way_{way}": n(lambda row, way=way: row["way"] == way) for way in WAYS}
    unit = unit_changes("", "", {**measures, "n_before": 194, "n_up": 13, "n_down": 9,
                                 "n_unrated": 1, "n_lost": 2})  # fmt: skip
    assert (unit.n_changed, unit.n_first, unit.n_all) == (23, 17, 42)
    assert {cause: unit.cause(cause) for cause in CAUSES} == {
        "data": 9, "model": 5, "threshold": 3, "manual": 6,
    }  # fmt: skip
    assert unit.changed_share == pytest.approx(23 / 194)
    assert unit.way_share("first") == pytest.approx(13 / 42)


def test_a_unit_without_groups_before_has_no_share():
    unit = unit_changes("", "", {})
    assert (unit.changed_share, unit.net_share, unit.way_share("exit")) == (None, None, None)


@pytest.mark.parametrize("level", ["province", "city", "county", "account_manager"])
def test_every_level_holds_every_group_of_both_months_once(published, level):
    rows = list(GradeFlowMonth.objects.in_run(published.run).filter(level=level))
    now = GroupResult.objects.in_run(published.run).count()
    earlier = MonthRun.objects.filter(month_index=published.months[-2].index).latest("pk")
    before = GroupResult.objects.in_run(earlier.pk).count()
    assert sum(row.n_groups for row in rows if row.to_grade != "exit") == now
    assert sum(row.n_groups for row in rows if row.from_grade != "new") == before
    assert {row.from_month for row in rows} == {published.months[-2].index}


def test_up_and_down_are_those_of_grading_and_exits_those_that_are_lost(published):
    total = api(published.province)["total"]
    own = OrgMonth.objects.in_run(published.run).at_level("province").rolled_up().get()
    assert (total["n_up"], total["n_down"]) == (own.n_up, own.n_down)
    assert total["n_lost"] == own.n_lost_groups
    assert total["n_now"] == own.n_groups
    assert total["n_up"] > 0
    assert total["n_down"] > 0


@pytest.mark.parametrize(
    ("persona", "by"), [("province", "city"), ("city", "county"), ("city", "account_manager")]
)
def test_parts_add_up_and_causes_are_all_of_the_changes(published, persona, by):
    said = api(getattr(published, persona), f"?by={by}")
    assert (said["by"], said["reconciled"]) == (by, True)
    for name in ("n_before", "n_up", "n_down", "n_unrated", "n_first", "n_lost", "n_changed"):
        assert sum(unit[name] for unit in said["units"]) == said["total"][name], name
    for row in (said["total"], *said["units"]):
        assert sum(row["causes"].values()) == row["n_changed"]


def test_rows_of_the_matrix_sum_to_one_and_match_the_totals(published):
    said = api(published.province)
    assert said["earlier_month"] == str(published.months[-2])
    for row in said["matrix"]:
        assert sum(row["counts"].values()) == row["n"]
        assert (
            row["shares"] is None
            if row["n"] < 10
            else sum(row["shares"].values()) == pytest.approx(1)
        )
    before = sum(row["n"] for row in said["matrix"] if row["from_grade"] != "new")
    assert before == said["total"]["n_before"]


def test_the_manager_reads_the_changed_groups_one_by_one(published):
    said = api(published.manager, "groups/?size=200")
    rows = GroupGradeChange.objects.in_run(published.run)
    own = {row.group_code: row for row in rows.filter(account_manager_code=published.manager_code)}
    assert {row["group_code"] for row in said["results"]} == set(own)
    for row in said["results"]:
        stored = own[row["group_code"]]
        assert (row["score"], row["prev_score"]) == (stored.score, stored.prev_score)
    assert said["n_rows"] == sum(api(published.manager)["total"]["ways"].values())
    assert {row["集团编码"] for row in file_of(published.manager)} == set(own)
    assert "变动集团清单" in page(published.manager)


def test_management_reads_totals_and_is_refused_the_list(published):
    own = f"am={published.manager_code}"
    for user in (published.province, published.city):
        assert "变动集团清单不对管理角色开放" in page(user, own)
        api(user, f"groups/?{own}", status=403)
        assert client_of(user).get(f"/grade_changes/export/?{own}").status_code == 403
        for query in ("sort=grade_way", "sort=-prev_effective_grade", "grade_way=exit",
                      "fields=name,grade_way"):  # fmt: skip
            assert client_of(user).get(f"/grade_changes/?{query}").status_code == 403, query
            api(user, f"?{query}", status=403)


def test_a_manager_sees_nobody_elses_groups(published):
    other = published.other_manager.account_manager_id
    assert client_of(published.manager).get(f"/grade_changes/?am={other}").status_code == 404


def test_page_export_and_api_say_the_same(published):
    units = {unit["code"]: unit for unit in api(published.province)["units"]}
    rows = file_of(published.province)
    assert {row["编码"] for row in rows} == set(units)
    for row in rows:
        unit = units[row["编码"]]
        assert (int(row["升级"]), int(row["降级"])) == (unit["n_up"], unit["n_down"])
        assert int(row["退出"]) == unit["n_lost"]
    html = page(published.province)
    assert "等级迁移矩阵" in html
    assert "合计与上级一致" in html


def test_the_first_month_says_that_there_is_nothing_to_compare_with(published):
    first = f"month={published.months[0]}"
    html = page(published.province, first)
    assert "没有可比较的上一账期" in html
    assert "等级迁移矩阵" not in html
    said = api(published.province, f"?{first}")
    assert said["earlier_month"] is None
    assert said["total"]["n_changed"] is None, "0 would say that nothing changed"
    assert set(said["total"]["causes"].values()) == {None}
    assert said["total"]["n_before"] == 0


def test_a_run_without_the_counts_says_so(published):
    GradeFlowMonthStored.objects.filter(run=published.run).delete()
    assert "没有等级变动数据" in page(published.province)


@pytest.mark.parametrize("persona", ["province", "manager"])
def test_the_page_asks_at_most_twelve_questions(published, persona):
    client = client_of(getattr(published, persona))
    client.get("/grade_changes/")
    with CaptureQueriesContext(connection) as asked:
        client.get("/grade_changes/")
    assert len(asked) <= 12, [each["sql"][:100] for each in asked]


def test_the_operator_takes_the_effective_grades_back(published):
    month = published.months[-1]
    with capture_logs() as logged:
        response = client_of(published.operator).get(f"/imports/months/{month}/grades/")
        text = b"".join(response.streaming_content).decode()
    rows = list(csv.DictReader(io.StringIO(text)))
    wanted = dict(
        GroupResult.objects.in_run(published.run).values_list("group_code", "effective_grade")
    )
    assert {row["group_code"]: row["effective_grade"] for row in rows} == wanted
    assert set(wanted.values()) <= {*GRADES, "NR"}
    assert {(row["from"], row["until"]) for row in rows} == {(str(month), str(month))}
    said = next(each for each in logged if each["event"] == "grades_written_back")
    assert (said["username"], said["month"]) == (published.operator.username, str(month))
    assert f"/imports/months/{month}/grades/" in (
        client_of(published.operator).get("/imports/").content.decode()
    )


def test_nobody_else_takes_the_grades_and_an_unpublished_month_has_none(published):
    path = f"/imports/months/{published.months[-1]}/grades/"
    for user in (published.province, published.city, published.manager):
        assert client_of(user).get(path).status_code == 403
    assert client_of(published.operator).get("/imports/months/2020-01/grades/").status_code == 404
    assert client_of(published.operator).get("/imports/months/soon/grades/").status_code == 404


@pytest.mark.parametrize(("language", "between"), [("zh-hans", r"。两期"), ("en", r"\. +Other")])
def test_the_sentences_of_the_matrix_stand_apart_as_the_language_asks(published, language, between):
    client = client_of(published.province)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    html = client.get("/grade_changes/?from=2026-08&to=2026-10").content.decode()
    said = strip_tags(re.search(r'gc-matrix-said">(.*?)</p>', html, re.S)[1])
    assert re.search(between, said), said
