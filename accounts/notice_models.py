"""Hold what people are told 通知 and how they want to be told."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.tracking import audited


class NotificationQuerySet(models.QuerySet["Notification"]):
    """Read notifications by their state."""

    def of_user(self, user_id: int | None) -> NotificationQuerySet:
        """Keep what one person was told; a visitor was told nothing."""
        return self.none() if user_id is None else self.filter(user_id=user_id)

    def unread(self) -> NotificationQuerySet:
        """Keep what its receiver has not read."""
        return self.filter(read_at=None)


class Notification(models.Model):
    """Be one message to one person; the words are rendered in the reader's language when read.

    ``message`` is a Chinese msgid with ``{names}``, ``params`` fills them. The owner columns say
    what it is about: a group's owner at the time, or a unit; all empty: about nobody's business.
    """

    class Kind(models.TextChoices):
        """Say what a notification is about."""

        ADJUSTMENT = "adjustment", _("等级调整")
        ALERT = "alert", _("异常告警")
        THRESHOLD = "threshold", _("阈值设置")
        MONTH = "month", _("账期发布")
        QUESTION = "question", _("数据疑问")
        ACCOUNT = "account", _("账号与权限")

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notifications"
    )
    kind = models.CharField(_("类别"), max_length=20, choices=Kind.choices)
    message = models.CharField(max_length=300)
    params = models.JSONField(default=dict, blank=True)
    url = models.CharField(max_length=500, blank=True)
    group_code = models.CharField(max_length=40, blank=True, default="")
    city_code = models.CharField(max_length=40, blank=True, default="")
    county_code = models.CharField(max_length=40, blank=True, default="")
    account_manager_code = models.CharField(max_length=40, blank=True, default="")
    dedupe = models.CharField(max_length=200, blank=True, default="")
    created_at = models.DateTimeField(auto_now_add=True)
    read_at = models.DateTimeField(null=True, blank=True)
    mailed_at = models.DateTimeField(null=True, blank=True)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("通知")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["user", "-id"], name="notices_of_user"),
            models.Index(fields=["user"], condition=Q(read_at=None), name="notices_unread"),
            models.Index(fields=["id"], condition=Q(mailed_at=None), name="notices_unmailed"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "dedupe"], condition=~Q(dedupe=""), name="told_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.kind} #{self.pk}"


@audited()
class NoticePreference(models.Model):
    """Say how one person is told besides the bell 通知偏好: not at all, each, or once a day."""

    class Mail(models.TextChoices):
        """Name the ways of mail."""

        OFF = "off", _("不发送邮件")
        EACH = "each", _("逐条发送邮件")
        DIGEST = "digest", _("每日汇总邮件")

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notice_preference"
    )
    mail = models.CharField(_("邮件"), max_length=10, choices=Mail.choices, default=Mail.DIGEST)

    class Meta:
        verbose_name = verbose_name_plural = _("通知偏好")

    def __str__(self) -> str:
        return f"{self.user_id} {self.mail}"
