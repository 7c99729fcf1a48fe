"""Hold the score models 评分模型 by version, and the grades approved beside them."""

from __future__ import annotations

import hashlib
import json

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from accounts.models import audited
from core.month import Month
from scoring.definition import ModelDefinition, parse_definition


@audited()
class ScoreModel(models.Model):
    """Be one version of the score model 评分模型; what is published never changes its definition.

    ``reference`` maps an indicator's code to its mean points in the first month run under the model
    that had it: ``{"micro": millionths, "n_groups": n, "month": index}``.
    """

    class State(models.TextChoices):
        """Name the states of a version."""

        DRAFT = "draft", _("草稿")
        PUBLISHED = "published", _("已发布")
        RETIRED = "retired", _("已停用")

    version = models.IntegerField(_("版本"), unique=True)
    name = models.CharField(_("名称"), max_length=100)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    definition = models.JSONField(_("模型定义"))
    is_example = models.BooleanField(_("示例权重"), default=False)
    from_month_index = models.IntegerField(_("生效账期"), null=True, blank=True)
    reference = models.JSONField(default=dict, blank=True)
    note = models.TextField(_("说明"), blank=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("评分模型")
        ordering = ["-version"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state="draft") | models.Q(from_month_index__isnull=False),
                name="published_model_says_from_when",
            )
        ]
        triggers = [
            pgtrigger.Protect(
                name="published_definition_stays",
                operation=pgtrigger.Update,
                condition=~pgtrigger.Q(old__state="draft")
                & (
                    pgtrigger.Q(old__definition__df=pgtrigger.F("new__definition"))
                    | pgtrigger.Q(old__version__df=pgtrigger.F("new__version"))
                ),
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} v{self.version}"

    def parsed(self) -> ModelDefinition:
        """Return the definition as values."""
        return parse_definition(self.definition)

    @property
    def digest(self) -> str:
        """Return what tells whether somebody else changed the version meanwhile."""
        said = json.dumps([self.name, self.note, self.definition], sort_keys=True)
        return hashlib.sha256(said.encode()).hexdigest()[:16]

    def reference_of(self, codes: tuple[str, ...]) -> list[int | None]:
        """Return the pinned mean points (millionths) in the order of ``codes``; None = not yet."""
        pinned = (self.reference.get(code) for code in codes)
        return [int(each["micro"]) if each else None for each in pinned]

    @property
    def from_month(self) -> Month | None:
        """Return the first month the version is in force; None for drafts and "since ever"."""
        return Month.from_index(self.from_month_index) if self.from_month_index else None


@audited()
class GradeInForce(models.Model):
    """Overlay a grade approved for a time 生效等级 over the suggested one; rows are only added.

    The newest row (highest id) that covers a month wins; a run reads rows up to its pinned id.
    ``adjustment_id`` names the approved request; null = taken over from elsewhere.
    """

    group_code = models.CharField(_("集团编码"), max_length=40)
    from_month_index = models.IntegerField(_("开始账期"))
    to_month_index = models.IntegerField(_("结束账期"))
    grade = models.CharField(_("等级"), max_length=2)
    adjustment_id = models.BigIntegerField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = _("生效等级")
        indexes = [models.Index(fields=["group_code", "-id"])]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(to_month_index__gte=F("from_month_index")),
                name="grade_in_force_months_in_order",
            ),
            models.CheckConstraint(
                condition=models.Q(grade__in=["A1", "A2", "B1", "B2", "C"]),
                name="grade_in_force_is_a_grade",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.group_code} {self.grade}"
