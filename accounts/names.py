"""Name buckets 未分配、市直管 in the reader's language; real names stay as they were delivered."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

BUCKETS = frozenset({gettext_noop("未分配"), gettext_noop("市直管")})


class Named(NamedTuple):
    """Be a unit or account manager with its stored name and the city it belongs to."""

    code: str
    name: str
    is_bucket: bool
    city: str | None


def name_said(name: str, *, is_bucket: bool) -> str:
    """Return a name as the reader reads it."""
    return _(name) if is_bucket and name in BUCKETS else name


def names_said(rows: Iterable[Named]) -> dict[str, str]:
    """Return names by code; buckets of several cities say which city they belong to."""
    known = list(rows)
    cities = {row.city for row in known if row.is_bucket}
    said = {}
    for row in known:
        name = name_said(row.name, is_bucket=row.is_bucket)
        several = row.is_bucket and row.city and len(cities) > 1
        said[row.code] = (
            _("{name}（{place}）").format(name=name, place=row.city) if several else name
        )
    return said
