//! Okta System Log. Vendor documentation: "System Log API", Okta Developer (`/api/v1/logs`).
//!
//! Container names match without regard to case, because collectors lower them. `behaviors`, `risk` and sometimes
//! `tunnels` are written as `{name=value, …}`, which is no JSON.

mod people;

use std::net::IpAddr;

use model::{Record, tables::account_change as change, tables::authentication as auth};

use crate::json::{self, Value, get, str_of, text_at};
use crate::reader::{JsonSource, Out};
use crate::source::{Recognised, Sample, Source, SourceDoc};
use crate::{countries, recognise, tape, value};

/// Okta System Log.
pub struct Okta;

static DOC: SourceDoc = SourceDoc {
    title: "Okta System Log (API array, JSON lines, SIEM export) and users (API, CSV)",
    documentation: "System Log API; Users API, Okta Developer",
    recognised_by: "objects with eventType in dotted words, actor and client, outcome or published",
    expects: &[
        "eventType*",
        "published*",
        "uuid",
        "actor.alternateId*",
        "client.ipAddress",
        "client.userAgent",
        "client.geographicalContext",
        "securityContext",
        "authenticationContext.externalSessionId",
        "debugContext.debugData.dtHash",
        "debugContext.debugData.deviceFingerprint",
        "debugContext.debugData.tunnels",
        "device",
        "target",
        "outcome",
    ],
    fills: &["authentication", "account_change", "employment"],
};

impl Source for Okta {
    fn kind(&self) -> &'static str {
        "okta"
    }

    fn doc(&self) -> &'static SourceDoc {
        &DOC
    }

    fn recognise(&self, sample: &Sample<'_>) -> Option<Recognised> {
        recognise::json(sample, "okta", "Okta events (eventType, actor, outcome)")
    }
}

impl JsonSource for Okta {
    fn kind(&self) -> &'static str {
        "okta"
    }

    fn matches(&self, event: Value<'_, '_>) -> u8 {
        if people::is_person(event) {
            return 92;
        }
        let Some(kind) = get(event, "eventType").and_then(str_of) else { return 0 };
        if !kind.contains('.') || kind.contains(' ') || kind.starts_with("com.") {
            return 0;
        }
        let holds = |key: &str| get(event, key).is_some_and(|part| part.is_object() || part.is_array());
        if !["actor", "client", "target", "target0"].into_iter().any(holds) {
            return 0;
        }
        let signs = ["actor", "outcome", "client", "published", "legacyEventType", "displayMessage", "uuid"];
        match signs.iter().filter(|key| get(event, key).is_some()).count() {
            0 | 1 => 0,
            2 => 40,
            3 => 70,
            _ => 95,
        }
    }

    fn read(&self, event: Value<'_, '_>, out: &mut Out<'_>) {
        if people::is_person(event) {
            return people::read(event, out);
        }
        let kind = get(event, "eventType").and_then(str_of).unwrap_or_default();
        if let Some(id) = get(event, "uuid").and_then(str_of).filter(|id| id.len() >= 8) {
            out.identify(id);
        }
        let time = ["published", "timestamp"].iter().find_map(|key| get(event, key));
        let parsed = time.and_then(json::time);
        if time.is_some() && parsed.is_none() {
            // who and where stay true: the record is kept undated, and the reject says so
            out.reject(Some("published"), "time cannot be read");
        }
        write(event, kind, parsed, out);
    }
}

fn write(event: Value<'_, '_>, kind: &str, time: Option<model::Time>, out: &mut Out<'_>) {
    let parts = Parts::of(event);
    // an event of no person at no address says nothing here
    if parts.actor.is_none() && parts.user_target().is_none() && parts.address.is_none() {
        return out.skip(kind);
    }
    let record = if is_change(kind) {
        let mut record = out.record(&change::TABLE, time);
        parts.fill_change(kind, &mut record);
        record
    } else {
        let mut record = out.record(&auth::TABLE, time);
        parts.fill_authentication(kind, &mut record);
        record
    };
    out.push(record);
}

/// Events that change an account or its factors; all others show an actor at an address.
fn is_change(kind: &str) -> bool {
    ["user.mfa.factor.", "user.account.", "user.lifecycle.", "user.credential.", "device."]
        .iter()
        .any(|prefix| kind.starts_with(prefix))
}

