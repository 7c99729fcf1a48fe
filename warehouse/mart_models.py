"""Show the marts to Django; their columns are declared in ``marts.py`` and nowhere else.

The tables are partitioned by run. Readers always name the run (``in_run``) and their scope
(``visible_to``); composite keys are not for the admin.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any, Protocol, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from warehouse.marts import (
    GRADE_FLOW_MONTH,
    GROUP_ALERT,
    GROUP_DUE,
    GROUP_ELASTICITY,
    GROUP_EXCLUDED_MONTH,
    GROUP_GRADE_CHANGE,
    GROUP_MONTH,
    GROUP_PRODUCT_MONTH,
    GROUP_RESULT,
    GROUP_RULE_HIT,
    ORG_CONCENTRATION,
    ORG_ELASTICITY,
    ORG_MASK,
    ORG_MONTH,
    ORG_PRODUCT_MONTH,
    PEER_MONTH,
    SEGMENT_ELASTICITY,
    Mart,
    Type,
)


class ReaderScope(Protocol):
    """Say what of a reader's scope narrows rows (``accounts.scope.Scope``)."""

    @property
    def is_province(self) -> bool:
        """Return whether the whole province is in scope."""

    @property
    def city_codes(self) -> Collection[str]:
        """Return the cities in scope."""

    @property
    def county_codes(self) -> Collection[str]:
        """Return the counties in scope."""

    @property
    def account_manager_codes(self) -> Collection[str]:
        """Return the account managers in scope."""


class MartQuerySet(models.QuerySet[Any]):
    """Read a mart; the two verbs every read begins with."""

    def in_run(self, run: int | None) -> Self:
        """Keep one run's rows; None (nothing published) keeps none."""
        return self.none() if run is None else self.filter(run=run)

    def visible_to(self, scope: ReaderScope) -> Self:
        """Keep what belongs to the scope's units or account managers in the rows' own month."""
        if scope.is_province:
            return self
        conditions = [
            Q(**{f"{column}__in": sorted(codes)})
            for column, codes in (
                ("city_code", scope.city_codes),
                ("county_code", scope.county_codes),
                ("account_manager_code", scope.account_manager_codes),
            )
            if codes
        ]
        if not conditions:
            return self.none()
        allowed = conditions[0]
        for condition in conditions[1:]:
            allowed |= condition
        return self.filter(allowed)


class GroupQuerySet(MartQuerySet):
    """Read a mart of groups."""

    def shown(self) -> Self:
        """Keep the groups that count (not test, not off net, not gone)."""
        return self.filter(excluded_reason="")


class OrgQuerySet(MartQuerySet):
    """Read the totals by unit."""

    def at_level(self, level: str) -> Self:
        """Keep one level: province, city, county or account_manager."""
        return self.filter(level=level)

    def rolled_up(self, *kept: str) -> Self:
        """Keep the rows whose dimensions other than ``kept`` are summed over."""
        whole: dict[str, str | int] = {"industry_code": "*", "grade": "*", "size_band": -1}
        query = self
        for dimension, total in whole.items():
            condition = Q(**{dimension: total})
            query = query.exclude(condition) if dimension in kept else query.filter(condition)
        return query


def _field(type_: Type, *, null: bool) -> models.Field[Any, Any]:
    fields: dict[Type, models.Field[Any, Any]] = {
        "smallint": models.SmallIntegerField(null=null),
        "int": models.IntegerField(null=null),
        "bigint": models.BigIntegerField(null=null),
        "float8": models.FloatField(null=null),
        "float8[]": ArrayField(models.FloatField(null=True), null=null),
        "text": models.TextField(),
        "date": models.DateField(null=null),
    }
    return fields[type_]


def _fields(mart: Mart) -> dict[str, models.Field[Any, Any]]:
    """Return the fields of a mart's model, ``run`` first; what is no key may be unknown."""
    declared = {
        column.name: _field(column.type, null=column.name not in mart.keys)
        for column in mart.columns
    }
    return {"run": models.BigIntegerField(_("运行")), **declared}


class MartRow(models.Model):
    """Be one row of a mart."""

    class Meta:
        abstract = True

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any: ...

    def __str__(self) -> str:
        return str(self.pk)


class GroupMonth(MartRow):
    """Be the facts of one group and month 集团月度事实."""

    vars().update(_fields(GROUP_MONTH))
    pk = models.CompositePrimaryKey("run", *GROUP_MONTH.keys)
    objects = GroupQuerySet.as_manager()

    class Meta:
        db_table = "mart_group_month"
        verbose_name = verbose_name_plural = _("集团月度事实")


class GroupResultStored(MartRow):
    """Hold ``group_result`` as its runs loaded it; readers take :class:`GroupResult`."""

    vars().update(_fields(GROUP_RESULT))
    pk = models.CompositePrimaryKey("run", *GROUP_RESULT.keys)

    class Meta:
        db_table = "mart_group_result"
        verbose_name = verbose_name_plural = _("集团评定结果")


