"""Show the marts of groups to Django."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from warehouse.mart_rows import GroupQuerySet, MartQuerySet, MartRow, SharedQuerySet, fields_of
from warehouse.marts_group import (
    GROUP_ALERT,
    GROUP_DUE,
    GROUP_ELASTICITY,
    GROUP_EXCLUDED_MONTH,
    GROUP_GRADE_CHANGE,
    GROUP_MONTH,
    GROUP_PRODUCT_MONTH,
    GROUP_RESULT,
    GROUP_RULE_HIT,
)


class GroupMonth(MartRow):
    """Be the facts of one group and month 集团月度事实."""

    vars().update(fields_of(GROUP_MONTH))
    pk = models.CompositePrimaryKey("run", *GROUP_MONTH.keys)
    objects = GroupQuerySet.as_manager()

    class Meta:
        db_table = "mart_group_month"
        verbose_name = verbose_name_plural = _("集团月度事实")


class GroupResultStored(MartRow):
    """Hold ``group_result`` as its runs loaded it; readers take :class:`GroupResult`."""

    vars().update(fields_of(GROUP_RESULT))
    pk = models.CompositePrimaryKey("run", *GROUP_RESULT.keys)

    class Meta:
        db_table = "mart_group_result"
        verbose_name = verbose_name_plural = _("集团评定结果")


class GroupResult(MartRow):
    """Be what the model says of one group and month 集团评定结果."""

    vars().update(fields_of(GROUP_RESULT))
    pk = models.CompositePrimaryKey("run", *GROUP_RESULT.keys)
    objects = MartQuerySet.as_manager()

    class Meta:
        managed = False  # a view: the mart under the grades approved since
        db_table = "group_result_now"
        verbose_name = verbose_name_plural = _("集团评定结果")


class GroupProductMonth(MartRow):
    """Be one product of one group in one month 集团产品."""

    vars().update(fields_of(GROUP_PRODUCT_MONTH))
    pk = models.CompositePrimaryKey("run", *GROUP_PRODUCT_MONTH.keys)
    objects = SharedQuerySet.as_manager()

    class Meta:
        db_table = "mart_group_product_month"
        verbose_name = verbose_name_plural = _("集团产品")


class GroupAlertStored(MartRow):
    """Hold ``group_alert`` as its runs loaded it; readers take :class:`GroupAlert`."""

    vars().update(fields_of(GROUP_ALERT))
    pk = models.CompositePrimaryKey("run", *GROUP_ALERT.keys)

    class Meta:
        db_table = "mart_group_alert"
        verbose_name = verbose_name_plural = _("集团异常检测")


class GroupAlert(MartRow):
    """Be what the anomaly rules say of one group and month 集团异常检测."""

    vars().update(fields_of(GROUP_ALERT))
    pk = models.CompositePrimaryKey("run", *GROUP_ALERT.keys)
    objects = MartQuerySet.as_manager()

    class Meta:
        managed = False  # a view: the mart under the grades approved since
        db_table = "group_alert_now"
        verbose_name = verbose_name_plural = _("集团异常检测")


class GroupRuleHit(MartRow):
    """Be one alert rule that fired for one group and month 预警命中."""

    vars().update(fields_of(GROUP_RULE_HIT))
    pk = models.CompositePrimaryKey("run", *GROUP_RULE_HIT.keys)
    objects = MartQuerySet.as_manager()

    class Meta:
        db_table = "mart_group_rule_hit"
        verbose_name = verbose_name_plural = _("预警命中")


class GroupExcludedMonth(MartRow):
    """Be what came in for a group but is not shown, with its reason 不计入."""

    vars().update(fields_of(GROUP_EXCLUDED_MONTH))
    pk = models.CompositePrimaryKey("run", *GROUP_EXCLUDED_MONTH.keys)
    objects = SharedQuerySet.as_manager()

    class Meta:
        db_table = "mart_group_excluded_month"
        verbose_name = verbose_name_plural = _("不计入明细")


class GroupElasticity(MartRow):
    """Be how one stream of one group answered to its price 集团价值弹性."""

    vars().update(fields_of(GROUP_ELASTICITY))
    pk = models.CompositePrimaryKey("run", *GROUP_ELASTICITY.keys)
    objects = MartQuerySet.as_manager()

    class Meta:
        db_table = "mart_group_elasticity"
        verbose_name = verbose_name_plural = _("集团价值弹性")


class GroupGradeChangeStored(MartRow):
    """Hold ``group_grade_change`` as its runs loaded it; readers take :class:`GroupGradeChange`."""

    vars().update(fields_of(GROUP_GRADE_CHANGE))
    pk = models.CompositePrimaryKey("run", *GROUP_GRADE_CHANGE.keys)

    class Meta:
        db_table = "mart_group_grade_change"
        verbose_name = verbose_name_plural = _("变动集团")


class GroupGradeChange(MartRow):
    """Be one group whose effective grade changed 变动集团."""

    vars().update(fields_of(GROUP_GRADE_CHANGE))
    pk = models.CompositePrimaryKey("run", *GROUP_GRADE_CHANGE.keys)
    objects = MartQuerySet.as_manager()

    class Meta:
        managed = False  # a view: the mart under the grades approved since
        db_table = "group_grade_change_now"
        verbose_name = verbose_name_plural = _("变动集团")


class GroupDue(MartRow):
    """Be one thing that falls due at a group 到期事项: the end of a contract, a birthday."""

    vars().update(fields_of(GROUP_DUE))
    pk = models.CompositePrimaryKey("run", *GROUP_DUE.keys)
    objects = SharedQuerySet.as_manager()

    class Meta:
        db_table = "mart_group_due"
        verbose_name = verbose_name_plural = _("到期事项")
