"""Know every mart 集市: the one list that runs, loads, models and tests go by."""

from __future__ import annotations

from warehouse.mart import Column, Mart, Type, step_table
from warehouse.marts_group import (
    FEES,
    GROUP_ALERT,
    GROUP_DUE,
    GROUP_ELASTICITY,
    GROUP_EVIDENCE,
    GROUP_EXCLUDED_MONTH,
    GROUP_GRADE_CHANGE,
    GROUP_MEASURES,
    GROUP_MONTH,
    GROUP_PRODUCT_MONTH,
    GROUP_RESULT,
    GROUP_RULE_HIT,
    GROUP_STREAM_MONTH,
    MEMBER_DUPLICATE,
)
from warehouse.marts_unit import (
    GRADE_FLOW_MONTH,
    GRADES,
    N_SCORE_BANDS,
    ORG_CONCENTRATION,
    ORG_ELASTICITY,
    ORG_MASK,
    ORG_MONTH,
    ORG_PRODUCT_MONTH,
    PEER_MONTH,
    SEGMENT_ELASTICITY,
)

__all__ = [
    "FEES",
    "GRADES",
    "GRADE_FLOW_MONTH",
    "GROUP_ALERT",
    "GROUP_DUE",
    "GROUP_ELASTICITY",
    "GROUP_EVIDENCE",
    "GROUP_EXCLUDED_MONTH",
    "GROUP_GRADE_CHANGE",
    "GROUP_MEASURES",
    "GROUP_MONTH",
    "GROUP_PRODUCT_MONTH",
    "GROUP_RESULT",
    "GROUP_RULE_HIT",
    "GROUP_STREAM_MONTH",
    "MARTS",
    "MEMBER_DUPLICATE",
    "N_SCORE_BANDS",
    "ORG_CONCENTRATION",
    "ORG_ELASTICITY",
    "ORG_MASK",
    "ORG_MONTH",
    "ORG_PRODUCT_MONTH",
    "PEER_MONTH",
    "POSTGRES_MARTS",
    "SEGMENT_ELASTICITY",
    "Column",
    "Mart",
    "Type",
    "step_table",
]

MARTS = {
    mart.name: mart
    for mart in (
        GROUP_MONTH,
        GROUP_RESULT,
        GROUP_PRODUCT_MONTH,
        GROUP_ALERT,
        GROUP_EVIDENCE,
        GROUP_RULE_HIT,
        GROUP_EXCLUDED_MONTH,
        MEMBER_DUPLICATE,
        ORG_MONTH,
        ORG_PRODUCT_MONTH,
        ORG_CONCENTRATION,
        ORG_MASK,
        PEER_MONTH,
        GROUP_STREAM_MONTH,
        GROUP_ELASTICITY,
        SEGMENT_ELASTICITY,
        ORG_ELASTICITY,
        GRADE_FLOW_MONTH,
        GROUP_GRADE_CHANGE,
        GROUP_DUE,
    )
}
POSTGRES_MARTS = tuple(mart for mart in MARTS.values() if mart.in_postgres)
