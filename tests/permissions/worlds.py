"""Make rows for the permission matrix: groups of every owner in a published month."""

from __future__ import annotations

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from accounts.models import User
from accounts.queries import scope_for
from adjustments import actions
from adjustments.models import GradeAdjustment
from alerts.models import Alert
from core.month import Month
from scoring.actions import ensure_default_model
from tests.warehouse.worlds import run, take_in_by_hand

MONTH = Month(2026, 10)
KINDS = {
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
    "industries": "code,name\nedu,教育",
    "groups": """
        group_code,name,status,industry,city_code,county_code,account_manager_code,employees
        GA1,甲一小学,on_net,edu,A,A01,MA1,40
        GA2,甲二小学,on_net,edu,A,A02,MA2,50
        GA3,甲直管所,on_net,edu,A,,,60
        GB1,乙一小学,on_net,edu,B,B01,MB1,70
    """,
    "members": """
        group_code,member_id,status,roaming,new_business,long_distance,local
        GA1,m1,active,1,2,3,4
        GA2,m2,active,1,2,3,5
        GA3,m3,active,1,2,3,6
        GB1,m4,active,1,2,3,7
    """,
    "subscriptions": "group_code,product_code,payer,quantity,amount\nGA1,SW,group,1,100",
    "product_users": "group_code,product_code,users,member_users\nGA1,SW,1,1",
}


def published_month() -> dict[str, str]:
    """Publish one month with a group of each account manager and one of nobody's.

    Return the keys that rows of the matrix may use in ``args`` and ``query``.
    """
    model = ensure_default_model()
    batch = take_in_by_hand(MONTH, KINDS)
    made = run(MONTH)
    asked = _request()
    return {
        "adjustment": str(asked.pk),
        "evidence": str(asked.evidence.get().pk),
        "month": str(MONTH),
        "run": str(made.pk),
        "batch": str(batch.pk),
        "model": str(model.pk),
        "alert": str(_alert("call_drop").pk),
        "escalated": str(_alert("arrears", escalated_at=timezone.now()).pk),
    }


def _request() -> GradeAdjustment:
    """Let MA1 ask for another grade of its group in city A, with a file."""
    manager = scope_for(User.objects.get(username="manager_a1"), timezone.localdate())
    return actions.request_adjustment(
        actor=manager,
        group_code="GA1",
        requested_grade="A1",
        reason="总部已签署三年协议",
        validity_months=6,
        uploads=[SimpleUploadedFile("contract.pdf", b"%PDF-1.4\nx\n%%EOF\n")],
    )


def _alert(rule: str, **more: object) -> Alert:
    """Open an alert of MA1's group in city A."""
    return Alert.objects.create(
        group_code="GA1", rule=rule, weight=2, name="甲一小学", city_code="A", county_code="A01",
        account_manager_code="MA1", opened_month=MONTH.index, last_fired_month=MONTH.index, **more,
    )  # fmt: skip
