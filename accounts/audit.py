"""Read the audit 审计: who changed what, before and after, in which request.

Triggers write one row for every insert, update and delete of an audited model
(:func:`accounts.tracking.audited`) into an event table that nobody can change. This reads all of
them as one list, newest first, by a keyset, so that page one thousand costs what page one does.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, models
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.audit_rows import AuditRow, event_models, rows_in_words, tracked
from accounts.audit_words import kind_words
from accounts.models import User
from accounts.policies import require_action
from accounts.scope import Scope
from core.errors import DomainError

PAGE = 50
SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Search:
    """Hold what the operator looks for; empty fields do not narrow."""

    kind: str = ""
    object_id: str = ""
    user: str = ""
    action: str = ""
    request_id: str = ""
    from_date: dt.date | None = None
    to_date: dt.date | None = None


Position = tuple[dt.datetime, str, int]


@dataclass(frozen=True, slots=True)
class _Asked:
    """Hold what every event table is asked: conditions, the logins meant, where to go on."""

    search: Search
    users: list[int]
    after: Position | None
    n: int


def kinds() -> tuple[tuple[str, str], ...]:
    """Return every audited kind with its words."""
    return tuple((kind, kind_words(tracked(kind))) for kind in event_models())


def audit_page(
    *, scope: Scope, search: Search, cursor: str = "", size: int = PAGE
) -> tuple[tuple[AuditRow, ...], str]:
    """Return one page of the audit and the cursor of the next one, empty at the end.

    Raises:
        NotAllowed: if the reader may not see the audit.
        DomainError: for a cursor that is none.
    """
    require_action(scope, "see_audit")
    rows = _rows(search, _position(cursor), size + 1)
    more = len(rows) > size
    return tuple(rows[:size]), rows[size - 1].cursor if more else ""


def audit_stream(*, scope: Scope, search: Search) -> Iterator[AuditRow]:
    """Yield all rows that fit, page by page, for an export."""
    cursor = ""
    while True:
        rows, cursor = audit_page(scope=scope, search=search, cursor=cursor, size=500)
        yield from rows
        if not cursor:
            return


def history_of(obj: models.Model, limit: int = 50) -> tuple[AuditRow, ...]:
    """Return the own history of one object, newest first; the page that shows it asked the policy.

    An object whose kind is not audited has none.
    """
    kind = obj._meta.label_lower
    if kind not in event_models():
        return ()
    return tuple(_rows(Search(kind=kind, object_id=str(obj.pk)), None, limit))


def _position(cursor: str) -> Position | None:
    if not cursor:
        return None
    try:
        moment, kind, event_id = cursor.split("|")
        return dt.datetime.fromisoformat(moment), kind, int(event_id)
    except ValueError as problem:
        raise DomainError("bad_cursor", _("游标无法识别。"), "", "cursor") from problem


def _rows(search: Search, after: Position | None, n: int) -> list[AuditRow]:
    asked = _Asked(search, _user_ids(search.user), after, n)
    wanted = [search.kind] if search.kind else list(event_models())
    branches = [_branch(asked, kind) for kind in wanted if kind in event_models()]
    if not branches:
        return []
    sql = " UNION ALL ".join(sql for sql, _values in branches)
    values = [value for _sql, given in branches for value in given]
    order = "ORDER BY at DESC, kind DESC, event_id DESC"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM ({sql}) AS u {order} LIMIT %s", [*values, n])
        names = [column.name for column in cursor.description]
        found = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    return rows_in_words(found)


def _branch(asked: _Asked, kind: str) -> tuple[str, list[Any]]:
    """Return the SQL of one event table: rows that fit, each with the same object's row before."""
    table = connection.ops.quote_name(event_models()[kind]._meta.db_table)
    where, values = _conditions(asked, kind)
    inner = (
        f"SELECT e.pgh_id, e.pgh_obj_id, e.pgh_created_at, e.pgh_label, to_jsonb(e) AS row,"
        f" c.metadata FROM {table} e LEFT JOIN pghistory_context c ON c.id = e.pgh_context_id"
        f" WHERE {' AND '.join(where) or 'TRUE'}"
        f" ORDER BY e.pgh_created_at DESC, e.pgh_id DESC LIMIT %s"
    )
    before = (
        f"SELECT to_jsonb(p) FROM {table} p WHERE p.pgh_obj_id = x.pgh_obj_id"
        f" AND p.pgh_id < x.pgh_id ORDER BY p.pgh_id DESC LIMIT 1"
    )
    sql = (
        f"SELECT %s::text AS kind, x.pgh_id AS event_id, x.pgh_obj_id::text AS object_id,"
        f" x.pgh_created_at AS at, x.pgh_label AS action, x.row::text AS row,"
        f" x.metadata::text AS metadata, ({before})::text AS before FROM ({inner}) x"
    )
    return sql, [kind, *values, asked.n]


def _of_object(kind: str, object_id: str) -> tuple[str, list[Any]]:
    """Return the condition for one object, in its key's own type so that an index answers."""
    key = tracked(kind)._meta.pk
    try:
        return "e.pgh_obj_id = %s", [key.to_python(object_id)]
    except ValidationError:
        return "FALSE", []


def _conditions(asked: _Asked, kind: str) -> tuple[list[str], list[Any]]:
    search = asked.search
    said: list[tuple[str, list[Any]]] = []
    if search.object_id:
        said.append(_of_object(kind, search.object_id))
    if search.action:
        said.append(("e.pgh_label = %s", [search.action]))
    if search.request_id:
        said.append(("c.metadata->>'request_id' = %s", [search.request_id]))
    if search.user == SYSTEM:
        said.append(("c.metadata->>'user' IS NULL", []))
    elif search.user:
        named = "(c.metadata->>'username' = %s OR (c.metadata->>'user')::bigint = ANY(%s))"
        said.append((named, [search.user, asked.users]))
    if search.from_date:
        said.append(("e.pgh_created_at >= %s", [_midnight(search.from_date)]))
    if search.to_date:
        said.append(("e.pgh_created_at < %s", [_midnight(search.to_date + dt.timedelta(1))]))
    if asked.after:
        place = "(e.pgh_created_at, %s::text, e.pgh_id) < (%s, %s, %s)"
        said.append((place, [kind, *asked.after]))
        said.append(("e.pgh_created_at <= %s", [asked.after[0]]))  # where the index begins
    return [text for text, _values in said], [one for _text, values in said for one in values]


def _midnight(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time()))


def _user_ids(name: str) -> list[int]:
    if not name or name == SYSTEM:
        return []
    return list(User.objects.filter(username=name).values_list("pk", flat=True))
