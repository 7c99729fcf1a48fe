"""Keep pages as readers left them 保存视图: module and address, private to each reader.

Opening a view leads to its address, where the page's own door decides again: a place or a field
that was closed meanwhile answers as it does to anybody else.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.http import QueryDict
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from accounts import policies
from accounts.scope import Scope
from analytics.models import SavedView
from core.errors import Conflict, DomainError, NotInScope
from core.month import Month

MOST_VIEWS = 100
LONGEST_NAME = 40
LONGEST_QUERY = 2000
#: What belongs to a moment and not to a view.
PASSING = ("page", "plain", "cursor", "format")
#: A module opened by this address shows itself plain, whatever its default view is.
PLAIN = "plain=1"


@dataclass(frozen=True, slots=True)
class View:
    """Be one saved view; ``month`` is empty where the view follows the latest month."""

    pk: int
    module: str
    name: str
    query: str
    is_default: bool

    @property
    def url(self) -> str:
        """Return the address the view leads to; the plain module where it kept nothing."""
        try:
            path = reverse(self.module)
        except NoReverseMatch as gone:
            raise NotInScope from gone
        return f"{path}?{self.query or PLAIN}"

    @property
    def month(self) -> str:
        """Return the fixed month."""
        return QueryDict(self.query).get("month", "")


def _own(scope: Scope) -> QuerySet[SavedView]:
    if scope.user_id is None:
        return SavedView.objects.none()
    return SavedView.objects.filter(user_id=scope.user_id)


def _as_view(row: SavedView) -> View:
    return View(row.pk, row.module, row.name, row.query, row.is_default)


def views_of(scope: Scope, module: str = "") -> Sequence[View]:
    """Return the reader's own views, of one module or of all, by module and name."""
    rows = _own(scope).order_by("module", "name")
    return [_as_view(row) for row in (rows.filter(module=module) if module else rows)]


def view_of(scope: Scope, pk: int) -> View:
    """Return one of the reader's own views.

    Raises:
        NotInScope: if it is somebody else's, exactly as if there were none.
    """
    row = _own(scope).filter(pk=pk).first()
    if row is None:
        raise NotInScope
    return _as_view(row)


def default_url(scope: Scope, module: str) -> str:
    """Return where the reader's default view of a module leads; empty without one."""
    row = _own(scope).filter(module=module, is_default=True).first()
    return _as_view(row).url if row else ""


def query_of(given: QueryDict, month: Month | None) -> str:
    """Return the state of an address as a view keeps it; ``month`` fixes the month.

    Raises:
        DomainError: if it is too long to be an address.
    """
    kept = [(name, given[name]) for name in given if name not in (*PASSING, "month", "at")]
    if month is not None:
        kept.append(("month", str(month)))
    query = urlencode([(name, value) for name, value in kept if value])
    if len(query) > LONGEST_QUERY:
        raise DomainError("long_view", _("这个页面的条件太长，无法保存。"), _("请减少筛选条件。"))
    return query


def name_of(text: str) -> str:
    """Return a view's name as it is kept.

    Raises:
        DomainError: if nothing is left or it is too long.
    """
    shown = "".join(each for each in text if unicodedata.category(each)[0] != "C")
    name = " ".join(shown.split())
    if not name:
        raise DomainError("empty_name", _("视图名称不能为空。"), _("请输入 1–40 个字。"), "name")
    if len(name) > LONGEST_NAME:
        said = _("视图名称有 {n} 个字，超过 {most} 个字。").format(n=len(name), most=LONGEST_NAME)
        raise DomainError("long_name", said, _("请缩短后再试。"), "name")
    return name


@transaction.atomic
def save_view(
    *, actor: Scope, module: str, name: str, given: QueryDict, month: Month | None
) -> View:
    """Keep a module's address under a name 保存视图.

    Raises:
        NotInScope: if there is no such module.
        NotAllowed: if the reader may not open the module.
        DomainError: if the name does not do, or there are too many views.
        Conflict: if the reader has a view of that name there.
    """
    policies.require(actor, module, "totals")
    if actor.user_id is None:
        raise NotInScope
    if _own(actor).count() >= MOST_VIEWS:
        most = _("最多保存 {n} 个视图。").format(n=MOST_VIEWS)
        raise DomainError("too_many_views", most, _("请先删除不再需要的视图。"))
    row = SavedView(
        user_id=actor.user_id, module=module, name=name_of(name), query=query_of(given, month)
    )
    return _stored(row)


@transaction.atomic
def rename_view(*, actor: Scope, pk: int, name: str) -> View:
    """Give a view another name 重命名.

    Raises:
        NotInScope: if it is not the reader's.
        DomainError: if the name does not do.
        Conflict: if another view of the module has it.
    """
    row = _locked(actor, pk)
    row.name = name_of(name)
    return _stored(row)


@transaction.atomic
def delete_view(*, actor: Scope, pk: int) -> None:
    """Forget a view 删除.

    Raises:
        NotInScope: if it is not the reader's.
    """
    _locked(actor, pk).delete()


@transaction.atomic
def set_default(*, actor: Scope, pk: int, is_default: bool) -> View:
    """Let a module open with a view 设为默认, or plain again.

    Raises:
        NotInScope: if it is not the reader's.
    """
    row = _locked(actor, pk)
    same = _own(actor).select_for_update().filter(module=row.module, is_default=True)
    same.exclude(pk=row.pk).update(is_default=False)
    row.is_default = is_default
    return _stored(row)


def _locked(actor: Scope, pk: int) -> SavedView:
    row = _own(actor).select_for_update().filter(pk=pk).first()
    if row is None:
        raise NotInScope
    return row


def _stored(row: SavedView) -> View:
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        said = _("该模块已有名为“{name}”的视图。").format(name=row.name)
        raise Conflict("view_exists", said, _("请换一个名称，或先删除原来的视图。")) from error
    return _as_view(row)
