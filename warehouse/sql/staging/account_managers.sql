-- account managers 客户经理: a county that is not of their city is dropped
WITH kept AS ({kept}),
placed AS (
    SELECT kept.* REPLACE (county.code AS county_code)
    FROM kept
    LEFT JOIN ref_unit AS county
        ON county.code = kept.county_code
        AND county.level = 'county'
        AND county.parent_code = kept.city_code
)
SELECT {columns}
FROM placed
ORDER BY {order}
