"""Manage logins 账号管理: list, create, one-time links, disable, role, units, stand-ins."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import actions, login_queries, policies, role_actions
from accounts.audit import history_of
from accounts.audit_rows import AuditRow
from accounts.doors import Door, DoorMixin, scope_of
from accounts.login_forms import CoverForm, NewLoginForm, RoleForm, UnitForm
from accounts.login_list import LoginSource, last_login_said, logins_table, manager_said
from accounts.models import OrgUnit, PortfolioCover, User
from core.errors import DomainError, NotInScope
from core.parts import ModuleParts, PageState, Words
from core.table import TableView
from core.web import ShellPage

MANAGES = Door(action="manage_accounts")


@dataclass(frozen=True)
class LoginsParts(ModuleParts):
    """Be the page of all logins."""

    form: NewLoginForm | None = None
    units: tuple[OrgUnit, ...] = ()
    opens_form: bool = False


@dataclass(frozen=True)
class LoginParts:
    """Be the page of one login."""

    title: Words
    user: User
    place: str
    last_login: str
    units: tuple[OrgUnit, ...]
    covers: tuple[PortfolioCover, ...]
    known_units: tuple[OrgUnit, ...]
    role_form: RoleForm
    unit_form: UnitForm
    cover_form: CoverForm
    history: tuple[AuditRow, ...]
    link: str = ""
    is_own: bool = False
    may_hold_units: bool = False
    may_cover: bool = False


def units_to_grant() -> tuple[OrgUnit, ...]:
    """Return the units a login may hold."""
    levels = (OrgUnit.Level.PROVINCE, OrgUnit.Level.CITY, OrgUnit.Level.COUNTY)
    return tuple(OrgUnit.objects.filter(level__in=levels).order_by("code"))


class LoginsPage(DoorMixin, ShellPage):
    """List the logins and make a new one."""

    door = MANAGES
    template_name = "accounts/logins.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the list, or its region alone when htmx asks for it."""
        if request.headers.get("HX-Target") == "table-logins":
            return self.show(self.listed(), template="partials/table_region.html")
        return self.show(self.parts(NewLoginForm()))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Make a login and show its one-time link, this once."""
        form = NewLoginForm(request.POST)
        if not form.is_valid():
            return self.show(self.parts(form, opens=True), status=400)
        said = form.cleaned_data
        try:
            user = actions.create_login(
                actor=scope_of(request),
                username=said["username"],
                role=said["role"],
                display_name=said["display_name"],
                units=[said["unit"]] if said["unit"] else [],
                account_manager=said["account_manager"],
            )
        except DomainError as error:
            form.add_error(None, str(error))
            return self.show(self.parts(form, opens=True), status=error.status)
        link = actions.issue_link(actor=scope_of(request), username=user.username)
        messages.success(request, _("账号“{name}”已创建。").format(name=user.username))
        return self.show(parts_of(request, user, link=link), template="accounts/login_one.html")

    def parts(self, form: NewLoginForm, *, opens: bool = False) -> LoginsParts:
        """Return the page."""
        return LoginsParts(
            title=_("账号管理"),
            table=self.listed(),
            form=form,
            units=units_to_grant(),
            opens_form=opens,
        )

    def listed(self) -> TableView:
        """Return the list."""
        rows = login_queries.logins(scope_of(self.request))
        source = LoginSource(rows, tie="username", search=login_queries.fitting)
        empty = PageState("empty", _("没有符合条件的账号"), "")
        return logins_table().view(self.request.GET, source, path=reverse("accounts"), empty=empty)


def parts_of(
    request: HttpRequest, user: User, *, link: str = "", refused: Mapping[str, Any] | None = None
) -> LoginParts:
    """Return the page of one login; ``refused`` holds the form that was not accepted."""
    forms = refused or {}
    given = {"role": user.role, "account_manager": user.account_manager_id or ""}
    today = timezone.localdate()
    units = tuple(policies.own_units_of(user))
    place = _("、").join(unit.name for unit in units) or (
        manager_said(user.account_manager) if user.account_manager else ""
    )
    return LoginParts(
        title=user.get_full_name(),
        user=user,
        place=_("全省") if user.role == User.Role.PROVINCE else place or _("未分配"),
        last_login=last_login_said(user),
        units=units,
        covers=tuple(login_queries.covers_of(user)),
        known_units=units_to_grant(),
        role_form=forms.get("role") or RoleForm(initial=given, prefix="role"),
        unit_form=forms.get("grant") or UnitForm(prefix="grant"),
        cover_form=forms.get("cover")
        or CoverForm(initial={"from_date": today, "to_date": today}, prefix="cover"),
        history=history_of(user),
        link=request.build_absolute_uri(link) if link else "",
        is_own=user.pk == request.user.pk,
        may_hold_units=bool(actions.GRANTABLE.get(user.role)),
        may_cover=user.role == User.Role.ACCOUNT_MANAGER,
    )


class LoginPage(DoorMixin, ShellPage):
    """Show one login and change it; ``do`` names the change."""

    door = MANAGES
    template_name = "accounts/login_one.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show it."""
        return self.show(parts_of(request, self.login()))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Make one change, or say in its form why not."""
        user, do = self.login(), request.POST.get("do", "")
        if do == "link":
            link = actions.issue_link(actor=scope_of(request), username=user.username)
            return self.show(parts_of(request, self.login(), link=link))
        if do in FORMS:
            form_class, change = FORMS[do]
            form = form_class(request.POST, prefix=do)
            try:
                if not form.is_valid():
                    return self.show(parts_of(request, user, refused={do: form}), status=400)
                change(request, user, form.cleaned_data)
            except DomainError as error:
                form.add_error(None, str(error))
                return self.show(parts_of(request, user, refused={do: form}), status=error.status)
        elif do in PLAIN:
            PLAIN[do](request, user, request.POST)
        else:
            raise DomainError("unknown_change", _("没有这项操作。"), field_name="do")
        messages.success(request, _("账号“{name}”已更新。").format(name=user.username))
        return redirect("accounts_one", user_id=user.pk)

    def login(self) -> User:
        """Return the login of the address."""
        rows = login_queries.logins(scope_of(self.request))
        found = rows.filter(pk=self.kwargs["user_id"]).first()
        if found is None:
            raise NotInScope
        return found


def _set_role(request: HttpRequest, user: User, said: dict[str, Any]) -> None:
    role_actions.assign_role(
        actor=scope_of(request),
        username=user.username,
        role=said["role"],
        account_manager=said["account_manager"],
    )


def _grant(request: HttpRequest, user: User, said: dict[str, Any]) -> None:
    actions.grant_unit(actor=scope_of(request), user=user, unit=said["unit"])


def _cover(request: HttpRequest, user: User, said: dict[str, Any]) -> None:
    actions.grant_cover(actor=scope_of(request), covering=user, **said)


def _revoke(request: HttpRequest, user: User, said: QueryDict) -> None:
    unit = login_queries.unit_named(said.get("unit", ""))
    actions.revoke_unit(actor=scope_of(request), user=user, unit=unit)


def _end_cover(request: HttpRequest, user: User, said: QueryDict) -> None:
    wanted = said.get("cover", "")
    known = {str(cover.pk): cover for cover in login_queries.covers_of(user)}
    if wanted not in known:
        raise NotInScope
    today = timezone.localdate()
    actions.end_cover(actor=scope_of(request), cover=known[wanted], last_date=today)


def _set_active(request: HttpRequest, user: User, said: QueryDict) -> None:
    active = said.get("do") == "enable"
    actions.set_login_active(actor=scope_of(request), username=user.username, is_active=active)


Change = Callable[[HttpRequest, User, dict[str, Any]], None]
FORMS: dict[str, tuple[type[forms.Form], Change]] = {
    "role": (RoleForm, _set_role),
    "grant": (UnitForm, _grant),
    "cover": (CoverForm, _cover),
}
PLAIN: dict[str, Callable[[HttpRequest, User, QueryDict], None]] = {
    "enable": _set_active,
    "disable": _set_active,
    "revoke": _revoke,
    "end_cover": _end_cover,
}
