SELECT t.*, w.worker_id AS subject
FROM {table} t
LEFT JOIN account a ON a.source = t.source AND a.account = coalesce(t.worker_id, t.{email})
LEFT JOIN worker w ON w.worker_id = a.worker_id
