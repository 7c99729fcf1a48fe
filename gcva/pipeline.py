"""Show the month from top to bottom: each step's output is the next one's input."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from alerts.rule_steps import rule_step
from alerts.steps import alert_step
from alerts.threshold_queries import pin_thresholds
from analytics.income_composition.steps import mask_step
from analytics.price_elasticity.steps import alarmed, elasticity_step
from scoring.flows import flow_step
from scoring.overlay import pin_adjustments
from scoring.queries import GRADING_FILE
from scoring.steps import grade_step, looked_up, pin_model, score_step
from warehouse.context import Pin, Pipeline, Step
from warehouse.dues import dues_step
from warehouse.facts import facts_step
from warehouse.load import load_step
from warehouse.names import names_step
from warehouse.prices import prices_step
from warehouse.roll_up import facts_by_unit_step, roll_up_step

FACTS = (
    "member_duplicate.parquet",
    "group_product_month.parquet",
    "group_excluded_month.parquet",
    "group_month.parquet",
)
GRADES = ("group_result.parquet", GRADING_FILE)
FLOWS = (
    "group_approved_before.parquet",
    "group_grade_change.parquet",
    "grade_flow_month.parquet",
)
FACTS_BY_UNIT = ("org_product_month.parquet", "org_concentration.parquet")
ELASTICITIES = (
    "group_elasticity.parquet",
    "segment_elasticity.parquet",
    "org_elasticity.parquet",
)
MODEL: tuple[Pin, ...] = ("model_version_id",)
GRADED: tuple[Pin, ...] = (*MODEL, "adjustments_upto")

PIPELINE = Pipeline(
    steps=(
        Step("facts", _("汇总"), facts_step, FACTS),
        Step("names", _("拼音次序"), names_step, ("group_name.parquet",)),
        Step("dues", _("到期事项"), dues_step, ("group_due.parquet",)),
        Step("prices", _("价格指数"), prices_step, ("group_stream_month.parquet",)),
        Step("facts_by_unit", _("产品与集中度汇总"), facts_by_unit_step, FACTS_BY_UNIT),
        Step("scores", _("评分"), score_step, ("group_score.parquet",), MODEL, looked_up),
        Step("grades", _("评定等级"), grade_step, GRADES, GRADED, looked_up),
        Step("flows", _("等级变动"), flow_step, FLOWS, GRADED, looked_up),
        Step("alerts", _("异常检测"), alert_step),  # group_alert
        # group_evidence, group_rule_hit
        Step("rules", _("预警判定"), rule_step),
        Step("elasticity", _("弹性测算"), elasticity_step, ELASTICITIES, reads=alarmed, apart=True),
        Step("roll_up", _("按组织汇总"), roll_up_step),  # org_month, peer_month
        Step("masks", _("小单元屏蔽"), mask_step),  # org_mask
        Step("load", _("装载"), load_step),  # Postgres partitions
    ),
    pin_model=pin_model,
    pin_adjustments=pin_adjustments,
    pin_thresholds=pin_thresholds,
)