class GroupResult(MartRow):
    """Be what the model says of one group and month 集团评定结果."""

    vars().update(_fields(GROUP_RESULT))
    pk = models.CompositePrimaryKey("run", *GROUP_RESULT.keys)
    objects = MartQuerySet.as_manager()

    class Meta:
        managed = False  # a view: the mart under the grades approved since
        db_table = "group_result_now"
        verbose_name = verbose_name_plural = _("集团评定结果")


class GroupProductMonth(MartRow):
    """Be one product of one group in one month 集团产品."""

    vars().update(_fields(GROUP_PRODUCT_MONTH))
    pk = models.CompositePrimaryKey("run", *GROUP_PRODUCT_MONTH.keys)
    objects = MartQuerySet.as_manager()

    class Meta:
        db_table = "mart_group_product_month"
        verbose_name = verbose_name_plural = _("集团产品")


class GroupAlertStored(MartRow):
    """Hold ``group_alert`` as its runs loaded it; readers take :class:`GroupAlert`."""

    vars().update(_fields(GROUP_ALERT))
    pk = models.CompositePrimaryKey("run", *GROUP_ALERT.keys)

    class Meta:
        db_table = "mart_group_alert"
        verbose_name = verbose_name_plural = _("集团异常检测")


class GroupAlert(MartRow):
    """Be what the anomaly rules say of one group and month 集团异常检测."""

    vars().update(_fields(GROUP_ALERT))
    pk = models.CompositePrimaryKey("run", *GROUP_ALERT.keys)
    objects = MartQuerySet.as_manager()

    class Meta:
        managed = False  # a view: the mart under the grades approved since
        db_table = "group_alert_now"
        verbose_name = verbose_name_plural = _("集团异常检测")


class GroupRuleHit(MartRow):
    """Be one alert rule that fired for one group and month 预警命中."""

    vars().update(_fields(GROUP_RULE_HIT))
    pk = models.CompositePrimaryKey("run", *GROUP_RULE_HIT.keys)
    objects = MartQuerySet.as_manager()

    class Meta:
        db_table = "mart_group_rule_hit"
        verbose_name = verbose_name_plural = _("预警命中")


class GroupExcludedMonth(MartRow):
    """Be what came in for a group but is not shown, with its reason 不计入."""

    vars().update(_fields(GROUP_EXCLUDED_MONTH))
    pk = models.CompositePrimaryKey("run", *GROUP_EXCLUDED_MONTH.keys)
    objects = MartQuerySet.as_manager()

    class Meta:
        db_table = "mart_group_excluded_month"
        verbose_name = verbose_name_plural = _("不计入明细")


class OrgMonthStored(MartRow):
    """Hold ``org_month`` as its runs loaded it; readers take :class:`OrgMonth`."""

    vars().update(_fields(ORG_MONTH))
    pk = models.CompositePrimaryKey("run", *ORG_MONTH.keys)

    class Meta:
        db_table = "mart_org_month"
        verbose_name = verbose_name_plural = _("组织汇总")


class OrgMonth(MartRow):
    """Be the totals of one unit 组织汇总, by grade, industry and size."""

    vars().update(_fields(ORG_MONTH))
    pk = models.CompositePrimaryKey("run", *ORG_MONTH.keys)
    objects = OrgQuerySet.as_manager()

    class Meta:
        managed = False  # a view: the mart under the grades approved since
        db_table = "org_month_now"
        verbose_name = verbose_name_plural = _("组织汇总")


class OrgProductQuerySet(OrgQuerySet):
    """Read the products by unit."""

    def rolled_up(self, *kept: str) -> Self:
        """Keep the units' own rows; ``kept`` names nothing here: similar groups have a verb."""
        return self.filter(industry_code="*", size_band=-1)

    def by_similar_groups(self) -> Self:
        """Keep the cells of similar groups 同类集团 (industry × size) of the whole province."""
        return self.filter(level="province").exclude(industry_code="*")


class OrgProductMonth(MartRow):
    """Be the totals of one product in one unit 产品汇总, or among similar groups."""

    vars().update(_fields(ORG_PRODUCT_MONTH))
    pk = models.CompositePrimaryKey("run", *ORG_PRODUCT_MONTH.keys)
    objects = OrgProductQuerySet.as_manager()

    class Meta:
        db_table = "mart_org_product_month"
        verbose_name = verbose_name_plural = _("产品汇总")


class GroupElasticity(MartRow):
    """Be how one stream of one group answered to its price 集团价值弹性."""

    vars().update(_fields(GROUP_ELASTICITY))
    pk = models.CompositePrimaryKey("run", *GROUP_ELASTICITY.keys)
    objects = MartQuerySet.as_manager()

    class Meta:
        db_table = "mart_group_elasticity"
        verbose_name = verbose_name_plural = _("集团价值弹性")


class SegmentElasticity(MartRow):
    """Be the demand elasticity of one segment of the province 细分市场弹性; it has no unit."""

    vars().update(_fields(SEGMENT_ELASTICITY))
    pk = models.CompositePrimaryKey("run", *SEGMENT_ELASTICITY.keys)
    objects = MartQuerySet.as_manager()

    class Meta:
        db_table = "mart_segment_elasticity"
        verbose_name = verbose_name_plural = _("细分市场弹性")


