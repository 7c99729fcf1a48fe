"""Each module says in a sentence what it lacks: first month, history, kinds that did not come."""

from __future__ import annotations

import re

import pytest

from core.month import Month
from tests.bare.months import OCTOBER, SEPTEMBER, take_in
from tests.personas import client_of
from tests.warehouse.worlds import run

DECEMBER = Month(2026, 12)
FIRST_MONTH = {
    "": ("2026年8月未发布，无法计算环比", "2026年8月未发布，无法判断等级升降"),
    "grading/": ("2026年8月未发布，无法判断等级升降", "没有可比较的上一账期"),
    "member_analysis/": ("2026年8月未发布", "离网率、退团、集团流失率和名次变化需要上月数据"),
    "contribution/": ("2026年8月未发布", "变化及其分解无法计算"),
    "income_composition/": ("2026年8月未发布", "变化及其分解无法计算"),
    "grade_changes/": ("没有可比较的上一账期", "没有更早的已发布账期"),
    "price_elasticity/": ("前后各 3 个月的已发布账期",),
    "anomaly_alerts/?view=figures": ("没有可评估用户呼叫的集团：需要此前至少 4 期的通话数据",),
}
MISSING_KINDS = {
    "": ("本月没有订购数据，无法得出集团整体收入、统付收入和信息化收入",),
    "grading/": ("本月没有已评分的集团", "可用指标不足，无法评分和评定等级"),
    "member_analysis/": ("成员清单没有V网标识", "成员清单没有拍照批次", "本月没有产品使用清单"),
    "product_usage/": ("产品明细需要订购清单或产品使用清单",),
    "contribution/": ("统付、信息化和集团整体收入无法得出", "本月没有订购数据"),
    "price_elasticity/": ("没有价格数据，以收入 ÷ 用量代替价格",),
}
AFTER_A_GAP = {
    "": ("2026年11月未发布，无法计算环比",),
    "member_analysis/": ("2026年11月未发布",),
    "contribution/": ("2026年11月未发布",),
    "income_composition/": ("2026年11月未发布",),
    "grade_changes/": ("与最近的已发布账期2026年10月比较",),
}
ROLES = ("province", "city_a", "manager_a1")
#: What is read as one stands in a span of its own, in the middle of a sentence.
KEPT = re.compile(r'<span class="gc-kept">(.*?)</span>', re.S)


def unsaid(client, month: Month, wanted: dict[str, tuple[str, ...]]) -> list[tuple[str, str]]:
    """Return what a module should say and does not."""
    lacking = []
    for room, sentences in wanted.items():
        answer = client.get(f"/{room}{'&' if '?' in room else '?'}month={month}")
        assert answer.status_code == 200, (room, month)
        text = KEPT.sub(r"\1", answer.content.decode())
        assert ">None<" not in text and ">nan<" not in text.lower(), room
        assert "−0.0%" not in text and "−0%" not in text, room
        lacking += [(room, each) for each in sentences if each not in text]
    return lacking


@pytest.mark.parametrize("persona", ROLES)
def test_the_first_month_says_what_it_cannot_compare(people, persona):
    assert unsaid(client_of(people, persona), SEPTEMBER, FIRST_MONTH) == []


@pytest.mark.parametrize("persona", ROLES)
@pytest.mark.parametrize("month", [SEPTEMBER, OCTOBER], ids=str)
def test_kinds_that_did_not_come_are_named(people, persona, month):
    assert unsaid(client_of(people, persona), month, MISSING_KINDS) == []


def test_a_month_after_a_gap_names_the_month_that_is_missing(people):
    take_in(DECEMBER)
    run(DECEMBER)
    for persona in ROLES:
        assert unsaid(client_of(people, persona), DECEMBER, AFTER_A_GAP) == [], persona


def test_a_first_month_knows_no_rise_and_no_fall(people):
    client = client_of(people, "city_a")
    for room, names in (("grading", ("n_up", "n_down")), ("home", ())):
        said = client.get(f"/api/v1/{room}/?month={SEPTEMBER}").json()
        cards = {card["code"]: card["value"] for card in said["kpis"]}
        assert [cards[name] for name in names] == [None] * len(names)
    first = client.get(f"/api/v1/grading/?month={SEPTEMBER}").json()
    assert {unit["n_up"] for unit in (first["total"], *first["units"])} == {None}
    second = client.get(f"/api/v1/grading/?month={OCTOBER}").json()
    assert {unit["n_up"] for unit in (second["total"], *second["units"])} == {0}


def test_an_income_nobody_knows_is_no_nought(people):
    said = client_of(people, "province").get("/api/v1/grading/").json()
    assert {unit["total_income_li"] for unit in (said["total"], *said["units"])} == {None}
