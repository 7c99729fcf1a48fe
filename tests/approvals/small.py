"""Be a tiny province whose grades are written down: the score is the influence in the list.

P ─┬─ A ─┬─ A01 (MA1)      A1 ≥ 85 > A2 ≥ 75 > B1 ≥ 60 > B2 ≥ 45 > C; no value: not rated
   │     └─ A02 (MA2)
   └─ B ─── B01 (MB1)
"""

from __future__ import annotations

from collections.abc import Mapping

from core.month import Month
from scoring.actions import draft_score_model, ensure_default_model, publish_score_model
from tests.warehouse.worlds import SYSTEM, run, take_in_by_hand
from warehouse.models import MonthRun

OCTOBER = Month(2026, 10)
BY_INFLUENCE = {
    "example": True,
    "validity_months": 12,
    "rule_floor": False,
    "missing": {"policy": "reweight", "min_weight": 0.6},
    "hysteresis": {"on": False, "margin": 2},
    "cutoffs": {"mode": "absolute", "A1": 85, "A2": 75, "B1": 60, "B2": 45},
    "indicators": [{"code": "influence", "weight": 1.0, "map": {"kind": "as_is"}}],
}
SCORE = {"A1": 90, "A2": 80, "B1": 70, "B2": 50, "C": 20, "NR": ""}
OWNERS = {
    "GA1": ("A", "A01", "MA1"),
    "GA2": ("A", "A01", "MA1"),
    "GA3": ("A", "A02", "MA2"),
    "GA4": ("A", "A02", "MA2"),
    "GB1": ("B", "B01", "MB1"),
    "GB2": ("B", "B01", "MB1"),
}
GRADES = {"GA1": "B1", "GA2": "C", "GA3": "A2", "GA4": "NR", "GB1": "B1", "GB2": "A1"}
REFERENCE = {
    "org_units": """
        code,name,level,parent_code,is_direct
        P,测试省,province,,
        A,甲市,city,P,
        B,乙市,city,P,
        A01,甲一县,county,A,
        A02,甲二县,county,A,
        B01,乙一县,county,B,
    """,
    "account_managers": """
        code,name,city_code,county_code,username
        MA1,甲一经理,A,A01,
        MA2,甲二经理,A,A02,
        MB1,乙一经理,B,B01,
    """,
    "industries": "code,name\nedu,教育\ngov,政府",
}


def groups(grades: Mapping[str, str], owners: Mapping[str, tuple[str, str, str]] = OWNERS) -> str:
    """Write the list of groups with the scores that give these grades."""
    header = "group_code,name,status,industry,city_code,county_code,account_manager_code,influence"
    lines = [
        f"{code},集团{code},on_net,{'edu' if code[-1] in '13' else 'gov'},"
        f"{','.join(owners[code])},{SCORE[grade]}"
        for code, grade in grades.items()
    ]
    return "\n".join([header, *lines])


def import_month(
    month: Month,
    grades: Mapping[str, str],
    owners: Mapping[str, tuple[str, str, str]] = OWNERS,
) -> None:
    """Take a month's lists in; every group has members of its own."""
    members = ["group_code,member_id,status,roaming,new_business,long_distance,local"]
    for n, code in enumerate(grades, start=1):
        members += [f"{code},m{code}{k},active,1,2,3,{n}" for k in range(n)]
    take_in_by_hand(
        month,
        {
            **REFERENCE,
            "groups": groups(grades, owners),
            "members": "\n".join(members),
            "subscriptions": "group_code,product_code,payer,quantity,amount\nGA1,SW,group,1,100",
            "product_users": "group_code,product_code,users,member_users\nGA1,SW,1,1",
        },
    )


def grade_by_influence() -> None:
    """Publish the model of the tiny province."""
    ensure_default_model()
    draft = draft_score_model(actor=SYSTEM, name="按影响力", definition=BY_INFLUENCE)
    publish_score_model(actor=SYSTEM, model_id=draft.pk, from_month=Month(2026, 1))


def publish(
    month: Month,
    grades: Mapping[str, str] = GRADES,
    owners: Mapping[str, tuple[str, str, str]] = OWNERS,
) -> MonthRun:
    """Import, run and publish a month."""
    import_month(month, grades, owners)
    return run(month)
