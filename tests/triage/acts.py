"""Take steps on alerts as a person would; shared by the tests of this folder."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from alerts.alert_actions import take_step
from alerts.alert_asks import Ask, Item
from alerts.triage import Step

TOMORROW = dt.timedelta(days=1)


def ask_for(step, **about) -> Ask:
    needed = {
        Step.RESOLVE: {"reason": "handled"},
        Step.SUPPRESS: {"until": timezone.localdate() + TOMORROW},
        Step.NOTE: {"note": "已电话联系"},
        Step.ESCALATE: {"note": "请地市协调"},
    }
    return Ask(step, **{**needed.get(step, {}), **about})


def act(scope, alert, step, **about):
    alert.refresh_from_db()
    asked = ask_for(step, **about)
    outcome = take_step(actor=scope, item=Item(alert.pk, alert.version), ask=asked)
    alert.refresh_from_db()
    return outcome
