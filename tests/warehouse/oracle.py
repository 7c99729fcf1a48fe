"""Compute group_month again, slowly and from the CSV files, with pandas and without our SQL."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pandas as pd

from core.month import Month

FEES = ("roaming", "new_business", "long_distance", "local", "package", "other", "paid_by_group")
STATES = ("active", "stop_one_way", "stop_two_way", "arrears_stop", "lost", "pre_cancel")


def read(folder: Path, kind: str) -> pd.DataFrame:
    return pd.read_csv(folder / f"{kind}.csv", dtype=str, keep_default_na=False)


def thousandths(texts: pd.Series) -> pd.Series:
    return texts.map(lambda text: int(Decimal(text or "0") * 1000)).astype("int64")


class MonthFiles:
    """Be one month's files with owners found, in plain pandas."""

    def __init__(self, folder: Path, month: Month) -> None:
        self.month = month
        self.groups = read(folder, "groups").drop_duplicates().set_index("group_code")
        members = read(folder, "members").drop_duplicates()
        for name in (*FEES, "mo_minutes", "mt_minutes", "data_mb"):
            members[name] = thousandths(members[name])
        for name in ("calls", "sms", "tenure_months"):
            members[name] = members[name].replace("", "0").astype("int64")
        self.on_net = self.groups[
            self.groups.status.isin(["on_net", "silent"]) & (self.groups.is_test != "1")
        ].index
        rows = members[(members.is_test != "1") & members.group_code.isin(self.on_net)]
        rows = rows.assign(
            not_primary=(rows.is_primary != "1").astype(int),
            joined=rows.joined_on.replace("", "9999"),
        ).sort_values(["member_id", "not_primary", "joined", "group_code"])
        self.owned = rows.drop_duplicates("member_id")
        self.n_duplicates = rows[rows.duplicated("member_id")].groupby("group_code").size()
        self.present = self.owned[self.owned.status != "cancelled"]
        self.all_members = members
        self.subscriptions = read(folder, "subscriptions").drop_duplicates()
        self.subscriptions["amount"] = thousandths(self.subscriptions.amount)
        self.users = read(folder, "product_users").drop_duplicates()
        self.users["users"] = self.users.users.astype("int64")
        products = read(folder, "products")
        today = month.last_day.isoformat()
        valid = (products.valid_from.replace("", "0000") <= today) & (
            products.valid_to.replace("", "9999") >= today
        )
        self.products = products[valid].set_index("product_code")
        exits = read(folder, "member_exits")
        self.exits = set(exits[exits.exit_kind.isin(["off_net", "ported_out"])].member_id)


def incomes(now: MonthFiles) -> pd.DataFrame:
    by_group = now.owned.groupby("group_code")
    table = by_group[list(FEES)].sum().reindex(now.on_net, fill_value=0)
    table.columns = [f"{fee}_li" for fee in FEES]
    table["personal_bill_li"] = table.iloc[:, :6].sum(axis=1) - table.paid_by_group_li
    orders = now.subscriptions
    scope = orders.product_code.map(now.products.ict_scope)
    ict = (scope == "all") | ((scope == "unified_only") & (orders.payer == "group"))
    parts = {
        "unified_pay_li": orders.payer == "group",
        "member_subscription_li": orders.payer == "member",
        "outsider_li": orders.payer == "outsider",
        "ict_li": ict,
        "unified_ict_li": ict & (orders.payer == "group"),
        "standard_income_li": orders.product_code.map(now.products.family) == "standard",
        "application_income_li": orders.product_code.map(now.products.family)
        == "industry_application",
    }
    for name, wanted in parts.items():
        sums = orders[wanted].groupby("group_code").amount.sum()
        table[name] = sums.reindex(now.on_net, fill_value=0)
    table["n_orders"] = orders.groupby("group_code").size().reindex(now.on_net, fill_value=0)
    for role in ("switchboard", "ringback", "sms", "school", "bank", "police", "agri"):
        of_role = now.users[now.users.product_code.map(now.products.role) == role]
        sums = of_role.groupby("group_code").users.sum()
        table[f"{role}_users"] = sums.reindex(now.on_net, fill_value=0)
    table["total_income_li"] = table.personal_bill_li + table.unified_pay_li
    return table


def counts(now: MonthFiles) -> pd.DataFrame:
    def count(rows: pd.DataFrame) -> pd.Series:
        return rows.groupby("group_code").size().reindex(now.on_net, fill_value=0)

    here = now.present
    voice = (here.mo_minutes > 0) | (here.mt_minutes > 0) | (here.calls > 0)
    used = voice | (here.data_mb > 0) | (here.sms > 0)
    table = pd.DataFrame(
        {
            "n_members": count(here),
            "n_cancelled": count(now.owned[now.owned.status == "cancelled"]),
            "n_valid": count(here[used]),
            "n_silent_members": count(here[~voice]),
            "n_vnet": count(here[here.vnet == "1"]),
            "n_key": count(here[here.is_key == "1"]),
            "n_duplicates": now.n_duplicates.reindex(now.on_net, fill_value=0),
            "tenure_months_sum": here.groupby("group_code")
            .tenure_months.sum()
            .reindex(now.on_net, fill_value=0),
        }
    )
    for state in STATES:
        table[f"n_{state}"] = count(here[here.status == state])
    return table


def flows(before: MonthFiles, now: MonthFiles) -> pd.DataFrame:
    """Follow every member of the month before, one by one."""
    heirs = {
        code: heir
        for code, heir in now.groups.successor_code.items()
        if heir and heir in now.groups.index and code not in now.on_net
    }
    owner_now = dict(zip(now.present.member_id, now.present.group_code, strict=True))
    cancelled = set(now.all_members[now.all_members.status == "cancelled"].member_id) | now.exits
    table = {code: [0, 0, 0] for code in now.on_net}
    for member, group in zip(before.present.member_id, before.present.group_code, strict=True):
        row = table.get(heirs.get(group, group))
        if row is None:
            continue
        row[0] += 1
        if owner_now.get(member) != heirs.get(group, group):
            row[1 if member in cancelled else 2] += 1
    return pd.DataFrame.from_dict(
        table, orient="index", columns=["n_members_prev", "n_off_net", "n_left_group"]
    )


def groups_again(before: MonthFiles | None, now: MonthFiles) -> pd.DataFrame:
    """Return the shown groups' figures, one row a group, sorted by code."""
    parts = [counts(now), incomes(now)]
    if before is not None:
        parts.append(flows(before, now))
        was = set(before.on_net)
        heirs_of = set(now.groups.successor_code)
        kept = pd.Index(now.on_net)
        parts.append(
            pd.DataFrame({"was_there": [c in was or c in heirs_of for c in kept]}, index=kept)
        )
    return pd.concat(parts, axis=1).sort_index()
