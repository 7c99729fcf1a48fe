"""Show one alert 告警 with its evidence and what was done; take steps with one or several."""

from __future__ import annotations

import datetime as dt
import re
from functools import cached_property
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.doors import Door, DoorMixin, scope_of
from accounts.policies import may_do
from alerts import alert_queries
from alerts.alert_actions import take_steps
from alerts.alert_asks import LONGEST_WAIT, Ask, Item, Outcome
from alerts.periods import months_before
from alerts.triage import Step
from alerts.triage_models import REASONS, STEPS, Alert
from analytics.alert_words import ProductNames, Told
from analytics.anomaly_alerts.charts import series_chart, silence_chart
from analytics.anomaly_alerts.history import history_of
from analytics.anomaly_alerts.mixin import AlertsMixin
from analytics.anomaly_alerts.parts import AlertLine, AlertPageParts, GroupCard, StepButton
from analytics.group_queries import silent_shares
from analytics.page import RoomPage, stand_at
from analytics.queries import names_of
from core import formats
from core.errors import DomainError
from core.parts import Action, ChartCard, Drawing, ModuleParts
from core.web import ShellPage, carry

MOST_SAID = 8
ITEM = re.compile(r"([0-9]{1,20}):([0-9]{1,9})")


class AlertPage(AlertsMixin, RoomPage):
    """Show one alert; what is not the reader's is not there."""

    title = gettext_lazy("告警")
    template_name = "anomaly_alerts/alert.html"

    @cached_property
    def alert(self) -> Alert:
        """Return the alert of the address."""
        return alert_queries.alert_in(self.reading.scope, self.kwargs["alert_id"])

    @cached_property
    def product(self) -> ProductNames:
        """Return the products' names, one reading for all that the page says."""
        return ProductNames()

    def parts(self) -> ModuleParts:
        """Return the page; an alert that is not the reader's is refused before anything else."""
        _asked = self.alert
        return super().parts()

    def published_parts(self) -> ModuleParts:
        """Return state, evidence, steps and history."""
        alert = self.alert
        told = Told(alert.rule, alert, alert.last_fired, self.product)
        stand_at(self.http, self.places, alert.name)
        today = timezone.localdate()
        line = self.line(alert)
        return AlertPageParts(
            title=f"{alert.name} · {told.name}",
            facts=self.facts(),
            actions=(self.back(),),
            charts=self.evidence(told),
            line=line,
            card=GroupCard(alert, self.group_address(alert), "", (line,)),
            facts_said=self.facts_said(told),
            others=tuple(self.line(each) for each in self.others()),
            history=history_of(alert),
            reasons=tuple((str(reason), label) for reason, label in REASONS.items()),
            first_day=(today + dt.timedelta(days=1)).isoformat(),
            last_day=(today + LONGEST_WAIT).isoformat(),
            next_url=self.http.get_full_path(),
        )

    def line(self, alert: Alert) -> AlertLine:
        """Return an alert as drawn; a city may add a note to what was escalated to it."""
        scope = self.reading.scope
        url, product = self.open_url(alert), self.product
        if may_do(scope, "triage_alert"):
            return AlertLine(alert, url, scope.user_id, True, product)
        return NotedLine(alert, url, scope.user_id, may_do(scope, "note_alert"), product)

    def others(self) -> list[Alert]:
        """Return the group's other open alerts."""
        rows = alert_queries.open_alerts_of(self.reading.scope, self.alert.group_code)
        return list(rows.exclude(pk=self.alert.pk))

    def group_address(self, alert: Alert) -> str:
        """Return the unified view of the alert's group."""
        path = reverse("grading_group", args=[alert.group_code])
        return carry(self.http, path, unit=None, am=None, month=None, tab="service")

    def back(self) -> Action:
        """Return the way back to the list."""
        view = "work" if self.reading.scope.reader == "account_manager" else "escalated"
        return Action(_("返回告警清单"), carry(self.http, reverse(self.room), view=view))

    def facts_said(self, told: Told) -> tuple[tuple[str, str], ...]:
        """Return the evidence and the alert's dates, each with its name."""
        alert = self.alert
        names = names_of("account_manager", [alert.account_manager_code])
        said = [
            (_("数值"), told.value),
            (_("参照值"), told.reference),
            (_("阈值"), told.threshold),
            (_("阈值来源"), told.source),
            (_("首次触发"), formats.month(alert.opened)),
            (_("最近触发"), formats.month(alert.last_fired)),
            (_("触发次数"), formats.number(alert.n_firings)),
            (_("权重"), formats.number(alert.weight)),
            (_("客户经理"), names[alert.account_manager_code]),
        ]
        if alert.taken_by is not None:
            said.append((_("认领人"), alert.taken_by.get_full_name()))
        if alert.reason:
            said.append((_("办结原因"), str(REASONS.get(alert.reason, ""))))  # type: ignore[call-overload]  # lazy words
        if alert.suppressed_until is not None:
            said.append((_("恢复日期"), formats.day(alert.suppressed_until)))
        if alert.escalated_at is not None:
            said.append((_("上报时间"), formats.moment(alert.escalated_at)))
        return tuple(said)

    def evidence(self, told: Told) -> tuple[ChartCard, ...]:
        """Return the months behind the judgement as a chart; some rules have none."""
        is_share = not told.series or told.rule.startswith("state")
        drawing = self.drawing(told)
        if drawing is None:
            return ()
        return (
            ChartCard(
                name="evidence",
                title=_("触发依据"),
                drawing=drawing,
                unit=_("占成员") if is_share else _("分钟"),
                scope=self.alert.name,
                month=told.month,
                source=_("月度异常检测"),
                span=12,
            ),
        )

    def drawing(self, told: Told) -> Drawing | None:
        """Return the months a rule holds against its limit; None where it judges one date."""
        if told.rule == "call_silence":
            months = self.reading.runs_of(*months_before(told.month))
            shares = silent_shares(months, self.alert.group_code)
            return silence_chart(told, shares) if shares else None
        return series_chart(told) if len(told.series) > 1 else None


