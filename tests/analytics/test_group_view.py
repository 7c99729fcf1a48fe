"""The unified view shows one group to whom it belongs; its numbers are those of the lists."""

from __future__ import annotations

from statistics import quantiles

import pytest
from django.utils import translation

from analytics.group_view.tables import people_table
from tests.analytics.published import client_of, groups_of
from warehouse.mart_models import (
    GroupMonth,
    GroupProductMonth,
    GroupResult,
    GroupResultStored,
    OrgMonthStored,
    PeerMonth,
)
from warehouse.peers import PEER_MEASURES

TABS = ("basic", "members", "products", "income", "service")
CLOSED_WORDS = ("费用项", "漫游费", "gc-event-grade", "table-members")


@pytest.fixture
def group(published):
    rows = groups_of(published, published.manager_code)
    return max(rows, key=lambda row: row.n_members or 0)


def page(user, group, tab, **headers):
    path = f"/grading/groups/{group.group_code}/?tab={tab}"
    return client_of(user).get(path, headers=headers)


def html(user, group, tab):
    answer = page(user, group, tab)
    assert answer.status_code == 200
    return answer.content.decode()


def section(user, group, name):
    return client_of(user).get(f"/api/v1/groups/{group.group_code}/?section={name}")


@pytest.mark.parametrize("tab", TABS)
def test_every_tab_opens_to_its_readers_and_to_nobody_else(published, group, tab):
    for user in (published.manager, published.city, published.province):
        said = html(user, group, tab)
        assert (group.name in said and "上一个" in said) or "下一个" in said
    assert page(published.other_manager, group, tab).status_code == 404
    assert page(published.operator, group, tab).status_code == 403


@pytest.mark.parametrize("tab", TABS)
def test_the_strict_setting_closes_every_tab_to_management(published, group, tab, settings):
    settings.GCVA_ACCESS = "strict"
    for user in (published.city, published.province):
        assert page(user, group, tab).status_code == 403
        assert section(user, group, "profile").status_code == 403
    assert page(published.manager, group, tab).status_code == 200


def test_management_sees_no_member_rows_fees_or_grade_changes(published, group):
    for user in (published.city, published.province):
        everything = "".join(html(user, group, tab) for tab in TABS)
        assert not [word for word in CLOSED_WORDS if word in everything]
        assert "成员明细不对管理角色开放" in everything
        assert "收入成分不对管理角色开放" in everything
        assert "等级变动记录不对管理角色开放" in everything
        rows = page(user, group, "members", **{"HX-Request": "true", "HX-Target": "table-members"})
        assert rows.status_code == 403
        for name in ("fee_composition", "grade_history"):
            assert section(user, group, name).status_code == 403
        api = client_of(user).get(f"/api/v1/groups/{group.group_code}/members/")
        assert api.status_code == 403
        kinds = {event["kind"] for event in section(user, group, "timeline").json()["content"]}
        assert "grade" not in kinds


def test_the_member_rows_are_the_members_the_group_counts(published):
    client = client_of(published.manager)
    for row in groups_of(published, published.manager_code)[:6]:
        found = client.get(f"/api/v1/groups/{row.group_code}/members/?size=200").json()
        assert found["n_rows"] == row.n_members
        assert len(found["results"]) == min(200, row.n_members)
        assert all("****" in each["phone_masked"] for each in found["results"])


def test_member_rows_turn_pages_without_repeating_one(published, group):
    client = client_of(published.manager)
    path = f"/api/v1/groups/{group.group_code}/members/"
    whole = client.get(f"{path}?size=200").json()["results"]
    parts = [client.get(f"{path}?size=5&page={n}").json()["results"] for n in (1, 2)]
    assert parts[0] + parts[1] == whole[:10]
    answer = page(published.manager, group, "members", **{"HX-Target": "table-members"})
    assert answer.status_code == 200 and b"<html" not in answer.content


