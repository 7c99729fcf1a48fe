"""One month after the other, from extracts to published rows."""

from __future__ import annotations

import pytest
from django.db import connection

from accounts.models import AccountManager, OrgUnit
from accounts.scope import Scope
from core.errors import Conflict, DomainError
from tests.warehouse.tiny_province import AUGUST, MONTHS, OCTOBER, SEPTEMBER
from tests.warehouse.worlds import SYSTEM, run, take_in_by_hand
from warehouse import actions, queries
from warehouse.conservation import conservation_of
from warehouse.models import (
    GroupMonth,
    GroupResult,
    MonthRun,
    NamePinyin,
    OrgMonth,
)
from warehouse.run import pipeline

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def province(var_folder):
    for month, kinds in MONTHS.items():
        take_in_by_hand(month, kinds)


def test_a_month_is_run_published_and_read(province):
    made = run(AUGUST)
    assert [step["name"] for step in made.steps_done] == [s.name for s in pipeline().steps]
    (published,) = queries.published_runs()
    assert (published.month, published.run) == (AUGUST, made.pk)
    shown = GroupMonth.objects.in_run(made.pk).shown()
    assert sorted(shown.values_list("group_code", flat=True)) == ["G1", "G2", "G3", "G4"]
    result = GroupResult.objects.in_run(made.pk).get(group_code="G1")
    assert result.score is not None
    assert len(result.bars) == len(result.points) == len(result.weights)
    province_row = OrgMonth.objects.in_run(made.pk).at_level("province").rolled_up().get()
    assert (province_row.n_groups, province_row.n_members) == (4, 8)
    assert province_row.total_income_li == 167_000 + 65_000 + 0 + 14_000


def test_units_hold_what_their_parts_hold(province):
    run(AUGUST)
    made = run(SEPTEMBER)
    rows = OrgMonth.objects.in_run(made.pk)
    whole = rows.at_level("province").rolled_up().get()
    for level in ("city", "county", "account_manager"):
        parts = list(rows.at_level(level).rolled_up())
        for measure in ("n_groups", "n_members", "total_income_li", "n_off_net", "n_lost_groups"):
            assert sum(getattr(p, measure) for p in parts) == getattr(whole, measure), measure
    for kept in ("grade", "industry_code", "size_band"):
        parts = list(rows.at_level("province").rolled_up(kept))
        assert sum(p.n_groups for p in parts) == whole.n_groups
    assert whole.n_lost_groups == 1
    assert whole.n_members == whole.n_members_prev + whole.n_joined - (
        whole.n_off_net + whole.n_left_group
    )


def test_a_scope_sees_its_own_rows_only(province):
    made = run(AUGUST)
    rows = GroupMonth.objects.in_run(made.pk)
    keeper = Scope(1, "wang", "account_manager", account_manager_codes=frozenset({"K1"}))
    assert set(rows.visible_to(keeper).values_list("group_code", flat=True)) == {"G1", "G4", "T1"}
    city = Scope(1, "c", "city", city_codes=frozenset({"C2"}))
    assert set(rows.visible_to(city).values_list("group_code", flat=True)) == {"G3"}
    assert not rows.visible_to(Scope(1, "x", "city")).exists()
    assert rows.visible_to(Scope(1, "p", "province", is_province=True)).count() == 5
    assert not GroupMonth.objects.in_run(None).exists()


def test_references_hold_buckets_and_pinyin(province):
    assert OrgUnit.objects.get(code="C1-00").name == "市直管"
    assert OrgUnit.objects.get(code="C1-00").parent_id == "C1"
    assert AccountManager.objects.get(code="C2-NA").is_bucket
    assert NamePinyin.objects.get(name="一小").initials == "yx"


