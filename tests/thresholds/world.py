"""Say a tiny province by hand: unified pay falls 40 % at GA1, 15 % at GA2 and 35 % at GB1."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from accounts.models import AccountManager, OrgUnit
from core.month import Month
from scoring.actions import ensure_default_model
from tests.permissions.worlds import KINDS
from tests.personas import Org
from tests.warehouse.worlds import run, take_in_by_hand
from warehouse.mart_models import GroupRuleHit
from warehouse.models import MonthRun

SEPTEMBER, OCTOBER = Month(2026, 9), Month(2026, 10)
GROUPS = """
    group_code,name,status,industry,city_code,county_code,account_manager_code,employees,arrears,arrears_months
    GA1,甲一小学,on_net,edu,A,A01,MA1,40,50,2
    GA2,甲二小学,on_net,edu,A,A02,MA2,50,,
    GA3,甲直管所,on_net,edu,A,,,60,,
    GB1,乙一小学,on_net,edu,B,B01,MB1,70,,
"""
PAID = """
    group_code,product_code,payer,quantity,amount
    GA1,SW,group,1,{}
    GA2,SW,group,1,{}
    GB1,SW,group,1,{}
"""


def publish_two_months() -> None:
    """Publish September, before the fall, and October, after it."""
    ensure_default_model()
    before = {**KINDS, "groups": GROUPS.replace("40,50,2", "40,,")}
    take_in_by_hand(SEPTEMBER, {**before, "subscriptions": PAID.format(1000, 1000, 1000)})
    run(SEPTEMBER)
    after = {**KINDS, "groups": GROUPS, "subscriptions": PAID.format(600, 850, 650)}
    take_in_by_hand(OCTOBER, after)
    run(OCTOBER)


def org_of() -> Org:
    """Return the province as the import left it."""
    units = {unit.code: unit for unit in OrgUnit.objects.all()}
    return Org(units, {each.code: each for each in AccountManager.objects.all()})


def fired(run_of: MonthRun, rule: str = "unified_fall") -> dict[str, tuple[float, str]]:
    """Return what fired in a run: group → threshold and where it came from."""
    rows = GroupRuleHit.objects.in_run(run_of.pk).filter(rule=rule)
    return {row.group_code: (row.threshold, row.threshold_source) for row in rows}


def stored(run_of: MonthRun, mart: str) -> pa.Table:
    """Read a run's mart."""
    import pyarrow.parquet as pq

    from warehouse.queries import run_folder

    return pq.read_table(run_folder(run_of.pk) / f"{mart}.parquet")


def newest_run(month: Month) -> MonthRun:
    """Return the newest run of a month."""
    return MonthRun.objects.filter(month_index=month.index).latest("pk")


def file_of(run_of: MonthRun, mart: str) -> Any:
    """Return the bytes of a run's mart."""
    from warehouse.queries import run_folder

    return (run_folder(run_of.pk) / f"{mart}.parquet").read_bytes()
