"""Derive alerts 告警推导 from the published months and from people's steps, and from nothing else.

For one group and rule, over the published months in order:

* An *episode* begins with a month that fires and ends with the second clean month after its last
  firing. A month in which the rule could not be judged is neither.
* An episode in which somebody took a step stays that person's alert: it is remembered by the month
  it began in then, its *anchor*. Where months published later make one episode of two such alerts,
  the second takes over in its anchor month; where the anchor month does not fire any more, the
  alert joins the episode that is open then, or waits, closed, until the month comes back.
* A resolved alert 已办结 holds everything from its anchor to the month that was the newest when it
  was resolved; what fires after that is another alert.

So whatever the order in which months are published, withdrawn and published again, the same months
and steps leave the same alerts. Only what a changed month can change is derived again, in a
constant number of set-based statements: a province has tens of thousands of alerts, and publishing
stays one short transaction.
"""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.utils import timezone

from alerts import derivation_sql as sql
from alerts.triage import ACTIVE, OPEN
from core.month import Month
from warehouse.models import PublishedMonth

NOTHING = -1
TABLES = {
    "alert_pairs": sql.PAIRS,
    "alert_here": sql.HERE,
    "alert_events": sql.EVENTS,
    "alert_plan": sql.PLAN,
    "alert_now": sql.NOW,
}
#: Most of what a new month changes follows from these many months.
RECENT = 4
#: Enough to sort a province's firings without a file; no time spent on compiling.
_TUNED = "SELECT set_config('work_mem', '64MB', TRUE), set_config('jit', 'off', TRUE)"


def derive_alerts(changed: Month) -> bool:
    """Bring alerts in line after a month was published or withdrawn; inside that transaction.

    Return whether all open alerts were among those derived again, so that their levels are right:
    they are unless a later month is published.
    """
    about = _asked(changed)
    with connection.cursor() as cursor:
        cursor.execute(_TUNED)
        cursor.execute(f"DROP TABLE IF EXISTS {', '.join(TABLES)}")
        for table, statement in TABLES.items():
            cursor.execute(statement, about)
            cursor.execute(f"ANALYZE {table}")  # without it, joins by the million
        cursor.execute(sql.SAID)
        about["said"] = cursor.fetchone()[0] or []
        cursor.execute(sql.FORGET)
        for opens in (False, True):
            cursor.execute(sql.UPDATE, {**about, "opens": opens})
        cursor.execute(sql.INSERT, about)
    return bool(about["newest"] <= changed.index)


def _asked(changed: Month) -> dict[str, Any]:
    """Name the months readers see now, and their runs."""
    rows = PublishedMonth.objects.filter(run__isnull=False).order_by("month_index")
    runs = dict(rows.values_list("month_index", "run_id"))
    newest = max(runs, default=NOTHING)
    recent = [month for month in runs if month <= changed.index][-RECENT:]
    first = recent[0] if recent else changed.index
    return {
        "changed": changed.index,
        "run": runs.get(changed.index),
        "months": list(runs),
        "runs": list(runs.values()),
        "recent": first,
        "recent_runs": [run for month, run in runs.items() if month >= first],
        "newest": newest,
        "newest_run": runs.get(newest),
        "open": list(OPEN),
        "active": list(ACTIVE),
        "today": timezone.localdate(),
    }
