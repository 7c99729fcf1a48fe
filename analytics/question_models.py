"""Remember questions about numbers 数据疑问 with the state of the page they were asked on."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.tracking import audited
from core import formats
from core.indicator import both_names
from core.month import Month


@audited()
class DataQuestion(models.Model):
    """Be one question about one figure, from being asked to being answered or closed.

    ``url`` leads back to the exact page; ``value_shown`` is what the asker saw and nothing else of
    the business travels with the question.
    """

    class State(models.TextChoices):
        """Name the states of a question."""

        OPEN = "open", _("待回复")
        ANSWERED = "answered", _("已回复")
        CLOSED = "closed", _("已关闭")

    asker = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.OPEN)
    text = models.TextField(_("疑问"), max_length=1000)
    slug = models.CharField(_("页面"), max_length=40)
    url = models.CharField(_("页面地址"), max_length=1000)
    month_index = models.IntegerField(_("账期"), null=True)
    run = models.BigIntegerField(_("运行"), null=True)
    level = models.CharField(_("层级"), max_length=20)
    unit_code = models.CharField(_("组织单元"), max_length=40, blank=True)
    account_manager_code = models.CharField(_("客户经理"), max_length=40, blank=True)
    group_code = models.CharField(_("集团编码"), max_length=40, blank=True)
    filters = models.JSONField(_("筛选条件"), default=dict, blank=True)
    figure_code = models.CharField(_("指标编码"), max_length=60)
    figure_label = models.CharField(_("指标"), max_length=100)
    value_shown = models.CharField(_("当时显示"), max_length=100, blank=True)
    asked_at = models.DateTimeField(_("提出时间"), auto_now_add=True)
    answer = models.TextField(_("回复"), max_length=2000, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("回复人"),
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
    )
    answered_at = models.DateTimeField(_("回复时间"), null=True)
    closed_at = models.DateTimeField(_("关闭时间"), null=True)

    class Meta:
        app_label = "analytics"
        verbose_name = verbose_name_plural = _("数据疑问")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["asker", "-id"], name="questions_of_asker"),
            models.Index(fields=["state", "-id"], name="questions_by_state"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.figure_label}"

    @property
    def figure(self) -> str:
        """Return the figure's name in the reader's language, else as it was seen."""
        names = both_names(self.figure_code, self.figure_label)
        if names:
            return names[0] if formats.is_chinese() else names[1]
        return gettext(self.figure_label) if self.figure_label else ""

    @property
    def month(self) -> Month | None:
        """Return the billing month as a value."""
        return None if self.month_index is None else Month.from_index(self.month_index)
