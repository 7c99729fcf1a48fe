"""The page sets, tries out and undoes; page, export and API say the same; nobody sees more."""

from __future__ import annotations

import csv
import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.html import strip_tags

from alerts import actions_thresholds as actions
from alerts.actions_thresholds import When
from alerts.threshold_models import ThresholdChange
from alerts.thresholds import Target
from tests.personas import client_of
from tests.thresholds.world import OCTOBER, fired
from tests.warehouse.worlds import run

PAGE, BACKTEST = "/thresholds/", "/thresholds/backtest/"
FALL = f"{PAGE}?code=unified_fall"


@pytest.fixture
def city(people):
    return client_of(people, "city_a")


def form(**said: str) -> dict[str, str]:
    plain = {
        "value": "12",
        "from_month": str(OCTOBER),
        "reason": "告警过少",
        "do": "set",
        "seen": "0",
    }
    return {**plain, **said}


def text_of(answer) -> str:
    return answer.content.decode()


def test_a_threshold_tuned_on_the_page_is_followed_by_the_next_run(city, people) -> None:
    page = text_of(city.get(f"{FALL}&class="))
    assert "统付收入降幅" in page
    assert 'min="10" max="90"' in page
    tried = text_of(city.get("/thresholds/preview/?code=unified_fall&value=12"))
    assert "会有 2 个集团触发，当月实际 1 个" in strip_tags(tried)
    saved = city.post(FALL, form(), follow=True)
    assert "阈值已更新，自2026年10月起生效。" in text_of(saved)
    assert set(fired(run(OCTOBER))) == {"GA1", "GA2", "GB1"}
    after = text_of(city.get(PAGE))
    assert "地市设置" in after
    assert "告警过少" in after
    other = text_of(client_of(people, "city_b").get(PAGE))
    assert "告警过少" not in other


def test_a_value_out_of_range_stays_in_the_form_with_its_sentence(city) -> None:
    answer = city.post(FALL, form(value="95"))
    assert answer.status_code == 400
    page = text_of(answer)
    assert "统付收入降幅 95% 超出全省允许范围 10% – 90%。" in page
    assert 'value="95"' in page
    assert "告警过少" in page
    assert not ThresholdChange.objects.exists()


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"value": "abc"}, "不是数值"),
        ({"value": "inf"}, "请填写一个数值"),
        ({"from_month": "十月"}, "无法识别"),
        ({"reason": ""}, "请填写变更原因"),
    ],
)
def test_what_cannot_be_read_is_said(city, said, sentence) -> None:
    answer = city.post(FALL, form(**said))
    assert answer.status_code == 400
    assert sentence in text_of(answer)


def test_sending_the_form_twice_changes_once(city) -> None:
    assert city.post(FALL, form()).status_code == 302
    again = city.post(FALL, form())
    assert again.status_code == 409
    assert "刚刚被" in text_of(again)
    assert ThresholdChange.objects.count() == 1


def test_the_log_undoes_the_latest_change_only(city) -> None:
    city.post(FALL, form())
    city.post(FALL, form(value="20", seen="1"))
    page = text_of(city.get(PAGE))
    assert page.count('name="version"') == 1
    assert 'name="version" value="2"' in page
    city.post("/thresholds/undo/", {"version": "2"})
    assert ThresholdChange.objects.latest("version").value == 0.12
    assert "撤销第 2 版" in text_of(city.get(PAGE))


def test_overrides_of_account_managers_are_listed_for_the_city(city, people) -> None:
    city.post(f"{PAGE}?am=MA2&code=unified_fall", form())
    assert "客户经理单独设置" in text_of(city.get(PAGE))
    own = text_of(client_of(people, "manager_a2").get(PAGE))
    assert "12%" in own
    colleague = text_of(client_of(people, "manager_a1").get(PAGE))
    assert "12%" not in colleague
    assert "甲二经理" not in colleague


def test_account_managers_and_the_province_read_without_a_form(people) -> None:
    for persona in ("manager_a1", "province", "county_a01"):
        page = text_of(client_of(people, persona).get(FALL))
        assert 'id="editor"' not in page
        assert "生效阈值" in page


