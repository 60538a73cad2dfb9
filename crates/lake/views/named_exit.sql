-- As exit.sql, for a table that names the operator.
SELECT s.* EXCEPT (src_is_proxy, tunnel),
       CASE WHEN x.src_ip IS NULL THEN s.src_is_proxy ELSE true END AS src_is_proxy, coalesce(s.tunnel, x.operator) AS tunnel
FROM anonymiser_address x RIGHT JOIN ({view}) s ON s.src_ip = x.src_ip
