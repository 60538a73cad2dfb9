//! What is asked of the records to learn which tokens people carry: one question a kind and mark, by day.

use model::link::Mark;

use crate::read::{ENDPOINT, SPAN, TIMES};
use crate::trace::{Kind, placing_mac_sql};

/// How the key of a row leads to a worker.
#[derive(Debug, Clone, Copy)]
pub(crate) enum By {
    Device,
    Person,
    /// A candidate, by the tracking system's id.
    Applicant,
}

/// `SELECT key, token, what is said of it, first, last, records`.
pub(crate) struct Question {
    pub(crate) kind: Kind,
    pub(crate) mark: Mark,
    pub(crate) by: By,
    pub(crate) sql: String,
}

/// Who signs in.
const SIGN_IN: &str = "coalesce(user_email, user_uid)";
/// Who is paid, or attested something.
pub(crate) const PAID: &str = "coalesce(worker_id, worker_email, worker_name)";
/// Who is sent something.
pub(crate) const SENT: &str = "coalesce(worker_id, recipient_email, recipient_name)";
const DAY: &str = "date_trunc('day', time)";
/// Nothing is said of the token.
const NOTHING: &str = "''";

/// Addresses behind which anybody may stand: flagged or named by any log, or of a network of VPN exits and rented servers,
/// or of the exits that a VPN provider is known for.
pub(crate) fn exits(before: &str) -> String {
    let known = known_exits(before);
    format!(
        "SELECT src_ip, max(operator) AS operator FROM (\
         SELECT src_ip, tunnel AS operator FROM authentication WHERE (src_is_proxy OR tunnel IS NOT NULL) AND {before} \
         UNION ALL SELECT factor_ip, NULL AS operator FROM authentication WHERE factor_is_proxy AND {before} \
         UNION ALL SELECT src_ip, NULL AS operator FROM account_change WHERE src_is_proxy AND {before} \
         UNION ALL SELECT a.src_ip, CASE WHEN n.kind = 'vpn' THEN n.name END AS operator FROM fact_network n JOIN \
         (SELECT src_ip, src_asn FROM authentication WHERE src_asn IS NOT NULL AND {before} GROUP BY src_ip, src_asn \
         UNION SELECT factor_ip, factor_asn FROM authentication WHERE factor_asn IS NOT NULL AND {before}) a \
         ON a.src_asn = n.asn UNION ALL {known}) WHERE src_ip IS NOT NULL GROUP BY src_ip"
    )
}

/// Addresses within the ranges of VPN providers. Most logs name no network, and the phone that approves is seen in those.
fn known_exits(before: &str) -> String {
    let tables = [
        ("authentication", "src_ip"),
        ("authentication", "factor_ip"),
        ("account_change", "src_ip"),
        ("api_activity", "src_ip"),
        ("meeting_participation", "src_ip"),
    ];
    let seen = tables.map(|(table, column)| format!("SELECT {column} AS ip FROM {table} WHERE {before}"));
    format!(
        "SELECT i.ip, NULL AS operator FROM (SELECT ip, concat(split_part(ip, '.', 1), '.', split_part(ip, '.', 2)) AS block, \
         CAST(split_part(ip, '.', 3) AS BIGINT) * 256 + CAST(split_part(ip, '.', 4) AS BIGINT) AS place \
         FROM (SELECT DISTINCT ip FROM ({}) WHERE regexp_like(ip, '^[0-9]{{1,3}}([.][0-9]{{1,3}}){{3}}$'))) i \
         JOIN fact_vpn_exits e ON e.block = i.block AND i.place BETWEEN e.first AND e.last",
        seen.join(" UNION ALL ")
    )
}

/// Every question; `before` ends the time looked at.
pub(crate) fn traces(before: &str) -> Vec<Question> {
    let mut all = networks(before);
    all.extend(equipment(before));
    all.extend(parcels(before));
    all.extend(money(before));
    all.extend(presented(before));
    all
}

/// Columns of one table as they stand, where a condition holds.
fn plain(
    kind: Kind,
    mark: Mark,
    by: By,
    [key, token, said]: [&str; 3],
    from: &str,
    before: &str,
) -> Question {
    let groups = if said == NOTHING { "1, 2" } else { "1, 2, 3" };
    let joint = if from.contains(" WHERE ") { "AND" } else { "WHERE" };
    let sql = format!(
        "SELECT {key}, {token}, {said}, {SPAN} FROM {from} {joint} {before} GROUP BY {groups}, {DAY}"
    );
    Question { kind, mark, by, sql }
}

