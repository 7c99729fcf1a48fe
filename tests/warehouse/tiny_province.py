"""Be a province of three months small enough to work out by hand.

Two cities. August: G1 school (3 members), G2 factory (2), G3 shop (1), G4 clinic (2), T1 a test
group. September: G3 is off net, G4 is merged into G1. October: G3 is back, G2 is gone from the
list, G5 is new; m9 belongs to G1 and G5.
"""

from __future__ import annotations

from core.month import Month

AUGUST, SEPTEMBER, OCTOBER = Month(2026, 8), Month(2026, 9), Month(2026, 10)

REFERENCE = {
    "org_units": """
        code,name,level,parent_code,is_direct
        P,省,province,,
        C1,甲市,city,P,
        C2,乙市,city,P,
        C1-01,甲东区,county,C1,
        C2-01,乙西县,county,C2,
    """,
    "account_managers": """
        code,name,city_code,county_code,username
        K1,王一,C1,C1-01,wangyi
        K2,李二,C2,C2-01,lier
    """,
    "industries": """
        code,name
        edu,教育
        mfg,制造
    """,
    "products": """
        product_code,name,role,family,ict_scope,valid_from,valid_to
        SW,移动总机,switchboard,standard,unified_only,,
        SC,校信通,school,industry_application,all,,
        RB,集团彩铃,ringback,standard,none,,
        OLD,旧短信,sms,standard,none,,2026-08-31
        OLD,新短信,sms,standard,all,2026-09-01,
    """,
}

_GROUPS = (
    "group_code,name,status,is_test,industry,city_code,county_code,account_manager_code,employees,"
    "contract_start,created_on,successor_code,arrears\n"
)
_MEMBERS = (
    "group_code,member_id,status,is_primary,joined_on,activated_on,is_test,vnet,snapshot_cohort,"
    "roaming,new_business,long_distance,local,package,paid_by_group,mo_minutes,calls,sms\n"
)
_ORDERS = "group_code,product_code,payer,quantity,amount\n"
_USERS = "group_code,product_code,users,member_users\n"

MONTHS = {
    AUGUST: {
        **REFERENCE,
        "groups": _GROUPS
        + """G1,一小,on_net,,edu,C1,C1-01,K1,40,2026-01-01,2020-05-01,,
        G2,二厂,on_net,,mfg,C1,,,100,,2021-01-01,,12.5
        G3,三店,silent,,,C2,C2-01,K2,,,2022-01-01,,
        G4,四所,on_net,,mfg,C1,C1-01,K1,,,2022-01-01,,
        T1,测试,on_net,1,edu,C1,C1-01,K1,,,2022-01-01,,""",
        "members": _MEMBERS
        + """G1,m1,active,1,2020-01-01,2016-10-31,,1,2025,1,2,3,4,5,6,10.5,3,0
        G1,m2,active,,2020-01-01,2020-08-01,,1,2025,0,40,0,8,,,0,0,2
        G1,m3,stop_one_way,,2020-01-01,2024-08-15,,,,0,0,0,10,,,0,0,0
        G2,m4,active,,2020-01-01,2020-01-01,,,2025,0,60,0,0,,,5,1,0
        G2,m5,active,,2020-01-01,2020-01-01,,,,0,5,0,0,,,5,1,0
        G3,m6,active,,2020-01-01,2020-01-01,,,,0,0,0,0,,,0,0,0
        G4,m7,active,,2020-01-01,2020-01-01,,,,0,7,0,0,,,1,1,0
        G4,m8,active,,2020-01-01,2020-01-01,,,,0,7,0,0,,,1,1,0
        T1,t1,active,,2020-01-01,2020-01-01,,,,0,99,0,0,,,1,1,0""",
        "subscriptions": _ORDERS
        + """G1,SC,outsider,30,90
        G1,SW,group,1,100
        G2,RB,member,1,5
        T1,SW,group,1,1000""",
        "product_users": _USERS + "G1,SC,30,0\nG1,SW,3,3\nG2,RB,1,1\nT1,SW,7,7",
    },
    SEPTEMBER: {
        **REFERENCE,
        "groups": _GROUPS
        + """G1,一小,on_net,,edu,C1,C1-01,K1,40,2026-01-01,2020-05-01,,
        G2,二厂,on_net,,mfg,C1,,,100,,2021-01-01,,12.5
        G3,三店,off_net,,,C2,C2-01,K2,,,2022-01-01,,
        G4,四所,off_net,,mfg,C1,C1-01,K1,,,2022-01-01,G1,""",
        "members": _MEMBERS
        + """G1,m1,active,1,2020-01-01,2016-10-31,,1,2025,1,2,3,4,5,6,10.5,3,0
        G1,m2,active,,2020-01-01,2020-08-01,,1,2025,0,40,0,8,,,0,0,2
        G1,m3,cancelled,,2020-01-01,2024-08-15,,,,0,0,0,2,,,0,0,0
        G1,m7,active,,2026-09-01,2020-01-01,,,,0,7,0,0,,,1,1,0
        G2,m4,active,,2020-01-01,2020-01-01,,,2025,0,20,0,0,,,5,1,0
        G2,m9,active,,2026-09-01,2026-09-01,,,,0,5,0,0,,,5,1,0""",
        "subscriptions": _ORDERS + "G1,SW,group,1,100\nG1,OLD,group,1,10\nG2,RB,member,1,5",
        "product_users": _USERS + "G1,SW,3,3\nG2,RB,1,1",
        "member_exits": "group_code,member_id,exit_kind,exit_on\nG2,m5,ported_out,2026-09-09",
    },
    OCTOBER: {
        **REFERENCE,
        "groups": _GROUPS
        + """G1,一小,on_net,,edu,C1,C1-01,K1,40,2026-01-01,2020-05-01,,
        G3,三店,on_net,,,C2,C2-01,K2,,,2022-01-01,,
        G5,五局,on_net,,nowhere,C2,C9,K9,,,2026-10-02,,""",
        "members": _MEMBERS
        + """G1,m1,active,1,2020-01-01,2016-10-31,,1,2025,1,2,3,4,5,6,10.5,3,0
        G1,m2,active,,2020-01-01,2020-08-01,,1,2025,0,40,0,8,,,0,0,2
        G1,m9,active,,2026-10-05,2026-09-01,,,,0,5,0,0,,,5,1,0
        G5,m9,active,,2026-10-01,2026-09-01,,,,0,6,0,0,,,5,1,0
        G5,t5,active,,2026-10-01,2026-09-01,1,,,0,50,0,0,,,5,1,0""",
        "subscriptions": _ORDERS + "G1,SW,group,1,100\nG5,XX,group,1,1",
        "product_users": _USERS + "G1,SW,3,3",
    },
}
