"""The to-do list of the newest month: the same on page, card and API, for account managers only."""

from __future__ import annotations

import datetime as dt
import re

import pytest
import time_machine
from django.utils.html import strip_tags

from tests.analytics.published import client_of
from warehouse.mart_models import GroupDue
from warehouse.models import GroupMonth

NOON = dt.time(12)


def days_after(month, days):
    return dt.datetime.combine(month.last_day + dt.timedelta(days=days), NOON, tzinfo=dt.UTC)


def tasks_of(user, today):
    with time_machine.travel(today, tick=False):
        answer = client_of(user).get("/api/v1/desk/")
    assert answer.status_code == 200, answer.content
    return answer.json()


def test_contracts_are_those_that_end_within_ninety_days_of_the_real_day(published):
    today = days_after(published.months[-1], 21)
    said = tasks_of(published.manager, today)
    mine = GroupDue.objects.in_run(published.run).filter(
        account_manager_code=published.manager_code, kind="contract"
    )
    last = today.date() + dt.timedelta(days=90)
    wanted = {
        (row.group_code, row.due_date.isoformat())
        for row in mine
        if today.date() <= row.due_date <= last
    }
    found = [task for task in said["tasks"] if task["kind"] == "contract"]
    assert wanted
    assert {(task["group_code"], task["due"]) for task in found} == wanted
    assert said["today"] == today.date().isoformat()
    assert said["month"] == str(published.months[-1])
    later = tasks_of(published.manager, today + dt.timedelta(days=400))
    assert "contract" not in later["counts"]


def test_birthdays_are_those_of_the_next_fourteen_days(published):
    mine = GroupDue.objects.in_run(published.run).filter(
        account_manager_code=published.manager_code, kind="birthday"
    )
    row = mine.first()
    month, day = (int(part) for part in row.month_day.split("-"))
    on_the_day = dt.datetime(2027, month, day, 12, tzinfo=dt.UTC)
    for before, is_listed in ((0, True), (14, True), (15, False), (-1, False)):
        said = tasks_of(published.manager, on_the_day - dt.timedelta(days=before))
        found = {task["group_code"] for task in said["tasks"] if task["kind"] == "birthday"}
        same_day = {each.group_code for each in mine if each.month_day == row.month_day}
        assert (same_day <= found) is is_listed, before


def test_arrears_and_idle_members_are_those_of_the_facts(published):
    said = tasks_of(published.manager, days_after(published.months[-1], 5))
    facts = GroupMonth.objects.in_run(published.run).filter(
        account_manager_code=published.manager_code, excluded_reason="", is_on_net=1
    )
    owing = {row.group_code for row in facts if row.arrears_li}
    found = {task["group_code"] for task in said["tasks"] if task["kind"] == "arrears"}
    assert found == owing
    idle = [row.n_no_use for row in facts if row.n_no_use]
    line = next(task for task in said["tasks"] if task["kind"] == "no_use")
    assert line["count"] == len(idle)
    assert f"{sum(idle):,}" in line["text"]


def test_every_line_leads_to_a_page_and_page_card_and_api_agree(published):
    browser = client_of(published.manager)
    said = browser.get("/api/v1/desk/").json()
    page = browser.get("/desk/").content.decode()
    card = browser.get("/desk/", headers={"HX-Request": "true", "HX-Target": "desk-card"})
    assert card.content.decode().lstrip().startswith("<section")
    assert page.count('<li class="gc-desk-line') == said["n_tasks"] == sum(said["counts"].values())
    assert f"{said['n_tasks']:,} 项" in strip_tags(card.content.decode())
    assert "依据 2026年" in strip_tags(page)
    urgencies = [task["urgency"] for task in said["tasks"]]
    assert urgencies == sorted(urgencies, key=["bad", "warn", "calm"].index)
    for url in {task["url"] for task in said["tasks"] if task["url"]}:
        assert browser.get(url).status_code == 200, url


def test_a_kind_can_be_looked_at_alone(published):
    browser = client_of(published.manager)
    counts = browser.get("/api/v1/desk/").json()["counts"]
    kind, n = next(iter(counts.items()))
    page = browser.get(f"/desk/?kind={kind}").content.decode()
    assert page.count('<li class="gc-desk-line') == n
    assert browser.get("/desk/?kind=nonsense").status_code == 200


@pytest.mark.parametrize("persona", ["province", "city"])
def test_management_has_no_to_do_list(published, persona):
    browser = client_of(getattr(published, persona))
    assert browser.get("/desk/").status_code == 403
    assert browser.get("/api/v1/desk/").status_code == 403
    city = f"unit={published.city_code}&am={published.manager_code}"
    assert browser.get(f"/desk/?{city}").status_code == 403


def test_a_day_without_anything_says_so(published, monkeypatch):
    monkeypatch.setattr("analytics.desk.room.SOURCES", ())
    html = client_of(published.manager).get("/desk/").content.decode()
    assert "今天没有待办事项" in html


def test_a_fall_of_a_followed_group_is_on_the_list_and_of_others_is_not(published):
    from analytics import following
    from tests.analytics.published import _scope
    from warehouse.mart_models import GroupGradeChange

    changed = GroupGradeChange.objects.in_run(published.run).exclude(
        way__in=("new", "first", "exit")
    )
    mine = changed.filter(account_manager_code=published.manager_code).first()
    if mine is None:
        pytest.skip("no grade of this manager changed in the invented month")
    assert (
        "followed" not in tasks_of(published.manager, days_after(published.months[-1], 5))["counts"]
    )
    following.set_followed(
        actor=_scope(published.manager),
        run=published.run,
        group_code=mine.group_code,
        is_followed=True,
    )
    said = tasks_of(published.manager, days_after(published.months[-1], 5))
    found = [task for task in said["tasks"] if task["kind"] == "followed"]
    assert [task["group_code"] for task in found] == [mine.group_code]
    assert re.search(rf"{mine.from_grade} → {mine.to_grade}|未评定", found[0]["text"])


def test_a_rejected_request_comes_back_with_its_reason(published):
    from adjustments.models import GradeAdjustment
    from warehouse.models import GroupResult

    group = GroupResult.objects.in_run(published.run).filter(
        account_manager_code=published.manager_code
    )[0]
    today = days_after(published.months[-1], 12)
    made = GradeAdjustment.objects.create(
        group_code=group.group_code, group_name=group.name, city_code=group.city_code,
        county_code=group.county_code, account_manager_code=group.account_manager_code,
        requester=published.manager, month_index=published.months[-1].index, run=published.run,
        suggested_grade="C", effective_grade="C", requested_grade="B2", reason="客户价值高" * 5,
        validity_months=3, state="rejected", decided_by=published.city,
        decided_at=today - dt.timedelta(days=2), comment="缺少合同",
    )  # fmt: skip
    lines = tasks_of(published.manager, today)["tasks"]
    line = next(task for task in lines if task["kind"] == "returned")
    assert (line["group_code"], line["text"]) == (made.group_code, "B2 调级申请被驳回：缺少合同")
    others = tasks_of(published.other_manager, today)["counts"]
    assert "returned" not in others
    assert "returned" not in tasks_of(published.manager, today + dt.timedelta(days=40))["counts"]