fn networks(before: &str) -> Vec<Question> {
    let lan = |kind, sql| Question { kind, mark: Mark::Observed, by: By::Device, sql };
    // Neighbours that two devices meet, and company laptops, which their own workers stand behind.
    let met = format!(
        "SELECT mac FROM lan_neighbour WHERE {before} GROUP BY mac HAVING min({ENDPOINT}) <> max({ENDPOINT}) \
         UNION SELECT mac FROM network_interface WHERE {before}"
    );
    let gateways = format!(
        "SELECT k, mac, interface, {SPAN} FROM (SELECT coalesce(n.device_uid, n.serial, n.hostname) AS k, \
         n.mac AS mac, n.interface AS interface, n.time AS time, n.record_id AS record_id FROM lan_neighbour n JOIN \
         (SELECT DISTINCT {ENDPOINT} AS rk, gateway, {DAY} AS rday FROM route WHERE destination IN \
         ('0.0.0.0', '0.0.0.0/0', 'default', '::', '::/0')) r ON r.rk = coalesce(n.device_uid, n.serial, n.hostname) \
         AND r.gateway = n.ip AND r.rday = date_trunc('day', n.time)) WHERE {before} GROUP BY 1, 2, 3, {DAY}"
    );
    let neighbours = format!(
        "SELECT {ENDPOINT}, n.mac, interface, {SPAN} FROM lan_neighbour n JOIN ({met}) m ON m.mac = n.mac \
         WHERE {before} GROUP BY 1, 2, 3, {DAY}"
    );
    // What only one device meets links nobody: that it met something on that day is all there is to keep.
    let alone = format!(
        "SELECT {ENDPOINT}, min(n.mac), interface, {TIMES} FROM lan_neighbour n LEFT ANTI JOIN ({met}) m \
         ON m.mac = n.mac WHERE {before} AND {placing} GROUP BY 1, 3, {DAY}",
        placing = placing_mac_sql("n.mac")
    );
    let egress = format!(
        "authentication WHERE status = 'success' AND NOT is_private_ip(src_ip) \
         AND src_ip NOT IN (SELECT src_ip FROM ({}))",
        exits(before)
    );
    let egress_of = [SIGN_IN, "customer_prefix(src_ip)", "src_as_org"];
    let bssid = [ENDPOINT, "bssid", NOTHING];
    vec![
        lan(Kind::GatewayMac, gateways),
        lan(Kind::NeighbourMac, neighbours),
        lan(Kind::NeighbourMac, alone),
        plain(Kind::Bssid, Mark::Observed, By::Device, bssid, "wifi", before),
        plain(Kind::EgressIp, Mark::Observed, By::Person, egress_of, &egress, before),
    ]
}

/// Far sides that came in and stayed. Who came for less than an hour on one or two days, as the log itself tells, helped;
/// who was not let in did not come.
fn came(before: &str) -> String {
    let visits = "direction = 'incoming' AND was_held AND length(remote_uid) >= 6";
    let stayed = format!(
        "SELECT {ENDPOINT} AS stayed_at, tool AS stayed_by, remote_uid AS stayed_who FROM remote_visit \
         WHERE {visits} AND {before} GROUP BY {ENDPOINT}, tool, remote_uid \
         HAVING max(coalesce(duration_seconds, 86400)) >= 3600 OR count(DISTINCT {DAY}) >= 3"
    );
    format!(
        "remote_visit JOIN ({stayed}) s ON s.stayed_at = {ENDPOINT} AND s.stayed_by = tool AND s.stayed_who = remote_uid \
         WHERE {visits}"
    )
}

