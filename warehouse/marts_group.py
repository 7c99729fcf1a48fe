"""Declare the marts 集市 whose grain is a group: facts, results, products, alerts, dues."""

from __future__ import annotations

from warehouse.mart import SCOPE, Mart, columns_of

#: Sums of squares and products of the price steps, from which units pool their elasticities.
#: In millionths of 厘, in runs of before in whole 厘: only their ratios are read.
CROSS_SUMS = "price_square_li income_cross_li quantity_cross_li"
FLAGS = "is_on_net is_arrived is_silent is_new is_lost is_returned"
MEMBER_COUNTS = (
    "n_members n_members_prev n_off_net n_cancelled n_left_group n_joined n_valid n_vnet n_key"
    " n_active n_stop_one_way n_stop_two_way n_arrears_stop n_lost n_pre_cancel n_silent_members"
    " n_no_use n_duplicates n_snapshot_base n_snapshot_kept tenure_months_sum n_tenure"
)
FEES = "roaming_li new_business_li long_distance_li local_li package_li other_li paid_by_group_li"
INCOMES = (
    "personal_bill_li unified_pay_li total_income_li ict_li unified_ict_li personal_ict_li"
    " outsider_ict_li outsider_li member_subscription_li standard_income_li application_income_li"
    " income_prev_li income_3m_li"
)
PRODUCT_COUNTS = (
    "n_products n_ict_products n_orders switchboard_users ringback_users sms_users school_users"
    " bank_users police_users agri_users"
)
USAGE = "mo_minutes_milli mt_minutes_milli data_mb_milli calls sms"
#: Measures of ``group_month`` that add up over groups, in the order of ``org_month``.
GROUP_MEASURES = (*f"{MEMBER_COUNTS} {FEES} {INCOMES} {PRODUCT_COUNTS} {USAGE} arrears_li".split(),)
#: The order of a list of groups before a reader chooses another: its first page is read, no more.
_LARGEST = "total_income_li DESC NULLS LAST, group_code"
_DEAREST = "amount_li DESC NULLS LAST, group_code"

GROUP_MONTH = Mart(
    name="group_month",
    keys=("group_code",),
    columns=columns_of(
        ("int", "month"),
        ("text", f"group_code name status {SCOPE} grid_code industry_code"),
        ("smallint", "size_band"),
        ("bigint", "employees"),
        ("float8", "influence tax_score informatisation_level"),
        ("date", "contract_start contract_end"),
        ("int", "contract_tenure_months created_month"),
        ("text", "current_grade grade_floor successor_code excluded_reason"),
        ("smallint", FLAGS),
        ("text", "snapshot_cohort"),
        ("bigint", MEMBER_COUNTS),
        ("float8", "tenure_median"),
        ("bigint", f"{FEES} {INCOMES} {PRODUCT_COUNTS} {USAGE} arrears_li arrears_months"),
    ),
    indexes=(
        "account_manager_code, total_income_li",
        "county_code",
        f"city_code, {_LARGEST}",
        _LARGEST,
        "name",
    ),
    shareable=True,
)

GROUP_RESULT = Mart(
    name="group_result",
    keys=("group_code",),
    columns=columns_of(
        ("int", "month"),
        ("text", f"group_code name {SCOPE} industry_code"),
        ("smallint", "size_band"),
        ("bigint", "n_members total_income_li"),
        ("float8", "score weight_present"),
        ("smallint", "n_missing"),
        ("float8[]", "points weights bars"),
        ("float8", "floor_bar"),
        ("text", "raw_grade suggested_grade"),
        ("smallint", "grade_held floored"),
        ("text", "effective_grade effective_source grade_way"),
        ("float8", "prev_score"),
        ("text", "prev_suggested_grade prev_effective_grade missing"),
    ),
    indexes=(
        "account_manager_code, score",
        "account_manager_code, total_income_li",
        "county_code",
        "city_code",
        "name",
    ),
)

GROUP_PRODUCT_MONTH = Mart(
    name="group_product_month",
    keys=("group_code", "product_code"),
    columns=columns_of(
        ("int", "month"),
        ("text", f"group_code product_code {SCOPE}"),
        ("bigint", "amount_li group_paid_li member_paid_li outsider_paid_li quantity_milli"),
        ("bigint", "n_orders users member_users billed_users"),
    ),
    indexes=("account_manager_code", "product_code", f"city_code, {_DEAREST}", _DEAREST),
    shareable=True,
)

#: What the anomaly rules say of each shown group 异常检测, with the evidence they judged by.
#: Reasons: '' where judged, else few_members, short_history, january, no_calls.
#: Series: the six months (calls: periods) before, then the month itself.
GROUP_ALERT = Mart(
    name="group_alert",
    keys=("group_code",),
    columns=columns_of(
        ("int", "month"),
        ("text", f"group_code name {SCOPE} industry_code"),
        ("smallint", "size_band"),
        ("bigint", "n_members total_income_li"),
        ("text", "effective_grade"),
        ("smallint", "fired state_evaluable state_fired state_by_share state_by_jump"),
        ("bigint", "n_abnormal state_base"),
        ("float8", "state_share state_lower state_median state_share_limit state_jump_limit"),
        ("float8[]", "state_series"),
        ("text", "state_reason"),
        ("smallint", "call_evaluable call_fired call_dropped call_rose call_silent"),
        ("float8", "call_level call_median call_z call_change_limit"),
        ("bigint", "n_silent_members"),
        ("float8", "silent_share silent_share_limit"),
        ("float8[]", "call_series"),
        ("smallint", "n_call_history"),
        ("text", "call_reason"),
        ("bigint", "min_members"),
    ),
    indexes=("account_manager_code, fired", "county_code", "city_code"),
)

