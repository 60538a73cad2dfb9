-- The small side stands first: the engine holds it in memory and lets the records pass by.
SELECT t.*, a.device_id, d.worker_id
FROM device_alias a
LEFT JOIN device_worker d ON d.device_id = a.device_id AND NOT d.is_shared
JOIN {table} t ON a.alias = coalesce(t.device_uid, t.serial, t.hostname)
