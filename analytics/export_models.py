"""Remember exports that are too large to wait for 导出任务."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.month import Month


class ExportJob(models.Model):
    """Be one file asked for: what it holds, how far it is, where it lies, until when."""

    class State(models.TextChoices):
        """Name the states of an export."""

        WAITING = "waiting", _("排队中")
        RUNNING = "running", _("生成中")
        DONE = "done", _("可下载")
        FAILED = "failed", _("失败")
        EXPIRED = "expired", _("已过期")

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="export_jobs"
    )
    slug = models.CharField(_("模块"), max_length=40)
    title = models.CharField(_("名称"), max_length=300)
    query = models.TextField(_("条件"), blank=True)  # the address's own, its month always named
    format = models.CharField(_("格式"), max_length=4)
    language = models.CharField(_("语言"), max_length=10)
    month_index = models.IntegerField(_("账期"))
    run = models.BigIntegerField(_("运行"))
    scope_key = models.TextField(_("数据范围"))  # whose rows the file holds: checked again later
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    n_rows = models.IntegerField(_("行数"))
    n_done = models.IntegerField(_("已写行数"), default=0)
    attempt = models.IntegerField(default=0)  # also the fence: who works on it carries its number
    lease_until = models.DateTimeField(null=True)
    path = models.CharField(_("文件"), max_length=200, blank=True)  # below GCVA_VAR/exports
    message = models.TextField(_("说明"), blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField()

    class Meta:
        app_label = "analytics"
        verbose_name = verbose_name_plural = _("导出任务")
        ordering = ["-id"]
        indexes = [models.Index(fields=["owner", "-id"]), models.Index(fields=["state"])]

    def __str__(self) -> str:
        return f"{self.title}.{self.format} #{self.pk}"

    @property
    def month(self) -> Month:
        """Return the billing month as a value."""
        return Month.from_index(self.month_index)

    @property
    def is_open(self) -> bool:
        """Tell whether a worker still has to do something."""
        return self.state in (self.State.WAITING, self.State.RUNNING)

    @property
    def percent(self) -> int:
        """Return how much is written, 0–100."""
        return min(100, self.n_done * 100 // self.n_rows) if self.n_rows else 0
