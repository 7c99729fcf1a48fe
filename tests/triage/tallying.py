"""Compare the counts that are kept with counting the alerts, for every unit and level."""

from __future__ import annotations

from accounts.scope import Scope, Selection

UNITS = (
    ("province", {}, ("", "city_code", "county_code")),
    ("city", {"city_code": "A"}, ("", "city_code", "county_code")),
    ("city", {"city_code": "B"}, ("", "city_code", "county_code")),
    ("county", {"city_code": "A", "county_code": "A01"}, ("", "county_code")),
    ("county", {"city_code": "A", "county_code": "A02"}, ("", "county_code")),
    ("county", {"city_code": "B", "county_code": "B01"}, ("", "county_code")),
    ("county", {"city_code": "B", "county_code": "A01"}, ("", "county_code")),  # it moved
)
EVERYBODY = Scope(user_id=None, username="x", role="province", reader="province", is_province=True)
RULES = ("arrears", "call_drop", "grade_fall")


def counted_ahead():
    """Return all counts as pages read them."""
    from alerts import alert_queries as read
    from alerts.tally import is_tallied

    found = {}
    for level, codes, columns in UNITS:
        chosen = Selection(level, **codes)
        for column in columns:
            assert is_tallied(EVERYBODY, chosen, column)
            found[level, *codes.values(), column] = plain(read.counts_by(EVERYBODY, chosen, column))
        found[level, *codes.values()] = read.precision_in(EVERYBODY, chosen, RULES)
    return found


def counted_now():
    """Return the same by reading every alert."""
    from unittest.mock import patch

    from alerts import alert_queries as read

    found = {}
    with patch.object(read, "is_tallied", lambda *_: False):
        for level, codes, columns in UNITS:
            chosen = Selection(level, **codes)
            for column in columns:
                found[level, *codes.values(), column] = plain(
                    read.counts_by(EVERYBODY, chosen, column)
                )
            found[level, *codes.values()] = read.precision_in(EVERYBODY, chosen, RULES)
    return found


def plain(counts):
    """Return counts as values."""
    return {
        code: (dict(each.by_state), dict(each.groups_by_level), each.n_escalated)
        for code, each in counts.items()
    }
