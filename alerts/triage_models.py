"""Hold alerts 告警 being worked through, the months that fired, and every step taken."""

from __future__ import annotations

import pghistory
import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.queries import owned_by, within
from accounts.scope import Scope, Selection
from alerts.triage import ACTIVE, OPEN, Reason, State, Step
from core.month import Month

USER = settings.AUTH_USER_MODEL
STATES = {
    State.NEW: _("待签收"),
    State.ACKNOWLEDGED: _("已签收"),
    State.IN_WORK: _("处理中"),
    State.SUPPRESSED: _("暂不提醒"),
    State.RESOLVED: _("已办结"),
    State.AUTO_CLOSED: _("自动解除"),
}
REASONS = {
    Reason.HANDLED: _("已处理"),
    Reason.LOST_ANYWAY: _("仍然流失"),
    Reason.FALSE_ALARM: _("误报"),
    Reason.DATA_ERROR: _("数据错误"),
    Reason.KNOWN: _("已知或季节性"),
    Reason.DUPLICATE: _("重复告警"),
}
STEPS = {
    Step.ACKNOWLEDGE: _("签收"),
    Step.TAKE: _("认领"),
    Step.RESOLVE: _("办结"),
    Step.SUPPRESS: _("暂不提醒"),
    Step.NOTE: _("备注"),
    Step.ESCALATE: _("上报"),
    Step.REOPEN: _("重新打开"),
}


class AlertQuerySet(models.QuerySet["Alert"]):
    """Read alerts; every read begins with a scope."""

    def visible_to(self, scope: Scope) -> AlertQuerySet:
        """Keep what belongs to the scope by the owner of the newest month."""
        return self.none() if scope.is_empty else self.filter(owned_by(scope))

    def inside(self, selection: Selection) -> AlertQuerySet:
        """Keep the part of the scope that was chosen."""
        return self.filter(within(selection))

    def active(self) -> AlertQuerySet:
        """Keep what waits for somebody: 待签收, 已签收, 处理中."""
        return self.filter(state__in=ACTIVE)

    def open(self) -> AlertQuerySet:
        """Keep what is not closed; put-off ones are still open."""
        return self.filter(state__in=OPEN)

    def escalated(self) -> AlertQuerySet:
        """Keep what was handed up to the city 上报."""
        return self.filter(escalated_at__isnull=False)


class Evidence(models.Model):
    """Be what a rule fired on: the value, what it was held against, and where that comes from."""

    weight = models.SmallIntegerField(_("权重"))
    value = models.FloatField(_("数值"), null=True)
    reference = models.FloatField(_("参照值"), null=True)
    threshold = models.FloatField(_("阈值"), null=True)
    threshold_source = models.TextField(_("阈值来源"), blank=True, default="")
    detail = models.TextField(blank=True, default="")  # a small JSON object, by rule
    series = ArrayField(models.FloatField(null=True), null=True)  # the month last; some rules

    class Meta:
        abstract = True


