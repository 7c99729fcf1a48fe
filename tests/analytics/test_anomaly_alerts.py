"""Page, export and API of anomalies say the same numbers, to the readers they are for."""

from __future__ import annotations

import csv
import io

import pytest

from alerts.queries import findings_of
from tests.analytics.published import client_of
from warehouse.mart_models import GroupAlert, OrgMonth, OrgMonthStored

CODES = "n_state_evaluable n_state_abnormal n_call_evaluable n_call_abnormal n_abnormal_groups"


def get(user, path, status=200, **headers):
    response = client_of(user).get(path, headers=headers)
    assert response.status_code == status, (path, response.status_code)
    streamed = response.streaming and b"".join(response.streaming_content)
    return (streamed or response.content).decode()


def api(user, path, status=200):
    response = client_of(user).get(f"/api/v1/{path}")
    assert response.status_code == status, response.content
    return response.json()


def rows_of(run):
    return list(GroupAlert.objects.in_run(run).values())


def test_every_unit_counts_what_the_rows_of_its_groups_say(published):
    rows = rows_of(published.run)
    assert sum(row["state_fired"] for row in rows) > 3
    for unit in OrgMonth.objects.in_run(published.run).rolled_up():
        mine = [
            row
            for row in rows
            if unit.city_code in ("*", row["city_code"])
            and unit.county_code in ("*", row["county_code"])
            and unit.account_manager_code in ("*", row["account_manager_code"])
        ]
        counted = {
            "n_state_evaluable": sum(row["state_evaluable"] for row in mine),
            "n_state_abnormal": sum(row["state_fired"] for row in mine),
            "n_call_evaluable": sum(row["call_evaluable"] for row in mine),
            "n_call_abnormal": sum(row["call_fired"] for row in mine),
            "n_abnormal_groups": sum(row["fired"] for row in mine),
        }
        assert {name: getattr(unit, name) for name in CODES.split()} == counted, unit.level


def test_dimensions_of_the_province_add_up_to_it(published):
    whole = OrgMonth.objects.in_run(published.run).at_level("province")
    total = whole.rolled_up().get()
    for dimension in ("grade", "industry_code", "size_band"):
        parts = whole.rolled_up(dimension)
        for name in CODES.split():
            assert sum(getattr(part, name) for part in parts) == getattr(total, name), dimension


@pytest.mark.parametrize("persona", ["province", "city"])
def test_management_reads_totals_and_never_a_group(published, persona):
    user = getattr(published, persona)
    html = get(user, "/anomaly_alerts/")
    assert "状态异常集团数" in html
    said = api(user, "anomaly_alerts/")
    assert said["reconciled"] is True
    assert (
        sum(row["n_state_abnormal"] or 0 for row in said["units"])
        == said["total"]["n_state_abnormal"]
    )
    assert said["kpis"][0]["value"] == said["total"]["n_state_abnormal"]
    exported = list(
        csv.DictReader(io.StringIO(get(user, "/anomaly_alerts/export/?format=csv")[1:]))
    )
    assert len(exported) == len(said["units"])
    names = {row["name"] for row in rows_of(published.run) if row["fired"]}
    chosen = f"?unit={published.city_code}&am={published.manager_code}"
    closed = get(user, f"/anomaly_alerts/{chosen}")
    assert "异常集团清单不对管理角色开放" in closed
    assert not any(name in html + closed for name in names)
    get(user, f"/anomaly_alerts/export/{chosen}&format=csv", status=403)
    api(user, f"anomaly_alerts/groups/{chosen}", status=403)


def test_an_account_manager_reads_the_own_alerts_with_their_evidence(published):
    mine = [
        row
        for row in rows_of(published.run)
        if row["fired"] and row["account_manager_code"] == published.manager_code
    ]
    said = api(published.manager, "anomaly_alerts/groups/")
    assert said["n_rows"] == sum(row["state_fired"] + row["call_fired"] for row in mine)
    html = get(published.manager, "/anomaly_alerts/?view=figures")
    exported = get(published.manager, "/anomaly_alerts/export/?view=figures&format=csv")
    for found in said["results"]:
        assert found["group_code"] in html
        assert found["evidence"] in exported
        assert len(found["series"]) == 7
    total = api(published.manager, "anomaly_alerts/")["total"]
    assert total["n_abnormal_groups"] == len(mine)


def test_findings_of_a_group_stay_in_the_scope(published):
    from django.utils import timezone

    from accounts.queries import scope_for

    fired = next(row for row in rows_of(published.run) if row["fired"])
    quiet = next(row for row in rows_of(published.run) if not row["fired"])
    today = timezone.localdate()
    everyone = scope_for(published.province, today)
    (finding, *_) = findings_of(everyone, published.run, fired["group_code"])
    assert finding.group_code == fired["group_code"]
    assert finding.months[-1] == published.months[-1]
    assert findings_of(everyone, published.run, quiet["group_code"]) == ()
    for user in (published.manager, published.other_manager):
        scope = scope_for(user, today)
        own = user.account_manager_id == fired["account_manager_code"]
        assert bool(findings_of(scope, published.run, fired["group_code"])) == own


def test_the_first_month_and_an_old_run_say_what_is_missing(published):
    first = get(published.province, f"/anomaly_alerts/?month={published.months[0]}")
    assert "没有可评估用户呼叫的集团" in first
    nothing = dict.fromkeys(CODES.split())
    OrgMonthStored.objects.filter(run=published.run).update(**nothing)
    html = get(published.province, "/anomaly_alerts/")
    assert "该账期未做异常检测" in html
    said = api(published.province, "anomaly_alerts/")
    assert said["kpis"][0]["value"] is None
    assert said["total"]["n_state_abnormal"] is None


def test_pages_read_few_queries(published, django_assert_max_num_queries):
    for user in (published.province, published.city, published.manager):
        client = client_of(user)
        for view in ("", "figures", "work"):
            client.get("/anomaly_alerts/")
            with django_assert_max_num_queries(12):
                assert client.get(f"/anomaly_alerts/?view={view}").status_code == 200


def test_both_languages_and_sorting(published):
    client = client_of(published.province)
    for sort in ("rank", "-n_state_abnormal", "call_share", "nonsense"):
        assert client.get(f"/anomaly_alerts/?sort={sort}").status_code == 200
    client.cookies["django_language"] = "en"
    assert client.get("/anomaly_alerts/?compare=yoy").status_code == 200
