"""Show 代理审批: who decides for whom while an administrator is away; hand on, take back."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.delegations import (
    DelegationRow,
    delegate,
    delegations_of,
    possible_delegates,
    revoke_delegation,
)
from accounts.doors import Door
from accounts.models import OrgUnit, User
from accounts.policies import require_action
from analytics.adjusting.room import AdjustingPage
from core.errors import DomainError
from core.parts import Action, ModuleParts


@dataclass(frozen=True)
class DelegationParts(ModuleParts):
    """Be the page 代理审批."""

    rows: tuple[DelegationRow, ...] = ()
    people: tuple[User, ...] = ()
    cities: tuple[OrgUnit, ...] = ()
    values: Any = None
    errors: Any = None
    today: str = ""


class DelegationsPage(AdjustingPage):
    """List the delegations and make one."""

    title = gettext_lazy("代理审批")
    template_name = "adjusting/delegations.html"
    error: DomainError | None = None

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the list and the form."""
        require_action(self.scope, "decide_adjustment")
        return super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Hand the decisions of a city to somebody for some days."""
        require_action(self.scope, "decide_adjustment")
        form = request.POST
        try:
            delegate(
                actor=self.scope,
                city_code=form.get("city", ""),
                to_username=form.get("to_username", ""),
                from_date=day_of(form.get("from_date", ""), "from_date"),
                to_date=day_of(form.get("to_date", ""), "to_date"),
                reason=form.get("reason", ""),
            )
        except DomainError as error:
            if error.status not in (400, 409):
                raise
            self.error = error
            return self.show(self.parts(), status=error.status)
        messages.success(request, _("代理审批已设置，并已通知代理人。"))
        return redirect(self.address("inbox_delegations"))

    def published_parts(self) -> ModuleParts:
        """Return the page."""
        cities = OrgUnit.objects.filter(code__in=sorted(self.scope.approves_city_codes))
        errors = {self.error.field_name or "form": str(self.error)} if self.error else {}
        return DelegationParts(
            title=self.title,
            facts=self.newest_facts(),
            actions=(Action(_("返回审批中心"), self.address("inbox"), "inbox"),),
            rows=delegations_of(self.scope),
            people=possible_delegates(self.scope),
            cities=tuple(cities.order_by("code")),
            values=self.http.POST,
            errors=errors,
            today=timezone.localdate().isoformat(),
        )


class RevokeDelegation(AdjustingPage):
    """Take a delegation back."""

    door = Door(action="decide_adjustment")
    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Take it back and show the list."""
        require_action(self.scope, "decide_adjustment")
        try:
            revoke_delegation(actor=self.scope, delegation_id=kwargs["delegation_id"])
            messages.success(request, _("代理审批已取消。"))
        except DomainError as error:
            if error.status != 409:
                raise
            messages.error(request, str(error))
        return redirect(self.address("inbox_delegations"))


def day_of(text: str, field_name: str) -> dt.date:
    """Read a day.

    Raises:
        DomainError: if the text is none.
    """
    try:
        return dt.date.fromisoformat(text)
    except ValueError as problem:
        said = _("日期“{text}”无法识别。").format(text=text[:20])
        hint = _("请使用 2026-10-31 这样的格式。")
        raise DomainError("bad_date", said, hint, field_name) from problem
