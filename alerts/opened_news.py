"""Tell account managers which alerts the newest month opened 新增告警通知: one line a month each.

Beat asks again and again; who was told of a month is not told again. A month that is published
while older ones still follow is told of only if it is the newest when beat comes by.
"""

from __future__ import annotations

from django.db.models import Count, Min, Q
from django.utils.translation import gettext_noop

from accounts.models import AccountManager, Notification
from accounts.notices import AboutAccountManager, notify, who_is
from alerts.levels import Level
from alerts.threshold_queries import newest_published
from alerts.triage_models import Alert

OPENED = gettext_noop(
    "{month}数据发布，{person}名下新增 {n} 条告警，涉及 {groups} 个集团，其中红色预警 {red} 个。"
)
LIST = "/anomaly_alerts/?view=work"


def tell_opened() -> int:
    """Tell whoever looks after groups with new alerts, once a month; return how many were told."""
    newest = newest_published()
    if newest is None:
        return 0
    key = f"alerts:opened:{newest.month}"
    told = Notification.objects.filter(kind="alert", dedupe__startswith=f"{key}:")
    known = {each.rpartition(":")[2] for each in told.values_list("dedupe", flat=True).distinct()}
    codes = Count("group_code", distinct=True)
    rows = (
        Alert.objects.active()
        .filter(opened_month=newest.month.index)
        .exclude(account_manager_code__in=known)
        .values("account_manager_code")
        .annotate(
            n=Count("pk"),
            groups=codes,
            red=Count("group_code", distinct=True, filter=Q(level=Level.RED)),
            city=Min("city_code"),
            county=Min("county_code"),
        )
        .order_by("account_manager_code")
    )
    found = list(rows)
    names = dict(AccountManager.objects.values_list("code", "name")) if found else {}
    n_told = 0
    for row in found:
        code = row["account_manager_code"]
        counted = {name: str(row[name]) for name in ("n", "groups", "red")}
        n_told += notify(
            to=who_is(code),
            kind="alert",
            message=OPENED,
            params={"month": str(newest.month), "person": names.get(code, code), **counted},
            url=LIST,
            about_person=AboutAccountManager(code, row["city"], row["county"]),
            dedupe=f"{key}:{code}",
        )
    return n_told
