"""Lay out the large kinds of a month: groups, members, subscriptions, exits, income."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from gcva.province import catalogue, groups, members, orders
from gcva.province.geography import DIRECT, NONE, Geography
from gcva.province.plan import GRADES, Floats, Plan
from gcva.province.province import ProvinceMonth
from gcva.province.reference import Columns, grid_codes
from gcva.province.rows import days_of
from gcva.province.usage import FEES
from gcva.province.write import bits, chosen, dates, numbers, repeated, texts, yuan

EXIT_KINDS = np.array(["off_net", "left_group", "ported_out"], dtype=object)
PHONE_PREFIXES = np.array(
    ["134", "135", "136", "137", "138", "139", "147", "150", "151", "152", "157", "158", "182"],
    dtype=object,
)
ARREARS_SHARE = 0.03
COUNTY_SHARE_LOW, COUNTY_SHARE_HIGH, CITY_SHARE = 0.27, 0.41, 0.40


def groups_table(plan: Plan, layout: Geography, now: ProvinceMonth) -> Columns:
    """Return the groups of the month 集团客户; groups that are gone are not in the file."""
    g = now.groups
    rng = plan.stream("arrears", now.month.index)
    in_arrears = (rng.random(len(g)) < ARREARS_SHARE) & g.is_served & (g.size > 0)
    months = np.where(in_arrears, rng.integers(1, 5, len(g)), 0)
    owed = np.rint(in_arrears * months * g.arpu * g.size * 0.2 * 100).astype(np.int64) * 10
    shown = np.flatnonzero(~g.gone)
    county = g.county[shown]
    grid = np.where(county == NONE, NONE, county * 3 + g.number[shown] % 3)
    grades = np.array(GRADES, dtype=object)
    codes = g.codes
    return {
        "group_code": texts(codes[shown]),
        "name": texts(g.name[shown]),
        "status": chosen(groups.STATUS, g.status[shown]),
        "is_test": bits(g.is_test[shown]),
        "industry": chosen([i.code for i in catalogue.INDUSTRIES], g.industry[shown]),
        "city_code": chosen(layout.city_codes, g.city[shown]),
        "county_code": chosen(layout.county_codes, county),
        "grid_code": chosen(grid_codes(layout).ravel(), grid),
        "account_manager_code": chosen(layout.manager_codes, g.manager[shown]),
        "employees": numbers(g.employees[shown], g.employees[shown] < 0),
        "influence": numbers(g.influence[shown]),
        "tax_score": numbers(g.tax[shown], np.isnan(g.tax[shown])),
        "informatisation_level": numbers(g.level[shown]),
        "contract_start": dates(g.contract_start[shown]),
        "contract_end": dates(g.contract_end[shown]),
        "created_on": dates(g.created[shown]),
        "current_grade": chosen(grades, g.current_grade[shown]),
        "grade_floor": chosen(grades, g.grade_floor[shown]),
        "successor_code": texts(
            [f"JT{n:07d}" if n >= 0 else "" for n in g.successor[shown].tolist()]
        ),
        "arrears": yuan(owed[shown]),
        "arrears_months": numbers(months[shown]),
        "month": repeated(str(now.month), len(shown)),
    }


def phones(key: Any) -> pa.Array:
    """Return masked phone numbers 脱敏号码, one a member for good (138****0042)."""
    first = chosen(PHONE_PREFIXES, key * 7919 % len(PHONE_PREFIXES))
    tails = np.array([f"****{k:04d}" for k in range(10_000)], dtype=object)
    return pa.compute.binary_join_element_wise(first, chosen(tails, key * 6007 % 10_000), "")


def members_table(plan: Plan, now: ProvinceMonth) -> Columns:
    """Return the members of the month 成员, with the second rows of those in two groups.

    A second row repeats the member's fees and use; only the owning group pays part of the bill.
    """
    m, use = now.members, now.usage
    doubled = np.flatnonzero(m.second >= 0)
    at = np.concatenate([np.arange(len(m)), doubled])
    owner = np.concatenate([m.group, m.second[doubled]])
    second = np.concatenate([np.zeros(len(m), np.bool_), np.ones(len(doubled), np.bool_)])
    order = np.argsort(owner, kind="stable")
    at, owner, second = at[order], owner[order], second[order]
    primary = np.where(m.second[at] >= 0, ~second & m.second_marked[at], True)
    cohort = np.array([f"{plan.first_month.year}年拍照"], dtype=object)
    tariffs = [code for code, *_ in catalogue.TARIFFS]
    tenure = now.month.index - m.activated_month
    activated = activated_days(m)
    return {
        "group_code": chosen(now.groups.codes, owner),
        "member_id": pa.array(members.opaque_ids(m.key[at])).cast(pa.string()),
        "phone_masked": phones(m.key[at]),
        "status": chosen(members.STATUS, use.status[at]),
        "is_primary": bits(primary),
        "joined_on": dates(np.where(second, m.second_joined[at], m.joined[at])),
        "activated_on": dates(activated[at]),
        "tenure_months": numbers(tenure[at]),
        "is_key": bits(m.is_key[at]),
        "is_test": bits(m.is_test[at]),
        "vnet": bits(m.vnet[at] & ~second),
        "snapshot_cohort": chosen(cohort, np.where(m.cohort[at], 0, -1)),
        "tariff_code": chosen(tariffs, m.tariff[at].astype(np.int64)),
        **{fee: yuan(use.fees[fee][at]) for fee in FEES},
        "paid_by_group": yuan(use.paid_by_group[at] * ~second),
        "mo_minutes": tenths(use.mo_minutes[at]),
        "mt_minutes": tenths(use.mt_minutes[at]),
        "data_mb": tenths(use.data_mb[at]),
        "calls": numbers(use.calls[at]),
        "sms": numbers(use.sms[at]),
        "month": repeated(str(now.month), len(at)),
    }


def activated_days(m: members.Members) -> Any:
    """Return the day each member went on net 入网, never after joining the group."""
    day = m.activated_day.astype(np.int64)
    months = (m.activated_month.astype(np.int64) - 1 - 1970 * 12).astype("datetime64[M]")
    return months.astype("datetime64[D]").astype(np.int64) + day - 1


def tenths(values: Any) -> pa.Array:
    """Return quantities with one decimal."""
    return pa.array(np.rint(values.astype(np.float64) * 10) / 10)


def subscriptions_table(now: ProvinceMonth) -> Columns:
    """Return the subscriptions of the month 产品订购."""
    lines = now.lines
    return {
        "group_code": chosen(now.groups.codes, lines.group),
        "product_code": chosen([p.code for p in catalogue.PRODUCTS], lines.product),
        "payer": chosen(orders.PAYERS, lines.payer),
        "quantity": yuan(lines.quantity_milli),
        "list_price": yuan(lines.price_li),
        "amount": yuan(lines.amount_li),
        "month": repeated(str(now.month), len(lines)),
    }


def exits_table(plan: Plan, now: ProvinceMonth) -> Columns:
    """Return who left 成员退出: off net, left the group, ported out."""
    exits = now.exits
    day = plan.stream("exit days", now.month.index).integers(0, now.month.n_days, len(exits.key))
    return {
        "group_code": chosen(now.groups.codes, exits.group),
        "member_id": pa.array(members.opaque_ids(exits.key)).cast(pa.string()),
        "exit_kind": chosen(EXIT_KINDS, exits.kind),
        "exit_on": dates(days_of(now.month.year, now.month.month, 1) + day),
        "month": repeated(str(now.month), len(exits.key)),
    }


def income_of_groups(now: ProvinceMonth) -> Floats:
    """Return 集团整体收入 of each group in 厘: 统付 + 个人账单 of the groups shown."""
    own = ~now.members.is_test
    bill = (now.usage.gross - now.usage.paid_by_group) * own
    total = members.grouped(now.groups, now.members, bill.astype(np.float64))
    paid = now.lines.payer == orders.GROUP
    total += np.bincount(
        now.lines.group[paid], weights=now.lines.amount_li[paid], minlength=len(now.groups)
    )
    return np.asarray(total * now.groups.is_served)


def operating_table(plan: Plan, layout: Geography, now: ProvinceMonth) -> Columns:
    """Return the operating income 运营收入 of cities and counties: 27–41 % of it from groups."""
    rng = plan.stream("operating")
    spread = COUNTY_SHARE_HIGH - COUNTY_SHARE_LOW
    share = COUNTY_SHARE_LOW + spread * rng.beta(4.2, 1.1, len(layout.county_codes))
    monthly = np.exp(plan.stream("operating", now.month.index).normal(0, 0.012, len(share)))
    income, g = income_of_groups(now), now.groups
    county = g.county != NONE
    earned = np.bincount(g.county[county], weights=income[county], minlength=len(share))
    of_county = earned / np.clip(share * monthly, COUNTY_SHARE_LOW, COUNTY_SHARE_HIGH)
    of_counties = np.bincount(layout.county_city, weights=of_county, minlength=DIRECT + 1)
    direct = np.bincount(g.city[~county], weights=income[~county], minlength=DIRECT + 1)
    of_city = of_counties + direct / CITY_SHARE
    codes = np.concatenate([layout.city_codes, layout.county_codes])
    li = np.rint(np.concatenate([of_city, of_county]) / 10).astype(np.int64) * 10
    return {
        "unit_code": texts(codes),
        "amount": yuan(li),
        "month": repeated(str(now.month), len(codes)),
    }
