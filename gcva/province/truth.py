"""Tell the truth behind the files: every planted fact, as plain values for truth.json."""

from __future__ import annotations

from typing import Any

import numpy as np

from gcva.province import catalogue, members, orders
from gcva.province.events import PRICES, Elasticities
from gcva.province.geography import Geography
from gcva.province.groups import Groups
from gcva.province.plan import GRADES, Flags, Plan
from gcva.province.province import Province, ProvinceMonth
from gcva.province.usage import FEES

NOTE = "演示数据为虚构"


def totals_of(plan: Plan, now: ProvinceMonth) -> dict[str, Any]:
    """Return the month's totals over the groups shown; money in 厘, duplicates counted once."""
    served, lines, m = now.groups.is_served, now.lines, now.members
    own = served[m.group] & ~m.is_test
    shown = served[lines.group]
    ict = orders.ict_lines(plan, now.month, lines) & shown
    count = members.grouped(now.groups, m, ~m.is_test & ~m.cancelled)

    def amount(mask: Flags) -> int:
        return int(lines.amount_li[mask].sum())

    fees = {fee: int(now.usage.fees[fee][own].sum()) for fee in FEES}
    paid = int(now.usage.paid_by_group[own].sum())
    return {
        "month": str(now.month),
        "groups": int(served.sum()),
        "members": int((own & ~m.cancelled).sum()),
        "cancelled": int((own & m.cancelled).sum()),
        "vnet_members": int((own & ~m.cancelled & m.vnet).sum()),
        "no_member_groups": int((served & (count == 0)).sum()),
        "fees_li": fees,
        "paid_by_group_li": paid,
        "personal_bill_li": sum(fees.values()) - paid,
        "unified_pay_li": amount(shown & (lines.payer == orders.GROUP)),
        "ict_li": amount(ict),
        "outsider_ict_li": amount(ict & (lines.payer == orders.OUTSIDER)),
        "personal_ict_li": amount(ict & (lines.payer == orders.MEMBER)),
    }


def told(province: Province, totals: list[dict[str, Any]]) -> dict[str, Any]:
    """Return everything planted in a province."""
    plan = province.plan
    return {
        "note": NOTE,
        "arguments": {
            "groups": plan.groups,
            "members": plan.members,
            "months": plan.months,
            "seed": plan.seed,
            "last_month": str(plan.last_month),
        },
        "months": totals,
        "groups": groups_told(province.groups),
        "valid_ratio_of_city": valid_told(province.layout),
        "prices": prices_told(province.truth),
        "ict_scope_change": {
            "product_code": catalogue.PRODUCTS[catalogue.SCOPE_CHANGE_PRODUCT].code,
            "month": str(catalogue.scope_month(plan.last_month)),
            "from": catalogue.PRODUCTS[catalogue.SCOPE_CHANGE_PRODUCT].ict_scope,
            "to": "all",
        },
        "duplicate_memberships": doubles_told(province),
        **province.chronicle,
    }


def groups_told(groups: Groups) -> dict[str, Any]:
    """Return the intended grade and score of each group, the test and the potential ones."""
    codes = groups.codes
    served = ~groups.is_test & (groups.status != 2)
    return {
        "grade": {c: GRADES[k] for c, k in zip(codes[served], groups.klass[served], strict=True)},
        "score": {
            c: round(float(s), 1) for c, s in zip(codes[served], groups.score[served], strict=True)
        },
        "test": list(codes[groups.is_test]),
        "potential": list(codes[groups.status == 2]),
    }


def valid_told(layout: Geography) -> dict[str, float]:
    """Return the share of members with use aimed at, by city."""
    pairs = zip(layout.city_codes, layout.valid_ratio, strict=True)
    return {code: round(float(ratio), 4) for code, ratio in pairs}


def prices_told(truth: Elasticities) -> dict[str, Any]:
    """Return the price changes with their true elasticity ε, also by industry and size band."""
    return {
        name: {
            "item_code": change.item_code,
            "stream": change.stream,
            "month": str(change.month),
            "factor": change.factor,
            "demand_elasticity": change.elasticity,
            "cities": [f"C{city + 1:02d}" for city in change.cities],
            "by_segment": {
                industry.code: [
                    round(change.elasticity + float(d), 3)
                    for d in truth.deviation[PRICES.index(name), number]
                ]
                for number, industry in enumerate(catalogue.INDUSTRIES)
            },
        }
        for name, change in truth.changes.items()
    }


def doubles_told(province: Province) -> list[dict[str, str]]:
    """Return the duplicate memberships of the last month: the owner and the second group."""
    m, codes = province.members, province.groups.codes
    doubled = np.flatnonzero(m.second >= 0)
    ids = members.opaque_ids(m.key[doubled])
    return [
        {"member_id": str(i), "owner": codes[m.group[d]], "second": codes[m.second[d]]}
        for i, d in zip(ids, doubled, strict=True)
    ]