#: What each alert rule needs of each shown group 预警依据: narrow, so that thresholds are replayed
#: over many months without a run. ``call_z`` may be infinite (MAD 0); what is unknown is null.
GROUP_EVIDENCE = Mart(
    name="group_evidence",
    keys=("group_code",),
    columns=columns_of(
        ("int", "month"),
        ("text", f"group_code name {SCOPE} industry_code"),
        ("smallint", "size_band"),
        ("bigint", "n_members total_income_li"),
        ("text", "effective_grade suggested_grade prev_effective_grade prev_suggested_grade"),
        ("smallint", "grade_steps"),  # the larger fall of the two grades; negative: both rose
        ("bigint", "n_abnormal state_base"),
        ("float8", "state_share state_lower state_median"),
        ("smallint", "n_call_history"),
        ("float8", "call_level call_median call_z"),
        ("bigint", "n_silent_members unified_pay_li unified_prev_li"),
        ("int", "contract_days"),  # from the month's last day to the contract's
        ("smallint", "n_ict_before n_ict_stopped"),
        ("text", "ict_stopped"),  # product codes joined by a space
        ("bigint", "arrears_li arrears_months"),
    ),
    in_postgres=False,
)

#: What fired 预警命中: one row a group and rule, with the threshold it was held against.
#: ``threshold_source``: province, city or account_manager, ``:A`` etc. where set for one class.
#: ``detail``: a small JSON object, by rule, for the evidence shown.
GROUP_RULE_HIT = Mart(
    name="group_rule_hit",
    keys=("group_code", "rule"),
    columns=columns_of(
        ("int", "month"),
        ("text", f"group_code rule name {SCOPE} industry_code"),
        ("smallint", "size_band"),
        ("bigint", "n_members total_income_li"),
        ("text", "effective_grade"),
        ("smallint", "weight"),
        ("float8", "value reference threshold"),
        ("text", "threshold_source detail"),
    ),
    indexes=("account_manager_code, rule", "county_code", "city_code"),
)

#: What accepted rows are not shown, and why; with the shown groups it adds up to what came in.
GROUP_EXCLUDED_MONTH = Mart(
    name="group_excluded_month",
    keys=("group_code", "reason"),
    columns=columns_of(
        ("int", "month"),
        ("text", "group_code reason"),
        ("bigint", f"n_member_rows {FEES} n_order_rows amount_li n_user_rows users"),
    ),
    shareable=True,
)

#: Rows of members that another group owns this month 重复归属; the next month reads it.
MEMBER_DUPLICATE = Mart(
    name="member_duplicate",
    keys=("group_code", "member_id"),
    columns=columns_of(("int", "month"), ("text", "group_code member_id owner_group_code")),
    in_postgres=False,
)

#: Income and price baskets of a group's three streams; later months chain them from the files.
GROUP_STREAM_MONTH = Mart(
    name="group_stream_month",
    keys=("group_code", "stream"),
    columns=columns_of(
        ("int", "month"),
        ("text", "group_code stream"),
        ("bigint", "income_li basket_before_li basket_now_li n_items n_items_before"),
        ("bigint", "n_items_common volume_milli n_members"),
    ),
    in_postgres=False,
)

GROUP_ELASTICITY = Mart(
    name="group_elasticity",
    keys=("group_code", "stream"),
    columns=columns_of(
        ("int", "month"),
        ("text", f"group_code stream name {SCOPE} industry_code"),
        ("smallint", "size_band is_apparent is_measured"),
        ("text", "refusal"),
        ("bigint", "n_members income_li"),
        ("int", "change_month"),
        ("float8", "eta epsilon price_step income_step quantity_step"),
        ("float8", "segment_epsilon segment_low segment_high"),
        ("text", "price_class"),
        ("bigint", CROSS_SUMS),
    ),
    indexes=("account_manager_code, stream", "county_code", "city_code"),
)

GROUP_GRADE_CHANGE = Mart(
    name="group_grade_change",
    keys=("group_code",),
    columns=columns_of(
        ("int", "month from_month"),
        ("text", f"group_code name {SCOPE} industry_code from_grade to_grade way"),
        ("float8", "prev_score score"),
        ("bigint", "total_income_li"),
    ),
    indexes=("account_manager_code", "county_code", "city_code"),
)

#: What falls due at a group 到期事项: ends of contracts (``due_date``), birthdays of key people
#: (``month_day``, MM-DD).
GROUP_DUE = Mart(
    name="group_due",
    keys=("group_code", "kind", "line"),
    columns=columns_of(
        ("int", "month"),
        ("text", "group_code kind"),
        ("int", "line"),
        ("text", f"name {SCOPE}"),
        ("date", "due_date"),
        ("text", "month_day product_code detail person"),
        ("bigint", "amount_li"),
    ),
    indexes=("account_manager_code, kind", "county_code", "city_code"),
    shareable=True,
)
