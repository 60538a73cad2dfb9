-- What any log knows of an address holds for all: the flag, and the operator's name.
SELECT s.* EXCEPT (src_is_proxy), CASE WHEN x.src_ip IS NULL THEN s.src_is_proxy ELSE true END AS src_is_proxy
FROM anonymiser_address x RIGHT JOIN ({view}) s ON s.src_ip = x.src_ip
