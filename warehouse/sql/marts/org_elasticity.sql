-- What the groups' elasticities come to by unit and stream, as sums: counts by refusal and class,
-- and the three sums of Totals (see analytics/price_elasticity/compute.py). A rolled-up code is '*'.
WITH final AS (
    SELECT
        CAST(MAX(month) AS INT) AS month,
        CASE
            WHEN GROUPING(city_code) = 1 THEN 'province'
            WHEN GROUPING(county_code) = 1 THEN 'city'
            WHEN GROUPING(account_manager_code) = 1 THEN 'county'
            ELSE 'account_manager'
        END AS level,
        COALESCE(city_code, '*') AS city_code,
        COALESCE(county_code, '*') AS county_code,
        COALESCE(account_manager_code, '*') AS account_manager_code,
        stream,
        CAST(MAX(is_apparent) AS SMALLINT) AS is_apparent,
        COUNT(*) AS n_groups,
        CAST(SUM(is_measured) AS BIGINT) AS n_measured,
        CAST(SUM(CASE WHEN refusal = 'X1' THEN 1 ELSE 0 END) AS BIGINT) AS n_x1,
        CAST(SUM(CASE WHEN refusal = 'X2' THEN 1 ELSE 0 END) AS BIGINT) AS n_x2,
        CAST(SUM(CASE WHEN refusal = 'X3' THEN 1 ELSE 0 END) AS BIGINT) AS n_x3,
        CAST(SUM(CASE WHEN refusal = 'X4' THEN 1 ELSE 0 END) AS BIGINT) AS n_x4,
        CAST(SUM(CASE WHEN refusal = 'X5' THEN 1 ELSE 0 END) AS BIGINT) AS n_x5,
        CAST(SUM(CASE WHEN refusal = 'X6' THEN 1 ELSE 0 END) AS BIGINT) AS n_x6,
        CAST(SUM(CASE WHEN is_measured = 1 AND price_class = 'inelastic' THEN 1 ELSE 0 END) AS BIGINT)
            AS n_inelastic,
        CAST(SUM(CASE WHEN is_measured = 1 AND price_class = 'elastic' THEN 1 ELSE 0 END) AS BIGINT)
            AS n_elastic,
        CAST(SUM(CASE WHEN is_measured = 1 AND price_class = 'undetermined' THEN 1 ELSE 0 END) AS BIGINT)
            AS n_undetermined,
        CAST(SUM(CASE WHEN is_measured = 1 AND price_class = 'near_zero' THEN 1 ELSE 0 END) AS BIGINT)
            AS n_near_zero,
        CAST(SUM(CASE WHEN is_measured = 1 AND price_class = 'wrong_sign' THEN 1 ELSE 0 END) AS BIGINT)
            AS n_wrong_sign,
        CAST(SUM(CASE WHEN is_measured = 1 AND price_class = '' THEN 1 ELSE 0 END) AS BIGINT)
            AS n_unclassed,
        CAST(SUM(income_li) AS BIGINT) AS income_li,
        CAST(SUM(CASE WHEN is_measured = 1 THEN income_li ELSE 0 END) AS BIGINT)
            AS measured_income_li,
        CAST(SUM(price_square_li) AS BIGINT) AS price_square_li,
        CAST(SUM(income_cross_li) AS BIGINT) AS income_cross_li,
        CAST(SUM(quantity_cross_li) AS BIGINT) AS quantity_cross_li
    FROM group_elasticity
    GROUP BY GROUPING SETS (
        (stream),
        (city_code, stream),
        (city_code, county_code, stream),
        (city_code, county_code, account_manager_code, stream)
    )
)

SELECT * FROM final
