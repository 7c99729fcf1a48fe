"""Hold who decides for whom while an administrator is away 代理审批."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.tracking import audited

#: Guardian's permission on a city behind a delegation; without it the dates mean nothing.
DECIDE_FOR_UNIT = "decide_for_unit"


class DelegationQuerySet(models.QuerySet["Delegation"]):
    """Read delegations by the day."""

    def open(self) -> DelegationQuerySet:
        """Keep those nobody took back."""
        return self.filter(revoked_at=None)

    def on(self, day: dt.date) -> DelegationQuerySet:
        """Keep those that hold on a day, both ends included."""
        return self.open().filter(from_date__lte=day, to_date__gte=day)


@audited()
class Delegation(models.Model):
    """Be one dated delegation of a city's decisions to another administrator."""

    unit = models.ForeignKey("accounts.OrgUnit", on_delete=models.PROTECT, related_name="+")
    from_user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="delegations_given"
    )
    to_user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="delegations_taken"
    )
    from_date = models.DateField(_("开始日期"))
    to_date = models.DateField(_("结束日期"))
    reason = models.CharField(_("原因"), max_length=200, blank=True)
    granted_at = models.DateTimeField(auto_now_add=True)
    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    objects = DelegationQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("代理审批")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(to_date__gte=F("from_date")), name="delegation_dates_in_order"
            ),
            models.CheckConstraint(
                condition=~Q(from_user=F("to_user")), name="nobody_delegates_to_oneself"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id}: {self.from_user_id} → {self.to_user_id}"
