"""Show the marts of units, segments and similar groups to Django."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from warehouse.mart_rows import MartQuerySet, MartRow, OrgQuerySet, fields_of
from warehouse.marts_unit import (
    GRADE_FLOW_MONTH,
    ORG_CONCENTRATION,
    ORG_ELASTICITY,
    ORG_MASK,
    ORG_MONTH,
    ORG_PRODUCT_MONTH,
    PEER_MONTH,
    SEGMENT_ELASTICITY,
)


class OrgMonthStored(MartRow):
    """Hold ``org_month`` as its runs loaded it; readers take :class:`OrgMonth`."""

    vars().update(fields_of(ORG_MONTH))
    pk = models.CompositePrimaryKey("run", *ORG_MONTH.keys)

    class Meta:
        db_table = "mart_org_month"
        verbose_name = verbose_name_plural = _("组织汇总")


class OrgMonth(MartRow):
    """Be the totals of one unit 组织汇总, by grade, industry and size."""

    vars().update(fields_of(ORG_MONTH))
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

    vars().update(fields_of(ORG_PRODUCT_MONTH))
    pk = models.CompositePrimaryKey("run", *ORG_PRODUCT_MONTH.keys)
    objects = OrgProductQuerySet.as_manager()

    class Meta:
        db_table = "mart_org_product_month"
        verbose_name = verbose_name_plural = _("产品汇总")


class SegmentElasticity(MartRow):
    """Be the demand elasticity of one segment of the province 细分市场弹性; it has no unit."""

    vars().update(fields_of(SEGMENT_ELASTICITY))
    pk = models.CompositePrimaryKey("run", *SEGMENT_ELASTICITY.keys)
    objects = MartQuerySet.as_manager()

    class Meta:
        db_table = "mart_segment_elasticity"
        verbose_name = verbose_name_plural = _("细分市场弹性")


class OrgElasticity(MartRow):
    """Be the elasticities of one unit and stream as sums 弹性汇总."""

    vars().update(fields_of(ORG_ELASTICITY))
    pk = models.CompositePrimaryKey("run", *ORG_ELASTICITY.keys)
    objects = MartQuerySet.as_manager()

    class Meta:
        db_table = "mart_org_elasticity"
        verbose_name = verbose_name_plural = _("弹性汇总")


class OrgConcentration(MartRow):
    """Be what the largest groups of a unit bring 集中度."""

    vars().update(fields_of(ORG_CONCENTRATION))
    pk = models.CompositePrimaryKey("run", *ORG_CONCENTRATION.keys)
    objects = MartQuerySet.as_manager()

    class Meta:
        db_table = "mart_org_concentration"
        verbose_name = verbose_name_plural = _("收入集中度")


class PeerMonth(MartRow):
    """Be the quartiles of similar groups 同类集团 of one industry and size."""

    vars().update(fields_of(PEER_MONTH))
    pk = models.CompositePrimaryKey("run", *PEER_MONTH.keys)
    objects = MartQuerySet.as_manager()

    class Meta:
        db_table = "mart_peer_month"
        verbose_name = verbose_name_plural = _("同类集团")


class OrgMask(MartRow):
    """Say whether a unit's fee amounts are masked for management 屏蔽."""

    vars().update(fields_of(ORG_MASK))
    pk = models.CompositePrimaryKey("run", *ORG_MASK.keys)
    objects = MartQuerySet.as_manager()

    class Meta:
        db_table = "mart_org_mask"
        verbose_name = verbose_name_plural = _("小单元屏蔽")


class GradeFlowMonthStored(MartRow):
    """Hold ``grade_flow_month`` as its runs loaded it; readers take :class:`GradeFlowMonth`."""

    vars().update(fields_of(GRADE_FLOW_MONTH))
    pk = models.CompositePrimaryKey("run", *GRADE_FLOW_MONTH.keys)

    class Meta:
        db_table = "mart_grade_flow_month"
        verbose_name = verbose_name_plural = _("等级变动")


class GradeFlowMonth(MartRow):
    """Be how many groups of a unit went from one grade to another, and in which way 等级变动."""

    vars().update(fields_of(GRADE_FLOW_MONTH))
    pk = models.CompositePrimaryKey("run", *GRADE_FLOW_MONTH.keys)
    objects = MartQuerySet.as_manager()

    class Meta:
        managed = False  # a view: the mart under the grades approved since
        db_table = "grade_flow_month_now"
        verbose_name = verbose_name_plural = _("等级变动")
