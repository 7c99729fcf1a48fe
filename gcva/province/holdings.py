"""Draw which group holds which product 订购, by intended grade, industry and who pays."""

from __future__ import annotations

import numpy as np

from gcva.province import catalogue
from gcva.province.plan import Flags, Floats, Ints

# chance by class A1, A2, B1, B2, C
OF_ALL: dict[int, tuple[float, ...]] = {
    catalogue.VNET: (0.98, 0.96, 0.90, 0.80, 0.49),
    catalogue.RINGBACK: (0.85, 0.75, 0.60, 0.42, 0.145),
    catalogue.SMS: (0.90, 0.80, 0.60, 0.38, 0.093),
    catalogue.OFFICE: (0.75, 0.70, 0.45, 0.35, 0.08),
}
OF_PAYERS: dict[int, tuple[float, ...]] = {
    catalogue.SWITCHBOARD: (0.84, 0.70, 0.46, 0.29, 0.23),
    catalogue.LEASED_LINE: (0.95, 0.90, 0.80, 0.70, 0.55),
    catalogue.HOSTING: (0.50, 0.35, 0.10, 0.03, 0.01),
    catalogue.IOT: (0.45, 0.35, 0.22, 0.12, 0.06),
    catalogue.CLOUD: (0.65, 0.55, 0.30, 0.20, 0.10),
    catalogue.MEETING: (0.55, 0.40, 0.18, 0.08, 0.02),
    catalogue.MAIL: (0.40, 0.35, 0.25, 0.15, 0.06),
    catalogue.MEMBER_BILL: (0.45, 0.45, 0.42, 0.40, 0.35),
    catalogue.TRUNK: (0.40, 0.40, 0.30, 0.30, 0.20),
}
OF_INDUSTRY = (
    (catalogue.SCHOOL, "edu", 0.65),
    (catalogue.BANK, "fin", 0.60),
    (catalogue.POLICE, "pol", 0.85),
    (catalogue.AGRI, "town", 0.35),
    (catalogue.FLEET, "log", 0.20),
)
EAGER_SHARE, MAIL_SHARE = 0.3, 0.02
C_CLASS = 4


def draw_holdings(rng: np.random.Generator, klass: Ints, industry: Ints, unified: Floats) -> Flags:
    """Draw groups × products; industries have their own, only payers have what groups pay for."""
    n = len(klass)
    pays = unified > 0
    holds = np.zeros((n, len(catalogue.PRODUCTS)), dtype=np.bool_)
    for product, chances in OF_ALL.items():
        holds[:, product] = rng.random(n) < np.array(chances)[klass]
    for product, chances in OF_PAYERS.items():
        holds[:, product] = pays & (rng.random(n) < np.array(chances)[klass])
    # the large ones without 统付 are valuable through what their members pay for themselves
    eager = ~pays & (klass < C_CLASS)
    for product in (catalogue.OFFICE, catalogue.RINGBACK):
        holds[:, product] |= eager & (rng.random(n) < EAGER_SHARE)
    for product, code, chance in OF_INDUSTRY:
        own = industry == catalogue.INDUSTRY_NUMBER[code]
        holds[:, product] = own & (rng.random(n) < chance)
    holds[:, catalogue.MAIL] |= ~pays & (rng.random(n) < MAIL_SHARE)
    return holds
