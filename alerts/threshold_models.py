"""Hold the log of threshold changes 阈值变更; rows are only ever added."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import audited
from alerts.rules import LIMITS
from alerts.threshold_words import class_name, limit_name, value_said
from alerts.thresholds import Change
from core.month import Month

SAID_ONCE = [
    "version", "code", "level", "city_code", "account_manager_code", "grade_class", "value",
    "lowest", "highest", "from_month_index", "reason", "restores", "created_at",
]  # fmt: skip


@audited()
class ThresholdChange(models.Model):
    """Be one change of a threshold 阈值变更, or of the range the province allows.

    ``version`` numbers the changes without gaps in the order they took hold, so that a month run
    pins with one number everything known when it was made. ``value`` null with no range: the place
    gives its own value up and inherits again.
    """

    class Level(models.TextChoices):
        """Name whose value it is."""

        PROVINCE = "province", _("全省")
        CITY = "city", _("地市")
        ACCOUNT_MANAGER = "account_manager", _("客户经理")

    version = models.PositiveIntegerField(_("版本"), unique=True)
    code = models.CharField(_("阈值名称"), max_length=30)
    level = models.CharField(_("层级"), max_length=20, choices=Level.choices)
    city_code = models.CharField(_("地市编码"), max_length=40, blank=True)
    account_manager_code = models.CharField(_("客户经理编码"), max_length=40, blank=True)
    grade_class = models.CharField(_("等级类别"), max_length=1, blank=True)
    value = models.FloatField(_("阈值"), null=True, blank=True)
    lowest = models.FloatField(_("下限"), null=True, blank=True)
    highest = models.FloatField(_("上限"), null=True, blank=True)
    from_month_index = models.IntegerField(_("生效账期"))
    reason = models.CharField(_("原因"), max_length=200)
    restores = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = _("阈值变更")
        ordering = ["-version"]
        constraints = [
            models.CheckConstraint(condition=Q(code__in=list(LIMITS)), name="threshold_is_known"),
            models.CheckConstraint(
                condition=Q(level="province", city_code="", account_manager_code="")
                | (Q(level="city", account_manager_code="") & ~Q(city_code=""))
                | (Q(level="account_manager") & ~Q(city_code="") & ~Q(account_manager_code="")),
                name="threshold_has_its_place",
            ),
            models.CheckConstraint(
                condition=Q(lowest=None, highest=None)
                | Q(level="province", value=None, grade_class="", lowest__lte=F("highest")),
                name="threshold_range_is_the_provinces",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="threshold_change_stays", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(name="threshold_change_is_said_once", fields=SAID_ONCE),
        ]

    def __str__(self) -> str:
        return f"v{self.version} {self.code} {self.month}"

    @staticmethod
    def audit_words(name: str, value: Any, row: Mapping[str, Any]) -> str | None:
        """Write a value of the audit 审计 with the threshold's name and unit; None for others."""
        code = row.get("code", "")
        if code not in LIMITS:
            return None
        if name == "code":
            return limit_name(code)
        if name == "grade_class":
            return class_name(value)
        return value_said(code, value) if name in ("value", "lowest", "highest") else None

    @property
    def month(self) -> Month:
        """Return the first month the change is in force."""
        return Month.from_index(self.from_month_index)

    def as_change(self) -> Change:
        """Return the row as a value."""
        return Change(
            version=self.version,
            code=self.code,
            level=self.level,
            city_code=self.city_code,
            account_manager_code=self.account_manager_code,
            grade_class=self.grade_class,
            from_month=self.from_month_index,
            value=self.value,
            lowest=self.lowest,
            highest=self.highest,
        )
