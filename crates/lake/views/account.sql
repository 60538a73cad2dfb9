-- The small side stands first: the engine holds it in memory and lets the records pass by.
SELECT t.*, a.worker_id
FROM account a
RIGHT JOIN {table} t ON a.account = {account} AND a.source = t.source
