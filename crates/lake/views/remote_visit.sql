-- Sessions of remote-access tools: whole ones as they are told, and those that one device and tool tell line by line.
-- Lines with a session_uid are one session; of others, what follows within three minutes, names no other far side and
-- comes before an end. It is as hardware::tools puts the lines of one log together, here for lines from wherever they come.
WITH line AS (
  SELECT coalesce(device_uid, serial, hostname) AS device, device_uid, serial, hostname, tool, session_uid, activity,
         direction, time, start_time, record_id, remote_uid, remote_ip, remote_host, method,
         CASE WHEN session_uid IS NOT NULL THEN remote_email END AS remote_email
  FROM remote_session
  WHERE activity IN ('request', 'start', 'peer', 'end', 'denied') AND time IS NOT NULL
), told AS (
  SELECT *,
         lag(activity) OVER (PARTITION BY device, tool, session_uid, remote_email ORDER BY time, record_id) AS last_activity,
         lag(time) OVER (PARTITION BY device, tool, session_uid, remote_email ORDER BY time, record_id) AS last_time,
         last_value(remote_uid) IGNORE NULLS OVER (
           PARTITION BY device, tool, session_uid, remote_email ORDER BY time, record_id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
         ) AS last_uid,
         last_value(direction) IGNORE NULLS OVER (
           PARTITION BY device, tool, session_uid, remote_email ORDER BY time, record_id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
         ) AS last_direction
  FROM line
), opened AS (
  SELECT *, CASE
    WHEN last_activity IS NULL OR last_activity IN ('end', 'denied') THEN 1
    WHEN activity = 'end' OR session_uid IS NOT NULL THEN 0
    WHEN time > last_time + INTERVAL '3 minutes' OR remote_uid <> last_uid OR direction <> last_direction THEN 1
    ELSE 0
  END AS opens
  FROM told
), numbered AS (
  SELECT *, sum(opens) OVER (
    PARTITION BY device, tool, session_uid, remote_email ORDER BY time, record_id ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
  ) AS visit
  FROM opened
), folded AS (
  SELECT max(device_uid) AS device_uid, max(serial) AS serial, max(hostname) AS hostname, tool, session_uid, remote_email,
         max(direction) AS direction, max(remote_uid) AS remote_uid, max(remote_ip) AS remote_ip,
         max(remote_host) AS remote_host, max(method) AS method,
         -- (whoever knocks is there from when the log says that they came in, where it says so)
         coalesce(min(CASE WHEN activity = 'start' THEN start_time END), min(time)) AS time,
         max(CASE WHEN activity = 'end' THEN time END) AS end_time,
         max(CASE WHEN opens = 1 THEN record_id END) AS record_id,
         max(CASE activity WHEN 'denied' THEN 1 ELSE 0 END) AS denials,
         max(CASE WHEN activity IN ('start', 'peer') THEN 1 ELSE 0 END) AS signs,
         max(CASE WHEN activity = 'end' THEN 0 ELSE 1 END) AS beginnings
  FROM numbered
  GROUP BY device, tool, session_uid, remote_email, visit
), timed AS (
  SELECT device_uid, serial, hostname, tool, session_uid, remote_email, direction, remote_uid, remote_ip, remote_host, method,
         time, end_time, record_id, denials, signs,
         -- A beginning without its end is not ended by the end of another, days later.
         CASE WHEN end_time < time + INTERVAL '1 day' THEN (CAST(end_time AS BIGINT) - CAST(time AS BIGINT)) / 1000000 END
           AS duration_seconds
  FROM folded WHERE beginnings = 1
)
SELECT device_uid, serial, hostname, tool, session_uid, remote_email, direction, remote_uid, remote_ip, remote_host, method,
       time, end_time, duration_seconds, record_id,
       denials = 0 AND (signs = 1 OR direction = 'outgoing' OR coalesce(duration_seconds, 0) >= 60) AS was_held
FROM timed
UNION ALL
SELECT device_uid, serial, hostname, tool, session_uid, remote_email, direction, remote_uid, remote_ip, remote_host, method,
       coalesce(start_time, time) AS time, end_time, duration_seconds, record_id, true AS was_held
FROM remote_session WHERE activity = 'session'
