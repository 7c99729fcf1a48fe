"""Price the three streams of income and measure their elasticities with pandas."""

from __future__ import annotations

import numpy as np
import pandas as pd

from bench.peers.given import Given
from bench.peers.pandas_facts import FEES, PAIR, read_before
from bench.peers.pandas_read import Frames

STREAMS = ("ict", "unified", "personal")
NUMBERS = ["income_li", "basket_before_li", "basket_now_li", "n_items", "n_items_before"]
NUMBERS += ["n_items_common", "volume_milli", "n_members"]
KEYS = ["group_code", "stream", "item"]
SIDE = 3
TOTALS = ("price_square_li", "income_cross_li", "quantity_cross_li")


def order_items(orders: pd.DataFrame, dim: pd.DataFrame, prices: pd.DataFrame) -> pd.DataFrame:
    """Return the items of the two streams of subscriptions, with their list prices."""
    orders = orders[orders.payer.isin(["group", "member"])].merge(
        dim, on="product_code", how="left"
    )
    listed = orders.product_code.map(prices.set_index("item_code").price_li)
    own = orders.list_price_li.where(orders.family != "member_bill")
    payer = orders.payer.astype("str")
    items = orders.assign(item=orders.product_code + ":" + payer, price_li=own.fillna(listed))
    scope, by_group = orders.ict_scope, payer == "group"
    ict = (scope == "all") | ((scope == "unified_only") & by_group)
    return pd.concat([items[ict].assign(stream="ict"), items[by_group].assign(stream="unified")])


def tariff_items(members: pd.DataFrame, prices: pd.DataFrame) -> pd.DataFrame:
    """Return the tariffs of each group's members with what was billed for them."""
    billed = members[FEES].fillna(0).sum(axis=1) - members.paid_by_group_li.fillna(0)
    rows = pd.DataFrame({"amount_li": billed, "volume_milli": members.mo_minutes_milli})
    keys = [members.group_code, members.tariff_code.fillna("").rename("item")]
    items = rows.groupby(keys).sum().reset_index()
    items["price_li"] = items.item.map(prices.set_index("item_code").price_li)
    return items.assign(stream="personal")


def stream_month(
    given: Given, files: Frames, owned: pd.DataFrame, dim: pd.DataFrame, facts: pd.DataFrame
) -> pd.DataFrame:
    """Return incomes and price baskets by group and stream."""
    orders = files["subscriptions"].rename(columns={"quantity_milli": "volume_milli"})
    now = pd.concat(
        [order_items(orders, dim, files["prices"]), tariff_items(owned, files["prices"])]
    )
    before = given.extracts[given.month - 1]
    prices = pd.read_parquet(before["prices"])
    columns = [*PAIR, "is_test", "tariff_code", "mo_minutes_milli", "paid_by_group_li", *FEES]
    members = pd.read_parquet(before["members"], columns=columns)
    doubled = read_before(given, 1, "member_duplicate", PAIR)
    members = members[~members.is_test.fillna(False).astype(bool)]
    members = members.merge(doubled, on=PAIR, how="left", indicator=True)
    members = members[members._merge == "left_only"]
    orders = pd.read_parquet(before["subscriptions"])
    then = pd.concat([order_items(orders, dim, prices), tariff_items(members, prices)])
    now = now[[*KEYS, "amount_li", "volume_milli", "price_li"]].assign(n_items=1)
    then = then[[*KEYS, "amount_li", "price_li"]].assign(n_items_before=1)
    both = now.merge(then, on=KEYS, how="outer", suffixes=("", "_before"))
    priced = (both.amount_li_before > 0) & (both.price_li_before > 0) & (both.price_li > 0)
    ratio = both.price_li.astype(float) / both.price_li_before.astype(float)
    rows = pd.DataFrame(
        {
            "group_code": both.group_code,
            "stream": both.stream,
            "income_li": both.amount_li,
            "basket_before_li": both.amount_li_before.where(priced, 0),
            "basket_now_li": np.floor(both.amount_li_before * ratio + 0.5).where(priced, 0),
            "n_items": both.n_items,
            "n_items_before": both.n_items_before,
            "n_items_common": both.n_items.notna() & both.n_items_before.notna(),
        }
    )
    by = rows.groupby(["group_code", "stream"])
    volume = both.groupby(["group_code", "stream"]).volume_milli.sum(min_count=1)
    summed = by.sum().assign(volume_milli=volume).reset_index()
    shown = facts.loc[facts.excluded_reason == "", ["group_code", "n_members", "month"]]
    return summed[summed.n_items > 0].merge(shown, on="group_code")


def series_of(given: Given, now: pd.DataFrame, alerts: pd.DataFrame) -> tuple[pd.DataFrame, list]:
    """Return thirteen months of every stream, and the groups alarmed by month."""
    months = sorted(given.runs)[-13:]
    columns = ["month", "group_code", "stream", *NUMBERS]
    past = [
        read_before(given, given.month - each, "group_stream_month", columns) for each in months
    ]
    fired = []
    for each in months:
        then = read_before(given, given.month - each, "group_alert", ["group_code", "fired"])
        fired.append(then.group_code[then.fired == 1])
    fired.append(alerts.group_code[alerts.fired])
    return pd.concat([*past, now[columns]]), fired