/// The containers of an event.
struct Parts<'t, 'i> {
    actor: Option<Value<'t, 'i>>,
    client: Option<Value<'t, 'i>>,
    agent: Option<Value<'t, 'i>>,
    security: Option<Value<'t, 'i>>,
    context: Option<Value<'t, 'i>>,
    debug: Option<Value<'t, 'i>>,
    device: Option<Value<'t, 'i>>,
    outcome: Option<Value<'t, 'i>>,
    targets: Vec<Value<'t, 'i>>,
    place: Option<Value<'t, 'i>>,
    address: Option<IpAddr>,
}

impl<'t, 'i> Parts<'t, 'i> {
    fn of(event: Value<'t, 'i>) -> Self {
        let client = get(event, "client");
        let mut place = client.and_then(|client| get(client, "geographicalContext"));
        let written = client.and_then(|client| get(client, "ipAddress").or_else(|| get(client, "ip")));
        let mut address = written.and_then(json::ip);
        if !address.is_some_and(value::is_public) {
            let chain = json::at(event, &["request", "ipChain"]).map(json::elements).unwrap_or_default();
            let public = chain.into_iter().find_map(|hop| {
                let ip = get(hop, "ip").and_then(json::ip).filter(|ip| value::is_public(*ip))?;
                Some((ip, get(hop, "geographicalContext")))
            });
            if let Some((ip, hop_place)) = public {
                address = Some(ip);
                place = hop_place;
            }
        }
        let mut targets = get(event, "target").map(json::elements).unwrap_or_default();
        if targets.is_empty() {
            targets.extend(["target0", "target1", "target2"].iter().filter_map(|key| get(event, key)));
        }
        Self {
            actor: get(event, "actor"),
            client,
            agent: client.and_then(|client| get(client, "userAgent")),
            security: get(event, "securityContext"),
            context: get(event, "authenticationContext"),
            debug: json::at(event, &["debugContext", "debugData"]),
            device: get(event, "device"),
            outcome: get(event, "outcome"),
            targets,
            place,
            address,
        }
    }

    fn target(&self, kinds: &[&str]) -> Option<Value<'t, 'i>> {
        let is = |kind: &str| kinds.iter().any(|known| kind.eq_ignore_ascii_case(known));
        self.targets.iter().copied().find(|target| get(*target, "type").and_then(str_of).is_some_and(is))
    }

    fn user_target(&self) -> Option<Value<'t, 'i>> {
        self.target(&["User", "UserIdentity"])
    }

