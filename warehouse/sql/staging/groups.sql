-- groups 集团客户: missing or unknown dimensions become buckets, never null
WITH kept AS ({kept}),
placed AS (
    SELECT
        kept.* REPLACE (
            coalesce(county.code, kept.city_code || '-00') AS county_code,
            coalesce(grid.code, '') AS grid_code,
            coalesce(account_manager.code, kept.city_code || '-NA') AS account_manager_code,
            coalesce(industry.code, 'other') AS industry
        )
    FROM kept
    LEFT JOIN ref_unit AS county
        ON county.code = kept.county_code
        AND county.level = 'county'
        AND county.parent_code = kept.city_code
    LEFT JOIN ref_unit AS grid ON grid.code = kept.grid_code AND grid.level = 'grid'
    LEFT JOIN ref_account_manager AS account_manager
        ON account_manager.code = kept.account_manager_code
    LEFT JOIN ref_industry AS industry ON industry.code = kept.industry
)
SELECT {columns}
FROM placed
ORDER BY {order}
