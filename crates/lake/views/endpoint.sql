SELECT t.*, a.device_id, d.worker_id
FROM {table} t
JOIN device_alias a ON a.alias = coalesce(t.device_uid, t.serial, t.hostname)
LEFT JOIN device_worker d ON d.device_id = a.device_id AND NOT d.is_shared
