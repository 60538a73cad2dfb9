SELECT r.device_id, r.worker_id, date_trunc('hour', r.time) AS hour, n.mac AS gateway_mac,
       min(r.time) AS first_time, max(r.time) AS last_time,
       cite(r.record_id, r.time) AS record_ids
FROM w_route r
JOIN w_lan_neighbour n
  ON n.device_id = r.device_id AND n.ip = r.gateway
 AND date_trunc('day', n.time) = date_trunc('day', r.time)
WHERE r.destination IN ('0.0.0.0', 'default', '0.0.0.0/0') AND n.mac IS NOT NULL
GROUP BY r.device_id, r.worker_id, date_trunc('hour', r.time), n.mac
