"""Hold which groups of a run have another effective grade by now 生效等级叠加."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class GradeOverlay(models.Model):
    """Be one group of a run whose grade, or last month's, was approved since the run.

    ``from_month`` is the month the run compared grades with. Written by ``scoring.overlay`` alone;
    what it changes in the totals stands in the tables of changes (``now_views.py``).
    """

    run = models.BigIntegerField(_("运行"))
    group_code = models.TextField(_("集团编码"))
    effective_grade = models.TextField(_("生效等级"))
    effective_source = models.TextField()
    prev_effective_grade = models.TextField()
    grade_way = models.TextField()
    from_month = models.IntegerField(null=True)
    adjustment_id = models.BigIntegerField(null=True)

    class Meta:
        db_table = "grade_overlay"
        verbose_name = verbose_name_plural = _("生效等级叠加")
        constraints = [
            models.UniqueConstraint(fields=["run", "group_code"], name="one_overlay_a_group")
        ]

    def __str__(self) -> str:
        return f"#{self.run} {self.group_code} {self.effective_grade}"
