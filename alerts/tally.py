"""Count alerts without reading them 告警计数: what was counted ahead, and what changed since.

Alerts by state and by rule are sums: a trigger adds to ``alerts_tally`` what each statement took
away and put there, by province, city and county. Groups by level are not (two steps at once on one
group do not see each other), so the trigger notes in ``alerts_untallied`` whose groups changed; a
reader replaces what was counted of those owners by what their alerts say. Either way a reader's one
statement sees one moment, and the count is that of the alerts at that moment.

``fold`` keeps both short: it counts the noted owners anew and adds rows up. It takes only rows it
sees, so what is committed meanwhile stays noted.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from django.db import connection, transaction

from accounts.scope import Scope, Selection
from alerts.tally_models import AlertTally, UntalliedOwner
from alerts.triage import ACTIVE

#: Folding takes it, nobody else: steps and readers never wait.
TALLY_LOCK = 4_720
LEVELS = ("province", "city", "county")
LEVEL_OF = {"": "province", "city_code": "city", "county_code": "county"}
STATES_AND_LEVELS, RULES = ("state", "level"), ("rule",)

_UNIT = "city_code, county_code, account_manager_code"
_ROW = f"level, {_UNIT}, kind, key, closed_month"
_SUMS = ("n", "n_escalated", "n_judged", "n_right")
_SUMMED = ", ".join(f"sum({name})" for name in _SUMS)
_NOT_NOTHING = " OR ".join(f"sum({name}) <> 0" for name in _SUMS)

# One row a noted owner and level: what it is now, less what was counted. A group has one owner.
_COUNT_OWNERS = f"""
WITH seen AS (
    DELETE FROM alerts_untallied RETURNING {_UNIT}
), owners AS (
    SELECT DISTINCT {_UNIT} FROM seen
), changed AS (
    SELECT {_UNIT}, level::text AS key, count(*) AS n
    FROM (
        SELECT DISTINCT {_UNIT}, level, group_code
        FROM owners JOIN alerts_alert USING ({_UNIT}) WHERE state = ANY(%(active)s)
    ) AS groups
    GROUP BY {_UNIT}, level
    UNION ALL
    SELECT {_UNIT}, key, -n FROM owners JOIN alerts_tally USING ({_UNIT})
    WHERE level = 'account_manager' AND kind = 'level'
)
INSERT INTO alerts_tally ({_ROW}, {", ".join(_SUMS)}, is_new)
SELECT CASE GROUPING({_UNIT})
        WHEN 7 THEN 'province' WHEN 3 THEN 'city' WHEN 1 THEN 'county' ELSE 'account_manager' END,
    COALESCE(city_code, ''), COALESCE(county_code, ''), COALESCE(account_manager_code, ''),
    'level', key, 0, sum(n), 0, 0, 0, TRUE
FROM changed
GROUP BY key, GROUPING SETS
    ((), (city_code), (city_code, county_code), ({_UNIT}))
HAVING sum(n) <> 0
"""
_ADD_UP = f"""
WITH fresh AS (
    DELETE FROM alerts_tally WHERE is_new RETURNING {_ROW}, {", ".join(_SUMS)}
), rows AS (
    SELECT DISTINCT {_ROW} FROM fresh
), old AS (
    DELETE FROM alerts_tally t USING rows r
    WHERE NOT t.is_new AND ({", ".join(f"t.{name.strip()}" for name in _ROW.split(","))})
        = ({", ".join(f"r.{name.strip()}" for name in _ROW.split(","))})
    RETURNING {", ".join(f"t.{name.strip()}" for name in (*_ROW.split(","), *_SUMS))}
)
INSERT INTO alerts_tally ({_ROW}, {", ".join(_SUMS)}, is_new)
SELECT {_ROW}, {_SUMMED}, FALSE
FROM (SELECT * FROM fresh UNION ALL SELECT * FROM old) AS every
GROUP BY {_ROW} HAVING {_NOT_NOTHING}
"""
_CHOSEN = """(%(city)s = '' OR city_code = %(city)s)
        AND (%(county)s = '' OR county_code = %(county)s)"""
_NEWEST = """(SELECT month_index FROM warehouse_publishedmonth WHERE run_id IS NOT NULL
            ORDER BY month_index DESC LIMIT 1)"""


class Tallied(NamedTuple):
    """Be one count of one unit."""

    code: str
    kind: str
    key: str
    n: int
    n_escalated: int
    n_judged: int
    n_right: int


def is_tallied(scope: Scope, selection: Selection, column: str = "") -> bool:
    """Tell whether a count is kept: of whole units only, and by nothing below the county."""
    whole = scope.is_province or (
        bool(selection.city_code) and scope.sees_county(selection.county_code, selection.city_code)
    )
    return whole and column in LEVEL_OF and not selection.account_manager_code


def tallied(
    selection: Selection, column: str, kinds: tuple[str, ...], n_months: int
) -> list[Tallied]:
    """Return the counts of a selection by unit (``""``: of all of it), in one statement.

    What was closed before the last ``n_months`` published months is left out.
    """
    chosen = "county_code" if selection.county_code else "city_code" if selection.city_code else ""
    about: dict[str, Any] = {
        "city": selection.city_code,
        "county": selection.county_code,
        "level": max(LEVEL_OF[chosen], LEVEL_OF[column], key=LEVELS.index),
        "kinds": list(kinds),
        "n_months": n_months,
        "active": list(ACTIVE),
    }
    with connection.cursor() as cursor:
        cursor.execute(_read(column or "''::text", with_levels="level" in kinds), about)
        return [Tallied(row[0], row[1], row[2], *map(int, row[3:])) for row in cursor.fetchall()]


def _read(code: str, *, with_levels: bool) -> str:
    """Spell the reader's statement; ``code`` is a column of ``LEVEL_OF``."""
    owners = f"""UNION ALL
    SELECT {code}, 'level', key, -n, 0, 0, 0
    FROM owners JOIN alerts_tally USING ({_UNIT})
    WHERE level = 'account_manager' AND kind = 'level'
    UNION ALL
    SELECT {code}, 'level', level::text, count(DISTINCT group_code), 0, 0, 0
    FROM owners JOIN alerts_alert USING ({_UNIT})
    WHERE state = ANY(%(active)s) GROUP BY {_UNIT}, level"""
    return f"""
WITH owners AS (
    SELECT DISTINCT {_UNIT} FROM alerts_untallied WHERE {_CHOSEN}
), counted AS (
    SELECT {code} AS code, kind, key, {", ".join(_SUMS)} FROM alerts_tally
    WHERE level = %(level)s AND kind = ANY(%(kinds)s) AND {_CHOSEN}
        AND (closed_month = 0 OR closed_month > {_NEWEST} - %(n_months)s)
    {owners if with_levels else ""}
)
SELECT code, kind, key, {_SUMMED} FROM counted GROUP BY code, kind, key HAVING {_NOT_NOTHING}
"""


@transaction.atomic
def fold(*, waits: bool = True) -> bool:
    """Count noted owners anew and add up what statements added 归并; return whether it was done.

    It is not where there is nothing to do or, without ``waits``, somebody else is folding.
    """
    if not (UntalliedOwner.objects.exists() or AlertTally.objects.filter(is_new=True).exists()):
        return False
    with connection.cursor() as cursor:
        if waits:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [TALLY_LOCK])
        else:
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [TALLY_LOCK])
            if not cursor.fetchone()[0]:
                return False
        about: dict[str, Any] = {"active": list(ACTIVE)}
        cursor.execute(_COUNT_OWNERS, about)
        cursor.execute(_ADD_UP)
    return True
