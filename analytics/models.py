"""Remember which management reader opened which single group 打开记录."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.month import Month


class GroupViewOpening(models.Model):
    """Be one opening of one group by a reader who otherwise sees totals; rows are only added."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    username = models.CharField(_("用户名"), max_length=150)
    role = models.CharField(_("角色"), max_length=20)
    group_code = models.CharField(_("集团编码"), max_length=40)
    month_index = models.IntegerField(_("账期"))
    door = models.CharField(_("入口"), max_length=10)  # "page" or "api"
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        app_label = "analytics"
        verbose_name = verbose_name_plural = _("集团打开记录")
        indexes = [models.Index(fields=["group_code", "-at"]), models.Index(fields=["user", "-at"])]

    def __str__(self) -> str:
        return f"{self.username} {self.group_code} {self.month}"

    @property
    def month(self) -> Month:
        """Return the billing month as a value."""
        return Month.from_index(self.month_index)
