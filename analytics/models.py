"""Remember what readers do with the pages: openings, followed groups, lists asked for, views."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from analytics.export_models import ExportJob
from analytics.question_models import DataQuestion
from core.month import Month

__all__ = [
    "DataQuestion",
    "ExportJob",
    "GroupCodeList",
    "GroupMark",
    "GroupViewOpening",
    "SavedView",
]


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


class GroupMark(models.Model):
    """Be what one reader noted on one group 关注: followed or not, own tags; nobody else sees."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="group_marks"
    )
    group_code = models.CharField(_("集团编码"), max_length=40)
    is_followed = models.BooleanField(_("已关注"), default=False)
    tags = ArrayField(models.CharField(max_length=20), verbose_name=_("标签"), default=list)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        app_label = "analytics"
        verbose_name = verbose_name_plural = _("关注的集团")
        constraints = [
            models.UniqueConstraint(fields=["user", "group_code"], name="one_mark_a_group")
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.group_code}"


class GroupCodeList(models.Model):
    """Be the codes one reader pasted 名单查询; too many for an address, so the key stands in it."""

    key = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="group_code_lists"
    )
    codes = ArrayField(models.CharField(max_length=40), verbose_name=_("集团编码"))
    repeated = ArrayField(models.CharField(max_length=40), verbose_name=_("重复编码"), default=list)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        app_label = "analytics"
        verbose_name = verbose_name_plural = _("名单查询")
        indexes = [models.Index(fields=["user", "-at"])]

    def __str__(self) -> str:
        return f"{self.user_id} {len(self.codes)}"


class SavedView(models.Model):
    """Be one page as one reader left it 保存视图: module, address; opening it asks who may."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_views"
    )
    module = models.CharField(_("模块"), max_length=40)
    name = models.CharField(_("名称"), max_length=40)
    query = models.TextField(_("条件"), blank=True)  # without the month where that is the latest
    is_default = models.BooleanField(_("默认视图"), default=False)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        app_label = "analytics"
        verbose_name = verbose_name_plural = _("保存的视图")
        constraints = [
            models.UniqueConstraint(fields=["user", "module", "name"], name="one_view_a_name"),
            models.UniqueConstraint(
                fields=["user", "module"],
                condition=models.Q(is_default=True),
                name="one_default_view_a_module",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.module} {self.name}"
