"""A run pins the settings its figures depend on; done again, it gives the same bytes."""

from __future__ import annotations

import pytest

from tests.warehouse.tiny_province import AUGUST, MONTHS, SEPTEMBER
from tests.warehouse.worlds import run, take_in_by_hand
from warehouse import queries
from warehouse.mart_models import GroupMonth, OrgMonth
from warehouse.models import MonthRun
from warehouse.pinned import extract_ids, settings_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def province(var_folder):
    for month, kinds in MONTHS.items():
        take_in_by_hand(month, kinds)
    run(AUGUST)


def few_in(made):
    return OrgMonth.objects.in_run(made.pk).at_level("province").rolled_up().get().n_few_member


def counted(made, k):
    rows = GroupMonth.objects.in_run(made.pk).shown()
    return rows.filter(n_members__gte=1, n_members__lte=k).count()


def test_the_limit_of_few_members_is_the_runs_own(province, settings):
    settings.GCVA_FEW_MEMBERS = 2
    made = run(SEPTEMBER)
    settings.GCVA_FEW_MEMBERS = 40
    assert settings_of(MonthRun.objects.get(pk=made.pk).inputs)["few_members"] == 2
    assert queries.published_run(SEPTEMBER).few_members == 2
    assert few_in(made) == counted(made, 2)
    assert counted(made, 40) > counted(made, 2), "the limit matters here"
    again = run(SEPTEMBER)
    assert queries.published_run(SEPTEMBER).few_members == 40
    assert few_in(again) == counted(again, 40)


def test_a_run_that_waited_through_a_change_of_settings_keeps_its_own(province, settings):
    from accounts.scope import Scope
    from warehouse import actions
    from warehouse.run import work_on

    settings.GCVA_REUSE = False
    folders = []
    for later in (4, 40):
        settings.GCVA_FEW_MEMBERS = 4
        made = actions.create_run(actor=Scope.of_system(), month=SEPTEMBER)
        settings.GCVA_FEW_MEMBERS = later
        assert work_on(made.pk)
        folders.append(queries.run_folder(made.pk))
    for mart in ("group_month", "group_result", "org_month"):
        first, second = (folder / f"{mart}.parquet" for folder in folders)
        assert first.read_bytes() == second.read_bytes(), mart


def valid_by_group(made):
    rows = GroupMonth.objects.in_run(made.pk).shown()
    return dict(rows.values_list("group_code", "n_valid"))


def test_a_member_may_be_valid_by_the_use_of_the_month_before(province, settings):
    """Counted by hand from the extracts: members of September who used in it, or in August."""
    own = valid_by_group(run(SEPTEMBER))
    settings.GCVA_VALID_MONTHS = 2
    made = run(SEPTEMBER)
    both = valid_by_group(made)
    assert queries.published_run(SEPTEMBER).valid_months == 2
    used, members = {}, {}
    for month in (AUGUST, SEPTEMBER):
        for row in members_of(made, month):
            use = ("mo_minutes_milli", "mt_minutes_milli", "calls", "data_mb_milli", "sms")
            is_member = row["status"] != "cancelled"
            used[month, row["member_id"]] = used.get((month, row["member_id"]), False) or (
                is_member and any((row[name] or 0) > 0 for name in use)
            )
            members[month, row["member_id"]] = is_member
    revived = sum(
        members.get((SEPTEMBER, code), False) and used[AUGUST, code] and not used[SEPTEMBER, code]
        for month, code in used
        if month == AUGUST and (SEPTEMBER, code) in used
    )
    assert all(both[code] >= own[code] for code in own if own[code] is not None)
    gained = sum(both[code] - own[code] for code in own if own[code] is not None)
    assert 0 <= gained <= revived


def members_of(made, month):
    import pyarrow.parquet as pq

    from warehouse.inputs import files_of

    inputs = MonthRun.objects.get(pk=made.pk).inputs
    kinds = extract_ids(inputs) if month == SEPTEMBER else inputs["earlier"][str(month.index)]
    return [
        row
        for path in files_of({"members": kinds["members"]})["members"]
        for row in pq.read_table(path).to_pylist()
    ]
