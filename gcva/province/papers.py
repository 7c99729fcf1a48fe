"""Lay out the papers of the groups: users of products, key people, contracts, service events."""

from __future__ import annotations

from typing import Any

import numpy as np

from gcva.province import catalogue, members, names, orders
from gcva.province.plan import Flags, Ints, Plan
from gcva.province.province import ProvinceMonth
from gcva.province.reference import Columns
from gcva.province.rows import days_of
from gcva.province.tables import phones
from gcva.province.write import chosen, dates, numbers, repeated, texts, yuan

EVENT_SHARES = np.array([0.9, 0.7, 0.4, 0.25, 0.08])  # service events a month by class
EVENTS = (
    ("走访", "例行走访，了解业务使用情况"),
    ("走访", "续签洽谈，客户希望优化资费"),
    ("电话回访", "满意度回访，评价良好"),
    ("投诉", "网络覆盖投诉，已派单处理"),
    ("投诉", "账单疑问，已当面解释"),
    ("业务办理", "办理成员增减"),
    ("业务办理", "新增专线需求，已勘察"),
    ("关怀", "节日慰问关键人"),
)
PRODUCT_CODES = [product.code for product in catalogue.PRODUCTS]


def users_table(plan: Plan, now: ProvinceMonth) -> Columns:
    """Return users of each product by group 产品使用, those billed and those who use it free."""
    groups, lines = now.groups, now.lines
    shape = (len(groups), len(catalogue.PRODUCTS))
    cell = lines.group * shape[1] + lines.product
    counted = users_of_lines(lines)
    count = members.grouped(groups, now.members, ~now.members.cancelled)
    is_outside = lines.payer == orders.OUTSIDER
    outside = summed(cell, np.where(is_outside, counted, 0), shape)
    inside = summed(cell, np.where(is_outside, 0, counted), shape)
    by_people = np.tile(catalogue.USED_BY_MEMBERS, shape[0])
    inside = np.where(by_people, np.minimum(inside, np.repeat(count, shape[1])), inside)
    billed, members_billed = inside + outside, np.where(by_people, inside, 0)
    free = groups.holds & groups.is_served[:, None] & (count > 0)[:, None]
    free = free.ravel() & (billed == 0) & free_allowed(shape).ravel()
    rng = plan.stream("free users")
    share = rng.uniform(0.1, 0.4, shape[1])[None, :] * count[:, None]
    free_users = np.where(free, np.maximum(np.rint(share.ravel()), 1), 0).astype(np.int64)
    shown = np.flatnonzero((billed > 0) | (free_users > 0))
    return {
        "group_code": chosen(groups.codes, shown // shape[1]),
        "product_code": chosen(PRODUCT_CODES, shown % shape[1]),
        "users": numbers((billed + free_users)[shown]),
        "member_users": numbers((members_billed + free_users)[shown]),
        "billed_users": numbers(billed[shown]),
        "month": repeated(str(now.month), len(shown)),
    }


def summed(cell: Ints, values: Ints, shape: tuple[int, int]) -> Ints:
    """Add the lines of each group and product up."""
    return np.bincount(cell, weights=values, minlength=shape[0] * shape[1]).astype(np.int64)


def users_of_lines(lines: orders.Lines) -> Ints:
    """Turn quantities into users: messages are shared by many, a line or a host is one."""
    quantity = lines.quantity_milli / 1000
    per_user = np.ones(len(catalogue.PRODUCTS))
    per_user[catalogue.SMS] = 12.0
    return np.maximum(np.rint(quantity / per_user[lines.product]), 1).astype(np.int64)


def free_allowed(shape: tuple[int, int]) -> Flags:
    """Tell which products can be used without being billed (quota, paid by a higher authority)."""
    allowed = np.zeros(shape, dtype=np.bool_)
    for product in (catalogue.SMS, catalogue.POLICE, catalogue.FLEET, catalogue.MAIL):
        allowed[:, product] = True
    return allowed


def key_people_table(plan: Plan, now: ProvinceMonth) -> Columns:
    """Return key people 关键人: one for most groups, three for the valuable ones."""
    groups = now.groups
    n = len(groups)
    # one stream a column: the first rows stay the same when groups are added
    wanted = np.where(groups.klass <= 1, 3, np.where(groups.klass <= 3, 2, 1))
    has = plan.stream("has key people").random(n) < 0.75
    owner = np.repeat(np.arange(n), np.where(has & groups.is_served, wanted, 0))
    rank = np.arange(len(owner)) - np.searchsorted(owner, owner)
    person = groups.number[owner] * 3 + rank
    shown = np.array([surname + "**" for surname in names.SURNAMES], dtype=object)
    months = person * 31 % 12 + 1
    days = person * 17 % 28 + 1
    return {
        "group_code": chosen(groups.codes, owner),
        "role": chosen(names.KEY_ROLES, (groups.number[owner] + rank) % len(names.KEY_ROLES)),
        "name_masked": chosen(shown, person * 7 % len(shown)),
        "phone_masked": phones(person),
        "birthday": texts([f"{m:02d}-{d:02d}" for m, d in zip(months, days, strict=True)]),
        "month": repeated(str(now.month), len(owner)),
    }


def contracts_table(book: orders.Book, now: ProvinceMonth) -> Columns:
    """Return the contracts 合同 behind the orders that groups pay for."""
    groups = now.groups
    live = np.flatnonzero((book.payer == orders.GROUP) & groups.is_served[book.group])
    owner = book.group[live]
    monthly = (book.quantity[live] * book.price_li[live]).astype(np.int64)
    years = 1 + (groups.number[owner] + book.product[live]) % 3
    start = groups.contract_start[owner]
    today = days_of(now.month.year, now.month.month, now.month.n_days)
    renewals = (today - start) // (365 * years) + 1
    return {
        "group_code": chosen(groups.codes, owner),
        "product_code": chosen(PRODUCT_CODES, book.product[live]),
        "start": dates(start),
        "end": dates(start + renewals * years * 365),
        "amount": yuan(monthly * 12 * years // 10 * 10),
        "month": repeated(str(now.month), len(live)),
    }


def service_table(plan: Plan, now: ProvinceMonth) -> Columns:
    """Return the service events 服务事件 of the month: visits, calls, complaints."""
    rng, groups = plan.stream("service", now.month.index), now.groups
    served = groups.is_served
    owner = np.flatnonzero(served & (rng.random(len(groups)) < EVENT_SHARES[groups.klass]))
    what = rng.integers(0, len(EVENTS), len(owner))
    first = days_of(now.month.year, now.month.month, 1)
    return {
        "group_code": chosen(groups.codes, owner),
        "date": dates(first + rng.integers(0, now.month.n_days, len(owner))),
        "kind": chosen([kind for kind, _ in EVENTS], what),
        "note": chosen([note for _, note in EVENTS], what),
        "month": repeated(str(now.month), len(owner)),
    }


def columns_of(table: Columns) -> dict[str, list[Any]]:
    """Return a table as plain lists, for the faulty copies and the tests."""
    return {name: column.to_pylist() for name, column in table.items()}
