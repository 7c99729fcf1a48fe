"""Pages, exports and API say the same numbers, to the readers they are for."""

from __future__ import annotations

import re

import pytest

from analytics.models import GroupViewOpening
from tests.analytics.asked import api, csv_rows, page, rows_of_table, workbook_of
from tests.analytics.published import client_of, groups_of
from warehouse.models import GroupMonth, GroupResult, OrgMonth


@pytest.mark.parametrize("persona", ["province", "city", "manager"])
def test_the_first_page_after_login_is_the_report_of_ones_own_place(published, persona):
    html = page(getattr(published, persona), "/")
    titles = {
        "province": "全省管理集团情况解读",
        "city": "地市管理集团情况解读",
        "manager": "客户经理管理集团情况解读",
    }
    for text in (titles[persona], "上月集团客户总体情况", "向A级升级情况", "由A级降级情况"):
        assert text in html


def test_an_operator_is_led_to_the_imports(published):
    response = client_of(published.operator).get("/")
    assert (response.status_code, response.headers["Location"]) == (302, "/imports/")


def test_cities_add_up_to_the_province_in_every_column(published):
    said = api(published.province, "grading/")
    assert said["reconciled"] is True
    total, units = said["total"], said["units"]
    for name in ("n_groups", "n_rated", "n_a_class", "n_up", "n_down", "total_income_li"):
        assert sum(unit[name] for unit in units) == total[name], name
    for grade, n in total["grades"].items():
        assert sum(unit["grades"][grade] for unit in units) == n, grade
    assert sum(band["n_groups"] for band in said["distribution"]) == total["n_rated"]


@pytest.mark.parametrize("by", ["county", "account_manager"])
def test_a_city_adds_up_by_county_and_by_account_manager(published, by):
    said = api(published.city, f"grading/?by={by}")
    assert (said["by"], said["reconciled"]) == (by, True)
    assert sum(unit["n_groups"] for unit in said["units"]) == said["total"]["n_groups"]


def test_the_province_is_the_sum_of_its_groups_in_the_mart(published):
    total = api(published.province, "grading/")["total"]
    shown = GroupMonth.objects.in_run(published.run).filter(excluded_reason="", is_on_net=1)
    assert total["n_groups"] == shown.count()
    assert total["total_income_li"] == sum(shown.values_list("total_income_li", flat=True))
    rated = GroupResult.objects.in_run(published.run).filter(score__isnull=False)
    assert total["mean_score"] == pytest.approx(
        sum(rated.values_list("score", flat=True)) / rated.count(), abs=1e-6
    )


def test_units_are_the_same_on_page_in_api_and_in_both_exports(published):
    units = api(published.province, "grading/")["units"]
    lines = rows_of_table(page(published.province, "/grading/"), "units")
    shown = {line[2]: line for line in lines if len(line) > 3 and line[0].isdigit()}
    assert len(shown) == len([unit for unit in units if unit["rank"]])
    exported = csv_rows(published.province, "/grading/export/?format=csv")
    workbook = workbook_of(published.province, "/grading/export/?format=xlsx")
    assert len(exported) == len(units) == len(workbook)
    for unit, row, cells in zip(units, exported, workbook, strict=True):
        assert row["地市"] == unit["name"] == cells["地市"]
        assert int(row["集团客户数"]) == unit["n_groups"] == cells["集团客户数"]
        assert float(row["集团整体收入（元）"]) * 1000 == pytest.approx(unit["total_income_li"])
        assert cells["集团整体收入（元）"] * 1000 == pytest.approx(unit["total_income_li"])
        if unit["name"] in shown:
            assert shown[unit["name"]][3] == f"{unit['n_groups']:,}"
            assert f"{unit['mean_score']:.1f}" in shown[unit["name"]][4:6]


def test_an_account_manager_reads_every_own_group_and_no_other(published):
    own = {row.group_code: row for row in groups_of(published, published.manager_code)}
    exported = csv_rows(published.manager, "/grading/export/?format=csv")
    assert {row["集团编码"] for row in exported} == set(own)
    through_api, cursor = {}, ""
    while True:
        said = api(published.manager, f"grading/groups/?size=7&cursor={cursor}")
        assert said["n_rows"] == len(own)
        through_api |= {row["group_code"]: row for row in said["results"]}
        cursor = said["next"]
        if not cursor:
            break
    assert set(through_api) == set(own)
    for code, row in own.items():
        assert through_api[code]["total_income_li"] == row.total_income_li
        assert through_api[code]["score"] == row.score
    html = page(published.manager, "/grading/?size=200")
    assert all(f"/grading/groups/{code}/" in html for code in own)
    foreign = groups_of(published, str(published.other_manager.account_manager_id))
    assert not any(row.group_code in html for row in foreign)


def test_filters_and_search_narrow_list_and_export_alike(published):
    own = groups_of(published, published.manager_code)
    grade = own[0].effective_grade
    wanted = {row.group_code for row in own if row.effective_grade == grade}
    exported = csv_rows(published.manager, f"/grading/export/?grade={grade}")
    assert {row["集团编码"] for row in exported} == wanted
    assert api(published.manager, f"grading/groups/?grade={grade}")["n_rows"] == len(wanted)
    code = own[-1].group_code
    found = api(published.manager, f"grading/groups/?q={code}")["results"]
    assert [row["group_code"] for row in found] == [code]


def test_a_group_is_found_by_the_initials_of_its_name(published):
    from warehouse.models import NamePinyin

    row = groups_of(published, published.manager_code)[0]
    initials = NamePinyin.objects.get(name=row.name).initials
    found = api(published.manager, f"grading/groups/?q={initials}&size=200")["results"]
    assert row.group_code in {each["group_code"] for each in found}
    hits = page(published.manager, f"/search/?q={initials}", **{"HX-Request": "true"})
    assert row.group_code in hits