    fn country(&self) -> Option<&'static str> {
        let named = self.place.and_then(|place| text_at(place, "country"));
        named
            .and_then(|name| countries::alpha2(&name))
            .or_else(|| self.address.filter(|ip| value::is_public(*ip)).and_then(iptocc::country_code))
    }

    /// `asNumber`, or `as.number` where Elastic has renamed it.
    fn asn(&self) -> Option<i64> {
        let security = self.security?;
        get(security, "asNumber").or_else(|| json::at(security, &["as", "number"])).and_then(json::int)
    }

    fn as_org(&self) -> Option<std::borrow::Cow<'i, str>> {
        let security = self.security?;
        let renamed = || json::at(security, &["as", "organization", "name"]).and_then(json::text);
        text_at(security, "asOrg").or_else(renamed)
    }

    fn status(&self) -> &'static str {
        let result = self.outcome.and_then(|outcome| text_at(outcome, "result")).unwrap_or_default();
        if result.eq_ignore_ascii_case("success") || result.eq_ignore_ascii_case("allow") {
            "success"
        } else if result.eq_ignore_ascii_case("failure") || result.eq_ignore_ascii_case("deny") {
            "failure"
        } else {
            "unknown"
        }
    }

    fn factor(&self) -> Option<std::borrow::Cow<'i, str>> {
        let debug = |key| self.debug.and_then(|debug| text_at(debug, key));
        debug("factor")
            .or_else(|| debug("factorType"))
            .or_else(|| {
                let kinds = ["AuthenticatorEnrollment", "Factor", "Authenticator"];
                self.target(&kinds).and_then(|target| text_at(target, "displayName"))
            })
            .or_else(|| self.context.and_then(|context| text_at(context, "credentialType")))
            .or_else(|| self.context.and_then(|context| text_at(context, "credentialProvider")))
    }

    /// Okta's own risk level, and what it calls new, from `risk` and `behaviors` or from `logOnlySecurityData`.
    fn ratings(&self) -> (Option<String>, Option<String>) {
        let Some(debug) = self.debug else { return (None, None) };
        let written = |key: &str| get(debug, key).and_then(str_of);
        let level = |text: &str| Some(pairs(text).into_iter().find(|(key, _)| *key == "level")?.1.to_owned());
        let new = |list: Vec<(&str, &str)>| {
            let mut names: Vec<&str> =
                list.iter().filter(|(_, said)| *said == "POSITIVE").map(|(name, _)| *name).collect();
            names.sort_unstable();
            names.dedup();
            (!names.is_empty()).then(|| names.join(", "))
        };
        let told = (written("risk").and_then(level), written("behaviors").and_then(|text| new(pairs(text))));
        let Some(both) = written("logOnlySecurityData").filter(|_| told == (None, None)) else { return told };
        let mut bytes = both.as_bytes().to_vec();
        let Ok(parsed) = simd_json::to_tape(&mut bytes) else { return told };
        let root = tape::root(&parsed);
        let level = json::at(root, &["risk", "level"]).and_then(str_of).map(str::to_owned);
        let listed = get(root, "behaviors").and_then(|list| {
            let list = list.as_object()?;
            new(list.iter().filter_map(|(name, said)| Some((name, str_of(said)?))).collect())
        });
        (level, listed)
    }

    fn device_part(&self, key: &str) -> Option<std::borrow::Cow<'i, str>> {
        self.device.and_then(|device| text_at(device, key)).or_else(|| {
            let key = if key == "name" { "displayName" } else { key };
            self.target(&["Device", "UDDevice"]).and_then(|target| text_at(target, key))
        })
    }

    fn text(record: &mut Record, at: model::table::At, from: Option<Value<'_, '_>>, key: &str) {
        record.text(at, from.and_then(|from| text_at(from, key)).as_deref());
    }

    fn fill_authentication(&self, kind: &str, record: &mut Record) {
        let reason = self.outcome.and_then(|outcome| text_at(outcome, "reason"));
        record.text(auth::activity, Some(activity(kind, reason.as_deref().unwrap_or_default())));
        record.text(auth::operation, Some(kind));
        record.set(auth::status, model::Cell::Text(self.status().to_owned()));
        record.text(auth::status_detail, reason.as_deref());
        // the actor of a denied or administrative event is still who sat there
        let person = self.actor.or_else(|| self.user_target());
        Self::text(record, auth::user_email, person, "alternateId");
        Self::text(record, auth::user_uid, person, "id");
        Self::text(record, auth::user_type, person, "type");
        record.text(auth::src_ip, self.address.map(|ip| ip.to_string()).as_deref());
        record.int(auth::src_asn, self.asn());
        record.text(auth::src_as_org, self.as_org().as_deref());
        Self::text(record, auth::src_isp, self.security, "isp");
        Self::text(record, auth::src_domain, self.security, "domain");
        record.bool(auth::src_is_proxy, self.security.and_then(|s| get(s, "isProxy")).and_then(json::truth));
        record.text(auth::src_country, self.country());
        Self::text(record, auth::src_region, self.place, "state");
        Self::text(record, auth::src_city, self.place, "city");
        let point = self.place.and_then(|place| get(place, "geolocation"));
        record.float(auth::src_lat, point.and_then(|point| get(point, "lat")).and_then(json::float));
        record.float(auth::src_lon, point.and_then(|point| get(point, "lon")).and_then(json::float));
        record.text(
            auth::tunnel,
            self.debug.and_then(|debug| get(debug, "tunnels")).and_then(operators).as_deref(),
        );
        Self::text(record, auth::user_agent, self.agent, "rawUserAgent");
        Self::text(record, auth::os, self.agent, "os");
        Self::text(record, auth::browser, self.agent, "browser");
        Self::text(record, auth::device_token, self.debug, "dtHash");
        Self::text(record, auth::device_fingerprint, self.debug, "deviceFingerprint");
        record.text(auth::device_uid, self.device_part("id").as_deref());
        record.text(auth::device_name, self.device_part("name").as_deref());
        record.bool(auth::is_managed, self.device.and_then(|d| get(d, "managed")).and_then(json::truth));
        Self::text(record, auth::session_uid, self.context, "rootSessionId");
        Self::text(record, auth::session_uid, self.context, "externalSessionId");
        record.text(auth::factor, self.factor().as_deref());
        Self::text(record, auth::app, self.target(&["AppInstance", "AppUser"]), "displayName");
        Self::text(record, auth::network_zone, self.client, "zone");
        let (risk, new) = self.ratings();
        record.text(auth::risk, risk.as_deref());
        record.text(auth::behaviors, new.as_deref());
    }

    fn fill_change(&self, kind: &str, record: &mut Record) {
        record.text(change::operation, Some(kind));
        record.set(change::status, model::Cell::Text(self.status().to_owned()));
        Self::text(record, change::actor_email, self.actor, "alternateId");
        Self::text(record, change::actor_uid, self.actor, "id");
        let whose = self.user_target().or(self.actor);
        Self::text(record, change::user_email, whose, "alternateId");
        Self::text(record, change::user_uid, whose, "id");
        record.text(change::factor, self.factor().as_deref());
        record.text(change::device_uid, self.device_part("id").as_deref());
        record.text(change::device_name, self.device_part("name").as_deref());
        Self::text(record, change::device_token, self.debug, "dtHash");
        record.text(change::src_ip, self.address.map(|ip| ip.to_string()).as_deref());
        record.int(change::src_asn, self.asn());
        record.text(change::src_as_org, self.as_org().as_deref());
        record
            .bool(change::src_is_proxy, self.security.and_then(|s| get(s, "isProxy")).and_then(json::truth));
        record.text(change::src_country, self.country());
        Self::text(record, change::detail, self.outcome, "reason");
    }
}