def test_the_sections_say_what_the_marts_say(published, group):
    facts = GroupMonth.objects.in_run(published.run).get(group_code=group.group_code)
    members = section(published.manager, group, "members").json()["content"]
    assert members["n_members"] == facts.n_members == members["months"][-1]["value"]
    states = ("n_active", "n_stop_one_way", "n_stop_two_way", "n_arrears_stop", "n_lost")
    assert sum(members[name] for name in (*states, "n_pre_cancel")) == facts.n_members
    income = section(published.manager, group, "income").json()["content"]
    assert income["total_income_li"] == group.total_income_li
    assert income["unified_pay_li"] + income["personal_bill_li"] == income["total_income_li"]
    products = section(published.manager, group, "products").json()["content"]
    rows = GroupProductMonth.objects.in_run(published.run).filter(group_code=group.group_code)
    amounts = {row.product_code: row.amount_li for row in rows}
    assert {row["product_code"]: row["amount_li"] for row in products["used"]} == amounts
    fees = section(published.manager, group, "fee_composition").json()["content"]
    assert fees["roaming_li"] == facts.roaming_li


def test_previous_and_next_follow_the_list(published):
    client = client_of(published.manager)
    listed = client.get("/api/v1/grading/groups/?size=200&sort=-total_income_li").json()["results"]
    codes = [row["group_code"] for row in listed]
    for before, code, after in zip(codes, codes[1:], codes[2:], strict=False):
        said = client.get(f"/grading/groups/{code}/?tab=income").content.decode()
        assert f"/grading/groups/{before}/?tab=income" in said
        assert f"/grading/groups/{after}/?tab=income" in said


def test_peers_are_quartiles_of_three_groups_or_more(published, group):
    peers = section(published.manager, group, "profile").json()["content"]["peers"]
    similar = GroupResult.objects.in_run(published.run).filter(
        industry_code=group.industry_code, size_band=group.size_band
    )
    assert peers["n"] == similar.count()
    assert bool(peers["measures"]) == (peers["n"] >= 3)
    for row in peers["measures"]:
        assert row["quartiles"] == sorted(row["quartiles"])


def test_the_quartiles_of_similar_groups_are_those_of_their_rows(published):
    rows = GroupResultStored.objects.filter(run=published.run)
    peers = PeerMonth.objects.in_run(published.run)
    assert sum(each.n_groups for each in peers) == rows.count()
    for each in peers.filter(n_groups__gte=3):
        similar = rows.filter(industry_code=each.industry_code, size_band=each.size_band)
        for measure in PEER_MEASURES:
            known = [v for v in similar.values_list(measure, flat=True) if v is not None]
            said = [getattr(each, f"{measure}_q{place}") for place in (1, 2, 3)]
            if len(known) > 1:
                assert said == pytest.approx(quantiles(known, n=4, method="inclusive"), abs=1e-6)
            else:
                assert said == [*known * 3] or said == [None] * 3


def test_a_group_alone_in_its_industry_and_size_has_no_peers(published, group):
    similar = PeerMonth.objects.in_run(published.run).filter(
        industry_code=group.industry_code, size_band=group.size_band
    )
    similar.update(n_groups=1)
    said = section(published.manager, group, "profile").json()["content"]["peers"]
    assert said == {"n": 1, "measures": []}
    assert "同类集团不足 3 个" in html(published.manager, group, "basic")


def test_without_peers_the_view_does_not_claim_that_nothing_is_lacking(published, group):
    OrgMonthStored.objects.filter(run=published.run).exclude(grade="*").delete()
    said = html(published.manager, group, "products")
    assert "没有可比较的同类集团" in said and "没有缺少的产品" not in said


def test_who_has_the_group_now_sees_its_months_before_it_moved(published, group):
    GroupMonth.objects.exclude(run=published.run).filter(group_code=group.group_code).update(
        account_manager_code="SOMEONE", city_code="ELSEWHERE"
    )
    months = section(published.manager, group, "income").json()["content"]["months"]
    known = [each for each in months["total_income_li"] if each["value"] is not None]
    assert len(known) == GroupMonth.objects.filter(group_code=group.group_code).count()