def test_withdrawing_points_back_and_then_to_nothing(province):
    first, second = run(AUGUST), run(AUGUST)
    assert queries.published_run(AUGUST).run == second.pk
    assert actions.withdraw_month(actor=SYSTEM, month=AUGUST).pk == first.pk
    assert queries.published_run(AUGUST).run == first.pk
    assert actions.withdraw_month(actor=SYSTEM, month=AUGUST) is None
    assert queries.published_runs() == ()
    with pytest.raises(Conflict, match="尚未发布"):
        actions.withdraw_month(actor=SYSTEM, month=AUGUST)


def test_the_last_two_runs_of_a_month_stay(province):
    runs = [run(AUGUST) for _ in range(4)]
    states = [MonthRun.objects.get(pk=each.pk).state for each in runs]
    assert states == ["retired", "retired", "ready", "ready"]
    assert not queries.run_folder(runs[0].pk).exists()
    assert queries.run_folder(runs[2].pk).exists()
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s)", [f"mart_org_month_r{runs[0].pk}"])
        assert cursor.fetchone() == (None,)
    assert GroupMonth.objects.in_run(runs[2].pk).exists()


def test_a_later_month_says_when_its_history_was_replaced(province):
    run(AUGUST)
    run(SEPTEMBER)
    assert queries.superseded_months() == ()
    run(AUGUST)
    assert queries.superseded_months() == (SEPTEMBER,)
    run(SEPTEMBER)
    assert queries.superseded_months() == ()


def test_only_published_months_are_history(province):
    run(AUGUST, publish=False)
    made = run(SEPTEMBER)
    assert made.earlier_runs == {}
    assert GroupMonth.objects.in_run(made.pk).get(group_code="G1").is_new is None


def test_a_batch_in_use_cannot_be_withdrawn(province):
    run(AUGUST)
    made = run(SEPTEMBER)
    batch = queries.import_history().get(month_index=AUGUST.index)
    with pytest.raises(Conflict) as refused:
        actions.withdraw_batch(actor=SYSTEM, batch_id=batch.pk)
    assert "2026-08、2026-09" in refused.value.message
    actions.withdraw_month(actor=SYSTEM, month=SEPTEMBER)
    actions.withdraw_month(actor=SYSTEM, month=AUGUST)
    assert actions.withdraw_batch(actor=SYSTEM, batch_id=batch.pk).state == "withdrawn"
    assert MonthRun.objects.get(pk=made.pk).state == "cancelled"
    with pytest.raises(Conflict):
        actions.publish_month(actor=SYSTEM, month=SEPTEMBER)


def test_a_month_without_its_files_is_refused_with_advice(province):
    with pytest.raises(DomainError, match="缺少必需的清单") as refused:
        actions.create_run(actor=SYSTEM, month=OCTOBER.plus(1))
    assert "import_extracts" in refused.value.hint


def test_only_operators_write(province):
    reader = Scope(1, "p", "province", is_province=True)
    for act in (actions.create_run, actions.publish_month, actions.withdraw_month):
        with pytest.raises(DomainError) as refused:
            act(actor=reader, month=AUGUST)
        assert refused.value.status == 403


def test_what_did_not_come_in_is_unknown_not_zero(var_folder):
    kinds = {kind: MONTHS[AUGUST][kind] for kind in ("org_units", "groups", "members")}
    take_in_by_hand(AUGUST, kinds)
    made = run(AUGUST)
    g1 = GroupMonth.objects.in_run(made.pk).get(group_code="G1")
    unknown = ("unified_pay_li", "total_income_li", "ict_li", "n_orders", "switchboard_users")
    assert {name: getattr(g1, name) for name in unknown} == dict.fromkeys(unknown)
    assert (g1.personal_bill_li, g1.is_arrived) == (67_000, 1)
    assert g1.account_manager_code == "C1-NA"
    whole = OrgMonth.objects.in_run(made.pk).at_level("province").rolled_up().get()
    assert (whole.personal_bill_li, whole.total_income_li) == (146_000, None)
    assert (whole.n_off_net, whole.operating_income_li) == (None, None)
    assert all(line.holds for line in conservation_of(made))