/// What an event is, in the words of the normal form.
fn activity(kind: &str, reason: &str) -> &'static str {
    let denied = reason.contains("rejected Okta push") || reason.contains("DENY_PUSH");
    match kind {
        "user.mfa.okta_verify.deny_push" | "user.mfa.okta_verify.deny_push_upgrade_needed" => "denied_push",
        _ if denied => "denied_push",
        "user.session.start" => "logon",
        "user.session.end" | "user.session.clear" => "logoff",
        "user.authentication.sso" | "app.oauth2.signon" => "sso",
        "user.authentication.auth_via_mfa" | "user.authentication.verify" => "mfa",
        "user.authentication.slo" | "user.authentication.universal_logout" => "logoff",
        _ if kind.starts_with("user.authentication.auth") => "logon",
        _ if kind.starts_with("user.identity_verification") => "other",
        _ => "session_access",
    }
}

/// Names of the operators of the tunnels seen: a list, a JSON string, or `[{operator=NAME, …}]`.
fn operators(tunnels: Value<'_, '_>) -> Option<String> {
    let mut names: Vec<String> = Vec::new();
    if let Some(written) = str_of(tunnels) {
        let mut bytes = written.as_bytes().to_vec();
        match simd_json::to_tape(&mut bytes) {
            Ok(parsed) if !tape::root(&parsed).is_str() => return operators(tape::root(&parsed)),
            _ => {
                let found = pairs(written).into_iter().filter(|(key, _)| json::same_key(key, "operator"));
                names.extend(found.map(|(_, name)| name.to_owned()));
            }
        }
    } else {
        names.extend(
            json::elements(tunnels)
                .into_iter()
                .filter_map(|tunnel| text_at(tunnel, "operator").or_else(|| text_at(tunnel, "type")))
                .map(|name| name.into_owned()),
        );
    }
    names.retain(|name| !model::record::is_missing(name));
    names.sort();
    names.dedup();
    (!names.is_empty()).then(|| names.join(", "))
}

/// The pairs of Okta's `{New Device=NEGATIVE, level=LOW}`, in order. Values hold no commas but in brackets.
#[must_use]
pub fn pairs(text: &str) -> Vec<(&str, &str)> {
    let mut out = Vec::new();
    let (mut depth, mut start) = (0_i32, 0);
    let text = text.trim();
    let text = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(text);
    for part in text.split('}').map(|part| part.trim_start_matches([',', ' ', '{'])) {
        for (at, c) in part.char_indices().chain([(part.len(), ',')]) {
            match c {
                '[' | '(' => depth += 1,
                ']' | ')' => depth -= 1,
                ',' if depth <= 0 || at == part.len() => {
                    if let Some((key, value)) = part.get(start..at).and_then(|pair| pair.split_once('=')) {
                        out.push((key.trim(), value.trim()));
                    }
                    start = at + 1;
                }
                _ => {}
            }
        }
        (depth, start) = (0, 0);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_of_behaviours_risk_and_tunnels() {
        let behaviours = pairs("{New Geo-Location=NEGATIVE, New Device=POSITIVE}");
        assert_eq!(behaviours, [("New Geo-Location", "NEGATIVE"), ("New Device", "POSITIVE")]);
        assert_eq!(pairs("{level=LOW}"), [("level", "LOW")]);
        assert_eq!(pairs("{reasons=(a, b), level=HIGH}"), [("reasons", "(a, b)"), ("level", "HIGH")]);
        let tunnels = pairs("[{anonymous=true, operator=A_VPN, type=VPN}, {operator=B}]");
        assert_eq!(tunnels.iter().filter(|(key, _)| *key == "operator").count(), 2);
        assert_eq!(pairs("{=,,"), [("", "")]);
    }
}
