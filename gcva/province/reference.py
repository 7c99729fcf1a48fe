"""Lay out the small kinds of a month: units, account managers, industries, products, prices."""

from __future__ import annotations

from typing import Any

import numpy as np

from core.month import Month
from gcva.province import catalogue, names
from gcva.province.events import Elasticities
from gcva.province.geography import DIRECT, Geography
from gcva.province.plan import Plan
from gcva.province.write import bits, chosen, repeated, texts, yuan

PROVINCE_CODE = "P00"
GRIDS_A_COUNTY = 3
SOLD_SINCE = "2015-01-01"
Columns = dict[str, Any]


def grid_codes(layout: Geography) -> np.ndarray[Any, Any]:
    """Return the grid codes 网格, counties × grids."""
    return np.array(
        [[f"{code}G{k + 1}" for k in range(GRIDS_A_COUNTY)] for code in layout.county_codes],
        dtype=object,
    )


def org_units(layout: Geography, month: Month) -> Columns:
    """Return the organisation units 组织单元: province, cities, counties, grids."""
    grids = grid_codes(layout)
    rows = [(PROVINCE_CODE, names.PROVINCE, "province", "")]
    rows += [
        (code, name, "city", PROVINCE_CODE)
        for code, name in zip(layout.city_codes, layout.city_names, strict=True)
    ]
    counties = zip(layout.county_codes, layout.county_names, layout.county_city, strict=True)
    rows += [(code, name, "county", layout.city_codes[city]) for code, name, city in counties]
    rows += [
        (code, f"{layout.county_names[county]}第{k + 1}网格", "grid", layout.county_codes[county])
        for county, codes in enumerate(grids)
        for k, code in enumerate(codes)
    ]
    direct = layout.city_codes[DIRECT]
    return {
        "code": texts([row[0] for row in rows]),
        "name": texts([row[1] for row in rows]),
        "level": texts([row[2] for row in rows]),
        "parent_code": texts([row[3] for row in rows]),
        "is_direct": bits([row[0] == direct for row in rows]),
        "month": repeated(str(month), len(rows)),
    }


def account_managers(layout: Geography, month: Month) -> Columns:
    """Return the account managers 客户经理."""
    return {
        "code": texts(layout.manager_codes),
        "name": texts(layout.manager_names),
        "city_code": chosen(layout.city_codes, layout.manager_city),
        "county_code": chosen(layout.county_codes, layout.manager_county),
        "username": texts(layout.manager_usernames),
        "month": repeated(str(month), len(layout.manager_codes)),
    }


def industries(month: Month) -> Columns:
    """Return the industries 行业."""
    rows = [(i.code, i.name) for i in catalogue.INDUSTRIES] + [catalogue.OTHER_INDUSTRY]
    return {
        "code": texts([code for code, _ in rows]),
        "name": texts([name for _, name in rows]),
        "month": repeated(str(month), len(rows)),
    }


def products(plan: Plan, month: Month) -> Columns:
    """Return the products 产品; one has a second validity once its 信息化 scope has changed."""
    change = catalogue.scope_month(plan.last_month)
    rows = []
    for number, product in enumerate(catalogue.PRODUCTS):
        renewed = number == catalogue.SCOPE_CHANGE_PRODUCT and month >= change
        until = str(change.plus(-1).last_day) if renewed else ""
        rows.append((product, product.ict_scope, SOLD_SINCE, until))
        if renewed:
            rows.append((product, "all", str(change.first_day), ""))
    return {
        "product_code": texts([product.code for product, *_ in rows]),
        "name": texts([product.name for product, *_ in rows]),
        "alias": texts([product.alias for product, *_ in rows]),
        "role": texts([product.role for product, *_ in rows]),
        "family": texts([product.family for product, *_ in rows]),
        "ict_scope": texts([row[1] for row in rows]),
        "unit": texts([product.unit for product, *_ in rows]),
        "valid_from": texts([row[2] for row in rows]),
        "valid_to": texts([row[3] for row in rows]),
        "month": repeated(str(month), len(rows)),
    }


def prices(truth: Elasticities, month: Month) -> Columns:
    """Return the province's list prices 价格; the V网 fee of some cities shows in their orders."""
    sms, tariff = truth.changes["sms"], truth.changes["tariff"]
    factor = {sms.item_code: truth.factor("sms", month)}
    factor[tariff.item_code] = truth.factor("tariff", month)
    items = [(p.code, p.price) for p in catalogue.PRODUCTS]
    items += [(code, price) for code, _, price in catalogue.TARIFFS]
    li = [round(price * 1000 * factor.get(code, 1.0)) for code, price in items]
    return {
        "item_code": texts([code for code, _ in items]),
        "price": yuan(li),
        "month": repeated(str(month), len(items)),
    }