class NotedLine(AlertLine):
    """Be an alert as its city sees it: it may add a note, nothing else."""

    @property
    def steps(self) -> tuple[StepButton, ...]:
        """Return nothing: triage is the account manager's."""
        return ()

    @property
    def asking_steps(self) -> tuple[StepButton, ...]:
        """Return the note."""
        return (StepButton(str(Step.NOTE), STEPS[Step.NOTE]),) if self.may_triage else ()


class StepsDoor(DoorMixin, ShellPage):
    """Take a step with the alerts a form names, then show the page it stood on."""

    door = Door(module="anomaly_alerts")
    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Take the step; what cannot be done is said above the page."""
        try:
            outcomes = take_steps(
                actor=scope_of(request), items=items_of(request.POST), ask=ask_of(request.POST)
            )
        except DomainError as error:
            if error.status in (403, 404):
                raise
            messages.error(request, str(error))
        else:
            say(request, ask_of(request.POST).step, outcomes)
        return redirect(way_back(request))


def items_of(form: QueryDict) -> tuple[Item, ...]:
    """Read which alerts a form names, each with the version that was seen.

    Raises:
        DomainError: if one is not of the form ``id:version``.
    """
    found = []
    for text in form.getlist("item"):
        named = ITEM.fullmatch(text)
        if named is None:
            raise DomainError(
                "bad_item", _("选择的告警无法识别。"), _("请刷新页面后重试。"), "item"
            )
        found.append(Item(int(named[1]), int(named[2])))
    return tuple(found)


def ask_of(form: QueryDict) -> Ask:
    """Read what a form asks for.

    Raises:
        DomainError: for a step that does not exist, or a date that is none.
    """
    step = form.get("step", "")
    if step not in tuple(Step):
        raise DomainError("bad_step", _("没有这种操作。"), _("请刷新页面后重试。"), "step")
    return Ask(
        Step(step),
        note=form.get("note", ""),
        reason=form.get("reason", ""),
        until=day_of(form.get("until", "")),
        on_change=bool(form.get("on_change")),
    )


def day_of(text: str) -> dt.date | None:
    """Read a day; None where none is given.

    Raises:
        DomainError: if the text is no day.
    """
    if not text:
        return None
    try:
        return dt.date.fromisoformat(text)
    except ValueError as problem:
        said = _("日期“{text}”无法识别。").format(text=text[:20])
        hint = _("请使用 2026-10-31 这样的格式。")
        raise DomainError("bad_until", said, hint, "until") from problem


def say(request: HttpRequest, step: Step, outcomes: tuple[Outcome, ...]) -> None:
    """Say what was done, and of each alert that was not, why."""
    done = sum(each.result in ("done", "already") for each in outcomes)
    if done:
        text = ngettext("{n} 条告警：{step}完成。", "{n} 条告警：{step}完成。", done)
        messages.success(request, text.format(n=formats.number(done), step=STEPS[step]))
    failed = [each.message for each in outcomes if each.message]
    for message in failed[:MOST_SAID]:
        messages.error(request, message)
    if len(failed) > MOST_SAID:
        rest = formats.number(len(failed) - MOST_SAID)
        messages.error(request, _("另有 {n} 条未处理。").format(n=rest))


def way_back(request: HttpRequest) -> str:
    """Return the page the form stood on; never another site's."""
    asked = request.POST.get("next", "")
    if asked.startswith("/") and url_has_allowed_host_and_scheme(asked, allowed_hosts=None):
        return asked
    return reverse("anomaly_alerts")