def test_an_earlier_month_of_a_group_that_was_somebody_elses_is_not_there(published, group):
    first = published.months[0]
    rows = GroupResultStored.objects.filter(month=first.index, group_code=group.group_code)
    rows.update(account_manager_code="SOMEONE", city_code="ELSEWHERE", county_code="ELSEWHERE")
    client = client_of(published.manager)
    for path in (f"/grading/groups/{group.group_code}/", f"/api/v1/groups/{group.group_code}/"):
        assert client.get(f"{path}?month={first}").status_code == 404


def test_a_birthday_is_written_as_other_days_of_its_language():
    (column,) = (each for each in people_table().columns if each.name == "birthday")
    for language, said in (("zh-hans", "02-29"), ("en", "29 Feb")):
        with translation.override(language):
            assert column.value({"birthday": "02-29"}) == said
            assert column.value({"birthday": ""}) == ""


def test_without_extracts_of_the_small_kinds_the_view_says_so(published, group, monkeypatch):
    monkeypatch.setattr("warehouse.group_extracts.pinned_files", lambda runs, kinds: {})
    assert "本月没有关键人清单" in html(published.manager, group, "basic")
    assert "本月没有合同清单" in html(published.manager, group, "products")
    assert "没有成员" in html(published.manager, group, "members")
    assert html(published.manager, group, "service")


def test_the_first_month_has_a_view_of_one_month(published, group):
    first = published.months[0]
    client = client_of(published.manager)
    for tab in TABS:
        path = f"/grading/groups/{group.group_code}/?tab={tab}&month={first}"
        assert client.get(path).status_code in (200, 404)


def test_an_unheard_of_tab_or_section_does_no_harm(published, group):
    assert "评分构成" in html(published.manager, group, "nothing") or "评分走势" in html(
        published.manager, group, "nothing"
    )
    assert section(published.manager, group, "nothing").status_code == 404


def test_member_rows_are_sorted_and_narrowed_in_api_and_file_alike(published, group):
    """Page, answer and file take order and filters from the URL; the file holds every row."""
    client = client_of(published.manager)
    path = f"/api/v1/groups/{group.group_code}/members/"
    whole = client.get(f"{path}?size=200").json()
    by_sms = client.get(f"{path}?size=200&sort=-sms").json()["results"]
    known = [row["sms"] for row in by_sms if row["sms"] is not None]
    assert known == sorted(known, reverse=True)
    parts = 0
    for flag in ("1", "0"):
        found = client.get(f"{path}?size=200&vnet={flag}").json()
        assert {bool(row["vnet"]) for row in found["results"]} <= {flag == "1"}
        parts += found["n_rows"]
    assert parts == whole["n_rows"]
    active = client.get(f"{path}?size=200&status=active&sort=months_on_net").json()
    assert {row["status"] for row in active["results"]} == {"active"}
    file = client.get(
        f"/grading/groups/{group.group_code}/?tab=members&format=csv&status=active&sort=-sms"
    )
    lines = b"".join(file.streaming_content).decode()[1:].splitlines()
    assert len(lines) == 1 + active["n_rows"]
    workbook = client.get(f"/grading/groups/{group.group_code}/?tab=members&format=xlsx")
    assert workbook.status_code == 200
    assert b"".join(workbook)[:2] == b"PK"
    html = page(published.manager, group, "members").content.decode()
    assert "format=xlsx" in html and 'name="vnet"' in html


@pytest.mark.parametrize("sort", ["member_id", "phone_masked", "fees_li;drop", "-nothing"])
def test_an_order_nobody_declared_is_ignored(published, group, sort):
    client = client_of(published.manager)
    answer = client.get(f"/api/v1/groups/{group.group_code}/members/", {"sort": sort})
    assert answer.status_code == 200


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_no_management_reader_takes_the_member_rows_away(published, group, kind):
    for user in (published.province, published.city):
        path = f"/grading/groups/{group.group_code}/?tab=members&format={kind}"
        assert client_of(user).get(path).status_code == 403
    html = page(published.city, group, "members").content.decode()
    assert "format=xlsx" not in html
