"""Who may set what, within which range, and what a change does to the next run."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from accounts.audit import history_of
from accounts.delegations import delegate
from accounts.queries import selection_for
from alerts import actions_thresholds as actions
from alerts.actions_thresholds import When
from alerts.hits import hits_of
from alerts.preview import preview, tried_change
from alerts.threshold_models import ThresholdChange
from alerts.threshold_queries import book_for, newest_version
from alerts.thresholds import Range, Target
from core.errors import Conflict, DomainError, NotAllowed, NotInScope
from tests.thresholds.world import OCTOBER, SEPTEMBER, file_of, fired, newest_run, stored
from tests.warehouse.worlds import run

CITY = Target("unified_fall", "city", "A")
PERSON = Target("unified_fall", "account_manager", "A", "MA2")
PROVINCE = Target("unified_fall")
NOW = When(OCTOBER, "告警过少")


def set_to(scope, value: float, target: Target = CITY, when: When = NOW) -> ThresholdChange:
    return actions.set_threshold(actor=scope, target=target, value=value, when=when)


def test_the_defaults_fire_for_falls_of_thirty_percent(people) -> None:
    assert fired(newest_run(OCTOBER)) == {"GA1": (0.3, "province"), "GB1": (0.3, "province")}
    assert fired(newest_run(SEPTEMBER)) == {}
    assert fired(newest_run(OCTOBER), "arrears") == {"GA1": (1, "province")}


def test_a_citys_change_is_followed_by_the_next_run_of_that_city_alone(scopes) -> None:
    before = newest_run(OCTOBER)
    change = set_to(scopes("city_a"), 0.12)
    after = run(OCTOBER)
    assert (before.thresholds_version, after.thresholds_version) == (0, change.version)
    assert fired(after) == {
        "GA1": (0.12, "city"), "GA2": (0.12, "city"), "GB1": (0.3, "province"),
    }  # fmt: skip
    assert fired(before) == {"GA1": (0.3, "province"), "GB1": (0.3, "province")}


def test_replaying_stored_evidence_by_the_pinned_version_gives_the_stored_hits(scopes) -> None:
    first = newest_run(OCTOBER)
    set_to(scopes("city_a"), 0.12)
    second = run(OCTOBER)
    keys = [("group_code", "ascending"), ("rule", "ascending")]
    for each in (first, second):
        kept = stored(each, "group_rule_hit").sort_by(keys)
        again = hits_of(stored(each, "group_evidence"), book_for(OCTOBER, each.thresholds_version))
        assert again.sort_by(keys).select(kept.column_names).cast(kept.schema).equals(kept)
    assert stored(first, "group_evidence").equals(stored(second, "group_evidence"))


def test_a_change_that_starts_later_leaves_a_rerun_byte_equal(scopes) -> None:
    first = newest_run(OCTOBER)
    set_to(scopes("city_a"), 0.12, when=When(OCTOBER.plus(1), "下月起"))
    second = run(OCTOBER)
    assert second.thresholds_version == 0
    for mart in ("group_alert", "group_evidence", "group_rule_hit", "org_month"):
        assert file_of(first, mart) == file_of(second, mart)


def test_an_account_managers_own_value_wins_over_the_citys(scopes) -> None:
    set_to(scopes("city_a"), 0.5)
    set_to(scopes("city_a"), 0.14, PERSON)
    assert fired(run(OCTOBER)) == {"GA2": (0.14, "account_manager"), "GB1": (0.3, "province")}


def test_the_provinces_value_is_the_operators_to_set(scopes) -> None:
    set_to(scopes("operator"), 0.38, PROVINCE)
    assert fired(run(OCTOBER)) == {"GA1": (0.38, "province")}


@pytest.mark.parametrize(
    ("persona", "target", "wanted"),
    [
        ("province", CITY, NotAllowed),
        ("province", PROVINCE, NotAllowed),
        ("county_a01", CITY, NotAllowed),
        ("manager_a2", PERSON, NotAllowed),
        ("operator", CITY, NotAllowed),
        ("city_a", PROVINCE, NotAllowed),
        ("city_b", CITY, NotInScope),
        ("city_b", PERSON, NotInScope),
        ("city_a", Target("unified_fall", "city", "A01"), NotInScope),
        ("city_a", Target("unified_fall", "city", "nowhere"), NotInScope),
        ("city_a", Target("unified_fall", "account_manager", "A", "MB1"), NotInScope),
        ("city_a", Target("unified_fall", "account_manager", "A", "nobody"), NotInScope),
    ],
)
def test_nobody_sets_what_is_not_theirs(scopes, persona, target, wanted) -> None:
    with pytest.raises(wanted):
        set_to(scopes(persona), 0.2, target)
    assert newest_version() == 0


@pytest.mark.parametrize(
    ("value", "target", "when", "code"),
    [
        (0.95, CITY, NOW, "threshold_out_of_range"),
        (0.05, CITY, NOW, "threshold_out_of_range"),
        (float("nan"), CITY, NOW, "not_a_number"),
        (1.5, Target("arrears_months", "city", "A"), NOW, "not_whole"),
        (0.2, Target("nothing", "city", "A"), NOW, "unknown_threshold"),
        (0.2, Target("unified_fall", "city", "A", "", "D"), NOW, "unknown_class"),
        (0.2, CITY, When(OCTOBER, "  "), "reason_needed"),
        (0.2, CITY, When(SEPTEMBER, "太早"), "month_not_open"),
        (0.2, CITY, When(OCTOBER.plus(13), "太晚"), "month_not_open"),
    ],
)
def test_what_does_not_fit_is_refused_in_a_sentence(scopes, value, target, when, code) -> None:
    with pytest.raises(DomainError) as refused:
        set_to(scopes("city_a"), value, target, when)
    assert refused.value.code == code
    assert refused.value.message.endswith("。")


def test_out_of_range_names_value_range_and_advice(scopes) -> None:
    with pytest.raises(DomainError) as refused:
        set_to(scopes("city_a"), 0.95)
    assert str(refused.value) == (
        "统付收入降幅 95% 超出全省允许范围 10% – 90%。"
        " 请填写 10% – 90% 之间的值；如需放宽范围，请联系数据管理员。"
    )


def test_a_narrower_range_acts_on_what_was_set_before(scopes) -> None:
    set_to(scopes("city_a"), 0.12)
    actions.set_range(
        actor=scopes("operator"), code="unified_fall", allowed=Range(0.25, 0.6), when=NOW
    )
    assert fired(run(OCTOBER))["GA1"] == (0.25, "city")
    with pytest.raises(DomainError, match="25% – 60%"):
        set_to(scopes("city_a"), 0.2)


def test_a_range_never_leaves_out_the_provinces_own_value(scopes) -> None:
    with pytest.raises(DomainError, match="全省默认值 30% 不在范围"):
        actions.set_range(
            actor=scopes("operator"), code="unified_fall", allowed=Range(0.4, 0.6), when=NOW
        )
    with pytest.raises(DomainError, match="无效"):
        actions.set_range(
            actor=scopes("operator"), code="unified_fall", allowed=Range(0.6, 0.4), when=NOW
        )


def test_a_place_can_inherit_again_but_only_what_it_set(scopes) -> None:
    with pytest.raises(Conflict):
        actions.give_up_threshold(actor=scopes("city_a"), target=CITY, when=NOW)
    set_to(scopes("city_a"), 0.12)
    actions.give_up_threshold(actor=scopes("city_a"), target=CITY, when=NOW)
    assert book_for(OCTOBER).value_of("unified_fall", "C", "A").source == "province"


def test_an_undo_is_a_new_change_that_restores_the_former_value(scopes) -> None:
    first, second = set_to(scopes("city_a"), 0.2), set_to(scopes("city_a"), 0.4)
    undone = actions.undo_threshold(actor=scopes("city_a"), version=second.version, reason="误操作")
    assert (undone.version, undone.value, undone.restores) == (3, 0.2, second)
    with pytest.raises(Conflict, match="又有变更"):
        actions.undo_threshold(actor=scopes("city_a"), version=first.version, reason="再撤")
    with pytest.raises(NotInScope):
        actions.undo_threshold(actor=scopes("city_b"), version=3, reason="别人的")
    actions.undo_threshold(actor=scopes("city_a"), version=3, reason="撤销撤销")
    assert book_for(OCTOBER).value_of("unified_fall", "C", "A").value == 0.4


def test_a_first_change_undone_inherits_again(scopes) -> None:
    only = set_to(scopes("city_a"), 0.2)
    assert (
        actions.undo_threshold(actor=scopes("city_a"), version=only.version, reason="误操作").value
        is None
    )
    assert book_for(OCTOBER).value_of("unified_fall", "C", "A").value == 0.3


def test_a_double_click_and_a_stale_page_change_nothing(scopes) -> None:
    looked = When(OCTOBER, "第一次", seen=0)
    first = set_to(scopes("city_a"), 0.2, when=looked)
    with pytest.raises(Conflict, match="刚刚被 某人-city_a 变更过"):
        set_to(scopes("city_a"), 0.2, when=looked)
    with pytest.raises(Conflict, match="未作变更"):
        set_to(scopes("city_a"), 0.2)
    set_to(scopes("city_a"), 0.22, when=When(OCTOBER, "看过", seen=first.version))
    assert ThresholdChange.objects.count() == 2


def test_changes_can_be_neither_edited_nor_deleted(scopes) -> None:
    change = set_to(scopes("city_a"), 0.2)
    for attempt in (
        lambda: ThresholdChange.objects.filter(pk=change.pk).update(value=0.5),
        lambda: ThresholdChange.objects.filter(pk=change.pk).delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            attempt()
    assert ThresholdChange.objects.get(pk=change.pk).value == 0.2


def test_every_change_is_audited_with_its_person(scopes, people) -> None:
    from alerts.models import ThresholdChange as Model

    set_to(scopes("city_a"), 0.2)
    event = Model.pgh_event_model.objects.get()
    assert (event.value, event.created_by_id, event.reason) == (
        0.2, people["city_a"].pk, "告警过少",
    )  # fmt: skip


def test_the_preview_says_what_the_next_run_then_does(scopes) -> None:
    scope = scopes("city_a")
    found = preview(scope, selection_for(scope), tried_change(CITY, 0.12, OCTOBER))
    assert found is not None
    assert (found.n_groups, found.n_fired, found.n_before, found.n_new) == (3, 2, 1, 1)
    assert (found.n_gone, found.n_month_before) == (0, 0)
    set_to(scope, 0.12)
    assert len([code for code in fired(run(OCTOBER)) if code.startswith("GA")]) == found.n_fired


def test_a_preview_shows_only_the_readers_groups(scopes) -> None:
    tried = tried_change(PROVINCE, 0.12, OCTOBER)
    counts = {}
    for persona in ("province", "city_b", "county_a01", "manager_a2"):
        scope = scopes(persona)
        found = preview(scope, selection_for(scope), tried)
        assert found is not None
        counts[persona] = (found.n_groups, found.n_fired)
    assert counts == {
        "province": (4, 3), "city_b": (1, 1), "county_a01": (1, 1), "manager_a2": (1, 1),
    }  # fmt: skip
    whole = preview(scopes("operator"), None, tried)
    assert whole is not None
    assert (whole.n_groups, whole.n_fired) == (4, 3)
    foreign = preview(scopes("manager_a2"), None, tried)  # nobody but the operator
    assert foreign is not None
    assert foreign.n_groups == 0


def test_who_stands_in_for_a_city_reads_its_thresholds_and_sets_none(people, scopes) -> None:
    today = timezone.localdate()
    delegate(
        actor=scopes("city_a"), city_code="A", to_username="city_b", from_date=today,
        to_date=today,
    )  # fmt: skip
    stand_in = scopes("city_b")
    assert stand_in.approves("A") and stand_in.sees_city("A")
    with pytest.raises(NotAllowed, match="代理"):
        set_to(stand_in, 0.2)
    with pytest.raises(NotAllowed):
        set_to(stand_in, 0.2, Target("unified_fall", "account_manager", "A", "MA1"))
    assert set_to(stand_in, 0.2, Target("unified_fall", "city", "B")).city_code == "B"


def test_the_audit_names_the_threshold_and_writes_its_value_with_the_unit(scopes) -> None:
    target = Target("unified_fall", "city", "A", grade_class="A")
    (row,) = history_of(set_to(scopes("city_a"), 0.12, target))
    said = {one.name: (one.label, one.after) for one in row.differences}
    assert said["code"] == ("阈值名称", "统付收入降幅")
    assert said["value"] == ("阈值", "12%")
    assert said["grade_class"] == ("等级类别", "A 类")
    (given_up,) = history_of(
        actions.give_up_threshold(actor=scopes("city_a"), target=target, when=NOW)
    )
    assert "value" not in {one.name for one in given_up.differences}
    change = actions.set_range(
        actor=scopes("operator"), code="contract_days", allowed=Range(20, 100), when=NOW
    )
    said = {one.name: one.after for one in history_of(change)[0].differences}
    assert (said["lowest"], said["highest"]) == ("20 天", "100 天")