@pghistory.track(  # what people change; what months change is told by the firings
    pghistory.UpdateEvent(condition=pghistory.AnyChange("version")), append_only=True
)
class Alert(Evidence):
    """Be one alert 告警 of one group and rule, from its first month until it is closed.

    ``work_state`` is what people made of it, ``state`` what is shown: the months may wake a
    put-off alert or close an open one. A closed alert covers ``opened_month``–``closed_month``;
    what fires later opens another. Owner and name are those of the newest published month, of a
    closed one those of its last month. ``alerts.derivation`` says how months make alerts.
    """

    group_code = models.CharField(_("集团编码"), max_length=40)
    rule = models.CharField(_("规则"), max_length=20)
    name = models.TextField(_("集团名称"))
    city_code = models.CharField(max_length=40)
    county_code = models.CharField(max_length=40)
    account_manager_code = models.CharField(max_length=40)
    effective_grade = models.CharField(_("生效等级"), max_length=2, blank=True, default="")
    n_members = models.BigIntegerField(_("成员数"), null=True)
    total_income_li = models.BigIntegerField(_("集团整体收入"), null=True)
    opened_month = models.IntegerField(_("首次触发"))
    anchor_month = models.IntegerField(null=True)  # opened_month when people first took a step
    last_fired_month = models.IntegerField(_("最近触发"))
    n_firings = models.IntegerField(_("触发次数"), default=1)
    clean_months = models.SmallIntegerField(_("连续未触发"), default=0)
    closed_month = models.IntegerField(null=True)
    evidence_run = models.BigIntegerField(null=True)  # the run whose firing is shown
    state = models.CharField(_("状态"), max_length=12, choices=list(STATES.items()), default="new")
    work_state = models.CharField(max_length=12, default="new")
    level = models.SmallIntegerField(_("预警等级"), default=0)  # of the group; see levels.py
    reason = models.CharField(max_length=12, choices=list(REASONS.items()), blank=True, default="")
    suppressed_until = models.DateField(null=True)
    suppressed_on_change = models.BooleanField(default=False)
    suppressed_value = models.FloatField(null=True)
    suppressed_month = models.IntegerField(null=True)
    taken_by = models.ForeignKey(USER, on_delete=models.SET_NULL, null=True, related_name="+")
    escalated_at = models.DateTimeField(_("上报时间"), null=True)
    escalated_by = models.ForeignKey(USER, on_delete=models.SET_NULL, null=True, related_name="+")
    version = models.IntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = AlertQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("告警")
        constraints = [
            models.UniqueConstraint(
                fields=["group_code", "rule"],
                condition=models.Q(state__in=[str(state) for state in OPEN]),
                name="one_open_alert_a_group_and_rule",
            )
        ]
        indexes = [
            models.Index(fields=["account_manager_code", "state"], name="alert_person_state"),
            models.Index(fields=["city_code", "state"], name="alert_city_state"),
            models.Index(fields=["county_code", "state"], name="alert_county_state"),
            models.Index(fields=["group_code", "rule"], name="alert_group_rule"),
            models.Index(fields=["closed_month"], name="alert_closed_month"),
            models.Index(
                fields=["anchor_month"],
                condition=models.Q(anchor_month__isnull=False),
                name="alert_anchor_month",
            ),
            models.Index(
                fields=["city_code", "state"],
                condition=models.Q(escalated_at__isnull=False),
                name="alert_city_escalated",
            ),
            models.Index(
                fields=["county_code", "state"],
                condition=models.Q(escalated_at__isnull=False),
                name="alert_county_escalated",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.group_code} {self.rule} {self.state}"

    @property
    def opened(self) -> Month:
        """Return the first month as a value."""
        return Month.from_index(self.opened_month)

    @property
    def last_fired(self) -> Month:
        """Return the newest month that fired as a value."""
        return Month.from_index(self.last_fired_month)


class AlertFiring(Evidence):
    """Be one month in which a rule fired for a group 触发记录: the evidence it was judged by."""

    month = models.IntegerField(_("账期"))
    run = models.BigIntegerField(_("运行"))
    group_code = models.CharField(max_length=40)
    rule = models.CharField(max_length=20)

    pk = models.CompositePrimaryKey("run", "group_code", "rule")

    class Meta:
        managed = False  # a view: what the published runs say
        db_table = "alerts_firing_now"
        verbose_name = verbose_name_plural = _("触发记录")

    def __str__(self) -> str:
        return f"{self.group_code} {self.rule} {Month.from_index(self.month)}"


class AlertStep(models.Model):
    """Be one step of a person 处理记录; rows are only added."""

    alert = models.ForeignKey(Alert, on_delete=models.PROTECT, related_name="steps")
    version = models.IntegerField()  # the alert's, after the step
    step = models.CharField(max_length=12, choices=list(STEPS.items()))
    from_state = models.CharField(max_length=12)
    to_state = models.CharField(max_length=12)
    reason = models.CharField(max_length=12, choices=list(REASONS.items()), blank=True, default="")
    note = models.TextField(blank=True, default="")
    until = models.DateField(null=True)
    user = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    display_name = models.CharField(max_length=150)
    at = models.DateTimeField(auto_now_add=True)
    request_id = models.CharField(max_length=64, blank=True, default="")

    class Meta:
        verbose_name = verbose_name_plural = _("处理记录")
        ordering = ["alert_id", "version"]
        constraints = [
            models.UniqueConstraint(fields=["alert", "version"], name="one_step_a_version")
        ]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.alert_id} v{self.version} {self.step}"
