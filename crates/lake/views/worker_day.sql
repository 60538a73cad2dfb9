SELECT worker_id, date_trunc('day', time) AS day, count(*) AS events,
       count(CASE WHEN src_is_proxy OR tunnel IS NOT NULL THEN 1 END) AS anonymised
FROM w_authentication
WHERE status = 'success' AND worker_id IS NOT NULL
GROUP BY worker_id, date_trunc('day', time)
