"""What falls due at the groups of a month, worked out by hand."""

from __future__ import annotations

import datetime as dt

import pyarrow.parquet as pq
import pytest

from core.month import Month
from tests.warehouse.by_hand import context, stage
from warehouse.dues import dues_step
from warehouse.facts import facts_step

OCTOBER = Month(2026, 10)
GROUPS = """
    group_code,name,status,industry,city_code,county_code,account_manager_code,contract_end
    G1,一号,on_net,edu,A,A01,MA1,2026-12-31
    G2,二号,on_net,edu,A,A01,MA1,2026-11-30
    G3,三号,off_net,edu,A,A01,MA1,2026-11-30
    G4,四号,on_net,edu,A,A01,MA1,
"""
UNITS = "code,name,level,parent_code,is_direct\nP,省,province,,\nA,甲,city,P,\nA01,甲一,county,A,"
CONTRACTS = """
    group_code,product_code,start,end,amount
    G1,SW,2024-01-01,2025-12-31,100
    G1,SW,2026-01-01,2027-01-15,120
    G1,SMS,2025-11-01,2026-10-31,30
    G1,OLD,2020-01-01,2026-09-30,30
    G1,FAR,2026-01-01,2027-11-01,30
    G3,SW,2025-01-01,2026-12-01,9
"""
PEOPLE = """
    group_code,role,name_masked,phone_masked,birthday
    G1,校长,王**,139****1,11-24
    G1,主任,李**,139****2,
    G4,会计,赵**,139****3,02-29
    G3,会计,钱**,139****4,11-24
"""


def dues(folder, month=OCTOBER, **kinds):
    files = stage(folder / "in", {"org_units": UNITS, "groups": GROUPS, **kinds})
    ctx = context(folder, month, {month.index: files})
    with ctx.engine:
        facts_step(ctx)
        n_rows = dues_step(ctx)
    rows = pq.read_table(ctx.path("group_due")).to_pylist()
    assert n_rows == len(rows)
    return [
        (r["group_code"], r["kind"], r["due_date"] or r["month_day"], r["product_code"])
        for r in rows
    ]


def test_a_renewed_contract_counts_with_its_last_end_and_the_file_stands_in_where_none_is(tmp_path):
    found = dues(tmp_path, contracts=CONTRACTS, key_people=PEOPLE)
    assert [each for each in found if each[1] == "contract"] == [
        ("G1", "contract", dt.date(2026, 10, 31), "SMS"),
        ("G1", "contract", dt.date(2027, 1, 15), "SW"),
        ("G2", "contract", dt.date(2026, 11, 30), ""),
    ]


def test_birthdays_are_those_of_shown_groups_with_a_day(tmp_path):
    found = dues(tmp_path, contracts=CONTRACTS, key_people=PEOPLE)
    assert [each[:3] for each in found if each[1] == "birthday"] == [
        ("G1", "birthday", "11-24"),
        ("G4", "birthday", "02-29"),
    ]


@pytest.mark.parametrize("month", [OCTOBER])
def test_without_the_two_kinds_the_groups_own_file_is_all_there_is(tmp_path, month):
    assert dues(tmp_path, month) == [
        ("G1", "contract", dt.date(2026, 12, 31), ""),
        ("G2", "contract", dt.date(2026, 11, 30), ""),
    ]
