//! Call records: who took part in a call or meeting, from which computer and network. Vendor documentation: "callRecord
//! resource type", "session", "segment", "media", "networkInfo", "deviceInfo", Microsoft Graph.
//!
//! A session is one person's connection to the meeting, or one call between two people; its segments hold what was measured.
//! Without `$expand=sessions($expand=segments)` only the participants are told.

use model::tables::meeting_participation as t;
use model::{Record, Time};

use crate::json::{self, Value, get, str_of, text_at};
use crate::reader::Out;
use crate::value;

/// Whether an object is a call record, or a session of one.
pub(super) fn is_record(event: Value<'_, '_>) -> bool {
    let is_list = |key: &str| get(event, key).is_some_and(|list| list.is_array());
    let dated = get(event, "startDateTime").is_some();
    is_list("modalities")
        && dated
        && (is_list("sessions") || is_list("participants") || is_list("participants_v2") || is_session(event))
}

fn is_session(event: Value<'_, '_>) -> bool {
    let is_end = |key: &str| get(event, key).is_some_and(|end| end.is_object());
    is_end("caller") && is_end("callee")
}

/// What the record says of the call as a whole.
struct Call {
    id: Option<String>,
    number: Option<String>,
    /// Tenant of whoever planned it.
    tenant: Option<String>,
}

/// Reads a call record, or a page's session.
pub(super) fn read(event: Value<'_, '_>, out: &mut Out<'_>) {
    let owned = |value: Option<std::borrow::Cow<'_, str>>| value.map(std::borrow::Cow::into_owned);
    if is_session(event) {
        return session(event, &Call { id: None, number: None, tenant: None }, out);
    }
    let organizer = [&["organizer", "user"][..], &["organizer_v2", "identity", "user"]];
    let tenant =
        organizer.iter().filter_map(|path| json::at(event, path)).find_map(|user| text_at(user, "tenantId"));
    let number = text_at(event, "joinWebUrl").and_then(|link| value::meeting_number(&link));
    let call = Call { id: owned(text_at(event, "id")), number, tenant: owned(tenant) };
    let sessions = get(event, "sessions").map(json::elements).unwrap_or_default();
    if sessions.is_empty() {
        return participants(event, &call, out);
    }
    for one in sessions {
        session(one, &call, out);
    }
}

/// Everybody who took part, where no session tells when and from where.
fn participants(event: Value<'_, '_>, call: &Call, out: &mut Out<'_>) {
    let (from, to) = span(event);
    if let Some(id) = &call.id {
        out.identify(id);
    }
    let list = ["participants_v2", "participants"].iter().find_map(|key| get(event, key)).map(json::elements);
    let mut any = false;
    for one in list.unwrap_or_default() {
        let identity = get(one, "identity").unwrap_or(one);
        let Some(person) = Person::of(identity, None) else { continue };
        let mut record = out.record(&t::TABLE, from.or(to));
        person.fill(&mut record, call);
        out.push(record);
        any = true;
    }
    if !any {
        out.skip("call without a person");
    }
}

fn span(event: Value<'_, '_>) -> (Option<Time>, Option<Time>) {
    let time = |key: &str| get(event, key).and_then(json::time);
    (time("startDateTime"), time("endDateTime"))
}

/// Both ends of a session; a service is nobody.
fn session(session: Value<'_, '_>, call: &Call, out: &mut Out<'_>) {
    let (from, to) = span(session);
    if let Some(id) = text_at(session, "id") {
        // a later version of the record has the same sessions, and more
        out.identify(&id);
    }
    if from.is_none() {
        out.reject(Some("startDateTime"), "time cannot be read");
    }
    let persons =
        ["caller", "callee"].map(|end| get(session, end).and_then(|end| Some((end, person_at(end)?))));
    let is_between_two = persons.iter().all(Option::is_some);
    let mut any = false;
    for (side, person) in ["caller", "callee"].into_iter().zip(persons) {
        let Some((end, person)) = person else { continue };
        let mut record = out.record(&t::TABLE, from.or(to));
        person.fill(&mut record, call);
        record.time(t::joined_time, from);
        record.time(t::left_time, to);
        let seconds = from.zip(to).map(|(from, to)| to.0.saturating_sub(from.0) / 1_000_000);
        record.int(t::duration_seconds, seconds.filter(|seconds| *seconds >= 0));
        record.text(t::hostname, text_at(end, "name").as_deref());
        let agent = get(end, "userAgent");
        let of_agent =
            |key: &str| agent.and_then(|agent| text_at(agent, key)).filter(|text| text != "unknown");
        record.text(t::device, of_agent("platform").as_deref());
        record.text(
            t::client_version,
            of_agent("applicationVersion").or_else(|| of_agent("headerValue")).as_deref(),
        );
        media(session, side, is_between_two, &mut record);
        out.push(record);
        any = true;
    }
    if !any {
        out.skip("session of services");
    }
}

fn person_at<'i>(end: Value<'_, 'i>) -> Option<Person<'i>> {
    let identity = get(end, "identity")?;
    Person::of(identity, get(end, "associatedIdentity"))
}

/// Who stands at an end.
struct Person<'i> {
    id: Option<std::borrow::Cow<'i, str>>,
    name: Option<std::borrow::Cow<'i, str>>,
    mail: Option<std::borrow::Cow<'i, str>>,
    tenant: Option<std::borrow::Cow<'i, str>>,
    is_guest: bool,
}