fn equipment(before: &str) -> Vec<Question> {
    let seen = |kind, by, columns, from| plain(kind, Mark::Observed, by, columns, from, before);
    let displays = "display WHERE NOT coalesce(is_builtin, false)";
    let successes = "authentication WHERE status = 'success'";
    let approved = format!("{successes} AND factor_device IS NOT NULL");
    let came = came(before);
    vec![
        seen(Kind::RemoteId, By::Device, [ENDPOINT, "concat(tool, ' ', remote_uid)", NOTHING], &came),
        seen(Kind::DeviceToken, By::Person, [SIGN_IN, "device_token", NOTHING], successes),
        seen(Kind::FactorDevice, By::Person, [SIGN_IN, "factor_device", NOTHING], &approved),
        seen(
            Kind::FactorDevice,
            By::Person,
            [SIGN_IN, "factor_device", NOTHING],
            "account_change WHERE factor_device IS NOT NULL",
        ),
        seen(Kind::DisplaySerial, By::Device, [ENDPOINT, "display_serial", "name"], displays),
        seen(
            Kind::PeripheralSerial,
            By::Device,
            [ENDPOINT, "peripheral_serial", "product_name"],
            "peripheral",
        ),
    ]
}

fn parcels(before: &str) -> Vec<Question> {
    let of = |kind, mark, columns, from| plain(kind, mark, By::Person, columns, from, before);
    let delivered = [SENT, "delivered_to", "place_type"];
    // A return goes to whoever takes it back: where it came from is the person's, where it went is not.
    let out = "shipment WHERE coalesce(direction, 'outbound') <> 'return'";
    let signed = format!("{out} AND signed_by IS NOT NULL");
    vec![
        of(Kind::ShipTo, Mark::Asserted, [SENT, "ship_to", "place_type"], out),
        of(Kind::ShipTo, Mark::Observed, delivered, out),
        of(Kind::ShipTo, Mark::Verified, delivered, &signed),
        of(Kind::ShipTo, Mark::Observed, [SENT, "ship_from", NOTHING], "shipment WHERE direction = 'return'"),
        of(Kind::Phone, Mark::Asserted, [SENT, "recipient_phone", NOTHING], "shipment"),
    ]
}

fn money(before: &str) -> Vec<Question> {
    let of = |kind, mark, columns, from| plain(kind, mark, By::Person, columns, from, before);
    let account = [PAID, "account", NOTHING];
    vec![
        of(Kind::BankAccount, Mark::Asserted, account, "pay_instruction"),
        of(Kind::BankAccount, Mark::Verified, account, "pay_instruction WHERE holder_match = 'exact'"),
        of(Kind::Wallet, Mark::Asserted, [PAID, "wallet", NOTHING], "pay_instruction"),
    ]
}

/// What candidates write of themselves, and the computers that people come to meetings with.
fn presented(before: &str) -> Vec<Question> {
    let wrote = |kind, column| {
        plain(kind, Mark::Asserted, By::Applicant, ["applicant_id", column, NOTHING], "applicant", before)
    };
    let meets = |token, from| {
        plain(Kind::MeetingDevice, Mark::Observed, By::Person, [SIGN_IN, token, NOTHING], from, before)
    };
    vec![
        wrote(Kind::Phone, "phone"),
        wrote(Kind::PersonalEmail, "email"),
        wrote(Kind::Profile, "profile_url"),
        plain(
            Kind::Phone,
            Mark::Asserted,
            By::Applicant,
            ["applicant_id", "phone", NOTHING],
            "document",
            before,
        ),
        plain(
            Kind::PersonalEmail,
            Mark::Asserted,
            By::Applicant,
            ["applicant_id", "email", NOTHING],
            "document",
            before,
        ),
        meets_from(before),
        meets("disk_id", "meeting_participation WHERE length(disk_id) >= 6"),
        meets("mac", "meeting_participation WHERE mac IS NOT NULL"),
    ]
}

/// Where people come to meetings from; whatever the sign-in service calls an anonymiser is nobody's place.
fn meets_from(before: &str) -> Question {
    let sql = format!(
        "SELECT coalesce(m.user_email, m.user_uid), m.src_ip, '', min(m.time), max(m.time), cite(m.record_id, m.time) \
         FROM meeting_participation m LEFT ANTI JOIN (SELECT DISTINCT src_ip AS hidden FROM authentication \
         WHERE coalesce(src_is_proxy, false) OR tunnel IS NOT NULL) h ON h.hidden = m.src_ip \
         WHERE m.src_ip IS NOT NULL AND {} GROUP BY 1, 2",
        before.replace("time ", "m.time ")
    );
    Question { kind: Kind::InterviewIp, mark: Mark::Observed, by: By::Person, sql }
}
