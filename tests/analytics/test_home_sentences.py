"""The home report's wording: right for none, one, many and missing months, in both languages."""

from __future__ import annotations

import re

import pytest
from django.utils.html import strip_tags
from django.utils.translation import override

from analytics.home import sentences, sentences_watched, sentences_whole
from analytics.home.compute import NamedGroup, figures_of
from analytics.home.tables import portfolio_table, portfolio_total, score_change
from analytics.kpi import UnitLine
from core.cells import cell_html
from core.month import Month

OCTOBER = Month(2026, 10)
BASE = {
    "n_groups": 52,
    "n_members": 1742,
    "n_new": 1,
    "n_lost_groups": 0,
    "n_no_member": 0,
    "total_income_li": 129_400_000,
    "unified_pay_li": 19_200_000,
    "ict_li": 20_500_000,
    "n_a_class": 2,
    "n_effective_a1": 1,
    "n_effective_a2": 1,
    "n_into_a": 0,
    "n_out_of_a": 0,
    "n_silent": 3,
    "n_arrears_stop": 12,
    "switchboard_users": 40,
    "ringback_users": 11,
    "sms_users": None,
    "school_users": 1212,
}


@pytest.fixture(autouse=True)
def chinese():
    with override("zh-hans"):
        yield


def figures(now=(), before=None, year_ago=None, audience="own", units=(), **more):
    by_month = {OCTOBER.index: {**BASE, **dict(now)}}
    if before is not None:
        by_month[OCTOBER.plus(-1).index] = {**BASE, **before}
    if year_ago is not None:
        by_month[OCTOBER.plus(-12).index] = {**BASE, **year_ago}
    result = figures_of(audience, "汉东市", by_month, OCTOBER, units)
    from dataclasses import replace

    return replace(result, **more)


def said(paragraphs):
    return [strip_tags(each.html) for each in paragraphs]


def test_an_account_manager_reads_about_the_own_groups():
    text = strip_tags(sentences_whole.development(figures(before={}, year_ago={}), {}).html)
    assert text == (
        "您管理集团客户 52 个，环比持平，同比持平，成员 1,742 人，环比持平，同比持平。"
        "新增集团 1 个，流失集团 0 个，合并、转测试等其他退出 1 个，无人集团 0 个。"
    )


def test_changes_have_a_direction_and_a_size():
    report = figures(before={"n_groups": 50, "n_members": 1800}, year_ago={"n_groups": 40})
    text = strip_tags(sentences_whole.development(report, {}).html)
    assert "您管理集团客户 52 个，环比上升 4.0%，同比上升 30.0%" in text
    assert "成员 1,742 人，环比下降 3.2%，同比持平" in text


def test_missing_months_are_named_instead_of_compared():
    text = strip_tags(sentences_whole.development(figures(), {}).html)
    assert "环比上升" not in text and "环比持平" not in text
    assert text.endswith("2026年9月未发布，无法计算环比，2025年10月未发布，无法计算同比。")
    assert "新增集团" not in text


def test_a_city_is_named_and_its_leading_account_managers_too():
    units = (
        UnitLine("M1", "张敏", {"n_groups": 30, "total_income_li": 50_000_000}, lambda code: "/m1"),
        UnitLine("M2", "陈立", {"n_groups": 22, "total_income_li": 79_400_000}, lambda code: "/m2"),
        UnitLine("M3", "周杰", {"n_groups": 0, "total_income_li": 0}, lambda code: "/m3"),
    )
    report = figures(before={}, audience="city", units=units)
    text = strip_tags(sentences_whole.development(report, {}).html)
    assert text.startswith("汉东市共有集团客户 52 个")
    assert "集团客户最多的是张敏（30）、陈立（22）。" in text
    income = strip_tags(sentences_whole.products_and_income(report, {}).html)
    assert "集团整体收入最高的是陈立（7.94万元）、张敏（5.00万元）。" in income


def test_products_that_were_not_delivered_are_not_spoken_of():
    text = strip_tags(sentences_whole.products_and_income(figures(before={}), {}).html)
    assert "移动总机用户 40 户次，集团彩铃用户 11 户次，校信通用户 1,212 户次。" in text
    assert "集团短信" not in text


@pytest.mark.parametrize(
    ("n", "expected"),
    [(0, "本月没有集团升入A级。"), (1, "向A级升级的集团 1 个。"), (7, "向A级升级的集团 7 个。")],
)
def test_rises_into_a_are_said_for_none_one_and_many(n, expected):
    paragraphs = sentences_watched.high_value(figures({"n_into_a": n}, before={}), {})
    assert said(paragraphs)[1].startswith(expected)
    assert paragraphs[1].heading == "向A级升级情况"