impl<'i> Person<'i> {
    fn of(identity: Value<'_, 'i>, associated: Option<Value<'_, 'i>>) -> Option<Self> {
        // an application or a service takes part as well, and is nobody; a telephone is known by its number alone
        let found = ["user", "guest"].iter().find_map(|key| Some((*key, get(identity, key)?)));
        let (kind, person) = found.filter(|(_, person)| person.is_object())?;
        let beside = associated.map(|one| get(one, kind).unwrap_or(one));
        let told = |key: &str| text_at(person, key).or_else(|| beside.and_then(|one| text_at(one, key)));
        let mail = told("userPrincipalName").filter(|text| text.contains('@'));
        let (id, name) = (told("id"), told("displayName"));
        (id.is_some() || name.is_some() || mail.is_some()).then(|| Self {
            id,
            name,
            // a guest of another company bears its address within a name that the host made
            mail: mail.filter(|text| !text.to_ascii_uppercase().contains("#EXT#")),
            tenant: told("tenantId"),
            is_guest: kind == "guest",
        })
    }

    fn fill(&self, record: &mut Record, call: &Call) {
        record.text(t::meeting_uid, call.id.as_deref());
        record.text(t::meeting_number, call.number.as_deref());
        record.text(t::user_uid, self.id.as_deref());
        record.text(t::user_email, self.mail.as_deref());
        record.text(t::display_name, self.name.as_deref());
        let foreign = self.tenant.as_deref().zip(call.tenant.as_deref()).map(|(own, host)| own != host);
        record.bool(
            t::is_external,
            if self.is_guest { Some(true) } else { foreign.filter(|foreign| *foreign) },
        );
    }
}

/// What the segments measured at one end: the first that tells a thing is taken.
fn media(session: Value<'_, '_>, side: &str, is_between_two: bool, record: &mut Record) {
    let segments = get(session, "segments").map(json::elements).unwrap_or_default();
    let all: Vec<Value<'_, '_>> =
        segments.into_iter().filter_map(|one| get(one, "media")).flat_map(json::elements).collect();
    let key = |what: &str| format!("{side}{what}");
    let networks: Vec<_> = all.iter().filter_map(|one| get(*one, &key("Network"))).collect();
    let of_network = |key: &str| networks.iter().find_map(|one| text_at(*one, key));
    let ip = |key: &str, is_wanted: fn(std::net::IpAddr) -> bool| {
        let found =
            networks.iter().filter_map(|one| get(*one, key)).filter_map(json::ip).find(|ip| is_wanted(*ip));
        found.map(|ip| ip.to_string())
    };
    // as the relay saw it; an address on the card may be the public one itself
    let public = ip("reflexiveIPAddress", value::is_public).or_else(|| ip("ipAddress", value::is_public));
    record.text(t::src_ip, public.as_deref());
    record.text(t::internal_ip, ip("ipAddress", |ip| !value::is_public(ip)).as_deref());
    let mac = networks.iter().filter_map(|one| text_at(*one, "macAddress")).find_map(|mac| value::mac(&mac));
    record.text(t::mac, mac.as_deref());
    let connection = of_network("connectionType").filter(|kind| kind != "unknown");
    record.text(t::connection, connection.as_deref());
    record.text(t::network_domain, of_network("dnsSuffix").as_deref());
    let device = |label: &str, what: &str| {
        let fitting =
            all.iter().filter(|one| text_at(**one, "label").is_some_and(|known| known.contains(label)));
        fitting.filter_map(|one| get(*one, &key("Device"))).find_map(|one| text_at(one, what))
    };
    record.text(t::microphone, device("audio", "captureDeviceName").as_deref());
    record.text(t::speaker, device("audio", "renderDeviceName").as_deref());
    record.text(t::camera, device("video", "captureDeviceName").as_deref());
    if !is_between_two {
        quality(&all, record);
    }
}

/// Round trip and jitter between the client and the service. (Between two people it is of both their lines.)
fn quality(all: &[Value<'_, '_>], record: &mut Record) {
    let streams: Vec<_> =
        all.iter().filter_map(|one| get(*one, "streams")).flat_map(json::elements).collect();
    let milliseconds =
        |key: &str| streams.iter().filter_map(|one| get(*one, key)).filter_map(str_of).find_map(seconds);
    record.float(t::latency_ms, milliseconds("averageRoundTripTime").map(|seconds| seconds * 1_000.0));
    record.float(t::jitter_ms, milliseconds("averageJitter").map(|seconds| seconds * 1_000.0));
}

/// Seconds of a duration of hours, minutes and seconds: `PT0.041S`, `PT1M2.5S`.
fn seconds(text: &str) -> Option<f64> {
    let mut rest = text.trim().strip_prefix("PT").filter(|rest| !rest.is_empty())?;
    let mut all = 0.0;
    while !rest.is_empty() {
        let end = rest.find(|c: char| !(c.is_ascii_digit() || c == '.'))?;
        let number: f64 = rest.get(..end)?.parse().ok()?;
        all += number
            * match rest.as_bytes().get(end)? {
                b'H' => 3_600.0,
                b'M' => 60.0,
                b'S' => 1.0,
                _ => return None,
            };
        rest = rest.get(end + 1..)?;
    }
    (all.is_finite()).then_some(all)
}

#[cfg(test)]
mod tests {
    use super::seconds;

    #[test]
    fn durations_of_the_interface_are_read() {
        for (text, expected) in [
            ("PT0.041S", Some(0.041)),
            ("PT1M2.5S", Some(62.5)),
            ("PT1H", Some(3_600.0)),
            ("PT", None),
            ("1S", None),
            ("PT5", None),
            ("PTéS", None),
        ] {
            assert_eq!(seconds(text), expected, "{text}");
        }
    }
}
