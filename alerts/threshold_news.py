"""Tell people of a threshold that changed for them 阈值变更通知, whoever changed it left out.

A change concerns the account managers whose threshold in force differs by it, and the
administrators of the cities whose value, or allowed range, does. Beat asks again and again.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from functools import partial
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.models import AccountManager, Notification, OrgUnit, User
from accounts.notices import (
    AboutAccountManager,
    admins_of,
    in_every_language,
    notify,
    who_is,
)
from alerts.threshold_models import ThresholdChange
from alerts.threshold_queries import log_of, newest_published
from alerts.threshold_words import class_name, limit_name, range_said, value_said
from alerts.thresholds import ACCOUNT_MANAGER, CITY, GRADE_CLASSES, Book
from warehouse.mart_models import GroupResult

SET = gettext_noop("“{limit}”（{place}）自{month}起由 {before} 改为 {after}：{reason}")
RANGE = gettext_noop("“{limit}”的允许范围自{month}起改为 {after}：{reason}")
#: A change is told of within this time, or it is no news any more.
FRESH = dt.timedelta(days=2)


def tell_thresholds() -> int:
    """Tell of the changes nobody was told of yet; return how many people were told."""
    fresh = ThresholdChange.objects.filter(created_at__gte=timezone.now() - FRESH)
    told = Notification.objects.filter(kind="threshold", created_at__gte=timezone.now() - FRESH)
    known = set(told.values_list("dedupe", flat=True))
    return sum(_tell(each) for each in fresh.order_by("version") if _key(each) not in known)


def _key(change: ThresholdChange) -> str:
    return f"threshold:{change.version}"


@transaction.atomic
def _tell(change: ThresholdChange) -> int:
    log = log_of(change.month)
    before, after = (
        Book(log, change.month.index, version) for version in (change.version - 1, change.version)
    )
    people = [
        (person, city)
        for person, city in _account_managers(change)
        if _differs(before, after, change.code, city, person)
    ]
    n_told = 0
    for person, city in people:
        n_told += notify(
            to=_but(change, who_is(person)),
            about_person=AboutAccountManager(person, city),
            **_said(change, before, after, city, person),
        )
    for city in _cities(change):
        if change.lowest is not None or _differs(before, after, change.code, city):
            n_told += notify(
                to=_but(change, admins_of(city)),
                about_unit=city,
                **_said(change, before, after, city),
            )
    return n_told


def _differs(before: Book, after: Book, code: str, city: str, person: str = "") -> bool:
    """Tell whether a threshold in force is another one by the change, for some grade class."""
    return any(
        before.value_of(code, each, city, person).value
        != after.value_of(code, each, city, person).value
        for each in ("", *GRADE_CLASSES)
    )


def _account_managers(change: ThresholdChange) -> list[tuple[str, str]]:
    """Return whom the change may concern: account manager and the city of the groups."""
    newest = newest_published()
    served = GroupResult.objects.in_run(newest.run if newest else None)
    pairs = set(served.values_list("account_manager_code", "city_code").distinct())
    pairs |= set(AccountManager.objects.filter(is_bucket=False).values_list("code", "city_id"))
    units = dict(OrgUnit.objects.filter(level="city").values_list("pk", "code"))
    found = {(code, units.get(city, city)) for code, city in pairs}
    if change.level == ACCOUNT_MANAGER:
        found = {pair for pair in found if pair[0] == change.account_manager_code}
    if change.level in (CITY, ACCOUNT_MANAGER):
        found = {pair for pair in found if pair[1] == change.city_code}
    return sorted(found)


def _cities(change: ThresholdChange) -> list[str]:
    if change.level == ACCOUNT_MANAGER:
        return []
    if change.level == CITY:
        return [change.city_code]
    return list(
        OrgUnit.objects.filter(level="city").order_by("code").values_list("code", flat=True)
    )


def _but(change: ThresholdChange, people: Iterable[User]) -> list[User]:
    return [each for each in people if each.pk != change.created_by_id]


def _said(
    change: ThresholdChange, before: Book, after: Book, city: str, person: str = ""
) -> dict[str, Any]:
    """Return the words of a notification; a threshold's name and unit are the reader's."""
    code, which = change.code, change.grade_class
    params: dict[str, Any] = {
        "limit": in_every_language(partial(limit_name, code)),
        "month": str(change.month),
        "reason": change.reason,
    }
    if change.lowest is not None and change.highest is not None and not person:
        said = partial(range_said, code, change.lowest, change.highest)
        params["after"] = in_every_language(said)
        message = RANGE
    else:
        for name, book in (("before", before), ("after", after)):
            value = book.value_of(code, which, city, person).value
            params[name] = in_every_language(partial(value_said, code, value))
        params["place"] = in_every_language(partial(_place, change))
        message = SET
    return {
        "kind": "threshold",
        "message": message,
        "params": params,
        "url": f"/thresholds/?month={change.month}",
        "dedupe": _key(change),
    }


def _place(change: ThresholdChange) -> str:
    level = {CITY: _("地市设置"), ACCOUNT_MANAGER: _("客户经理单独设置")}.get(
        change.level, _("全省默认")
    )
    return f"{level} · {class_name(change.grade_class)}"
