SELECT $month AS month, p.*, g.city_code, g.county_code, g.account_manager_code
FROM group_product AS p
JOIN group_dim AS g ON g.group_code = p.group_code AND g.excluded_reason = ''
