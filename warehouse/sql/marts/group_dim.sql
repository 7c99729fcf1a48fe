-- One row a group of the month, with buckets instead of missing units and the reason why it is
-- not shown; groups that were on net the month before and are missing now follow as 'absent'.
WITH listed AS (
    SELECT
        g.group_code,
        COALESCE(g.name, '') AS name,
        g.status,
        g.city_code,
        CASE WHEN county.code IS NULL THEN g.city_code || '-00' ELSE g.county_code END
            AS county_code,
        COALESCE(g.grid_code, '') AS grid_code,
        CASE WHEN keeper.code IS NULL THEN g.city_code || '-NA' ELSE g.account_manager_code END
            AS account_manager_code,
        CASE WHEN trade.code IS NULL THEN 'other' ELSE g.industry END AS industry_code,
        g.employees,
        CAST(g.influence AS DOUBLE) AS influence,
        CAST(g.tax_score AS DOUBLE) AS tax_score,
        g.informatisation_level,
        g.contract_start,
        g.contract_end,
        year(g.created_on) * 12 + month(g.created_on) AS created_month,
        COALESCE(g.current_grade, '') AS current_grade,
        COALESCE(g.grade_floor, '') AS grade_floor,
        COALESCE(g.successor_code, '') AS successor_code,
        CASE
            WHEN COALESCE(g.is_test, FALSE) THEN 'test_group'
            WHEN g.status IN ('on_net', 'silent') THEN ''
            ELSE g.status
        END AS excluded_reason,
        g.arrears_li,
        g.arrears_months
    FROM groups AS g
    LEFT JOIN org_units AS county ON county.code = g.county_code AND county.level = 'county'
    LEFT JOIN account_managers AS keeper ON keeper.code = g.account_manager_code
    LEFT JOIN industries AS trade ON trade.code = g.industry
),

merged AS (
    SELECT group_code FROM successor
),

absent AS (
    SELECT
        h.group_code,
        h.name,
        h.status,
        h.city_code,
        h.county_code,
        h.grid_code,
        h.account_manager_code,
        h.industry_code,
        h.employees,
        h.influence,
        h.tax_score,
        h.informatisation_level,
        h.contract_start,
        h.contract_end,
        h.created_month,
        h.current_grade,
        h.grade_floor,
        h.successor_code,
        'absent' AS excluded_reason,
        CAST(NULL AS BIGINT) AS arrears_li,
        CAST(NULL AS BIGINT) AS arrears_months
    FROM earlier_group_month AS h
    CROSS JOIN param
    WHERE h.month = param.month - 1
        -- a fixed snapshot base outlives its group, otherwise the retention would look better
        AND (h.excluded_reason = '' OR COALESCE(h.n_snapshot_base, 0) > 0)
        AND NOT EXISTS (SELECT 1 FROM groups AS g WHERE g.group_code = h.group_code)
        AND NOT EXISTS (SELECT 1 FROM merged WHERE merged.group_code = h.group_code)
),

final AS (
    SELECT * FROM listed
    UNION ALL
    SELECT * FROM absent
)

SELECT * FROM final
