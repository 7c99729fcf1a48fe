"""Tell people what happened 通知: the bell, checked when sent and again whenever it is read.

    notify(
        to=admins_of("C01"),
        kind="adjustment",
        message=gettext_noop("{name}申请调整“{group}”的等级"),
        params={"name": "宋伟", "group": "甲一小学", "month": "2026-10"},
        url="/inbox/",
        about_group=AboutGroup("G1", "C01", "C0101", "M001"),
        dedupe="adjustment:17:submitted",
    )

``message`` is a Chinese msgid with ``{names}``; it is translated when read, so mark it with
``gettext_noop``. Of ``params``, ``month`` and ``…_month`` (2026-10), ``…_date`` (ISO) and ``…_li``
are written the reader's way; a dict holds a text in each language. Nobody is told about what lies
outside the own scope, today's: what was sent disappears from the bell when the reader loses sight
of it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts import policies
from accounts.disclosures import Disclosure
from accounts.models import NoticePreference, Notification, OrgUnit, PortfolioCover, User
from accounts.notice_models import NotificationQuerySet
from accounts.queries import owned_by, scope_for, unit_path
from accounts.scope import Scope
from core import formats
from core.errors import DomainError, NotInScope
from core.month import Month

FULL_STOPS = "。."
NOBODYS = Q(city_code="", county_code="", account_manager_code="")


@dataclass(frozen=True, slots=True)
class AboutGroup:
    """Be the group a notification is about, with its owner in the newest published month."""

    group_code: str
    city_code: str
    county_code: str = ""
    account_manager_code: str = ""


@dataclass(frozen=True, slots=True)
class AboutAccountManager:
    """Be the account manager whose groups as a whole a notification is about."""

    account_manager_code: str
    city_code: str
    county_code: str = ""


@transaction.atomic
def notify(
    *,
    to: Iterable[User],
    kind: str,
    message: str,
    params: Mapping[str, Any] | None = None,
    url: str = "",
    about_group: AboutGroup | None = None,
    about_person: AboutAccountManager | None = None,
    about_unit: str = "",
    dedupe: str = "",
) -> int:
    """Tell people something; whoever may not see what it is about is left out.

    ``about_unit`` is the code of a province, city or county. With ``dedupe`` one person is told
    the same thing once, however often this is called. Return how many were told now.
    """
    about = _owner_columns(about_group or about_person, about_unit)
    said = Notification(
        kind=Notification.Kind(kind), message=message, params=dict(params or {}), url=url, **about
    )
    render(said)  # a sentence that does not fit its params fails here, not at the reader's
    today = timezone.localdate()
    told = {user.pk: user for user in to if user.is_active}
    if about:
        told = {pk: user for pk, user in told.items() if may_be_told(scope_for(user, today), said)}
    before = _known(dedupe, told)
    rows = [
        Notification(
            user_id=pk,
            kind=said.kind,
            message=message,
            params=said.params,
            url=url,
            dedupe=dedupe,
            **about,
        )
        for pk in told
        if pk not in before
    ]
    Notification.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def _known(dedupe: str, told: Mapping[int, User]) -> set[int]:
    if not dedupe:
        return set()
    rows = Notification.objects.filter(dedupe=dedupe, user_id__in=sorted(told))
    return set(rows.values_list("user_id", flat=True))


def _owner_columns(
    owned: AboutGroup | AboutAccountManager | None, unit_code: str
) -> dict[str, str]:
    """Return the owner columns; an unheard-of unit raises ``NotInScope``."""
    if owned is not None:
        return {
            "group_code": owned.group_code if isinstance(owned, AboutGroup) else "",
            "city_code": owned.city_code,
            "county_code": owned.county_code,
            "account_manager_code": owned.account_manager_code,
        }
    if not unit_code:
        return {}
    path = {unit.level: unit.code for unit in unit_path(unit_code)}
    if not path:
        raise NotInScope
    # "*" is nobody's city: only the province sees what is about the whole of it
    return {"city_code": path.get("city", "*"), "county_code": path.get("county", "")}


def may_be_told(scope: Scope, notice: Notification) -> bool:
    """Tell whether a reader may see what a notification is about, today."""
    owner = (notice.city_code, notice.county_code, notice.account_manager_code)
    if not any(owner):
        return True
    if not scope.covers(notice):
        return False
    code = notice.group_code
    return not code or policies.may(scope, "grading", "group", group_code=code)


def told_to(scope: Scope) -> Q:
    """Return the same rule as a filter, so that one query counts and one lists."""
    rule = NOBODYS | owned_by(scope) if not scope.is_province else Q()
    if policies.may(scope, "grading", "group"):
        return rule
    opened = Disclosure.objects.open_to(
        scope.approves_city_codes | scope.delegated_city_codes
    ).values("group_code")
    return rule & (Q(group_code="") | Q(group_code__in=opened))


def notices_of(scope: Scope) -> NotificationQuerySet:
    """Return what the reader was told and may still see, newest first."""
    return Notification.objects.of_user(scope.user_id).filter(told_to(scope)).order_by("-id")


def unread_count(scope: Scope) -> int:
    """Return the number on the bell."""
    return notices_of(scope).unread().count() if scope.user_id else 0


def render(notice: Notification) -> str:
    """Write a notification in the language of the moment, like a headline: without a full stop."""
    values = {name: _written(name, value) for name, value in notice.params.items()}
    return _(notice.message).format(**values).rstrip(FULL_STOPS)


def in_every_language(say: Callable[[], str]) -> dict[str, str]:
    """Say something in each language now, for a reader whose language is not known yet."""
    said = {}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            said[language] = say()
    return said


def _written(name: str, value: Any) -> str:
    if isinstance(value, dict):
        return str(value.get(translation.get_language()) or value[settings.LANGUAGE_CODE])
    if value in (None, ""):
        return "—"
    if name == "month" or name.endswith("_month"):
        return formats.month(Month.parse(str(value)))
    if name.endswith("_date"):
        return formats.day(dt.date.fromisoformat(str(value)))
    return str(formats.money(int(value))) if name.endswith("_li") else str(value)


@transaction.atomic
def mark_read(*, actor: Scope, ids: Sequence[int]) -> int:
    """Mark some of the own notifications read 标为已读; one foreign id refuses all.

    Raises:
        NotInScope: if one of them is not the reader's.
    """
    rows = notices_of(actor).filter(pk__in=ids)
    if rows.count() != len(set(ids)):
        raise NotInScope
    return rows.unread().update(read_at=Now())


@transaction.atomic
def mark_all_read(*, actor: Scope) -> int:
    """Mark everything on the bell read 全部已读."""
    return notices_of(actor).unread().update(read_at=Now())


@transaction.atomic
def store_mail_preference(*, actor: Scope, mail: str, email: str) -> None:
    """Remember how and where the reader wants mail 通知偏好.

    Raises:
        NotInScope: for a visitor.
        DomainError: if there is no such way.
    """
    if actor.user_id is None:
        raise NotInScope
    if mail not in NoticePreference.Mail.values:
        raise DomainError("unknown_mail", _("没有这种邮件方式。"), field_name="mail")
    NoticePreference.objects.update_or_create(user_id=actor.user_id, defaults={"mail": mail})
    User.objects.filter(pk=actor.user_id).exclude(email=email).update(email=email)


def who_is(account_manager_code: str) -> list[User]:
    """Return the logins that look after an account manager's groups: the own and stand-ins 代管."""
    today = timezone.localdate()
    standing_in = PortfolioCover.objects.filter(
        covered_id=account_manager_code, from_date__lte=today, to_date__gte=today
    ).values("covering_id")
    own = Q(account_manager_id=account_manager_code) | Q(pk__in=standing_in)
    return list(User.objects.filter(own, is_active=True).order_by("pk"))


def admins_of(city_code: str) -> list[User]:
    """Return the logins that decide for a city today: its administrators, and their delegates."""
    city = OrgUnit.objects.filter(code=city_code).first()
    candidates = policies.administrators_of(city) if city else []
    today = timezone.localdate()
    return [user for user in candidates if scope_for(user, today).approves(city_code)]
