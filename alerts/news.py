"""Tell people about alerts 告警通知: the city of an escalation, the account manager of its note."""

from __future__ import annotations

from django.utils.translation import gettext_noop

from accounts.models import User
from accounts.notices import AboutGroup, admins_of, notify, who_is
from alerts.triage_models import Alert

KIND = "alert"
ESCALATED = gettext_noop("{who}上报集团“{group}”的告警：{note}")
ANSWERED = gettext_noop("{who}就集团“{group}”上报的告警回复：{note}")
NOTE_SHOWN = 60


def tell_city(alert: Alert, *, user: User, note: str) -> None:
    """Tell the administrators of the alert's city that it was handed up to them 上报."""
    _tell(alert, admins_of(alert.city_code), ESCALATED, user, note)


def tell_account_manager(alert: Alert, *, user: User, note: str) -> None:
    """Tell whoever looks after the group what its city noted."""
    _tell(alert, who_is(alert.account_manager_code), ANSWERED, user, note)


def _tell(alert: Alert, to: list[User], message: str, user: User, note: str) -> None:
    shown = note if len(note) <= NOTE_SHOWN else f"{note[:NOTE_SHOWN]}…"
    notify(
        to=to,
        kind=KIND,
        message=message,
        params={"who": user.get_full_name(), "group": alert.name, "note": shown},
        url=f"/anomaly_alerts/alerts/{alert.pk}/",
        about_group=AboutGroup(
            alert.group_code, alert.city_code, alert.county_code, alert.account_manager_code
        ),
        dedupe=f"alert:{alert.pk}:{alert.version}",
    )