def test_sorting_by_score_puts_the_best_first_and_the_unrated_last(published):
    scores = [
        row["score"]
        for row in api(published.manager, "grading/groups/?sort=-score&size=200")["results"]
    ]
    rated = [score for score in scores if score is not None]
    assert rated == sorted(rated, reverse=True)
    assert scores[: len(rated)] == rated


def test_every_own_explanation_adds_up_to_its_score(published):
    for row in groups_of(published, published.manager_code)[:10]:
        said = api(published.manager, f"grading/groups/{row.group_code}/")
        if said["score"] is None:
            continue
        bars = sum(each["bar"] for each in said["indicators"])
        total = said["reference_level"] + bars
        assert total == pytest.approx(said["score"], abs=1e-9)
        assert said["score"] == row.score


def test_the_score_on_the_page_is_the_one_of_the_api(published):
    row = max(groups_of(published, published.manager_code), key=lambda each: each.score or 0)
    html = page(published.manager, f"/grading/groups/{row.group_code}/")
    said = api(published.manager, f"grading/groups/{row.group_code}/")
    assert f"= {said['score']:.2f} 分" in html
    for each in said["indicators"]:
        assert each["label"] in html


def test_management_reads_the_list_after_choosing_and_every_opening_is_remembered(published):
    where = f"unit={published.city_code}&am={published.manager_code}"
    own = groups_of(published, published.manager_code)
    html = page(published.province, f"/grading/?{where}")
    assert "管理角色只读查看" in html and own[0].group_code in html
    page(published.province, f"/grading/groups/{own[0].group_code}/")
    api(published.city, f"grading/groups/{own[0].group_code}/")
    page(published.manager, f"/grading/groups/{own[0].group_code}/")
    openings = GroupViewOpening.objects.order_by("id").values_list("username", "group_code", "door")
    assert list(openings) == [
        (published.province.username, own[0].group_code, "page"),
        (published.city.username, own[0].group_code, "api"),
    ]
    assert GroupViewOpening.objects.first().month == published.months[-1]


def test_the_strict_setting_closes_lists_and_single_groups_to_management(published, settings):
    settings.GCVA_ACCESS = "strict"
    where = f"unit={published.city_code}&am={published.manager_code}"
    group = groups_of(published, published.manager_code)[0]
    html = page(published.city, f"/grading/?{where}")
    assert "集团清单不对管理角色开放" in html and group.name not in html
    client = client_of(published.city)
    for path in (
        f"/grading/export/?{where}",
        f"/grading/groups/{group.group_code}/",
        f"/api/v1/grading/groups/?{where}",
        f"/api/v1/grading/groups/{group.group_code}/",
    ):
        assert client.get(path).status_code == 403, path
    hits = page(published.city, f"/search/?q={group.name}", **{"HX-Request": "true"})
    assert group.group_code not in hits
    assert page(published.manager, f"/grading/groups/{group.group_code}/")


def test_a_foreign_group_and_one_that_does_not_exist_look_alike(published):
    foreign = groups_of(published, str(published.other_manager.account_manager_id))[0]
    client = client_of(published.manager)
    for prefix in ("/grading/groups", "/api/v1/grading/groups"):
        answers = [client.get(f"{prefix}/{code}/") for code in (foreign.group_code, "NOWHERE-1")]
        assert [answer.status_code for answer in answers] == [404, 404]
        bodies = {
            re.sub(rb'[0-9a-f-]{36}|NOWHERE-1|csrf\w*" value="\w+"', b"", each.content).replace(
                foreign.group_code.encode(), b""
            )
            for each in answers
        }
        bodies = {
            re.sub(rb'(X-CSRFToken": |csrfmiddlewaretoken" value=)"\w+"', b"", b) for b in bodies
        }
        assert len(bodies) == 1


def test_cards_and_api_compare_alike(published):
    for kpi in api(published.province, "home/")["kpis"]:
        step = kpi["month_on_month"]
        now, before = kpi["series"][-1]["value"], kpi["series"][-2]["value"]
        assert kpi["value"] == now
        if step is None:
            assert not before
        elif step["kind"] == "relative":
            assert step["amount"] == pytest.approx((now - before) / abs(before))
        else:
            assert step["amount"] == pytest.approx(now - before)


def test_a_cursor_into_a_month_that_was_published_again_is_refused(published):
    from analytics.api import cursor_of

    stale = cursor_of(published.run - 1, 7)
    client = client_of(published.manager)
    answer = client.get(f"/api/v1/grading/groups/?cursor={stale}")
    assert (answer.status_code, answer.json()["code"]) == (409, "cursor_outdated")
    assert client.get("/api/v1/grading/groups/?cursor=x").status_code == 400


def test_sorting_swaps_the_table_alone(published):
    html = page(
        published.manager,
        "/grading/?sort=-score",
        **{"HX-Request": "true", "HX-Target": "table-groups"},
    )
    assert "<html" not in html and 'id="table-groups"' in html


def test_the_switcher_walks_down_to_the_account_managers(published):
    assert published.city_code in page(published.province, "/places/")
    below = page(published.province, f"/places/?parent={published.city_code}")
    assert "unit=" in below
    assert OrgMonth.objects.in_run(published.run).at_level("county").exists()


def test_the_schema_describes_every_endpoint(published):
    schema = client_of(published.province).get("/api/v1/schema/?format=json").json()
    assert {"/api/v1/grading/", "/api/v1/home/", "/api/v1/months/"} <= set(schema["paths"])
    docs = client_of(published.province).get("/api/v1/docs/").content.decode()
    assert "https://" not in docs and "<script>" not in docs
