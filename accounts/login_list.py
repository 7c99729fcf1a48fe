"""List the logins 账号清单: in any order, narrowed and searched, each with what it sees."""

from __future__ import annotations

from operator import itemgetter
from typing import Any

from django.db.models import F, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import policies
from accounts.login_forms import ROLES
from accounts.models import AccountManager, User
from core import formats
from core.sources import MOST_COUNTED, QuerySource
from core.table import Column, Filter, Table, TableQuery


class LoginSource(QuerySource):
    """Read logins with the units they hold, one page of one request, along an index in any order.

    What a text finds is looked up first and put in order here: in an order that has them all at
    its end, an index would be walked past every login to reach a few. Of more than a page counts
    an index meets one soon.
    """

    keys: list[int] | None = None

    def ordered(self, table: Table, query: TableQuery) -> QuerySet[User]:
        """Return the logins that fit, ties in the column's own direction, as its index has them."""
        column, rows = table.sort_column(query), self.filtered(table, query)
        if column is None or column.sort == self.tie:
            return rows.order_by(F(self.tie).desc() if query.descending else F(self.tie))
        first, then = F(column.sort), F(self.tie)
        gaps = {"nulls_last": True} if column.sort == "last_login" else {}
        if query.descending:
            return rows.order_by(first.desc(**gaps), then.desc())
        return rows.order_by(first.asc(**gaps), then.asc())

    def count(self, table: Table, query: TableQuery, *, at_most: int | None = None) -> int:
        """Return how many logins fit, ``at_most`` if there are more."""
        if query.text and at_most is not None:
            return min(len(self._found(table, query)), at_most)
        return super().count(table, query, at_most=at_most)

    def cut(self, table: Table, query: TableQuery, start: int, stop: int) -> list[Any]:
        """Return one page of logins, each with its places."""
        found = self._found(table, query) if query.text else None
        if found is None or len(found) > MOST_COUNTED:
            users = list(super().cut(table, query, start, stop))
        else:
            known = self.rows.in_bulk(found[start:stop])
            users = [known[key] for key in found[start:stop] if key in known]
        units = policies.own_units_by_user(users)
        for user in users:
            names = [unit.name for unit in units.get(user.pk, [])]
            if user.account_manager:
                names.append(manager_said(user.account_manager))
            user.places = _("、").join(names)
        return users

    def _found(self, table: Table, query: TableQuery) -> list[int]:
        """Return the keys of what a text finds, in order; one more than a page counts at most."""
        if self.keys is None:
            column = table.sort_column(query)
            by = column.sort if column else self.tie
            rows = self.filtered(table, query).order_by().values_list(by, self.tie, "pk")
            self.keys = _in_order(list(rows[: MOST_COUNTED + 1]), descending=query.descending)
        return self.keys


def _in_order(rows: list[tuple[Any, str, int]], *, descending: bool) -> list[int]:
    """Return the keys of rows (value, name, key) by value and name, missing values last."""
    present = sorted((row for row in rows if row[0] is not None), reverse=descending)
    missing = sorted((row for row in rows if row[0] is None), key=itemgetter(1), reverse=descending)
    return [key for _value, _name, key in present + missing]


def logins_table() -> Table:
    """Declare the list of logins."""
    return Table(
        name="logins",
        title=_("账号清单"),
        page_size=20,
        search_hint=_("用户名或工号的开头 / 姓名"),
        default_sort="username",
        filters=(
            Filter("role", _("角色"), tuple(ROLES), field="role"),
            Filter(
                "is_active", _("状态"), (("True", _("启用")), ("False", _("停用"))), "is_active"
            ),
        ),
        columns=(
            Column(
                "username",
                _("用户名"),
                sort="username",
                link=lambda row: reverse("accounts_one", args=[row.pk]),
            ),
            Column("display_name", _("姓名"), sort="display_name"),
            Column("role", _("角色"), sort="role", value=lambda row: row.get_role_display()),
            Column("places", _("数据范围")),
            Column("state", _("状态"), value=state_words),
            Column("last_login", _("最近登录"), sort="last_login", value=last_login_said),
        ),
    )


def state_words(user: User) -> str:
    """Say whether a login works: disabled, waiting for its first password, or in use."""
    if not user.is_active:
        return _("停用")
    return _("启用") if user.password_changed_at else _("待设密码")


def last_login_said(user: User) -> str:
    """Return when somebody last logged in, a dash for never."""
    return formats.moment(user.last_login) if user.last_login else "—"


def manager_said(manager: AccountManager) -> str:
    """Name an account manager with the code."""
    return _("{name}（{place}）").format(name=manager.name, place=manager.pk)