def arcs(rows: pd.DataFrame, fired: list, now: pd.DataFrame, month: int) -> pd.DataFrame:
    """Measure one stream's groups around the month in which their prices moved most."""
    rows = rows[rows.group_code.isin(now.group_code)]
    first, last = rows.month.min(), rows.month.max()
    wide = {}
    for name in NUMBERS:
        table = rows.pivot(index="group_code", columns="month", values=name)
        wide[name] = table.reindex(now.group_code, columns=range(first, last + 1)).astype(float)
    link, is_apparent = links(wide)
    change, too_near = change_of(link, is_apparent)
    most = np.fmax(wide["n_items"], wide["n_items_before"])
    series = {
        "price": np.cumprod(link, axis=1),
        "income": wide["income_li"].to_numpy(),
        "members": wide["n_members"].to_numpy(),
        "kept": (wide["n_items_common"] / most).fillna(0).to_numpy(),
        "alarmed": np.column_stack([now.group_code.isin(codes) for codes in fired]),
    }
    places = change[:, None] + np.arange(-SIDE, SIDE + 1)
    around = {name: np.take_along_axis(each, places, axis=1) for name, each in series.items()}
    around["quantity"] = around["income"] / around["price"]
    sides = {name: means(around[name]) for name in ("price", "income", "quantity")}
    steps = {name: 2 * (b - a) / (b + a) for name, (a, b) in sides.items()}
    refusal = refuse(around, steps["price"], too_near)
    measured = refusal == ""
    mean, found = 1e6 * sum(sides["income"]) / 2, {}  # sums are in millionths of 厘
    for total, (name, step) in zip(TOTALS, steps.items(), strict=True):
        found[f"{name}_step"] = np.where(measured, step, np.nan)
        found[total] = np.rint(np.where(measured, mean * step * steps["price"], 0))
    return now[["group_code", "stream", "income_li"]].assign(
        **found,
        **dict.fromkeys(("segment_epsilon", "segment_low", "segment_high"), np.nan),
        is_apparent=is_apparent,
        is_measured=measured,
        refusal=refusal,
        change_month=np.where(measured, change + first, np.nan),
        eta=found["income_step"] / found["price_step"],
        epsilon=found["quantity_step"] / found["price_step"],
        price_class="",
    )


def change_of(link: np.ndarray, is_apparent: bool) -> tuple[np.ndarray, np.ndarray]:
    """Return each group's month of change, and whether its real change is too near an end."""
    step = np.abs(link - 1)
    inner = step[:, SIDE:-SIDE]
    if not is_apparent and inner.any():
        raise NotImplementedError("list prices moved: a panel would have to be estimated")
    change = SIDE + inner.shape[1] - 1 - np.argmax(inner[:, ::-1], axis=1)
    return change, (inner.max(axis=1) < 0.01) & (step.max(axis=1) >= 0.02)


def means(window: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the means of the three months before and after."""
    return window[:, :SIDE].mean(axis=1), window[:, SIDE + 1 :].mean(axis=1)


def refuse(around: dict[str, np.ndarray], step: np.ndarray, too_near: np.ndarray) -> np.ndarray:
    """Return why a group cannot be measured; nothing where it can."""
    income, price = around["income"], around["price"]
    before, after = means(around["members"])
    moved = np.abs(after - before) / np.maximum(before, 1e-9)
    return np.select(
        [
            too_near | np.isnan(income).any(axis=1),
            (income <= 0).any(axis=1) | (price <= 0).any(axis=1),
            np.abs(step) < 0.02,
            around["kept"][:, 1:].prod(axis=1) < 0.8,
            (moved > 0.2) | np.isnan(moved),
            around["alarmed"].any(axis=1),
        ],
        ["X3", "X2", "X1", "X4", "X5", "X6"],
        "",
    )


def links(wide: dict[str, pd.DataFrame]) -> tuple[np.ndarray, bool]:
    """Return each month's price over that of the month before; income ÷ volume without prices."""
    priced = wide["basket_before_li"] > 0
    if priced.any(axis=None):
        link = (wide["basket_now_li"] / wide["basket_before_li"]).where(priced, 1.0).to_numpy()
    else:
        price = wide["income_li"] / wide["volume_milli"].where(wide["volume_milli"] > 0)
        link = (price / price.shift(axis=1)).replace([np.inf, -np.inf], np.nan).fillna(0).to_numpy()
    link = np.array(link)
    link[:, 0] = 1
    return link, not priced.any(axis=None)


def elasticities(
    given: Given, now: pd.DataFrame, alerts: pd.DataFrame, facts: pd.DataFrame
) -> dict[str, pd.DataFrame]:
    """Return elasticities by group, by segment and the sums by unit."""
    rows, fired = series_of(given, now, alerts)
    parts = [
        arcs(rows[rows.stream == name], fired, now[now.stream == name], given.month)
        for name in STREAMS
    ]
    scope = ["month", "group_code", "name", "city_code", "county_code", "account_manager_code"]
    scope += ["industry_code", "size_band", "n_members"]
    groups = pd.concat(parts).merge(facts[scope], on="group_code")
    keys = ["month", "stream", "industry_code", "size_band"]
    by_segment = groups.groupby(keys)
    segments = by_segment.agg(
        is_apparent=("is_apparent", "max"), n_groups=("refusal", "size"),
        n_measured=("is_measured", "sum"),
    ).reset_index()  # fmt: skip
    segments = segments.assign(n_used=0, epsilon=np.nan, low=np.nan, high=np.nan, price_class="")
    return {"group_elasticity": groups, "segment_elasticity": segments}