@pytest.mark.parametrize(
    ("n", "expected"),
    [(0, "没有集团由A级降级。"), (1, "由A级降级的集团 1 个。"), (3, "由A级降级的集团 3 个。")],
)
def test_falls_from_a_are_said_for_none_one_and_many(n, expected):
    paragraphs = sentences_watched.abnormal(figures({"n_out_of_a": n}, before={}), {})
    assert said(paragraphs)[1].startswith(expected)
    assert paragraphs[1].heading == "由A级降级情况"


def test_without_last_month_nobody_rises_or_falls():
    assert said(sentences_watched.high_value(figures({"n_into_a": 0}), {}))[1].startswith(
        "2026年9月未发布，无法判断等级升降。"
    )


def test_last_month_published_after_this_run_is_not_called_unpublished():
    assert said(sentences_watched.abnormal(figures(before={}, moves_known=False), {}))[
        1
    ].startswith("2026年9月在本月运行之后才发布，重新运行本月即可判断等级升降。")


def test_no_a_class_at_all_is_a_sentence_of_its_own():
    now = {"n_a_class": 0, "n_effective_a1": 0, "n_effective_a2": 0}
    assert said(sentences_watched.high_value(figures(now, before={}), {}))[0] == "没有A级集团。"


def test_groups_are_named_with_their_step_and_their_distance():
    risen = NamedGroup("G1", "滨江医院", "/g1", "A2", "B1", 76.0)
    near = NamedGroup("G2", "育才小学", "/g2", "B1", "B1", 74.1, 0.9)
    report = figures({"n_into_a": 1}, before={}, risen=(risen,), near=(near,))
    text = said(sentences_watched.high_value(report, {}))[1]
    assert "即滨江医院（B1→A2）。" in text
    assert "育才小学 评分 74.1，距上一等级还差 0.9 分。" in text


def test_numbers_are_links_to_where_they_live_and_names_are_escaped():
    report = figures(before={}, audience="city")
    html = sentences_whole.development(report, {"n_groups": "/grading/?unit=C1&month=2026-10"}).html
    assert '<a class="number" href="/grading/?unit=C1&amp;month=2026-10">52</a>' in html
    evil = NamedGroup("G1", "<script>x</script>", "/g", "A1", "B1", 90.0)
    named = sentences_watched.named((evil,), "分别是{groups}")
    assert "<script>" not in named


def test_the_report_has_the_exact_headings():
    report = sentences.report(figures(before={}), {})
    assert [section.heading for section in report] == [
        "上月集团客户总体情况",
        "需要重点关注的高价值集团客户",
        "需要重点关注的异常集团客户",
    ]
    words = [p.heading for section in report for p in section.paragraphs if p.heading]
    assert words == ["集团客户发展情况", "使用产品和收入情况", "向A级升级情况", "由A级降级情况"]


@pytest.mark.parametrize(
    ("audience", "title"),
    [
        ("province", "全省管理集团情况解读"),
        ("city", "地市管理集团情况解读"),
        ("county", "县区管理集团情况解读"),
        ("account_manager", "客户经理管理集团情况解读"),
        ("own", "客户经理管理集团情况解读"),
    ],
)
def test_the_title_speaks_to_its_reader(audience, title):
    assert sentences.title(figures(audience=audience)) == title


def test_every_sentence_ends_and_none_is_empty():
    for section in sentences.report(figures(before={}, year_ago={}), {}):
        for paragraph in section.paragraphs:
            text = strip_tags(paragraph.html)
            assert text.endswith("。"), text
            assert not re.search(r"，，|。。|，。|\{|\}", text), text


def test_an_english_sentence_begins_with_a_capital_and_counts_right():
    from analytics.wording import capitalised

    with override("en"):
        for section in sentences.report(figures({"n_new": 1}, before={}, year_ago={}), {}):
            for paragraph in section.paragraphs:
                for said_ in re.split(r"(?<=[a-z)])\. ", strip_tags(paragraph.html)):
                    assert not said_[:1].islower(), said_
        text = strip_tags(sentences_whole.development(figures({"n_new": 1}, before={}), {}).html)
    assert "1 new group," in text
    assert capitalised("最多") == "最多"


def test_the_total_of_my_groups_steps_as_the_mean_score_does() -> None:
    now, last = OCTOBER.index, OCTOBER.plus(-1).index
    scored = {"score_sum": 300.0, "n_rated": 8, "n_members": 9, "total_income_li": 7}
    assert score_change(portfolio_total({now: scored}, OCTOBER)) is None

    both = portfolio_total({now: scored, last: {**scored, "score_sum": 296.0}}, OCTOBER)
    assert (both.name, both.n_members, both.total_income_li, both.score) == ("合计", 9, 7, 37.5)
    assert score_change(both) == 0.5
    (cell,) = (
        cell_html(column, both)
        for column in portfolio_table(lambda row: "").columns
        if column.name == "score_change"
    )
    assert "+0.5" in cell
