SELECT
    g.month, g.group_code, a.stream, g.name, g.city_code, g.county_code, g.account_manager_code,
    g.industry_code, g.size_band, (NOT a.is_priced)::int AS is_apparent,
    (a.refusal = '')::int AS is_measured, a.refusal, g.n_members, s.income_li,
    CASE WHEN a.refusal = '' THEN a.place + $first END AS change_month,
    CASE WHEN a.refusal = '' THEN a.income_step / a.price_step END AS eta,
    CASE WHEN a.refusal = '' THEN a.quantity_step / a.price_step END AS epsilon,
    CASE WHEN a.refusal = '' THEN a.price_step END AS price_step,
    CASE WHEN a.refusal = '' THEN a.income_step END AS income_step,
    CASE WHEN a.refusal = '' THEN a.quantity_step END AS quantity_step,
    NULL::float8 AS segment_epsilon, NULL::float8 AS segment_low,
    NULL::float8 AS segment_high, '' AS price_class,
    CASE WHEN a.refusal = '' THEN round(500000.0 * (income0 + income1) * price_step * price_step) ELSE 0 END
        AS price_square_li,
    CASE WHEN a.refusal = '' THEN round(500000.0 * (income0 + income1) * income_step * price_step) ELSE 0
        END AS income_cross_li,
    CASE WHEN a.refusal = '' THEN round(500000.0 * (income0 + income1) * quantity_step * price_step) ELSE 0
        END AS quantity_cross_li
FROM arc AS a
JOIN group_stream_month AS s USING (group_code, stream)
JOIN group_month AS g USING (group_code)
