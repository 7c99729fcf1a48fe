-- The month's members by group: counts are members, money is every accepted row, cancelled ones
-- included. The known_ columns tell later steps which optional columns the file had at all.
WITH users_before AS (
    SELECT member_id
    FROM valid_before
    WHERE status <> 'cancelled'
        AND (
            mo_minutes_milli > 0 OR mt_minutes_milli > 0 OR calls > 0 OR data_mb_milli > 0
            OR sms > 0
        )
),

owned AS (
    SELECT
        m.*,
        CASE WHEN m.status <> 'cancelled' THEN 1 ELSE 0 END AS is_member,
        CASE WHEN m.mo_minutes_milli > 0 OR m.mt_minutes_milli > 0 OR m.calls > 0 THEN 1 ELSE 0 END
            AS has_voice,
        CASE WHEN m.data_mb_milli > 0 OR m.sms > 0 THEN 1 ELSE 0 END AS has_data_or_sms,
        -- rows only where the run counts the month before as well
        CASE WHEN m.member_id IN (SELECT member_id FROM users_before) THEN 1 ELSE 0 END
            AS used_before,
        COALESCE(
            m.tenure_months,
            param.month - (year(m.activated_on) * 12 + month(m.activated_on))
        ) AS months_on_net
    FROM members AS m
    CROSS JOIN param
    LEFT JOIN member_duplicate AS d
        ON d.group_code = m.group_code AND d.member_id = m.member_id
    WHERE NOT COALESCE(m.is_test, FALSE) AND d.member_id IS NULL
),

final AS (
    SELECT
        group_code,
        COUNT(*) FILTER (WHERE is_member = 1) AS n_members,
        COUNT(*) FILTER (WHERE status = 'cancelled') AS n_cancelled,
        COUNT(*) FILTER (
            WHERE is_member = 1 AND (has_voice = 1 OR has_data_or_sms = 1 OR used_before = 1)
        ) AS n_valid,
        COUNT(*) FILTER (WHERE is_member = 1 AND has_voice = 0) AS n_silent_members,
        COUNT(*) FILTER (WHERE is_member = 1 AND has_voice = 0 AND has_data_or_sms = 0) AS n_no_use,
        COUNT(*) FILTER (WHERE is_member = 1 AND vnet) AS n_vnet,
        COUNT(*) FILTER (WHERE is_member = 1 AND is_key) AS n_key,
        COUNT(*) FILTER (WHERE status = 'active') AS n_active,
        COUNT(*) FILTER (WHERE status = 'stop_one_way') AS n_stop_one_way,
        COUNT(*) FILTER (WHERE status = 'stop_two_way') AS n_stop_two_way,
        COUNT(*) FILTER (WHERE status = 'arrears_stop') AS n_arrears_stop,
        COUNT(*) FILTER (WHERE status = 'lost') AS n_lost,
        COUNT(*) FILTER (WHERE status = 'pre_cancel') AS n_pre_cancel,
        CAST(SUM(months_on_net) FILTER (WHERE is_member = 1) AS BIGINT) AS tenure_months_sum,
        COUNT(months_on_net) FILTER (WHERE is_member = 1) AS n_tenure,
        median(months_on_net) FILTER (WHERE is_member = 1) AS tenure_median,
        CAST(SUM(roaming_li) AS BIGINT) AS roaming_li,
        CAST(SUM(new_business_li) AS BIGINT) AS new_business_li,
        CAST(SUM(long_distance_li) AS BIGINT) AS long_distance_li,
        CAST(SUM(local_li) AS BIGINT) AS local_li,
        CAST(SUM(package_li) AS BIGINT) AS package_li,
        CAST(SUM(other_li) AS BIGINT) AS other_li,
        CAST(SUM(paid_by_group_li) AS BIGINT) AS paid_by_group_li,
        CAST(SUM(mo_minutes_milli) AS BIGINT) AS mo_minutes_milli,
        CAST(SUM(mt_minutes_milli) AS BIGINT) AS mt_minutes_milli,
        CAST(SUM(data_mb_milli) AS BIGINT) AS data_mb_milli,
        CAST(SUM(calls) AS BIGINT) AS calls,
        CAST(SUM(sms) AS BIGINT) AS sms,
        COUNT(vnet) AS known_vnet,
        COUNT(is_key) AS known_key,
        COUNT(mo_minutes_milli) + COUNT(mt_minutes_milli) + COUNT(calls) AS known_voice,
        COUNT(data_mb_milli) + COUNT(sms) AS known_data_or_sms
    FROM owned
    GROUP BY group_code
)

SELECT * FROM final
