"""Assess the month as a capable analyst would with pandas.

    python bench/peers/pandas_month.py INPUT GIVEN OUT DSN

The same month as ours: every line checked, facts by group, products, dues, price baskets, scores
and grades under the model in force, flows, alerts over six months and every rule, elasticities over
thirteen, totals by unit; marts as wide as ours in Postgres, with the same indexes, through COPY.
Earlier months are our Parquet marts. Not done: masks of small units, the panel estimate of a
segment's elasticity (it begins only where list prices moved within the window), January and
February as one.
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

import pandas as pd
import psycopg2

from bench.peers import pandas_alerts as alert
from bench.peers import pandas_facts as fact
from bench.peers import pandas_products as product
from bench.peers import pandas_streams as stream
from bench.peers import pandas_units as unit
from bench.peers.given import Given, read_given
from bench.peers.pandas_load import load
from bench.peers.pandas_read import Frames, read_month
from bench.peers.pandas_rules import rule_hits
from bench.peers.pandas_score import grade

HISTORY = [
    "month", "group_code", "name", "status", "city_code", "county_code", "account_manager_code",
    "grid_code", "industry_code", "employees", "influence", "tax_score", "informatisation_level",
    "contract_start", "contract_end", "created_month", "current_grade", "grade_floor",
    "successor_code", "excluded_reason", "snapshot_cohort", "n_snapshot_base", "total_income_li",
]  # fmt: skip
GRADED = ["group_code", "name", *unit.UNIT, "industry_code", "score", "raw_grade"]
GRADED += ["suggested_grade", "effective_grade", "effective_source", "total_income_li"]
Marts = dict[str, pd.DataFrame]


def make_facts(given: Given, files: Frames, out: Path) -> tuple[Marts, pd.DataFrame]:
    """Return the marts of facts, and what later steps read again of products and members."""
    past = [fact.read_before(given, back, "group_month", HISTORY) for back in range(1, 5)]
    history = pd.concat(past)
    dates = ["contract_start", "contract_end"]
    history[dates] = history[dates].apply(pd.to_datetime)
    merged = fact.find_successors(files["groups"], history, given.month)
    groups = fact.make_groups(files, history, merged, given.month)
    shown = groups.group_code[groups.excluded_reason == ""]
    members = files["members"]
    members.to_parquet(out / "members.parquet")
    doubled = fact.find_duplicates(members, shown)
    owned = members.drop(index=doubled.index)
    owned = owned[~owned.is_test]
    dim = product.products_now(files["products"], given.month)
    products = product.group_products(files, dim)
    parts = [
        fact.sum_members(owned, given.month),
        fact.find_flow(given, members, owned, history, shown, merged, files["member_exits"]),
        fact.find_snapshot(given, members, owned),
        product.sum_incomes(products),
        fact.sum_history(history, merged, given.month),
        doubled.groupby("group_code").size().rename("n_duplicates"),
    ]
    facts = finish(groups, parts, history, given.month)
    scope = facts.loc[facts.excluded_reason == "", ["group_code", "month", *unit.UNIT]]
    marts = {
        "group_month": facts,
        "group_product_month": products.merge(scope, on="group_code"),
        "group_excluded_month": product.excluded_rows(files, groups, doubled.index, given.month),
        "member_duplicate": doubled.assign(month=given.month),
        "group_due": product.group_due(files, facts, given),
        "group_stream_month": stream.stream_month(given, files, owned, dim, facts),
    }
    return marts, dim


def finish(groups: pd.DataFrame, parts: list, history: pd.DataFrame, month: int) -> pd.DataFrame:
    """Join the sums to the groups and derive what follows from them."""
    facts = groups.set_index("group_code")
    cohort_before = history.snapshot_cohort[history.month == month - 1].max()
    for part in parts:
        clash = [] if isinstance(part, pd.Series) else facts.columns.intersection(part.columns)
        facts = facts.drop(columns=clash).join(part)
    cohort = facts.snapshot_cohort.max()
    kept = ["employees", "influence", "tax_score", "informatisation_level", "tenure_median"]
    kept += ["created_month", "arrears_li", "arrears_months"]
    numbers = [name for name in facts.select_dtypes("number").columns if name not in kept]
    facts[numbers] = facts[numbers].fillna(0).astype("int64")
    base = facts.n_snapshot_base if cohort == cohort_before else facts.n_in_cohort
    personal = facts[fact.FEES].sum(axis=1) - facts.paid_by_group_li
    total = facts.unified_pay_li + personal
    on_net = facts.excluded_reason == ""
    was, was_before = facts.was_on_net > 0, facts.was_on_net_before > 0
    arrived = on_net & (total + facts.income_2m_li > 0)
    joined = (facts.n_members - facts.n_members_prev + facts.n_gone).where(on_net, 0)
    tenure = (month - fact.month_of(facts.contract_start)).clip(lower=0)
    band = pd.cut(facts.n_members, [-1, 0, 9, 49, 199, 999, 10**9], labels=range(6)).astype("int64")
    return facts.assign(
        month=month, size_band=band, contract_tenure_months=tenure, is_on_net=on_net,
        is_arrived=arrived, is_silent=on_net & ~arrived, is_new=on_net & ~was & ~was_before,
        is_lost=~on_net & was, is_returned=on_net & ~was & was_before, snapshot_cohort=cohort,
        n_snapshot_base=base, n_left_group=facts.n_gone - facts.n_off_net, n_joined=joined,
        personal_bill_li=personal, total_income_li=total,
        ict_li=facts.unified_ict_li + facts.personal_ict_li + facts.outsider_ict_li,
        income_3m_li=total + facts.income_2m_li,
    ).reset_index()  # fmt: skip


def judge(given: Given, marts: Marts, dim: pd.DataFrame, files: Frames) -> Marts:
    """Return the marts of grades, alerts, elasticities and totals by unit."""
    facts = marts["group_month"]
    shown = facts[facts.excluded_reason == ""].sort_values("group_code").reset_index(drop=True)
    before = fact.read_before(given, 1, "group_result", GRADED)
    before["stored_grade"] = before.effective_grade
    approved = before.group_code.map(given.approved_before).astype("str")
    before["effective_grade"] = approved.fillna(before.effective_grade)
    past = before.set_index("group_code").reindex(shown.group_code).reset_index()
    result = grade(shown, given, past)
    changes, flows = unit.flows(result, facts, before, given)
    alerts = alert.judge(shown, result, given)
    stopped = alert.stopped_products(given, marts["group_product_month"], dim)
    evidence = alert.evidence(alerts, shown, result, stopped, given)
    elastic = stream.elasticities(given, marts["group_stream_month"], alerts, facts)
    return {
        "group_result": result,
        "group_grade_change": changes,
        "grade_flow_month": flows,
        "group_alert": alerts,
        "group_evidence": evidence,
        "group_rule_hit": rule_hits(evidence, given),
        **elastic,
        "org_elasticity": unit.org_elasticity(elastic["group_elasticity"]),
        "org_month": unit.org_month(unit.measured(facts, result, alerts), files, given.month),
        "org_product_month": unit.org_products(marts["group_product_month"], facts, given.month),
        "org_concentration": unit.concentration(facts, given.month),
        "peer_month": unit.peers(result),
    }


def main(source: Path, given: Given, out: Path, dsn: str) -> None:
    """Read and check, sum, score, judge, load."""
    out.mkdir(parents=True, exist_ok=True)
    files = read_month(source, out, str(given.first_day)[:7])
    marts, dim = make_facts(given, files, out)
    marts |= judge(given, marts, dim, files)
    with psycopg2.connect(dsn) as connection, connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA IF EXISTS pandas_peer CASCADE; CREATE SCHEMA pandas_peer")
        for name, frame in marts.items():
            load(frame, name, cursor, out)


if __name__ == "__main__":
    main(Path(sys.argv[1]), read_given(Path(sys.argv[2])), Path(sys.argv[3]), sys.argv[4])
