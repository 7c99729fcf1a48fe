"""Write the rows of the audit 审计 in words: who, what, before and after."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, cast

from django.apps import apps
from django.db import models
from django.utils.translation import gettext as _
from pghistory.models import Event

from accounts.audit_words import ACTIONS, field_words, kind_words, value_words
from accounts.models import User
from core import formats
from core.cells import in_brackets
from core.month import Month

NOTHING = {"None", "", "{}", "[]"}
NAMES = ("username", "group_code", "figure_label", "name")


@dataclass(frozen=True, slots=True)
class Difference:
    """Be one field before and after."""

    name: str
    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class AuditRow:
    """Be one write."""

    kind: str
    kind_label: str
    event_id: int
    object_id: str
    object_name: str
    action: str
    at: dt.datetime
    actor: str
    request_id: str
    place: str
    differences: tuple[Difference, ...] = ()

    @property
    def action_label(self) -> str:
        """Return the action in words."""
        return str(ACTIONS.get(self.action, self.action))

    @property
    def cursor(self) -> str:
        """Return where the list goes on after this row."""
        return f"{self.at.isoformat()}|{self.kind}|{self.event_id}"

    @property
    def changes_text(self) -> str:
        """Return the differences as one text, for a file."""
        return "；".join(f"{one.label}：{one.before} → {one.after}" for one in self.differences)


@cache
def event_models() -> Mapping[str, type[Event]]:
    """Return the event tables by kind: the label of the model they track, as ``accounts.user``."""
    found = {}
    for model in apps.get_models():
        if issubclass(model, Event) and not model._meta.abstract and not model._meta.proxy:
            tracked = getattr(model, "pgh_tracked_model", None)
            if tracked is not None and hasattr(model, "pgh_obj"):
                found[tracked._meta.label_lower] = model
    return dict(sorted(found.items()))


def tracked(kind: str) -> type[models.Model]:
    """Return the model that a kind names."""
    model: Any = event_models()[kind].pgh_tracked_model
    return cast("type[models.Model]", model)


def rows_in_words(found: list[dict[str, Any]]) -> list[AuditRow]:
    """Turn what the database said into rows with words; the people are looked up at once."""
    rows = [_parsed(one) for one in found]
    people = _names({pk for one in rows for pk in _people_in(one)})
    return [_row(one, people) for one in rows]


def _parsed(one: Mapping[str, Any]) -> dict[str, Any]:
    texts = ("row", "before", "metadata")
    return {**one, **{name: json.loads(one[name]) if one[name] else {} for name in texts}}


def _people_in(one: Mapping[str, Any]) -> Iterable[int]:
    if one["metadata"].get("user"):
        yield one["metadata"]["user"]
    for each in _fields(one["kind"]):
        if each.is_relation and each.related_model is User:
            values = (one["row"].get(each.column), one["before"].get(each.column))
            yield from (value for value in values if value is not None)


def _names(ids: set[int]) -> dict[int, str]:
    if not ids:
        return {}
    rows = User.objects.filter(pk__in=sorted(ids)).values_list("pk", "display_name", "username")
    return {pk: shown + in_brackets(name) if shown else name for pk, shown, name in rows}


@cache
def _fields(kind: str) -> tuple[Any, ...]:
    """Return the tracked fields of a kind, as the model declares them."""
    event, model = event_models()[kind], tracked(kind)
    own = {each.name for each in event._meta.fields if not each.name.startswith("pgh_")}
    pk = model._meta.pk.name
    return tuple(each for each in model._meta.fields if each.name in own and each.name != pk)


def _row(one: Mapping[str, Any], people: Mapping[int, str]) -> AuditRow:
    meta = one["metadata"]
    user = meta.get("user")
    known = people.get(user, "") if user else ""
    actor = known or meta.get("username") or (f"#{user}" if user else _("系统"))
    place = meta.get("url") or meta.get("task") or ""
    return AuditRow(
        kind=one["kind"],
        kind_label=kind_words(tracked(one["kind"])),
        event_id=one["event_id"],
        object_id=one["object_id"],
        object_name=_name(one),
        action=one["action"],
        at=one["at"],
        actor=actor,
        request_id=meta.get("request_id") or "",
        place=f"{place} #{meta['run']}" if meta.get("run") else place,
        differences=tuple(_differences(one, people)),
    )


def _name(one: Mapping[str, Any]) -> str:
    """Return what people call the object, where it says so itself."""
    if one["row"].get("month_index"):
        return formats.month(Month.from_index(one["row"]["month_index"]))
    return next((str(one["row"][key]) for key in NAMES if one["row"].get(key)), "")


def _differences(one: Mapping[str, Any], people: Mapping[int, str]) -> Iterator[Difference]:
    """Yield the fields an update changed, or those an insert set and a delete took away."""
    nothing: dict[str, Any] = {}
    gone = one["action"] == "delete"
    before = one["row"] if gone else nothing if one["action"] == "insert" else one["before"]
    after = nothing if gone else one["row"]
    for each in _fields(one["kind"]):
        old, new = before.get(each.column), after.get(each.column)
        if old == new or {str(old), str(new)} <= NOTHING:
            continue
        unknown = one["action"] == "update" and not before  # changed before anybody kept a record
        was = _("未记录") if unknown else _said(one["kind"], each, old, one["row"], people)
        now = _said(one["kind"], each, new, one["row"], people)
        yield Difference(each.name, field_words(each), was, now)


def _said(
    kind: str, field: Any, value: Any, row: Mapping[str, Any], people: Mapping[int, str]
) -> str:
    """Write a value; a model whose values need the rest of their row says them itself."""
    own = getattr(tracked(kind), "audit_words", None)
    said = own(field.name, value, row) if own and value not in (None, "") else None
    return value_words(field, value, people) if said is None else said
