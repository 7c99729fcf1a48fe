"""Lay out the least that may come in for a month: groups and members, and nothing else."""

from __future__ import annotations

from core.month import Month
from tests.warehouse.worlds import take_in_by_hand

SEPTEMBER, OCTOBER = Month(2026, 9), Month(2026, 10)
GROUPS = """
    group_code,name,status,city_code,county_code,account_manager_code
    G1,一小,on_net,A,A01,MA1
    G2,无人厂,on_net,A,A01,MA1
    G3,零元店,on_net,A,A01,MA1
    G4,乙校,on_net,B,B01,MB1
"""
LOST = "\n    G5,走了的,on_net,A,A01,MA1"
MEMBERS = """
    group_code,member_id,status,tenure_months,roaming,new_business,long_distance,local
    G1,m1,active,12,0,0,0,0
    G1,m2,active,12,0,0,0,0
    G3,m3,active,,0,0,0,0
    G4,m4,cancelled,3,0,0,0,0
"""
UNITS = """
    code,name,level,parent_code,is_direct
    P,测试省,province,,
    A,甲市,city,P,
    B,乙市,city,P,
    A01,甲一县,county,A,
    B01,乙一县,county,B,
"""
PEOPLE = """
    code,name,city_code,county_code,username
    MA1,甲一经理,A,A01,
    MB1,乙一经理,B,B01,
"""


def take_in(month: Month, groups: str = GROUPS) -> None:
    """Take a bare month in: organisation, people, groups and members, nothing else."""
    kinds = {"org_units": UNITS, "account_managers": PEOPLE, "groups": groups}
    take_in_by_hand(month, {**kinds, "members": MEMBERS})
