SELECT month, stream, industry_code, size_band, MAX(is_apparent) AS is_apparent,
    COUNT(*) AS n_groups, 0 AS n_used, SUM(is_measured) AS n_measured, NULL::float8 AS epsilon,
    NULL::float8 AS low,
    NULL::float8 AS high, '' AS price_class
FROM group_elasticity
GROUP BY month, stream, industry_code, size_band
