"""Seven months worked by hand: price baskets out of the extracts, then elasticities."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from analytics.price_elasticity.steps import alarmed, elasticity_step
from core.month import Month
from tests.warehouse.by_hand import context, stage
from warehouse.context import RunContext
from warehouse.facts import facts_step
from warehouse.marts import GROUP_ALERT
from warehouse.prices import prices_step

FIRST = Month(2026, 1)
MONTHS = [FIRST.plus(k) for k in range(7)]
CHANGE = 3  # April
ORDER_HEAD = "group_code,product_code,payer,quantity,list_price,amount"
REFERENCE = {
    "org_units": """
        code,name,level,parent_code
        P,测试省,province,
        A,甲市,city,P
        A01,甲一县,county,A
        A02,甲二县,county,A
    """,
    "account_managers": "code,name,city_code,county_code\nMA1,甲一经理,A,A01\nMA2,甲二经理,A,A02",
    "industries": "code,name\nedu,教育",
    "products": """
        product_code,name,role,family,ict_scope
        SW,总机,switchboard,standard,all
        L1,专线一,other,standard,none
        L2,专线二,other,standard,none
        L3,专线三,other,standard,none
        MB,员工话费统付,other,member_bill,none
        MA,邮箱,other,standard,unified_only
        SC,校信通,school,industry_application,all
    """,
}


def lines_of(k: int, *, priced: bool) -> list[str]:
    """Return the subscriptions of the k-th month: group, product, payer, quantity, price, amount.

    GA answers as the definition's example does; the others each meet one code of refusal.
    """
    price, quantity = ((10, 100), (10, 111), (8, 130))[(k >= CHANGE) + (k > CHANGE)]
    if k == CHANGE:
        price = 8
    listed = price if priced else ""
    rows = [f"GA,SW,group,{quantity},{listed},{price * quantity}"]
    rows += [f"{code},SW,group,{quantity},{listed},{price * quantity}" for code in ("GX5", "GX6")]
    rows.append(f"GX1,SW,group,100,{10 if priced else ''},1000")
    rows.append(f"GX2,SW,group,{quantity},{listed},{0 if k == 1 else price * quantity}")
    if k >= 2:
        rows.append(f"GX3,SW,group,{quantity},{listed},{price * quantity}")
    lines = ("L1", "L2") if k < 5 else ("L3",)
    rows.append(f"GX4,SW,group,{quantity},{listed},{price * quantity}")
    rows += [f"GX4,{line},group,1,{5 if priced else ''},5" for line in lines]
    return rows


def extracts_of(k: int, *, priced: bool) -> dict[str, str]:
    groups = ["GA", "GX1", "GX2", *(["GX3"] if k >= 2 else []), "GX4", "GX5", "GX6"]
    sizes = dict.fromkeys(groups, 10) | {"GX5": 10 if k < 4 else 13}
    members = [
        f"{code},{code}m{i},active,T{1 + i % 2},0,0,0,{30 if i % 2 == 0 else 10}"
        for code in groups
        for i in range(sizes[code])
    ]
    head = "group_code,name,status,industry,city_code,county_code,account_manager_code"
    where = {"GX5": "A02,MA2", "GX6": "A02,MA2"}
    said = {
        "groups": "\n".join(
            [head, *(f"{c},{c},on_net,edu,A,{where.get(c, 'A01,MA1')}" for c in groups)]
        ),
        "members": "\n".join(
            [
                "group_code,member_id,status,tariff_code,roaming,new_business,long_distance,local",
                *members,
            ]
        ),
        "subscriptions": "\n".join(
            [
                "group_code,product_code,payer,quantity,list_price,amount",
                *lines_of(k, priced=priced),
            ]
        ),
    }
    if priced:
        said["prices"] = f"item_code,price\nT1,{30 if k < CHANGE else 24}\nT2,10\nMB,30"
    return {**REFERENCE, **said}


def run_months(folder: Path, *, priced: bool) -> list[RunContext]:
    extracts, done = {}, []
    for k, month in enumerate(MONTHS):
        extracts[month.index] = stage(folder / "in" / str(month), extracts_of(k, priced=priced))
        ctx = context(folder / "out", month, dict(extracts))
        with ctx.engine:
            facts_step(ctx)
            prices_step(ctx)
            write_alerts(ctx, "GX6" if k == 5 else "")
            elasticity_step(ctx)
        done.append(ctx)
    return done


def write_alerts(ctx: RunContext, fired: str) -> None:
    """Write the anomalies of a month, as the step before would."""
    codes = ctx.read("group_month")["group_code"].to_pylist()
    rows = [
        {column.name: "" if column.type == "text" else None for column in GROUP_ALERT.columns}
        | {"group_code": code, "fired": int(code == fired)}
        for code in codes
    ]
    pq.write_table(pa.Table.from_pylist(rows, schema=GROUP_ALERT.schema), ctx.path("group_alert"))


@pytest.fixture(scope="module")
def months(tmp_path_factory) -> list[RunContext]:
    return run_months(tmp_path_factory.mktemp("priced"), priced=True)


@pytest.fixture(scope="module")
def unpriced(tmp_path_factory) -> list[RunContext]:
    return run_months(tmp_path_factory.mktemp("unpriced"), priced=False)


def rows_of(ctx: RunContext, mart: str, stream: str) -> dict[str, dict]:
    rows = ctx.read(mart).to_pylist()
    return {row["group_code"]: row for row in rows if row["stream"] == stream}


def test_a_basket_holds_last_months_quantities_at_both_months_prices(months):
    row = rows_of(months[CHANGE], "group_stream_month", "unified")["GA"]
    assert (row["basket_before_li"], row["basket_now_li"]) == (1_000_000, 800_000)
    assert row["income_li"] == 8 * 111 * 1000
    assert (row["n_items"], row["n_items_before"], row["n_items_common"]) == (1, 1, 1)


def test_a_tariff_weighs_what_its_members_spend(months):
    row = rows_of(months[CHANGE], "group_stream_month", "personal")["GA"]
    assert row["income_li"] == row["basket_before_li"] == 200_000  # five of 30 元, five of 10 元
    assert row["basket_now_li"] == 150_000 * 24 // 30 + 50_000


def test_the_first_month_has_no_basket_and_refuses_everybody(months):
    rows = rows_of(months[0], "group_stream_month", "unified").values()
    assert {row["basket_before_li"] for row in rows} == {0}
    assert {row["refusal"] for row in months[0].read("group_elasticity").to_pylist()} == {"X3"}


def test_incomes_are_those_of_the_facts(months):
    for ctx in months:
        facts = {row["group_code"]: row for row in ctx.read("group_month").to_pylist()}
        for stream, column in (
            ("unified", "unified_pay_li"),
            ("ict", "ict_li"),
            ("personal", "personal_bill_li"),
        ):
            for code, row in rows_of(ctx, "group_stream_month", stream).items():
                assert row["income_li"] == facts[code][column], (ctx.month, stream, code)


def test_the_example_of_the_definition_comes_out_of_the_files(months):
    row = rows_of(months[-1], "group_elasticity", "unified")["GA"]
    assert row["epsilon"] == pytest.approx(-1.174, abs=1e-4)
    assert row["eta"] == pytest.approx(-0.1765, abs=5e-5)
    assert Month.from_index(row["change_month"]) == MONTHS[CHANGE]
    assert row["is_apparent"] == 0


@pytest.mark.parametrize("code", ["X1", "X2", "X3", "X4", "X5", "X6"])
def test_each_group_is_refused_for_its_own_reason(months, code):
    row = rows_of(months[-1], "group_elasticity", "unified")[f"G{code}"]
    assert (row["refusal"], row["is_measured"], row["eta"]) == (code, 0, None)


def test_units_are_the_sums_of_their_parts_at_every_level(months):
    table = months[-1].read("org_elasticity").to_pylist()
    for stream in ("ict", "unified", "personal"):
        rows = [row for row in table if row["stream"] == stream]
        sums = [name for name in rows[0] if name.startswith("n_") or name.endswith("_li")]
        by_level = {
            level: {name: sum(r[name] for r in rows if r["level"] == level) for name in sums}
            for level in ("province", "city", "county", "account_manager")
        }
        assert by_level["province"] == by_level["city"] == by_level["county"]
        assert by_level["county"] == by_level["account_manager"]
        whole = by_level["province"]
        refused = sum(whole[f"n_x{k}"] for k in range(1, 7))
        assert whole["n_measured"] + refused == whole["n_groups"]
        classes = ("inelastic", "elastic", "undetermined", "near_zero", "wrong_sign", "unclassed")
        assert sum(whole[f"n_{each}"] for each in classes) == whole["n_measured"]


def test_every_code_is_counted_once_in_unified(months):
    table = months[-1].read("org_elasticity").to_pylist()
    row = next(r for r in table if r["stream"] == "unified" and r["level"] == "province")
    assert [row[f"n_x{k}"] for k in range(1, 7)] == [1] * 6
    assert (row["n_groups"], row["n_measured"]) == (7, 1)


def test_a_segment_with_few_groups_has_no_estimate_and_no_class(months):
    for row in months[-1].read("segment_elasticity").to_pylist():
        assert (row["epsilon"], row["low"], row["price_class"]) == (None, None, "")
        assert row["n_used"] < 10


def test_without_prices_the_elasticity_is_apparent_and_has_no_class(unpriced):
    row = rows_of(unpriced[-1], "group_elasticity", "unified")["GA"]
    assert (row["is_apparent"], row["price_class"]) == (1, "")
    assert row["epsilon"] == pytest.approx(-1.174, abs=1e-4)  # one product: income over quantity
    personal = rows_of(unpriced[-1], "group_elasticity", "personal")["GA"]
    assert personal["refusal"] == "X2"  # neither prices nor minutes


def test_the_same_inputs_write_the_same_bytes(months, tmp_path):
    again = run_months(tmp_path, priced=True)[-1]
    for mart in ("group_stream_month", "group_elasticity", "segment_elasticity", "org_elasticity"):
        assert again.path(mart).read_bytes() == months[-1].path(mart).read_bytes(), mart


def test_only_who_an_alert_was_found_for_makes_elasticities_anew(tmp_path):
    ctx = context(tmp_path, MONTHS[0], {MONTHS[0].index: {}})
    path = ctx.path("group_alert")
    path.parent.mkdir(parents=True, exist_ok=True)
    assert not path.exists()
    nobody = alarmed(ctx)
    rows = [
        {column.name: "" if column.type == "text" else None for column in GROUP_ALERT.columns}
        | {"group_code": code, "fired": fired}
        for code, fired in (("GA", 1), ("GB", 0))
    ]

    def said() -> str:
        pq.write_table(pa.Table.from_pylist(rows, schema=GROUP_ALERT.schema), path)
        return alarmed(ctx)

    one = said()
    assert one != nobody
    rows[0]["effective_grade"], rows[1]["state_share"] = "A1", 0.5  # another model, another share
    assert said() == one
    rows[1]["fired"] = 1
    both = said()
    rows[0]["fired"] = 0
    assert len({nobody, one, both, said()}) == 4
