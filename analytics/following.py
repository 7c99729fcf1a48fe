"""Note which groups a reader follows 关注 and the reader's own tags 标签; nobody else sees them.

A mark counts only while the group is in the reader's scope in the newest published month: what
left the scope is neither listed nor can it be changed, exactly as if it did not exist.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.functions import JSONObject
from django.utils.translation import gettext as _

from accounts import policies
from accounts.scope import Scope
from analytics.group_queries import group_in
from analytics.models import GroupMark
from core.errors import DomainError, NotInScope
from warehouse.mart_models import GroupResult

MOST_MARKS = 500
MOST_TAGS = 10
LONGEST_TAG = 20


@dataclass(frozen=True, slots=True)
class Mark:
    """Be what the reader noted on one group."""

    group_code: str
    is_followed: bool = False
    tags: tuple[str, ...] = ()
    name: str = ""


@dataclass(frozen=True, slots=True)
class Marks:
    """Hold the reader's marks on groups in scope, by code."""

    by_code: Mapping[str, Mark] = field(default_factory=dict)

    @property
    def followed(self) -> list[str]:
        """Return the codes of the followed groups."""
        return [code for code, mark in self.by_code.items() if mark.is_followed]

    @property
    def tags(self) -> list[str]:
        """Return the reader's tags, each once."""
        return sorted({tag for mark in self.by_code.values() for tag in mark.tags})

    def tagged(self, tag: str) -> list[str]:
        """Return the codes of the groups with a tag."""
        return [code for code, mark in self.by_code.items() if tag in mark.tags]

    def of(self, group_code: str) -> Mark:
        """Return the mark of one group; an empty one where nothing is noted."""
        return self.by_code.get(group_code, Mark(group_code))


def _marks_in(scope: Scope, run: int | None) -> QuerySet[GroupMark]:
    visible = GroupResult.objects.in_run(run).visible_to(scope).values("group_code")
    return _own(scope).filter(group_code__in=visible)


def _own(scope: Scope) -> QuerySet[GroupMark]:
    """Return the reader's marks; somebody without a login has none."""
    if scope.user_id is None:
        return GroupMark.objects.none()
    return GroupMark.objects.filter(user_id=scope.user_id)


def followed_by(scope: Scope) -> QuerySet[GroupMark]:
    """Return the groups a reader follows, wherever they are by now."""
    return _own(scope).filter(is_followed=True)


def marks_in(scope: Scope, run: int | None) -> Marks:
    """Return the reader's marks on groups in scope in a published run, in one query."""
    if run is None:
        return Marks()
    rows = _marks_in(scope, run).order_by("group_code")
    found = rows.values_list("group_code", "is_followed", "tags")
    return Marks({code: Mark(code, followed, tuple(tags)) for code, followed, tags in found})


def own_mark(scope: Scope) -> Subquery:
    """Return the reader's mark on the group of a row; the row itself is narrowed to the scope."""
    rows = _own(scope).filter(group_code=OuterRef("group_code"))
    return Subquery(rows.values(mark=JSONObject(is_followed="is_followed", tags="tags"))[:1])


def mark_of(result: Any) -> Mark:
    """Return the mark that :func:`own_mark` found beside a group's row."""
    noted = result.mark or {"is_followed": False, "tags": ()}
    return Mark(result.group_code, noted["is_followed"], tuple(noted["tags"]))


def followed_codes(scope: Scope) -> QuerySet[Any]:
    """Return the codes a reader follows, for the filter of rows that are narrowed to the scope."""
    return followed_by(scope).values_list("group_code", flat=True)


@transaction.atomic
def set_followed(*, actor: Scope, run: int | None, group_code: str, is_followed: bool) -> Mark:
    """Follow a group 关注, or stop following it 取消关注; asking twice changes nothing.

    Raises:
        NotInScope: if the group is not the reader's, exactly as if there were none.
        DomainError: if the reader marks too many groups already.
    """
    row, name = _locked(actor, run, group_code)
    row.is_followed = is_followed
    return _kept(row, name)


@transaction.atomic
def add_tag(*, actor: Scope, run: int | None, group_code: str, text: str) -> Mark:
    """Put an own tag 标签 on a group.

    Raises:
        NotInScope: if the group is not the reader's, exactly as if there were none.
        DomainError: if the tag is empty or too long, or there are too many.
    """
    row, name = _locked(actor, run, group_code)
    tag = tag_of(text)
    if tag not in row.tags:
        if len(row.tags) >= MOST_TAGS:
            most = _("一个集团最多 {n} 个标签。").format(n=MOST_TAGS)
            raise DomainError("too_many_tags", most, _("请先移除不再需要的标签。"), "tag")
        row.tags = [*row.tags, tag]
    return _kept(row, name)


@transaction.atomic
def remove_tag(*, actor: Scope, run: int | None, group_code: str, text: str) -> Mark:
    """Take an own tag off a group; one that is not there changes nothing.

    Raises:
        NotInScope: if the group is not the reader's, exactly as if there were none.
    """
    row, name = _locked(actor, run, group_code)
    row.tags = [tag for tag in row.tags if tag != text]
    return _kept(row, name)


def tag_of(text: str) -> str:
    """Return a tag as it is kept: one line, without blanks around it.

    Raises:
        DomainError: if nothing is left or it is too long.
    """
    shown = "".join(each for each in text if unicodedata.category(each)[0] != "C")
    tag = " ".join(shown.split())
    if not tag:
        raise DomainError("empty_tag", _("标签不能为空。"), _("请输入 1–20 个字。"), "tag")
    if len(tag) > LONGEST_TAG:
        said = _("标签“{tag}…”有 {n} 个字，超过 {most} 个字。")
        text = said.format(tag=tag[:8], n=len(tag), most=LONGEST_TAG)
        raise DomainError("long_tag", text, _("请缩短后再试。"), "tag")
    return tag


def _locked(actor: Scope, run: int | None, group_code: str) -> tuple[GroupMark, str]:
    policies.require(actor, "grading", "group", group_code=group_code)
    if run is None or actor.user_id is None:
        raise NotInScope
    group = group_in(actor, run, group_code)
    rows = GroupMark.objects.select_for_update().filter(user_id=actor.user_id)
    found = rows.filter(group_code=group.group_code).first()
    if found is not None:
        return found, group.name
    if GroupMark.objects.filter(user_id=actor.user_id).count() >= MOST_MARKS:
        most = _("最多关注或标记 {n} 个集团。").format(n=MOST_MARKS)
        raise DomainError("too_many_marks", most, _("请先取消不再需要的关注。"))
    made = GroupMark.objects.get_or_create(user_id=actor.user_id, group_code=group.group_code)[0]
    return made, group.name


def _kept(row: GroupMark, name: str) -> Mark:
    """Store the mark; one that says nothing any more is removed."""
    if row.is_followed or row.tags:
        row.save()
    else:
        row.delete()
    return Mark(row.group_code, row.is_followed, tuple(row.tags), name)
