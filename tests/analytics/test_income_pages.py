"""Contribution and income composition say the same on page, in files and API, to whom they may."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from analytics.income_composition.compute import FEES
from core.formats import money_in
from tests.analytics.asked import api, csv_rows, page, rows_of_table, workbook_of
from tests.analytics.published import client_of
from warehouse.mart_models import GroupMonth, OrgMask, OrgMonth

CHIPS = ("<3", "已屏蔽")
ROOMS = ("contribution", "income_composition")
READERS = ("province", "city", "manager")


def at_manager(published):
    return f"unit={published.city_code}&am={published.manager_code}"


@pytest.mark.parametrize("room", ROOMS)
@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("place", [0, 1, 2])
def test_every_reader_opens_every_month_with_few_questions(published, room, reader, place):
    client = client_of(getattr(published, reader))
    with CaptureQueriesContext(
        connection,
    ) as asked:
        response = client.get(f"/{room}/?month={published.months[place]}")
    assert response.status_code == 200
    own = [query for query in asked if "mart_" in query["sql"]]
    assert len(own) <= 12, [query["sql"][:120] for query in own]


@pytest.mark.parametrize("room", ROOMS)
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_pages_speak_both_languages(published, room, language, settings):
    client = client_of(published.city)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    html = client.get(f"/{room}/").content.decode()
    words = {"contribution": ("集团整体收入", "Group income"),
             "income_composition": ("成员费用合计", "Member fees")}  # fmt: skip
    assert words[room][language == "en"] in html


@pytest.mark.parametrize("by", ["", "county", "account_manager"])
def test_contribution_adds_up_and_nothing_counts_twice(published, by):
    reader = published.city if by else published.province
    said = api(reader, f"contribution/?by={by}")
    assert said["reconciled"] is True
    for name in ("n_groups", "total_income_li", "unified_pay_li", "personal_bill_li", "ict_li"):
        assert sum(unit[name] for unit in said["units"]) == said["total"][name], name
    for row in (said["total"], *said["units"]):
        parts = ("unified_ict_li", "unified_other_li", "personal_ict_li", "personal_other_li")
        assert sum(row[part] for part in parts) == row["total_income_li"]
        assert row["unified_pay_li"] + row["personal_bill_li"] == row["total_income_li"]


def test_contribution_by_unit_is_the_same_on_page_in_api_and_in_both_files(published):
    units = api(published.province, "contribution/")["units"]
    lines = rows_of_table(page(published.province, "/contribution/"), "units")
    shown = {line[2]: line for line in lines if len(line) > 3 and line[0].isdigit()}
    exported = csv_rows(published.province, "/contribution/export/?format=csv")
    book = workbook_of(published.province, "/contribution/export/?format=xlsx")
    assert len(units) == len(exported) == len(book) == len(shown)
    for unit, row, cells in zip(units, exported, book, strict=True):
        assert row["地市"] == unit["name"] == cells["地市"]
        for label, name in (("集团整体收入", "total_income_li"), ("统付", "unified_pay_li"),
                            ("个人账单", "personal_bill_li"), ("信息化收入", "ict_li"),
                            ("统付-其他", "unified_other_li")):  # fmt: skip
            assert float(row[f"{label}（元）"]) * 1000 == pytest.approx(unit[name]), name
            assert cells[f"{label}（元）"] * 1000 == pytest.approx(unit[name]), name
        line = shown[unit["name"]]
        assert line[4] == money_in(unit["total_income_li"], "wan")
        assert float(row["占运营收入比"]) == pytest.approx(unit["operating_share"])


def test_the_groups_of_a_place_add_up_to_it(published):
    exported = csv_rows(published.city, "/contribution/export/?by=group&format=csv")
    total = api(published.city, "contribution/")["total"]
    assert len(exported) == total["n_groups"]
    money = sum(float(row["集团整体收入（元）"]) for row in exported)
    assert money * 1000 == pytest.approx(total["total_income_li"])


@pytest.mark.parametrize("reader", READERS)
def test_groups_come_on_click_to_everybody_in_scope(published, reader):
    user = getattr(published, reader)
    said = api(user, "contribution/groups/?size=5")
    assert len(said["results"]) == 5
    incomes = [row["total_income_li"] for row in said["results"]]
    assert incomes == sorted(incomes, reverse=True)
    html = page(user, "/contribution/?by=group")
    first = said["results"][0]
    assert first["name"] in html
    stored = GroupMonth.objects.in_run(published.run).get(group_code=first["group_code"])
    assert stored.total_income_li == first["total_income_li"]
    assert stored.personal_bill_li == first["personal_bill_li"]
    if first["arpu_li"] is not None:
        members = stored.n_members + stored.n_members_prev
        assert first["arpu_li"] == pytest.approx(2 * stored.personal_bill_li / members, abs=1)


def test_the_strict_setting_leaves_no_link_that_ends_in_a_refusal(published, settings):
    settings.GCVA_ACCESS = "strict"
    assert "/grading/groups/" not in page(published.province, "/contribution/?by=group")
    assert "/grading/groups/" in page(published.manager, "/contribution/")


@pytest.mark.parametrize("sort", ["roaming_li", "-package_li"])
@pytest.mark.parametrize("path", ["/contribution/?by=group&", "/contribution/export/?by=group&",
                                  "/api/v1/contribution/groups/?"])  # fmt: skip
def test_a_closed_field_is_refused_and_never_dropped(published, path, sort):
    assert client_of(published.city).get(f"{path}sort={sort}").status_code == 403
    assert client_of(published.city).get(f"{path}roaming_li=5").status_code == 403
    assert client_of(published.manager).get(f"{path}sort={sort}").status_code == 200


def masked_place(published):
    """Return a place with masked account managers, and who they are."""
    rows = OrgMask.objects.in_run(published.run).filter(level="account_manager", masked=1)
    keys = list(rows.values_list("city_code", "county_code", "account_manager_code"))
    assert keys, "the province has masked account managers"
    by_city = [key for key in keys if key[1] == "*"]
    city, county, _person = sorted(by_city or keys)[0]
    unit = city if county == "*" else county
    return unit, {person for c, k, person in keys if (c, k) == (city, county)}


def test_no_masked_amount_reaches_management_by_any_door(published):
    """Look at page, file and answer: the amounts are in none of them, the counts in all."""
    unit, hidden = masked_place(published)
    where = f"unit={unit}&by=account_manager"
    said = api(published.province, f"income_composition/?{where}")
    closed = {row["code"]: row for row in said["units"] if row["masked"]}
    assert closed.keys() == hidden
    for row in closed.values():
        assert row["n_groups"] > 0
        assert row["fee_total_li"] is row["change_ratio"] is None
        assert not any(row["fees"].values()) and not any(row["shares"].values())
    html = page(published.province, f"/income_composition/?{where}")
    exported = csv_rows(published.province, f"/income_composition/export/?{where}&format=csv")
    assert html.count('class="gc-masked"') >= 8 * len(hidden)
    for row in exported:
        for name in ("成员费用合计（元）", "漫游费（元）", "漫游费占比", "环比"):
            assert (row[name] in CHIPS) >= (row["编码"] in hidden), name
        assert (row["漫游费（元）"] in CHIPS) == (row["编码"] in hidden)
        # the row's own count stands beside it, so "<3" is said only where that is so
        assert (row["漫游费（元）"] == "<3") <= (int(row["集团客户数"]) < 3)
        assert row["集团客户数"].isdigit()


@pytest.mark.parametrize("sort", ["fee_total_li", "-fee_total_li", "-roaming_li"])
def test_the_order_of_masked_rows_tells_nothing(published, sort):
    unit, hidden = masked_place(published)
    where = f"unit={unit}&by=account_manager&sort={sort}&format=csv"
    codes = [
        row["编码"] for row in csv_rows(published.province, f"/income_composition/export/?{where}")
    ]
    assert codes[-len(hidden) :] == sorted(hidden)


def test_a_masked_account_manager_is_masked_alone_too_but_reads_the_own_fees(published):
    from accounts.models import User

    unit, hidden = masked_place(published)
    user = User.objects.filter(account_manager_id__in=hidden).order_by("username").first()
    code = user.account_manager_id
    where = f"unit={unit}&am={code}"
    said = api(published.province, f"income_composition/?{where}")
    assert said["total"]["masked"] and said["total"]["fee_total_li"] is None
    assert said["kpis"][0]["value"] is None and said["effects"] == []
    assert "本单元金额已屏蔽" in page(published.province, f"/income_composition/?{where}")
    own = api(user, "income_composition/")
    assert own["total"]["masked"] is False
    rows = OrgMonth.objects.in_run(published.run).at_level("account_manager").rolled_up()
    assert own["total"]["fee_total_li"] == sum(
        getattr(row, fee) or 0 for row in rows.filter(account_manager_code=code) for fee in FEES
    )


def test_a_run_without_stored_masks_shows_management_no_amount(published):
    OrgMask.objects.in_run(published.run).delete()
    said = api(published.province, "income_composition/")
    assert said["total"]["masked"] and all(unit["masked"] for unit in said["units"])
    assert api(published.manager, "income_composition/")["total"]["fee_total_li"]


def test_composition_is_the_same_on_page_in_api_and_in_the_file(published):
    said = api(published.province, "income_composition/")
    assert said["reconciled"] is True
    lines = rows_of_table(page(published.province, "/income_composition/"), "units")
    shown = {line[2]: line for line in lines if len(line) > 3}
    exported = csv_rows(published.province, "/income_composition/export/?format=csv")
    assert len(exported) == len(said["units"])
    for unit, row in zip(said["units"], exported, strict=True):
        assert row["地市"] == unit["name"]
        if unit["masked"]:
            continue
        assert sum(unit["fees"].values()) == unit["fee_total_li"]
        assert float(row["漫游费（元）"]) * 1000 == pytest.approx(unit["fees"]["roaming_li"])
        line = shown[unit["name"]]
        assert line[5] == money_in(unit["fee_total_li"], "wan")
        assert line[7].startswith(money_in(unit["fees"]["roaming_li"], "wan"))
    total = shown["合计"]
    assert total[5] == money_in(said["total"]["fee_total_li"], "wan")
    for effect in said["effects"]:
        moved = effect["share_now"] - effect["share_before"]
        assert effect["mix"] + effect["rate"] == pytest.approx(moved, abs=1e-9)
    assert len(said["effects"]) == 6


@pytest.mark.parametrize("reader", ["province", "city"])
def test_management_never_reads_the_fees_of_single_groups(published, reader):
    client = client_of(getattr(published, reader))
    where = at_manager(published)
    for path in (
        "/api/v1/income_composition/groups/",
        f"/api/v1/income_composition/groups/?{where}",
        "/income_composition/?by=group",
        f"/income_composition/?by=group&{where}",
        f"/income_composition/export/?{where}",
    ):
        assert client.get(path).status_code == 403, path
    html = page(getattr(published, reader), f"/income_composition/?{where}")
    assert "集团清单不对管理角色开放" in html and 'id="table-groups"' not in html


def test_an_account_manager_reads_every_own_group_with_its_fees(published):
    own = GroupMonth.objects.in_run(published.run).shown()
    own = {row.group_code: row for row in own.filter(account_manager_code=published.manager_code)}
    said = api(published.manager, "income_composition/groups/?size=200")
    assert {row["group_code"] for row in said["results"]} == set(own)
    for row in said["results"]:
        stored = own[row["group_code"]]
        assert all(row[fee] == getattr(stored, fee) for fee in FEES)
    total = api(published.manager, "income_composition/")["total"]
    assert sum(row["fee_total_li"] for row in said["results"]) == total["fee_total_li"]
    exported = csv_rows(published.manager, "/income_composition/export/?format=csv")
    assert len(exported) == len(own)


def test_a_month_that_is_not_published_says_so(published):
    for room in ROOMS:
        assert "尚未发布" in page(published.province, f"/{room}/?month=2020-01")
        assert client_of(published.city).get(f"/{room}/export/?month=2020-01").status_code == 404


def test_charts_have_a_table_of_the_same_numbers(published):
    html = page(published.province, "/contribution/")
    for title in ("集团整体收入构成（互不重叠）", "收入走势", "收入集中度"):
        assert title in html
    html = page(published.province, "/income_composition/")
    for title in ("各地市六项费用占比", "六项费用占比走势", "占比变化分解（环比）"):
        assert title in html
