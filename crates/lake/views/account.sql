SELECT t.*, a.worker_id
FROM {table} t
LEFT JOIN account a ON a.account = coalesce(t.user_email, t.user_uid) AND a.source = t.source
