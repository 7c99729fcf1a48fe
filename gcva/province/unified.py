"""Split what a group pays 统付 over the products it pays for: about 70 % of it 信息化."""

from __future__ import annotations

import numpy as np

from gcva.province import catalogue
from gcva.province.groups import Groups
from gcva.province.plan import Floats

# relative amounts of the products that groups pay for
WEIGHTS = {
    catalogue.SWITCHBOARD: 0.40,
    catalogue.SMS: 0.35,
    catalogue.POLICE: 1.00,
    catalogue.LEASED_LINE: 1.20,
    catalogue.HOSTING: 0.60,
    catalogue.IOT: 0.50,
    catalogue.CLOUD: 0.60,
    catalogue.MEETING: 0.40,
    catalogue.FLEET: 0.40,
    catalogue.MAIL: 0.15,
    catalogue.MEMBER_BILL: 0.90,
    catalogue.TRUNK: 0.50,
}
GROUP_PAID = tuple(WEIGHTS)


def shares_of_unified(groups: Groups) -> Floats:
    """Return groups × products: the part of the 统付 each product takes (rows sum to 1 or 0)."""
    weights = np.zeros(len(catalogue.PRODUCTS))
    weights[list(WEIGHTS)] = list(WEIGHTS.values())
    held = groups.holds * weights
    held[:, catalogue.MEMBER_BILL] *= groups.size > 0
    # a payer of nothing in particular pays for a leased line
    held[held.sum(axis=1) == 0, catalogue.LEASED_LINE] = 1.0
    return np.asarray(held / held.sum(axis=1, keepdims=True))


def member_bill_aim(groups: Groups) -> Floats:
    """Return the 员工话费统付 aimed at, 元 a group; at most 60 % of the members' bills."""
    aim = groups.unified * shares_of_unified(groups)[:, catalogue.MEMBER_BILL]
    return np.minimum(aim, 1.5 * groups.arpu * groups.size)
