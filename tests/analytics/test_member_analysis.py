"""集团及成员分析: page, export and API say the marts' numbers, to the readers they are for."""

from __future__ import annotations

import csv
import io

import pyarrow.parquet as pq
import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.html import strip_tags

from analytics.indicators import N_GROUPS, N_MEMBERS
from analytics.member_analysis.room import ALL
from tests.analytics.published import client_of
from warehouse.models import GroupMonth


def get(user, path):
    response = client_of(user).get(path)
    assert response.status_code == 200, (path, response.status_code)
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return content.decode()


def api(user, path=""):
    response = client_of(user).get(f"/api/v1/member_analysis/{path}")
    assert response.status_code == 200, response.content
    return response.json()


def rows_of_file(user, query):
    return list(csv.DictReader(io.StringIO(get(user, f"/member_analysis/export/?{query}")[1:])))


@pytest.mark.parametrize(
    ("persona", "by"), [("province", "city"), ("city", "county"), ("city", "account_manager")]
)
def test_parts_add_up_to_their_unit_in_every_count(published, persona, by):
    said = api(getattr(published, persona), f"?by={by}")
    assert (said["by"], said["reconciled"]) == (by, True)
    for indicator in ALL:
        if not indicator.denominator:
            parts = sum(unit["values"][indicator.code] or 0 for unit in said["units"])
            assert parts == (said["total"]["values"][indicator.code] or 0), indicator.code


def test_the_province_is_what_its_groups_say(published):
    values = api(published.province)["total"]["values"]
    shown = GroupMonth.objects.in_run(published.run).shown()
    for code in ("n_members", "n_vnet", "n_snapshot_kept", "school_users", "ringback_users"):
        assert values[code] == sum(n or 0 for n in shown.values_list(code, flat=True)), code
    assert values["n_groups"] == shown.count()
    assert values["n_no_member"] == shown.filter(n_members=0).count()


def test_the_off_net_rate_prints_its_denominator_and_keeps_leaving_apart(published):
    said = api(published.province)
    total, month = said["total"], published.months[-1]
    members = total["values"]["n_members"]
    lost = total["values"]["n_off_net"]
    before = lost / total["values"]["off_net_of_base_ratio"]
    base = (members + before) / 2 * month.n_days * 12 / month.n_days_in_year
    assert total["off_net_base"] == pytest.approx(base)
    assert total["values"]["off_net_ratio"] == pytest.approx(lost / base)
    assert total["values"]["n_left_group"] > 0
    mean, share = (members + round(before)) / 2, month.n_days * 12 / month.n_days_in_year
    written = f"{mean:,.1f}".removesuffix(".0")
    assert (
        f"离网 {lost:,.0f} ÷ {base:,.0f}（月均成员 {written} × {month.n_days} 天折算 {share:.3f}）"
    ) in strip_tags(get(published.province, "/member_analysis/"))


def test_the_valid_members_are_held_against_the_target(published):
    total = api(published.province)["total"]
    wanted = -(-(3 * total["values"]["n_members"]) // 4)
    valid = total["values"]["valid_member_ratio"] * total["values"]["n_members"]
    assert total["valid_needed"] == max(round(wanted - valid), 0)


def test_page_export_and_api_agree_and_follow_the_chosen_indicator(published):
    query = "indicator=off_net_ratio"
    units = api(published.province, f"?{query}")["units"]
    rates = [unit["values"]["off_net_ratio"] for unit in units if unit["rank"]]
    assert rates == sorted(rates)
    exported = rows_of_file(published.province, f"{query}&format=csv")
    assert [row["编码"] for row in exported] == [unit["code"] for unit in units]
    for row, unit in zip(exported, units, strict=True):
        assert float(row["成员数"]) == unit["values"]["n_members"]
        assert float(row["还需有效成员"]) == unit["valid_needed"]
    html = get(published.province, f"/member_analysis/?{query}")
    assert "各地市成员离网率" in html
    assert "合计与上级一致" in html


@pytest.mark.parametrize(
    ("which", "fits"),
    [
        ("groups", lambda row: True),
        ("no_use", lambda row: row.n_no_use > 0),
        ("no_member", lambda row: row.n_members == 0),
        ("few_member", lambda row: 1 <= row.n_members <= settings.GCVA_FEW_MEMBERS),
        ("shell", lambda row: row.n_members > 0 and row.n_valid == 0),
        ("silent", lambda row: row.is_silent),
        ("new", lambda row: row.is_new),
    ],
)
def test_a_list_holds_exactly_the_groups_it_names(published, which, fits):
    own = GroupMonth.objects.in_run(published.run).shown()
    own = own.filter(account_manager_code=published.manager_code)
    wanted = {row.group_code for row in own if fits(row)}
    said = api(published.manager, f"groups/?list={which}&size=200")
    assert {row["group_code"] for row in said["results"]} == wanted
    assert said["n_rows"] == len(wanted)
    assert len(rows_of_file(published.manager, f"list={which}")) == len(wanted)
    get(published.manager, f"/member_analysis/?list={which}")


def test_duplicate_memberships_are_those_of_own_groups_and_name_no_foreign_group(published):
    rows = GroupMonth.objects.in_run(published.run).shown()
    own = set(
        rows.filter(account_manager_code=published.manager_code).values_list(
            "group_code", flat=True
        )
    )
    folder = settings.GCVA_VAR / "marts" / f"run={published.run}"
    everything = pq.read_table(folder / "member_duplicate.parquet").to_pylist()
    wanted = [row for row in everything if row["group_code"] in own]
    said = api(published.manager, "groups/?list=duplicates&size=200")["results"]
    assert sorted(row["member_id"] for row in said) == sorted(row["member_id"] for row in wanted)
    for row in said:
        assert not row["owner_name"] or row["owner_name"] in set(
            rows.values_list("name", flat=True)
        )
    shown_owners = {row["owner_name"] for row in said} - {""}
    foreign = set(rows.exclude(group_code__in=own).values_list("name", flat=True))
    assert not shown_owners & (
        foreign - set(rows.filter(group_code__in=own).values_list("name", flat=True))
    )


def test_the_limit_of_few_members_stands_in_the_title(published):
    assert f"少人集团（1–{settings.GCVA_FEW_MEMBERS} 人）" in get(
        published.manager, "/member_analysis/?list=few_member"
    )


def test_management_is_refused_every_list_and_told_why_on_the_page(published):
    own = f"am={published.manager_code}"
    for path in (
        f"/member_analysis/?{own}&list=no_use",
        f"/member_analysis/export/?{own}",
        f"/api/v1/member_analysis/groups/?{own}",
    ):
        assert client_of(published.city).get(path).status_code == 403, path
    assert "集团清单不对管理角色开放" in get(published.city, f"/member_analysis/?{own}")


def test_the_first_month_says_what_is_missing(published):
    first = published.months[0]
    html = get(published.province, f"/member_analysis/?month={first}")
    assert "未发布" in html
    assert "无法计算离网率" in html
    values = api(published.province, f"?month={first}")["total"]["values"]
    assert values["off_net_ratio"] is None
    assert values["group_loss_ratio"] is None
    assert values[N_MEMBERS.code] > 0
    assert values[N_GROUPS.code] > 0


@pytest.mark.parametrize("persona", ["province", "city", "manager"])
def test_a_page_asks_at_most_twelve_questions(published, persona):
    client = client_of(getattr(published, persona))
    client.get("/member_analysis/")
    with CaptureQueriesContext(
        connection,
    ) as asked:
        client.get("/member_analysis/")
    assert len(asked) <= 12, [each["sql"] for each in asked.captured_queries]