class OrgElasticity(MartRow):
    """Be the elasticities of one unit and stream as sums 弹性汇总."""

    vars().update(_fields(ORG_ELASTICITY))
    pk = models.CompositePrimaryKey("run", *ORG_ELASTICITY.keys)
    objects = MartQuerySet.as_manager()

    class Meta:
        db_table = "mart_org_elasticity"
        verbose_name = verbose_name_plural = _("弹性汇总")


class OrgConcentration(MartRow):
    """Be what the largest groups of a unit bring 集中度."""

    vars().update(_fields(ORG_CONCENTRATION))
    pk = models.CompositePrimaryKey("run", *ORG_CONCENTRATION.keys)
    objects = MartQuerySet.as_manager()

    class Meta:
        db_table = "mart_org_concentration"
        verbose_name = verbose_name_plural = _("收入集中度")


class PeerMonth(MartRow):
    """Be the quartiles of similar groups 同类集团 of one industry and size."""

    vars().update(_fields(PEER_MONTH))
    pk = models.CompositePrimaryKey("run", *PEER_MONTH.keys)
    objects = MartQuerySet.as_manager()

    class Meta:
        db_table = "mart_peer_month"
        verbose_name = verbose_name_plural = _("同类集团")


class OrgMask(MartRow):
    """Say whether a unit's fee amounts are masked for management 屏蔽."""

    vars().update(_fields(ORG_MASK))
    pk = models.CompositePrimaryKey("run", *ORG_MASK.keys)
    objects = MartQuerySet.as_manager()

    class Meta:
        db_table = "mart_org_mask"
        verbose_name = verbose_name_plural = _("小单元屏蔽")


class GradeFlowMonthStored(MartRow):
    """Hold ``grade_flow_month`` as its runs loaded it; readers take :class:`GradeFlowMonth`."""

    vars().update(_fields(GRADE_FLOW_MONTH))
    pk = models.CompositePrimaryKey("run", *GRADE_FLOW_MONTH.keys)

    class Meta:
        db_table = "mart_grade_flow_month"
        verbose_name = verbose_name_plural = _("等级变动")


class GradeFlowMonth(MartRow):
    """Be how many groups of a unit went from one grade to another, and in which way 等级变动."""

    vars().update(_fields(GRADE_FLOW_MONTH))
    pk = models.CompositePrimaryKey("run", *GRADE_FLOW_MONTH.keys)
    objects = MartQuerySet.as_manager()

    class Meta:
        managed = False  # a view: the mart under the grades approved since
        db_table = "grade_flow_month_now"
        verbose_name = verbose_name_plural = _("等级变动")


class GroupGradeChangeStored(MartRow):
    """Hold ``group_grade_change`` as its runs loaded it; readers take :class:`GroupGradeChange`."""

    vars().update(_fields(GROUP_GRADE_CHANGE))
    pk = models.CompositePrimaryKey("run", *GROUP_GRADE_CHANGE.keys)

    class Meta:
        db_table = "mart_group_grade_change"
        verbose_name = verbose_name_plural = _("变动集团")


class GroupGradeChange(MartRow):
    """Be one group whose effective grade changed 变动集团."""

    vars().update(_fields(GROUP_GRADE_CHANGE))
    pk = models.CompositePrimaryKey("run", *GROUP_GRADE_CHANGE.keys)
    objects = MartQuerySet.as_manager()

    class Meta:
        managed = False  # a view: the mart under the grades approved since
        db_table = "group_grade_change_now"
        verbose_name = verbose_name_plural = _("变动集团")


class GroupDue(MartRow):
    """Be one thing that falls due at a group 到期事项: the end of a contract, a birthday."""

    vars().update(_fields(GROUP_DUE))
    pk = models.CompositePrimaryKey("run", *GROUP_DUE.keys)
    objects = MartQuerySet.as_manager()

    class Meta:
        db_table = "mart_group_due"
        verbose_name = verbose_name_plural = _("到期事项")


MODELS: dict[str, type[MartRow]] = {
    GROUP_MONTH.name: GroupMonth,
    GROUP_RESULT.name: GroupResultStored,
    GROUP_PRODUCT_MONTH.name: GroupProductMonth,
    GROUP_ALERT.name: GroupAlertStored,
    GROUP_RULE_HIT.name: GroupRuleHit,
    GROUP_EXCLUDED_MONTH.name: GroupExcludedMonth,
    ORG_MONTH.name: OrgMonthStored,
    ORG_PRODUCT_MONTH.name: OrgProductMonth,
    ORG_CONCENTRATION.name: OrgConcentration,
    ORG_MASK.name: OrgMask,
    PEER_MONTH.name: PeerMonth,
    GROUP_ELASTICITY.name: GroupElasticity,
    SEGMENT_ELASTICITY.name: SegmentElasticity,
    ORG_ELASTICITY.name: OrgElasticity,
    GRADE_FLOW_MONTH.name: GradeFlowMonthStored,
    GROUP_GRADE_CHANGE.name: GroupGradeChangeStored,
    GROUP_DUE.name: GroupDue,
}
