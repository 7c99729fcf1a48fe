"""The access table, word for word, in both settings."""

import pytest

from accounts import policies
from accounts.policies import FIELD_READERS, may, may_do, may_see_field, require, require_fields
from accounts.scope import Scope, Selection
from core.errors import NotAllowed, NotInScope

SCOPES = {
    "province": Scope(1, "p", "province", "province", is_province=True),
    "city": Scope(2, "c", "city", "city", city_codes=frozenset({"A"})),
    "county": Scope(3, "k", "county", "county", county_codes=frozenset({"A01"})),
    "account_manager": Scope(
        4, "m", "account_manager", "account_manager", account_manager_codes=frozenset({"MA1"})
    ),
    "operator": Scope(5, "o", "operator"),
    "no_role": Scope(6, "n", ""),
}
CITY = Selection("city", "P", "A")
LIST = Selection("account_manager", "P", "A", "", "MA1")

# module → who sees: t totals, l the list of one account manager, r rows at any level, . nothing
#                           province city county manager
TABLE = {
    "home": "t t t tlr",
    "grading": "tl tl tl tlr",
    "member_analysis": "t t t tlr",
    "product_usage": "tlr tlr tlr tlr",
    "contribution": "tlr tlr tlr tlr",
    "income_composition": "t t t tlr",
    "grade_changes": "t t t tlr",
    "price_elasticity": "t t t tlr",
    "anomaly_alerts": "t t t tlr",
    "multi_dimensional": "t . . .",
}
STRICT = {**TABLE, "grading": "t t t tlr"}
READERS = ("province", "city", "county", "account_manager")


def seen(reader: str, module: str) -> str:
    scope = SCOPES[reader]
    letters = (
        ("t", may(scope, module, "totals", CITY)),
        ("l", may(scope, module, "rows", LIST)),
        ("r", may(scope, module, "rows", CITY)),
    )
    return "".join(letter for letter, allowed in letters if allowed) or "."


@pytest.mark.parametrize(("setting", "table"), [("default", TABLE), ("strict", STRICT)])
def test_the_access_table_reads_as_agreed(settings, setting: str, table: dict[str, str]):
    settings.GCVA_ACCESS = setting
    actual = {module: " ".join(seen(reader, module) for reader in READERS) for module in table}
    assert actual == table
    assert set(table) == set(policies.ACCESS_TABLE)


@pytest.mark.parametrize("reader", ["operator", "no_role"])
def test_operators_and_people_without_a_role_see_no_business_page(reader: str):
    assert policies.modules_for(SCOPES[reader]) == ()


def test_an_operator_who_was_granted_a_city_reads_like_a_city_without_deciding():
    granted = Scope(7, "o", "operator", "city", city_codes=frozenset({"A"}))
    assert "grading" in policies.modules_for(granted)
    assert not may_do(granted, "decide_adjustment")


@pytest.mark.parametrize(("setting", "opens"), [("default", True), ("strict", False)])
def test_management_opens_one_group_only_where_lists_are_open(settings, setting: str, opens: bool):
    settings.GCVA_ACCESS = setting
    for reader in ("province", "city", "county"):
        assert may(SCOPES[reader], "grading", "group") is opens
        assert not may(SCOPES[reader], "income_composition", "group")
    assert may(SCOPES["account_manager"], "grading", "group")


def test_a_list_opened_too_early_says_what_to_choose_first():
    with pytest.raises(NotAllowed) as refused:
        require(SCOPES["city"], "grading", "rows", CITY)
    assert "客户经理" in refused.value.message
    require(SCOPES["city"], "grading", "rows", LIST)


def test_an_unknown_module_does_not_exist():
    with pytest.raises(NotInScope):
        require(SCOPES["province"], "payroll", "totals", CITY)


def test_fields_of_income_composition_and_grade_changes_are_the_account_managers_alone():
    closed = [field for field in FIELD_READERS if field.startswith("group")]
    for field in closed:
        assert [reader for reader in READERS if may_see_field(SCOPES[reader], field)] == [
            "account_manager"
        ]
    assert may_see_field(SCOPES["city"], "group.total_income_li")


def test_a_request_that_names_one_closed_field_is_refused_whole():
    with pytest.raises(NotAllowed):
        require_fields(SCOPES["city"], ["group.name", "group.roaming_li"])
    require_fields(SCOPES["account_manager"], ["group.name", "group.roaming_li"])


# action → roles that may do it at all
ACTIONS = {
    "import_extracts": "operator",
    "run_month": "operator",
    "publish_month": "operator",
    "withdraw_month": "operator",
    "publish_score_model": "operator",
    "manage_accounts": "operator",
    "request_adjustment": "account_manager",
    "decide_adjustment": "city",
    "set_thresholds": "city",
    "triage_alert": "account_manager",
}


@pytest.mark.parametrize(("action", "role"), ACTIONS.items())
def test_each_action_belongs_to_one_role(action: str, role: str):
    assert [name for name, scope in SCOPES.items() if may_do(scope, action)] == [role]


def test_commands_on_the_machine_operate_but_never_decide():
    system = Scope.of_system()
    assert may_do(system, "publish_month")
    assert not may_do(system, "decide_adjustment")
    assert policies.modules_for(system) == ()
