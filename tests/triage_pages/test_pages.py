"""Page, export and API of alerts say the same, to the readers they are for."""

from __future__ import annotations

import csv
import io
import json

import pytest
from django.utils import timezone

from alerts.models import Alert, AlertStep
from tests.analytics.published import client_of


def get(user, path, status=200, **headers):
    response = client_of(user).get(path, headers=headers)
    assert response.status_code == status, (path, response.status_code)
    streamed = response.streaming and b"".join(response.streaming_content)
    return (streamed or response.content).decode()


def api(user, path, status=200, body=None):
    client = client_of(user)
    url = f"/api/v1/anomaly_alerts/{path}"
    if body is None:
        response = client.get(url)
    else:
        response = client.post(url, json.dumps(body), content_type="application/json")
    assert response.status_code == status, response.content
    return response.json()


def mine(published):
    return Alert.objects.filter(account_manager_code=published.manager_code).active()


def test_the_list_opens_with_what_waits_and_page_export_and_api_agree(published):
    found = api(published.manager, "alerts/")
    assert found["n_rows"] == mine(published).count() > 2
    levels = [row["level"] for row in found["results"]]
    assert levels == sorted(levels, key=["red", "orange", "yellow"].index)
    html = get(published.manager, "/anomaly_alerts/?size=200")
    exported = list(
        csv.DictReader(
            io.StringIO(get(published.manager, "/anomaly_alerts/export/?view=work&format=csv")[1:])
        )
    )
    assert len(exported) == found["n_rows"]
    for row in found["results"]:
        assert row["name"] in html
        assert row["evidence"]["sentence"] in {line["触发依据"] for line in exported}
    total = api(published.manager, "work/")["total"]
    assert total["by_state"]["new"] == mine(published).filter(state="new").count()


def test_filters_narrow_the_list_on_page_and_api(published):
    for field, value in (("rule", "arrears"), ("level", "red"), ("state", "auto_closed")):
        said = api(published.manager, f"alerts/?{field}={value}")
        assert {row[field] for row in said["results"]} <= ({value} if field != "level" else {"red"})
        page = get(
            published.manager, f"/anomaly_alerts/?{field}={value}", **{"HX-Target": "table-work"}
        )
        assert page.count('class="gc-alert-line"') == min(said["n_rows"], 20)
    assert api(published.manager, "alerts/?state=all")["n_rows"] >= mine(published).count()
    name = mine(published).first().name
    assert api(published.manager, f"alerts/?q={name}")["n_rows"] >= 1


@pytest.mark.parametrize("persona", ["province", "city"])
def test_management_counts_and_reads_no_group(published, persona):
    user = getattr(published, persona)
    html = get(user, "/anomaly_alerts/?view=work")
    said = api(user, "work/")
    for state, n in said["total"]["by_state"].items():
        assert sum(unit["by_state"][state] for unit in said["units"]) == n
    for level, n in said["total"]["groups_by_level"].items():
        assert sum(unit["groups_by_level"][level] for unit in said["units"]) == n
    names = set(Alert.objects.values_list("name", flat=True))
    assert not any(name in html for name in names)
    if persona == "province":
        api(user, "alerts/", status=403)
        get(user, "/anomaly_alerts/?view=escalated", status=403)
    else:
        assert api(user, "alerts/")["n_rows"] == 0


def test_a_step_through_the_api_answers_with_the_new_version_and_refuses_the_old(published):
    alert = mine(published).first()
    path = f"alerts/{alert.pk}/steps/"
    body = {"step": "acknowledge", "version": 0}
    assert api(published.manager, path, body=body)["result"] == "done"
    assert api(published.manager, path, body=body)["result"] == "already"
    late = api(published.manager, path, status=409, body={"step": "take", "version": 0})
    assert late["code"] == "already_changed" and late["message"]
    taken = api(published.manager, path, body={"step": "take", "version": 1})
    assert (taken["state"], taken["version"]) == ("in_work", 2)
    detail = api(published.manager, f"alerts/{alert.pk}/")
    assert [row["step"] for row in detail["steps"]] == ["take", "acknowledge"]
    assert detail["firings"][0]["month"] == str(published.months[-1])


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "step"),
        ({"step": "dance", "version": 0}, "step"),
        ({"step": "take"}, "version"),
        ({"step": "take", "version": -1}, "version"),
        ({"step": "resolve", "version": 0}, "reason"),
        ({"step": "suppress", "version": 0, "until": "soon"}, "until"),
        ({"step": "escalate", "version": 0}, "note"),
    ],
)
def test_a_wrong_body_is_refused_with_its_field(published, body, field):
    path = f"alerts/{mine(published).first().pk}/steps/"
    assert api(published.manager, path, status=400, body=body)["field"] == field


def test_several_at_once_through_the_api_refuse_a_foreign_one(published):
    own = mine(published).first()
    foreign = Alert.objects.exclude(account_manager_code=published.manager_code).active().first()
    items = [{"id": each.pk, "version": 0} for each in (own, foreign)]
    body = {"step": "acknowledge", "items": items}
    api(published.manager, "alerts/steps/", status=404, body=body)
    assert AlertStep.objects.count() == 0
    body["items"] = items[:1]
    (done,) = api(published.manager, "alerts/steps/", body=body)["results"]
    assert done["result"] == "done"
    body["items"] = [{"id": 2**70, "version": 0}]
    api(published.manager, "alerts/steps/", status=404, body=body)


