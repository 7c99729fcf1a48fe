"""Keep the order book: who subscribes to what, who pays, and what it comes to in a month.

amount = quantity × list price, in whole 厘, for each group × product × payer
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.month import Month
from gcva.province import catalogue
from gcva.province.events import Elasticities
from gcva.province.groups import Groups
from gcva.province.members import Members, grouped
from gcva.province.plan import Flags, Floats, Ints, Plan, Season
from gcva.province.rows import Rows, combined, lognormal
from gcva.province.unified import GROUP_PAID, shares_of_unified
from gcva.province.usage import MemberMonth

PAYERS = np.array(["group", "member", "outsider"], dtype=object)
GROUP, MEMBER, OUTSIDER = range(3)
FIXED_PRICE = (catalogue.SMS, catalogue.IOT)  # list price for everybody; others are negotiated
OUTSIDERS = {catalogue.SCHOOL: 320.0, catalogue.BANK: 1200.0, catalogue.AGRI: 200.0}
RINGBACK_RATIO, OFFICE_RATIO, MAIL_RATIO, MEMBER_SMS = 0.40, 0.40, 0.20, 110.0
MEMBER_PAID_SHARE = 0.6  # of the members' bills at most


@dataclass
class Book(Rows):
    """Hold the standing orders whose quantity does not follow from the member list."""

    group: Ints
    product: Ints
    payer: Ints
    quantity: Floats  # at the opening
    price_li: Ints


@dataclass
class Lines(Rows):
    """Hold the subscriptions 订购 of a month and their users."""

    group: Ints
    product: Ints
    payer: Ints
    quantity_milli: Ints
    price_li: Ints
    amount_li: Ints


def open_book(rng: np.random.Generator, groups: Groups, positions: Ints) -> Book:
    """Write the standing orders of (new) groups."""
    parts = [paid_by_groups(rng, groups, positions)]
    prices = np.array([round(p.price * 1000) for p in catalogue.PRODUCTS])
    for product, mean in OUTSIDERS.items():
        held = positions[groups.holds[positions, product]]
        quantity = np.rint(mean * lognormal(rng, 0.4, len(held)))
        parts.append(book(held, product, OUTSIDER, quantity, prices[product]))
    asks = groups.holds[positions, catalogue.SMS] & (groups.unified[positions] == 0)
    held = positions[asks]
    quantity = np.rint(MEMBER_SMS * lognormal(rng, 0.5, len(held)))
    parts.append(book(held, catalogue.SMS, MEMBER, quantity, prices[catalogue.SMS]))
    return combined(parts)


def book(
    group: Ints, product: int | Ints, payer: int, quantity: Floats, price_li: int | Ints
) -> Book:
    """Build orders from columns and constants."""
    n = len(group)
    return Book(
        group=group,
        product=np.broadcast_to(np.asarray(product, dtype=np.int64), n).copy(),
        payer=np.full(n, payer),
        quantity=quantity.astype(np.float64),
        price_li=np.broadcast_to(np.asarray(price_li, dtype=np.int64), n).copy(),
    )


def paid_by_groups(rng: np.random.Generator, groups: Groups, positions: Ints) -> Book:
    """Split the 统付 of groups into orders: whole units at a negotiated price."""
    shares = shares_of_unified(groups)[positions]
    amounts = groups.unified[positions, None] * shares
    amounts[:, catalogue.MEMBER_BILL] = 0  # follows from the members' bills
    row, product = np.nonzero(amounts[:, list(GROUP_PAID)])
    product = np.array(GROUP_PAID)[product]
    amount = amounts[row, product]
    price = np.array([p.price for p in catalogue.PRODUCTS])[product]
    fixed = np.isin(product, FIXED_PRICE)
    quantity = np.maximum(np.rint(amount / price), 1)
    negotiated = np.maximum(np.rint(amount / quantity * 100), 1) * 10
    price_li = np.where(fixed, np.rint(price * 1000), negotiated).astype(np.int64)
    return book(positions[row], product, GROUP, quantity, price_li)


def lines_of_month(
    plan: Plan,
    month: Month,
    *,
    orders: Book,
    members: Members,
    groups: Groups,
    usage: MemberMonth,
    truth: Elasticities,
) -> Lines:
    """Return the subscriptions of a month, ordered by group, product and payer."""
    served = groups.is_served | groups.is_test
    lines = standing_lines(plan, month, orders, groups, truth)
    lines.append(member_lines(month, members, groups, usage, truth))
    lines.append(member_bill_lines(members, groups, usage))
    lines.keep(served[lines.group] & (lines.amount_li > 0))
    lines.keep(np.lexsort((lines.payer, lines.product, lines.group)))
    return lines


def standing_lines(
    plan: Plan, month: Month, orders: Book, groups: Groups, truth: Elasticities
) -> Lines:
    """Bring the standing orders to a month: season, drift, price and its response."""
    rng, season = plan.stream("orders", month.index), Season.of(month)
    quantity = orders.quantity * groups.drift[orders.group]
    school = orders.product == catalogue.SCHOOL
    sms = orders.product == catalogue.SMS
    authority = np.isin(groups.industry[orders.group], catalogue.AUTHORITIES)
    quantity = quantity * np.where(school, season.school, 1.0)
    quantity = quantity * np.where(sms, season.sms, 1.0)
    seasonal = authority & (orders.payer == GROUP) & ~sms
    quantity = quantity * np.where(seasonal, season.authority_unified, 1.0)
    varies = sms | (orders.payer == OUTSIDER) | (orders.product == catalogue.IOT)
    quantity = quantity * np.where(varies, lognormal(rng, 0.04, len(orders)), 1.0)
    factor = truth.factor("sms", month)
    response = factor ** truth.of_groups("sms", groups)[orders.group]
    quantity = quantity * np.where(sms, response, 1.0)
    price = np.where(sms, np.rint(orders.price_li * factor), orders.price_li).astype(np.int64)
    return priced(orders.group, orders.product, orders.payer, quantity, price)


def priced(group: Ints, product: Ints, payer: Ints, quantity: Floats, price_li: Ints) -> Lines:
    """Multiply quantities (thousandths) by prices, to whole 厘."""
    milli = np.rint(quantity * 1000).astype(np.int64)
    return Lines(group, product, payer, milli, price_li, (milli * price_li + 500) // 1000)


def member_lines(
    month: Month, members: Members, groups: Groups, usage: MemberMonth, truth: Elasticities
) -> Lines:
    """Return what members pay for themselves (V网, 集团彩铃, 移动办公, 邮箱)."""
    present = ~members.cancelled & ~members.is_test
    n = grouped(groups, members, present)
    bills = grouped(groups, members, (usage.gross - usage.paid_by_group).astype(np.float64))
    counts = {
        catalogue.VNET: grouped(groups, members, present & members.vnet),
        catalogue.RINGBACK: np.rint(n * RINGBACK_RATIO),
        catalogue.OFFICE: np.rint(n * OFFICE_RATIO),
        catalogue.MAIL: np.rint(n * MAIL_RATIO) * (groups.unified == 0),
    }
    room = bills * MEMBER_PAID_SHARE
    parts = []
    for product, count in counts.items():
        price = member_prices(month, groups, truth, product)
        room = room - count * price * groups.holds[:, product]
        held = np.flatnonzero(groups.holds[:, product] & (count > 0) & (room >= 0))
        of_product, paid = np.full(len(held), product), np.full(len(held), MEMBER)
        parts.append(priced(held, of_product, paid, count[held], price[held]))
    return combined(parts)


def member_prices(month: Month, groups: Groups, truth: Elasticities, product: int) -> Ints:
    """Return what a member of each group pays for a product, 厘; the V网 is cheaper in places."""
    price = np.full(len(groups), round(catalogue.PRODUCTS[product].price * 1000))
    if product == catalogue.VNET:
        reached = np.isin(groups.city, truth.changes["vnet"].cities)
        price[reached] = np.rint(price[reached] * truth.factor("vnet", month))
    return price


def member_bill_lines(members: Members, groups: Groups, usage: MemberMonth) -> Lines:
    """Return 员工话费统付: exactly what the members' file says the group paid."""
    paid = grouped(groups, members, usage.paid_by_group.astype(np.float64))
    covered = grouped(groups, members, usage.paid_by_group > 0).astype(np.int64)
    held = np.flatnonzero(paid > 0)
    amount = np.rint(paid[held]).astype(np.int64)
    price = np.rint(amount / covered[held]).astype(np.int64)
    size = len(held)
    return Lines(
        held,
        np.full(size, catalogue.MEMBER_BILL),
        np.full(size, GROUP),
        covered[held] * 1000,
        price,
        amount,
    )


def ict_lines(plan: Plan, month: Month, lines: Lines) -> Flags:
    """Tell which lines are 信息化 in the month, by the scope of the product and the payer."""
    scope = np.array([product.ict_scope for product in catalogue.PRODUCTS], dtype=object)
    if month >= catalogue.scope_month(plan.last_month):
        scope[catalogue.SCOPE_CHANGE_PRODUCT] = "all"
    of_line = scope[lines.product]
    paid = lines.payer == GROUP
    return np.asarray((of_line == "all") | ((of_line == "unified_only") & paid), dtype=np.bool_)
