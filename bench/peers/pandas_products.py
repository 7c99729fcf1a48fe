"""Sum products by group and by unit with pandas, and lay out what falls due."""

from __future__ import annotations

import pandas as pd

from bench.peers.given import Given
from bench.peers.pandas_facts import month_of
from bench.peers.pandas_read import Frames

ROLES = ["switchboard", "ringback", "sms", "school", "bank", "police", "agri"]
KEYS = ["group_code", "product_code"]
USERS = ["users", "member_users", "billed_users"]
PAID = {"group": "group_paid_li", "member": "member_paid_li", "outsider": "outsider_paid_li"}
AMOUNTS = ["amount_li", *PAID.values(), "n_orders"]


def products_now(products: pd.DataFrame, month: int) -> pd.DataFrame:
    """Return one row a product: the one valid in the month, else the latest."""
    since, until = month_of(products.valid_from), month_of(products.valid_to)
    valid = (since.fillna(0) <= month) & (until.fillna(999_999) >= month)
    ordered = products.assign(is_valid=valid, since=products.valid_from.fillna("1900-01-01"))
    ordered = ordered.sort_values(["is_valid", "since"], ascending=False)
    newest = ordered.drop_duplicates("product_code")[
        ["product_code", "role", "family", "ict_scope"]
    ]
    return newest.astype("str")


def group_products(files: Frames, dim: pd.DataFrame) -> pd.DataFrame:
    """Return one row a group and product: what was billed, by payer, and who used it."""
    orders = files["subscriptions"]
    paid = {name: orders.amount_li.where(orders.payer == payer, 0) for payer, name in PAID.items()}
    ordered = orders.assign(**paid, n_orders=1).groupby(KEYS)[[*AMOUNTS, "quantity_milli"]].sum()
    used = files["product_users"].groupby(KEYS)[USERS].sum()
    both = ordered.join(used, how="outer").reset_index().merge(dim, on="product_code", how="left")
    both[AMOUNTS] = both[AMOUNTS].fillna(0).astype("int64")
    both = both.fillna({"role": "other", "family": "other", "ict_scope": "none"})
    return both.assign(is_used=(both.n_orders > 0) | (both.users.fillna(0) > 0))


def sum_incomes(products: pd.DataFrame) -> pd.DataFrame:
    """Sum incomes and counts of products by group."""
    scope, amount = products.ict_scope, products.amount_li
    rows = pd.DataFrame(
        {
            "unified_pay_li": products.group_paid_li,
            "member_subscription_li": products.member_paid_li,
            "outsider_li": products.outsider_paid_li,
            "unified_ict_li": products.group_paid_li.where(scope != "none", 0),
            "personal_ict_li": products.member_paid_li.where(scope == "all", 0),
            "outsider_ict_li": products.outsider_paid_li.where(scope == "all", 0),
            "standard_income_li": amount.where(products.family == "standard", 0),
            "application_income_li": amount.where(products.family == "industry_application", 0),
            "n_orders": products.n_orders,
            "n_products": products.is_used,
            "n_ict_products": products.is_used & (scope != "none"),
            **{f"{role}_users": products.users.where(products.role == role, 0) for role in ROLES},
        }
    )
    return rows.groupby(products.group_code).sum()


def excluded_rows(files: Frames, dim: pd.DataFrame, doubled: pd.Index, month: int) -> pd.DataFrame:
    """Return accepted rows that are not shown, by group and reason."""
    reasons = dim.set_index("group_code").excluded_reason
    fees = [name for name in files["members"].columns if name.endswith("_li")]
    members = files["members"]
    reason = members.group_code.map(reasons).fillna("unknown_group")
    reason = reason.mask((reason == "") & members.is_test, "test_member")
    reason.loc[doubled] = reason.loc[doubled].replace("", "duplicate")
    out = members.loc[reason != "", ["group_code", *fees]].assign(reason=reason, n_member_rows=1)
    parts = [out]
    for kind, count, summed in (
        ("subscriptions", "n_order_rows", "amount_li"),
        ("product_users", "n_user_rows", "users"),
    ):
        rows = files[kind]
        reason = rows.group_code.map(reasons).fillna("unknown_group")
        part = rows.loc[reason != "", ["group_code", summed]]
        parts.append(part.assign(reason=reason, **{count: 1}))
    rows = pd.concat(parts).groupby(["group_code", "reason"]).sum().reset_index()
    return rows.assign(month=month)


def group_due(files: Frames, facts: pd.DataFrame, given: Given) -> pd.DataFrame:
    """Return contracts that end within twelve months and birthdays of key people."""
    shown = facts[facts.excluded_reason == ""]
    contracts = files["contracts"].dropna(subset="end").rename(columns={"end": "due_date"})
    contracts = contracts.assign(product_code=contracts.product_code.fillna(""))
    renewed = contracts.sort_values(["due_date", "amount_li"], ascending=False)
    renewed = renewed.drop_duplicates(KEYS)[[*KEYS, "due_date", "amount_li"]]
    own = shown[shown.contract_end.notna() & ~shown.group_code.isin(renewed.group_code)]
    own = own[["group_code", "contract_end"]].rename(columns={"contract_end": "due_date"})
    ends = pd.concat([renewed, own.assign(product_code="")]).assign(kind="contract")
    ends = ends[month_of(ends.due_date).between(given.month, given.month + 12)]
    people = files["key_people"].dropna(subset="birthday")
    births = pd.DataFrame(
        {
            "group_code": people.group_code,
            "kind": "birthday",
            "month_day": people.birthday,
            "detail": people.role,
            "person": people.name_masked,
        }
    )
    texts = ["month_day", "product_code", "detail", "person"]
    dues = pd.concat([ends, births])
    dues[texts] = dues[texts].fillna("")
    dues = dues.sort_values(["due_date", *texts, "amount_li"])
    line = dues.groupby(["group_code", "kind"]).cumcount() + 1
    scope = ["month", "group_code", "name", "city_code", "county_code", "account_manager_code"]
    return dues.assign(line=line).merge(shown[scope], on="group_code")
