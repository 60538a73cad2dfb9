-- The columns of the table `authentication` that an Okta event fills, with explicit types, which spares DuckDB the guessing.
COPY (
  SELECT uuid AS record_id, try_cast(published AS TIMESTAMP) AS time, 'okta' AS source,
    CASE eventType WHEN 'user.session.start' THEN 'logon' WHEN 'user.session.end' THEN 'logoff' WHEN 'user.authentication.sso' THEN 'sso' ELSE 'other' END AS activity,
    eventType AS operation, lower(outcome.result) AS status, outcome.reason AS status_detail,
    actor.alternateId AS user_email, actor.id AS user_uid, actor.type AS user_type,
    client.ipAddress AS src_ip, securityContext.asNumber AS src_asn, securityContext.asOrg AS src_as_org,
    securityContext.isp AS src_isp, securityContext.domain AS src_domain, securityContext.isProxy AS src_is_proxy,
    client.geographicalContext.country AS src_country, client.geographicalContext.state AS src_region, client.geographicalContext.city AS src_city,
    client.geographicalContext.geolocation.lat AS src_lat, client.geographicalContext.geolocation.lon AS src_lon,
    debugContext.debugData.tunnels AS tunnel, client.userAgent.rawUserAgent AS user_agent, client.userAgent.os AS os, client.userAgent.browser AS browser,
    debugContext.debugData.dtHash AS device_token, debugContext.debugData.deviceFingerprint AS device_fingerprint,
    device.id AS device_uid, device.name AS device_name, device.managed AS is_managed,
    authenticationContext.externalSessionId AS session_uid, authenticationContext.credentialType AS factor, target[1].displayName AS app,
    client.zone AS network_zone, debugContext.debugData.risk AS risk, debugContext.debugData.behaviors AS behaviors
  FROM read_json('{input}', format = 'newline_delimited', columns = {
    uuid: 'VARCHAR', published: 'VARCHAR', eventType: 'VARCHAR',
    actor: 'STRUCT(id VARCHAR, type VARCHAR, alternateId VARCHAR)',
    client: 'STRUCT(userAgent STRUCT(rawUserAgent VARCHAR, os VARCHAR, browser VARCHAR), zone VARCHAR, ipAddress VARCHAR, geographicalContext STRUCT(city VARCHAR, state VARCHAR, country VARCHAR, geolocation STRUCT(lat DOUBLE, lon DOUBLE)))',
    outcome: 'STRUCT(result VARCHAR, reason VARCHAR)',
    securityContext: 'STRUCT(asNumber BIGINT, asOrg VARCHAR, isp VARCHAR, domain VARCHAR, isProxy BOOLEAN)',
    authenticationContext: 'STRUCT(externalSessionId VARCHAR, credentialType VARCHAR)',
    debugContext: 'STRUCT(debugData STRUCT(dtHash VARCHAR, deviceFingerprint VARCHAR, behaviors VARCHAR, risk VARCHAR, tunnels VARCHAR))',
    target: 'STRUCT(id VARCHAR, type VARCHAR, displayName VARCHAR)[]',
    device: 'STRUCT(id VARCHAR, name VARCHAR, managed BOOLEAN)'
  })
) TO '{output}' (FORMAT parquet)
