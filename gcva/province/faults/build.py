"""Write the faulty months beside a province and tell them in its truth.json.

OUT/faults/base/                 a clean small month: import it first, for the month before
OUT/faults/<code>/               the month after it with one fault that refuses a file
OUT/faults/all-quarantine-base/  the same for the larger one
OUT/faults/all-quarantine/       a month with every fault that a month survives
"""

from __future__ import annotations

import copy
import json
import tempfile
from pathlib import Path
from typing import Any

from gcva.province.build import write_json, write_province
from gcva.province.faults.refused import REFUSED
from gcva.province.faults.rows import plant_all
from gcva.province.faults.sheet import SmallMonth
from gcva.province.plan import Plan

# one faulty row must stay below the gate's 1 % in every kind that gets one
SMALL, LARGER = (60, 900), (1000, 6000)
# a refused month needs no more than this to be refused for its one fault alone
KINDS_OF_REFUSED = ("org_units", "account_managers", "groups", "members", "subscriptions")


def two_months(plan: Plan, groups: int, members: int) -> tuple[SmallMonth, SmallMonth]:
    """Invent the last two months of a small province."""
    small = Plan(groups, members, months=2, seed=plan.seed, last_month=plan.last_month)
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder)
        write_province(out, small)
        before, now = (SmallMonth.read(out / str(month)) for month in small.calendar)
    return before, now


def write_faults(out: Path, plan: Plan) -> int:
    """Write all faulty months of a province and return how many faults there are."""
    folder = out / "faults"
    before, now = two_months(plan, *SMALL)
    before.write(folder / "base")
    told: dict[str, list[dict[str, Any]]] = {}
    for plant in REFUSED:
        sheets = {kind: now.sheets[kind] for kind in KINDS_OF_REFUSED}
        month = copy.deepcopy(SmallMonth(sheets))
        fault = plant(month)
        month.write(folder / fault.code)
        told[fault.code] = [fault.told()]
    before, now = two_months(plan, *LARGER)
    before.write(folder / "all-quarantine-base")
    told["all-quarantine"] = [fault.told() for fault in plant_all(now)]
    now.write(folder / "all-quarantine")
    path = out / "truth.json"
    truth = json.loads(path.read_text(encoding="utf-8"))
    truth["faults"] = {
        "base_month": str(plan.last_month.plus(-1)),
        "month": str(plan.last_month),
        "folders": told,
    }
    write_json(path, truth)
    return sum(len(faults) for faults in told.values())
