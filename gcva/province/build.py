"""Write a whole province: a folder of contract files a month, and truth.json."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from gcva.province import papers, reference, tables, truth
from gcva.province.plan import Plan
from gcva.province.province import Province, ProvinceMonth, live, opening
from gcva.province.reference import Columns
from gcva.province.write import write_csv

Report = Callable[[str, int, int], None]


def silent(step: str, done: int, total: int) -> None:
    """Report nothing."""


def tables_of(province: Province, now: ProvinceMonth) -> dict[str, Columns]:
    """Return every kind of a month, by the name of its contract."""
    plan, layout = province.plan, province.layout
    return {
        "org_units": reference.org_units(layout, now.month),
        "account_managers": reference.account_managers(layout, now.month),
        "industries": reference.industries(now.month),
        "products": reference.products(plan, now.month),
        "prices": reference.prices(province.truth, now.month),
        "groups": tables.groups_table(plan, layout, now),
        "members": tables.members_table(plan, now),
        "subscriptions": tables.subscriptions_table(now),
        "product_users": papers.users_table(plan, now),
        "member_exits": tables.exits_table(plan, now),
        "operating_income": tables.operating_table(plan, layout, now),
        "key_people": papers.key_people_table(plan, now),
        "contracts": papers.contracts_table(province.book, now),
        "service_events": papers.service_table(plan, now),
    }


def write_province(out: Path, plan: Plan, report: Report = silent) -> Province:
    """Write ``OUT/<YYYY-MM>/<kind>.csv`` for every month, then ``OUT/truth.json``.

    The same plan writes the same bytes. Peak memory grows with the members of one month only.
    """
    province = opening(plan)
    totals = []
    for done, month in enumerate(plan.calendar, start=1):
        now = live(province, month)
        folder = out / str(month)
        folder.mkdir(parents=True, exist_ok=True)
        for kind, columns in tables_of(province, now).items():
            write_csv(folder / f"{kind}.csv", columns)
        totals.append(truth.totals_of(plan, now))
        report(str(month), done, plan.months)
    write_json(out / "truth.json", truth.told(province, totals))
    return province


def write_json(path: Path, content: dict[str, object]) -> None:
    """Write JSON that a person can read and that is the same every time."""
    text = json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True, allow_nan=False)
    path.write_text(text + "\n", encoding="utf-8")
