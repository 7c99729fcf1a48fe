"""Know the Django model of every mart; loads go by it, readers import the models from here.

The tables are partitioned by run. Readers always name the run (``in_run``) and their scope
(``visible_to``); composite keys are not for the admin.
"""

from __future__ import annotations

from warehouse.mart_models_group import (
    GroupAlert,
    GroupAlertStored,
    GroupDue,
    GroupElasticity,
    GroupExcludedMonth,
    GroupGradeChange,
    GroupGradeChangeStored,
    GroupMonth,
    GroupProductMonth,
    GroupResult,
    GroupResultStored,
    GroupRuleHit,
)
from warehouse.mart_models_unit import (
    GradeFlowMonth,
    GradeFlowMonthStored,
    OrgConcentration,
    OrgElasticity,
    OrgMask,
    OrgMonth,
    OrgMonthStored,
    OrgProductMonth,
    PeerMonth,
    SegmentElasticity,
)
from warehouse.mart_rows import MartRow, OrgQuerySet
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
)

__all__ = [
    "MODELS",
    "GradeFlowMonth",
    "GradeFlowMonthStored",
    "GroupAlert",
    "GroupAlertStored",
    "GroupDue",
    "GroupElasticity",
    "GroupExcludedMonth",
    "GroupGradeChange",
    "GroupGradeChangeStored",
    "GroupMonth",
    "GroupProductMonth",
    "GroupResult",
    "GroupResultStored",
    "GroupRuleHit",
    "OrgConcentration",
    "OrgElasticity",
    "OrgMask",
    "OrgMonth",
    "OrgMonthStored",
    "OrgProductMonth",
    "OrgQuerySet",
    "PeerMonth",
    "SegmentElasticity",
]

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
