-- The small side stands first: the engine holds it in memory and lets the records pass by.
SELECT t.*, w.worker_id AS subject
FROM account a
LEFT JOIN worker w ON w.worker_id = a.worker_id
RIGHT JOIN {table} t ON a.source = t.source AND a.account = {account}