def test_the_operator_sets_value_and_range_of_the_province(people) -> None:
    operator = client_of(people, "operator")
    assert 'name="lowest"' in text_of(operator.get(FALL))
    operator.post(FALL, form(do="range", lowest="20", highest="70"))
    operator.post(FALL, form(value="25"))
    page = text_of(client_of(people, "city_b").get(FALL))
    assert 'min="20" max="70"' in page
    assert "25%" in page


def test_the_backtest_marks_the_last_months_immature_and_exports_its_table(city) -> None:
    page = text_of(city.get(f"{BACKTEST}?code=unified_fall&value=12&budget=2"))
    assert "最近 3 个账期尚未成熟" in page
    assert "2 个账期按试算值共触发新告警" in strip_tags(page)
    lines = city.get(f"{BACKTEST}export/?code=unified_fall&value=12&by=account_manager&format=csv")
    body = b"".join(lines.streaming_content) if lines.streaming else lines.content
    rows = list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"))))
    assert {row["编码"]: row["新告警"] for row in rows} == {"MA1": "1", "MA2": "1", "A-NA": "0"}


def test_page_and_api_give_the_same_numbers(city) -> None:
    city.post(FALL, form())
    api = city.get("/api/v1/thresholds/").json()
    fall = next(each for each in api["results"] if each["code"] == "unified_fall")
    assert [each["value"] for each in fall["values"]] == [0.12] * 3
    assert {each["source"] for each in fall["values"]} == {"city"}
    assert (fall["lowest"], fall["highest"], api["may_set"]) == (0.1, 0.9, True)
    log = city.get("/api/v1/thresholds/log/").json()["results"]
    assert [(each["version"], each["created_by"]) for each in log] == [(1, "city_a")]
    tried = city.get("/api/v1/thresholds/preview/?code=unified_fall&value=12").json()
    assert (tried["n_fired"], tried["n_before"]) == (2, 1)
    replayed = city.get("/api/v1/thresholds/backtest/?code=unified_fall&value=12").json()
    assert (replayed["stored"]["n_new"], replayed["tried"]["n_new"]) == (1, 2)
    assert replayed["months"][-1] == "2026-10"
    by_month = "/api/v1/thresholds/backtest/?code=unified_fall&by=month"
    whole, part = city.get(by_month).json(), city.get(f"{by_month}&size=1").json()
    assert (whole["next"], whole["n_rows"]) == ("", len(whole["rows"])) and whole["n_rows"] > 1
    rest = city.get(f"{by_month}&size=200&cursor={part['next']}").json()
    assert part["rows"] + rest["rows"] == whole["rows"]


def test_the_api_sets_and_undoes_with_the_same_rights(city, people) -> None:
    asked = {
        "code": "unified_fall", "value": 0.2, "from_month": "2026-10", "reason": "经接口",
    }  # fmt: skip
    made = city.post("/api/v1/thresholds/", asked, content_type="application/json")
    assert (made.status_code, made.json()["version"]) == (200, 1)
    refused = city.post(
        "/api/v1/thresholds/", {**asked, "value": 0.95}, content_type="application/json"
    )
    assert (refused.status_code, refused.json()["code"]) == (400, "threshold_out_of_range")
    undo = {"version": 1, "reason": "撤销"}
    foreign = client_of(people, "city_b").post(
        "/api/v1/thresholds/undo/", undo, content_type="application/json"
    )
    assert foreign.status_code == 404
    mine = city.post("/api/v1/thresholds/undo/", undo, content_type="application/json")
    assert (mine.status_code, mine.json()["value"]) == (200, None)


@pytest.mark.parametrize(
    "address", [FALL, BACKTEST, "/thresholds/preview/?code=call_change&value=40"]
)
@pytest.mark.parametrize("persona", ["city_a", "province", "manager_a1", "operator"])
def test_no_page_asks_more_than_twelve_queries(people, persona, address) -> None:
    actions.set_threshold(
        actor=scope(people, "city_a"), target=Target("unified_fall", "city", "A"), value=0.2,
        when=When(OCTOBER, "一次变更"),
    )  # fmt: skip
    client = client_of(people, persona)
    client.get(address)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert client.get(address).status_code == 200
    assert len(asked) <= 12, [each["sql"][:120] for each in asked]


def scope(people, persona):
    from tests.personas import scope_of_persona

    return scope_of_persona(people, persona)
