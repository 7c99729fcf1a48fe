"""Declare the marts 集市 whose grain is a unit, a segment or similar groups: what pages sum."""

from __future__ import annotations

from warehouse.mart import SCOPE, Mart, columns_of
from warehouse.marts_group import CROSS_SUMS, GROUP_MEASURES

GRADES = ("A1", "A2", "B1", "B2", "C", "NR")
N_SCORE_BANDS = 20
ORG_COUNTS = (
    "n_groups n_arrived n_silent n_new n_lost_groups n_returned n_no_member n_few_member"
    " n_no_valid_member"
)
SCORE_BANDS = " ".join(f"score_band_{band:02d}" for band in range(N_SCORE_BANDS))
GRADE_COUNTS = " ".join(
    f"n_{which}_{grade.lower()}" for which in ("effective", "suggested") for grade in GRADES
)
ALERT_COUNTS = (
    "n_state_evaluable n_state_abnormal n_call_evaluable n_call_abnormal n_abnormal_groups"
)

ORG_MONTH = Mart(
    name="org_month",
    keys=(
        "level",
        "city_code",
        "county_code",
        "account_manager_code",
        "industry_code",
        "grade",
        "size_band",
    ),
    columns=columns_of(
        ("int", "month"),
        ("text", f"level {SCOPE} industry_code grade"),
        ("smallint", "size_band"),
        ("bigint", ORG_COUNTS),
        ("bigint", " ".join(GROUP_MEASURES)),
        ("float8", "score_sum"),
        ("bigint", f"n_rated {SCORE_BANDS} {GRADE_COUNTS} n_up n_down operating_income_li"),
        # effective grade crossed into, out of class A (A1, A2) since last month; 0 without one
        ("bigint", "n_into_a n_out_of_a"),
        # null where the run was made before anomalies were judged
        ("bigint", ALERT_COUNTS),
    ),
    indexes=("level, city_code, county_code, account_manager_code",),
)

#: Every product by unit 产品汇总; for the province also by industry × size 同类集团, where the
#: quartiles of users stand if at least three groups use the product.
ORG_PRODUCT_MONTH = Mart(
    name="org_product_month",
    keys=(
        "level",
        "city_code",
        "county_code",
        "account_manager_code",
        "industry_code",
        "size_band",
        "product_code",
    ),
    columns=columns_of(
        ("int", "month"),
        ("text", f"level {SCOPE} industry_code"),
        ("smallint", "size_band"),
        ("text", "product_code"),
        ("bigint", "n_groups_using users member_users billed_users"),
        ("bigint", "amount_li group_paid_li member_paid_li outsider_paid_li"),
        ("float8", "users_q1 users_median users_q3"),
    ),
)

SEGMENT_ELASTICITY = Mart(
    name="segment_elasticity",
    keys=("stream", "industry_code", "size_band"),
    columns=columns_of(
        ("int", "month"),
        ("text", "stream industry_code"),
        ("smallint", "size_band is_apparent"),
        ("bigint", "n_groups n_used n_measured"),
        ("float8", "epsilon low high"),
        ("text", "price_class"),
    ),
)

ORG_ELASTICITY = Mart(
    name="org_elasticity",
    keys=("level", "city_code", "county_code", "account_manager_code", "stream"),
    columns=columns_of(
        ("int", "month"),
        ("text", f"level {SCOPE} stream"),
        ("smallint", "is_apparent"),
        ("bigint", "n_groups n_measured n_x1 n_x2 n_x3 n_x4 n_x5 n_x6 n_inelastic n_elastic"),
        ("bigint", "n_undetermined n_near_zero n_wrong_sign n_unclassed income_li"),
        ("bigint", f"measured_income_li {CROSS_SUMS}"),
    ),
    indexes=("level, city_code",),
)

#: How much of a unit's income its largest groups bring 集中度; ``point`` 1–20 is the largest
#: 5 … 100 % of the groups, 0 the ten largest.
ORG_CONCENTRATION = Mart(
    name="org_concentration",
    keys=("level", "city_code", "county_code", "account_manager_code", "point"),
    columns=columns_of(
        ("int", "month"),
        ("text", f"level {SCOPE}"),
        ("smallint", "point"),
        ("bigint", "n_groups n_top income_li top_li"),
    ),
)

#: Quartiles of the province's groups of one industry and size 同类集团, none of them named.
PEER_MONTH = Mart(
    name="peer_month",
    keys=("industry_code", "size_band"),
    columns=columns_of(
        ("int", "month"),
        ("text", "industry_code"),
        ("smallint", "size_band"),
        ("bigint", "n_groups"),
        ("float8", "score_q1 score_q2 score_q3 n_members_q1 n_members_q2 n_members_q3"),
        ("float8", "total_income_li_q1 total_income_li_q2 total_income_li_q3"),
    ),
)

#: Which units' fee amounts management may not read 屏蔽; an account manager stands by county and,
#: with county ``*``, by city.
ORG_MASK = Mart(
    name="org_mask",
    keys=("level", "city_code", "county_code", "account_manager_code"),
    columns=columns_of(
        ("int", "month"),
        ("text", f"level {SCOPE}"),
        ("smallint", "masked"),
    ),
)

#: Groups by the grade they came from and went to, and the way 等级变动; 'same' is no change, 'new'
#: not in the earlier month, 'exit' no row now.
GRADE_FLOW_MONTH = Mart(
    name="grade_flow_month",
    keys=(
        "level",
        "city_code",
        "county_code",
        "account_manager_code",
        "from_grade",
        "to_grade",
        "way",
    ),
    columns=columns_of(
        ("int", "month from_month"),
        ("text", f"level {SCOPE} from_grade to_grade way"),
        ("bigint", "n_groups"),
    ),
    indexes=("level, city_code, county_code, account_manager_code",),
)
