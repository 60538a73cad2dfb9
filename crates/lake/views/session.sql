SELECT worker_id, session_uid, device_token, src_ip, src_asn,
       min(time) AS first_time, max(time) AS last_time, count(*) AS events, cite(record_id, time) AS record_ids
FROM w_authentication
WHERE status = 'success' AND worker_id IS NOT NULL
GROUP BY worker_id, session_uid, device_token, src_ip, src_asn