def test_the_form_takes_the_step_and_says_what_was_done(published):
    rows = list(mine(published)[:2])
    client = client_of(published.manager)
    form = {
        "step": "resolve",
        "reason": "handled",
        "item": [f"{row.pk}:0" for row in rows],
        "next": "/anomaly_alerts/?rule=arrears",
    }
    response = client.post("/anomaly_alerts/steps/", form)
    assert response["Location"] == "/anomaly_alerts/?rule=arrears"
    assert "2 条告警：办结完成" in client.get("/anomaly_alerts/").content.decode()
    assert {row.state for row in Alert.objects.filter(pk__in=[r.pk for r in rows])} == {"resolved"}
    again = client.post("/anomaly_alerts/steps/", {**form, "step": "take"}, follow=True)
    assert "已由" in again.content.decode()


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"step": "take"},
        {"step": "take", "item": "x"},
        {"step": "take", "item": "1:²"},
        {"step": "take", "item": f"{'9' * 5000}:0"},
        {"step": "suppress", "item": "1:0", "until": "morgen"},
    ],
)
def test_a_form_that_makes_no_sense_is_answered_in_a_sentence(published, form):
    client = client_of(published.manager)
    response = client.post("/anomaly_alerts/steps/", form, follow=True)
    assert response.status_code == 200
    assert "gc-notice-error" in response.content.decode()


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example/", "/\\evil.example"]
)
def test_a_form_never_leads_to_another_site(published, elsewhere):
    client = client_of(published.manager)
    response = client.post("/anomaly_alerts/steps/", {"next": elsewhere})
    assert response["Location"] == "/anomaly_alerts/"


def test_an_escalated_alert_is_the_citys_to_read_in_full(published):
    alert = mine(published).first()
    city = published.city
    get(city, f"/anomaly_alerts/alerts/{alert.pk}/", status=403)
    body = {"step": "escalate", "note": "请协调", "version": 0}
    api(published.manager, f"alerts/{alert.pk}/steps/", body=body)
    html = get(city, f"/anomaly_alerts/alerts/{alert.pk}/")
    assert "请协调" in html and "备注" in html and "办结原因" not in html
    assert alert.name in get(city, "/anomaly_alerts/?view=escalated")
    assert api(city, "alerts/")["n_rows"] == 1
    assert "fee" not in html
    group = get(city, f"/grading/groups/{alert.group_code}/?tab=service")
    assert "未办结告警" in group and "请协调" in group
    api(city, f"alerts/{alert.pk}/steps/", status=403, body={"step": "take", "version": 1})
    get(published.province, f"/anomaly_alerts/alerts/{alert.pk}/", status=403)


def test_the_service_tab_shows_open_alerts_and_what_was_done(published):
    alert = mine(published).first()
    body = {"step": "resolve", "reason": "false_alarm", "version": 0}
    path = f"/grading/groups/{alert.group_code}/?tab=service"
    before = get(published.manager, path)
    assert "未办结告警" in before
    api(published.manager, f"alerts/{alert.pk}/steps/", body=body)
    assert "误报" in get(published.manager, path)


def test_precision_is_shown_with_its_interval(published):
    rows = list(mine(published)[:3])
    for row, reason in zip(rows, ("handled", "handled", "false_alarm"), strict=True):
        Alert.objects.filter(pk=row.pk).update(rule="arrears", state="resolved", reason=reason)
        Alert.objects.filter(pk=row.pk).update(closed_month=published.months[-1].index)
    said = {row["rule"]: row for row in api(published.manager, "work/")["precision"]}["arrears"]
    assert (said["n_judged"], said["n_right"]) == (3, 2)
    assert said["precision"] == pytest.approx(2 / 3)
    assert said["interval"] == pytest.approx([0.2077, 0.9385], abs=1e-3)
    html = get(published.manager, "/anomaly_alerts/")
    assert "66.7%" in html and "(20.8–93.9%)" in html  # written as on every other page


def test_silence_is_drawn_as_the_share_it_is_judged_by(published):
    alert = mine(published).exclude(rule__startswith="call").first()
    Alert.objects.filter(pk=alert.pk).update(
        rule="call_silence", value=0.75, threshold=0.5, series=[100.0] * 7
    )
    html = get(published.manager, f"/anomaly_alerts/alerts/{alert.pk}/")
    assert 'id="chart-evidence"' in html
    assert "静默成员占比" in html and "75.0%" in html
    assert "工作日日均主叫" not in html and "前 6 期中位数" not in html


def test_the_facts_beside_a_closed_alert_say_of_which_month_they_are(published):
    alert, month = mine(published).first(), published.months[0]
    path = f"/anomaly_alerts/alerts/{alert.pk}/"
    said = f"{month.year}年{month.month}月数据"
    assert said not in get(published.manager, path)
    Alert.objects.filter(pk=alert.pk).update(state="resolved", closed_month=month.index)
    assert said in get(published.manager, path)


def test_every_page_reads_in_english_and_within_12_queries(
    published, django_assert_max_num_queries
):
    alert = mine(published).first()
    Alert.objects.filter(pk=alert.pk).update(escalated_at=timezone.now(), version=0)
    paths = {
        published.manager: ("/anomaly_alerts/", f"/anomaly_alerts/alerts/{alert.pk}/"),
        published.city: ("/anomaly_alerts/?view=escalated", f"/anomaly_alerts/alerts/{alert.pk}/"),
    }
    for user, addresses in paths.items():
        client = client_of(user)
        client.cookies["django_language"] = "en"
        for path in addresses:
            client.get(path)
            with django_assert_max_num_queries(12):
                assert client.get(path).status_code == 200, path
