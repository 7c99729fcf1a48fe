"""The unified view of a group inside a request or an escalated alert, in both settings."""

from __future__ import annotations

import pytest

from accounts.disclosures import close_disclosure, disclose
from tests.analytics.published import client_of, groups_of

TABS = ("basic", "members", "products", "income", "service")
HIDDEN = ("fee_composition", "grade_history")


@pytest.fixture
def group(published):
    rows = groups_of(published, published.manager_code)
    return max(rows, key=lambda row: row.n_members or 0)


def page(user, group, tab="basic", **headers):
    path = f"/grading/groups/{group.group_code}/?tab={tab}"
    return client_of(user).get(path, headers=headers)


def section(user, group, name):
    return client_of(user).get(f"/api/v1/groups/{group.group_code}/?section={name}")


def members(user, group):
    return client_of(user).get(f"/api/v1/groups/{group.group_code}/members/")


def open_for(group, basis):
    disclose(group_code=group.group_code, city_code=group.city_code, basis=basis, basis_id=1)


@pytest.mark.parametrize("basis", ["request", "alert"])
def test_the_strict_setting_opens_every_tab_of_a_disclosed_group(published, group, settings, basis):
    settings.GCVA_ACCESS = "strict"
    assert page(published.city, group).status_code == 403
    open_for(group, basis)
    for tab in TABS:
        assert page(published.city, group, tab).status_code == 200
        assert page(published.province, group, tab).status_code == 403
    assert section(published.city, group, "profile").status_code == 200
    said = page(published.city, group).content.decode()
    assert "向您" in said and "上一个</a>" not in said and "下一个</a>" not in said
    other = next(
        row
        for row in groups_of(published, published.manager_code)
        if row.group_code != group.group_code
    )
    assert page(published.city, other).status_code == 403
    close_disclosure(basis=basis, basis_id=1)
    assert page(published.city, group).status_code == 403


@pytest.mark.parametrize("access", ["default", "strict"])
def test_a_request_leaves_the_hidden_parts_hidden(published, group, settings, access):
    settings.GCVA_ACCESS = access
    open_for(group, "request")
    assert [section(published.city, group, name).status_code for name in HIDDEN] == [403, 403]
    assert members(published.city, group).status_code == 403
    assert "成员明细不对管理角色开放" in page(published.city, group, "members").content.decode()


@pytest.mark.parametrize("access", ["default", "strict"])
def test_an_escalated_alert_opens_them_to_the_city_alone(published, group, settings, access):
    settings.GCVA_ACCESS = access
    open_for(group, "alert")
    for name in HIDDEN:
        assert (
            section(published.city, group, name).json()
            == section(published.manager, group, name).json()
        )
        assert section(published.province, group, name).status_code == 403
    shown = members(published.city, group).json()
    assert shown["n_rows"] == group.n_members and shown == members(published.manager, group).json()
    assert members(published.province, group).status_code == 403
    rows = page(published.city, group, "members", **{"HX-Target": "table-members"})
    assert rows.status_code == 200
    assert "该集团因告警上报向您完整开放" in page(published.city, group).content.decode()


def test_the_opening_of_a_disclosed_group_is_logged_like_any_other(published, group):
    from analytics.models import GroupViewOpening

    open_for(group, "alert")
    before = GroupViewOpening.objects.count()
    page(published.city, group)
    assert GroupViewOpening.objects.count() == before + 1
