"""Be a province in which every name, number and amount occurs once, so that each says whose it is.

Texts carry a mark (``QN1001`` in a group's name, ``QG`` code, ``QM`` member, ``QF`` phone, ``QK``
key person, ``QS`` service note, ``QU`` unit, ``QP`` account manager). Each group of one kind of
firms comes with three or seven others, so that no quartile of its peers is an amount of one group.

P ─┬─ A ─┬─ A01  MA1 (4 groups)                 September: MA2 has 4, MB1 has 2;
   │     ├─ A02  MA2 (3), MA3 (2)               then one group moves from MA2 to MB1
   │     └─ A-00 nobody (1)                     and gets another name
   └─ B ─┬─ B01  MB1 (3)
         └─ B02  MB2 (3)
"""

from __future__ import annotations

import random
from dataclasses import dataclass

from accounts.models import User
from core.month import Month
from scoring.actions import ensure_default_model
from tests.personas import build_org, build_people
from tests.warehouse.worlds import run, take_in_by_hand

MONTHS = (Month(2026, 9), Month(2026, 10))
MOVED = 1008
N_MEMBERS = 5
FEES = ("roaming", "new_business", "long_distance", "local", "package", "other")
OWNERS = {
    "MA1": ("A", "A01", (1001, 1002, 1003, 1004)),
    "MA2": ("A", "A02", (1005, 1006, 1007)),
    "MA3": ("A", "A02", (1009, 1010)),
    "": ("A", "", (1011,)),
    "MB1": ("B", "B01", (1012, 1013)),
    "MB2": ("B", "B02", (1014, 1015, 1016)),
}
UNITS = """
    code,name,level,parent_code,is_direct
    P,全省QU9000,province,,
    A,檀市QU1000,city,P,
    B,桦市QU2000,city,P,
    A01,檀一县QU1001,county,A,
    A02,檀二县QU1002,county,A,
    B01,桦一县QU2001,county,B,
    B02,桦二县QU2002,county,B,
"""
PEOPLE = """
    code,name,city_code,county_code,username
    MA1,赵QP1001,A,A01,
    MA2,钱QP1002,A,A02,
    MA3,孙QP1003,A,A02,
    MB1,李QP2001,B,B01,
    MB2,周QP2002,B,B02,
"""
PRODUCTS = """
    product_code,name,role,family,ict_scope,valid_from,valid_to
    SW,移动总机,switchboard,standard,unified_only,,
    RB,集团彩铃,ringback,standard,none,,
    SC,校信通,school,industry_application,all,,
"""


@dataclass(frozen=True)
class CanaryWorld:
    """Hold who reads, what is published, and who owned each group in each month."""

    people: dict[str, User]
    runs: dict[Month, int]


def owners(month: Month) -> dict[int, tuple[str, str, str]]:
    """Return group number → account manager, city, county of one month."""
    found = {
        number: (manager, city, county)
        for manager, (city, county, numbers) in OWNERS.items()
        for number in numbers
    }
    first = month == MONTHS[0]
    found[MOVED] = ("MA2", "A", "A02") if first else ("MB1", "B", "B01")
    return dict(sorted(found.items()))


def name_of(number: int, month: Month) -> str:
    """Return a group's name; the moved one is called otherwise by its new owner."""
    moved = number == MOVED and month != MONTHS[0]
    return f"晨曦QN{number}{7 if moved else ''}厂"


def kinds_of(month: Month, dice: random.Random) -> dict[str, str]:
    """Write the extracts of one month."""
    groups, members, orders, users = [], [], [], []
    people, contracts, events = [], [], []
    for number, (manager, city, county) in owners(month).items():
        code = f"QG{number}"
        industry = "edu" if number % 2 else "mfg"
        groups.append(
            f"{code},{name_of(number, month)},on_net,{industry},{city},{county},{manager},"
            f"{dice.randint(20, 900)},2020-0{number % 9 + 1}-01,{dice.choice(('A2', 'B1', 'B2'))},"
            f"{_amount(dice)}"
        )
        for place in range(N_MEMBERS):
            fees = ",".join(_amount(dice) for _fee in FEES)
            member = f"QM{number}{place}"
            state = "stop_two_way" if place == 4 and month == MONTHS[1] else "active"
            members.append(
                f"{code},{member},139QF{number}{place},{state},1,2020-01-01,2018-03-01,1,"
                f"{fees},{dice.randint(30, 400)},9,{dice.randint(10, 90)},3"
            )
        for product, payer in (("SW", "group"), ("SC", "group"), ("RB", "member")):
            quantity = dice.randint(2, 5)
            orders.append(f"{code},{product},{payer},{quantity},{_amount(dice)}")
            users.append(f"{code},{product},{quantity},{quantity},{quantity}")
        people.append(f"{code},校长,QK{number},138QF{number}9,05-04")
        contracts.append(f"{code},SW,2025-01-01,2026-12-31,{_amount(dice)}")
        events.append(f"{code},{month}-03,走访,谈妥QS{number}")
    return {
        "org_units": UNITS,
        "account_managers": PEOPLE,
        "industries": "code,name\nedu,教育\nmfg,制造",
        "products": PRODUCTS,
        "groups": _csv(
            "group_code,name,status,industry,city_code,county_code,account_manager_code,employees,"
            "created_on,current_grade,arrears", groups),
        "members": _csv(
            "group_code,member_id,phone_masked,status,is_primary,joined_on,activated_on,vnet,"
            f"{','.join(FEES)},mo_minutes,mt_minutes,calls,sms", members),
        "subscriptions": _csv("group_code,product_code,payer,quantity,amount", orders),
        "product_users": _csv("group_code,product_code,users,member_users,billed_users", users),
        "key_people": _csv("group_code,role,name_masked,phone_masked,birthday", people),
        "contracts": _csv("group_code,product_code,start,end,amount", contracts),
        "service_events": _csv("group_code,date,kind,note", events),
        "operating_income": "unit_code,amount\n" + "\n".join(
            f"{unit},{_amount(dice)}" for unit in ("P", "A", "B", "A01", "A02", "B01", "B02")),
    }  # fmt: skip


def _amount(dice: random.Random) -> str:
    """Return an amount in 元 with seven figures before the point: no two of them are alike."""
    return f"{dice.randint(200_000_00, 1_999_999_99) / 100:.2f}"


def _csv(heading: str, rows: list[str]) -> str:
    return "\n".join([heading, *rows])


def build() -> CanaryWorld:
    """Publish both months and store one person of every kind."""
    people = build_people(build_org())
    ensure_default_model()
    dice = random.Random(20261031)
    runs = {}
    for month in MONTHS:
        take_in_by_hand(month, kinds_of(month, dice))
        runs[month] = run(month).pk
    return CanaryWorld(people, runs)
