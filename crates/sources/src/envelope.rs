//! What log collectors wrap around a vendor's event, taken off.
//!
//! Splunk (`_raw`, `result`), Elastic (`_source`, `event.original`, `hits.hits`), Amazon (`Records`, `detail`),
//! Okta event hooks (`data.events`), the pages of an interface whatever they call their rows, JSON in a string
//! (`message`, `log`, …), also in base64, columns and rows, dotted column names, and the flattened columns of Log Analytics
//! (`actor_alternateId_s`; OktaV2's `ActorUsername`, …).

use model::Time;
use serde_json::Map;

use crate::json::{self, Value};
use crate::packed;
use crate::tape;

/// Wrappers within wrappers.
const DEPTH_LIMIT: usize = 6;

/// Keys that hold an event, a list of events, or either as a JSON string; the raw text comes first, because the
/// fields beside it were extracted from it.
const KEYS: &[&str] = &[
    "_raw",
    "result",
    "_source",
    "event",
    "original",
    "hits",
    "message",
    "log",
    "data",
    "detail",
    "Records",
    "value",
    "events",
    "results",
    "items",
    "logs",
    "rows",
    "entries",
    "body",
    "RawData",
    "rawEvent",
    "jsonPayload",
    "fields",
    "line",
    "payload",
    "content",
    "response",
    "authlogs",
    "participants",
    "computers",
    "computer",
    "okta",
    "osquery",
    "AuditData",
    "resources",
    "Report_Entry",
    "record",
    "kinesis",
    "logEvents",
    "properties",
];

/// What was found within a unit.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Found {
    /// Events that a source knew.
    pub known: u32,
    /// Elements of lists that none knew.
    pub unknown: u32,
    /// Lines that only say what to do with the next one.
    pub actions: u32,
}

/// Takes an event and the time that its wrapper gives, and says whether it knows it.
pub type Sink<'s> = &'s mut dyn FnMut(Value<'_, '_>, Option<Time>) -> bool;

/// Gives each event within a value to `sink`, which says whether it knows it.
pub fn unwrap(root: Value<'_, '_>, sink: Sink<'_>) -> Found {
    let mut found = Found::default();
    if is_bulk_action(root) {
        found.actions += 1;
    } else {
        walk(root, Depth { left: DEPTH_LIMIT, rebuild: true, time: None }, sink, &mut found);
    }
    found
}

/// The line before each document in Elastic's bulk format.
fn is_bulk_action(value: Value<'_, '_>) -> bool {
    let Some(object) = value.as_object() else { return false };
    let mut entries = object.iter();
    let (Some((key, inner)), None) = (entries.next(), entries.next()) else { return false };
    ["index", "create", "update", "delete"].contains(&key)
        && inner
            .as_object()
            .is_some_and(|inner| inner.is_empty() || inner.keys().all(|key| key.starts_with('_')))
}

/// How deep a value stands, and what is known from around it.
#[derive(Clone, Copy)]
struct Depth {
    left: usize,
    /// Flattened columns may still be put together.
    rebuild: bool,
    /// Time in the wrapper: when the collector says that the event was.
    time: Option<Time>,
}

impl Depth {
    fn below(self, wrapper: Value<'_, '_>) -> Self {
        let told =
            ["@timestamp", "_time", "TimeGenerated"].into_iter().find_map(|key| json::get(wrapper, key));
        Self { left: self.left - 1, time: told.and_then(json::time).or(self.time), ..self }
    }
}

/// True if an event was known.
fn walk(value: Value<'_, '_>, depth: Depth, sink: Sink<'_>, found: &mut Found) -> bool {
    if let Some(list) = value.as_array() {
        if depth.left == 0 {
            return false;
        }
        let (mut known, mut unknown) = (false, 0);
        for element in list.iter() {
            if walk(element, Depth { left: depth.left - 1, ..depth }, sink, found) {
                known = true;
            } else {
                unknown += 1;
            }
        }
        if known {
            found.unknown += unknown;
        }
        return known;
    }
    if let Some(text) = json::str_of(value) {
        return depth.left > 0 && walk_text(text, depth, sink, found);
    }
    if !value.is_object() {
        return false;
    }
    if sink(value, depth.time) {
        found.known += 1;
        return true;
    }
    if depth.left == 0 {
        return false;
    }
    let below = depth.below(value);
    KEYS.iter().any(|key| json::get(value, key).is_some_and(|inner| walk(inner, below, sink, found)))
        || walk_rows(value, below, sink, found)
        || page_rows(value, below.left).is_some_and(|rows| walk(rows, below, sink, found))
        || depth.rebuild && walk_flat(value, below, sink, found)
}

/// Words beside the rows in the answer of an interface: about the request, not about an event.
const PAGE_WORDS: &[&str] = &[
    "stat",
    "status",
    "statusCode",
    "code",
    "ok",
    "success",
    "error",
    "errors",
    "warnings",
    "message",
    "messages",
    "meta",
    "metadata",
    "total",
    "totalCount",
    "totalResults",
    "totalObjects",
    "count",
    "size",
    "page",
    "pages",
    "pageInfo",
    "pageCount",
    "pageNumber",
    "pageSize",
    "perPage",
    "limit",
    "offset",
    "next",
    "nextPage",
    "nextPageToken",
    "nextToken",
    "nextOffset",
    "cursor",
    "hasMore",
    "more",
    "links",
    "paging",
    "pagination",
    "from",
    "to",
    "took",
    "timedOut",
    "kind",
    "etag",
    "version",
    "apiVersion",
    "requestId",
];

/// The rows of an answer whose only array of objects has a name that no source knows, at most a few objects deep; all
/// that stands beside it speaks of the page. A list within an event has the event's own fields beside it.
fn page_rows<'t, 'i>(value: Value<'t, 'i>, depth: usize) -> Option<Value<'t, 'i>> {
    let mut rows = None;
    for (key, inner) in value.as_object()?.iter() {
        let of_page = key.starts_with(['@', '_'])
            || key.contains("@odata.")
            || PAGE_WORDS.iter().any(|word| json::same_key(word, key));
        if of_page || inner.is_null() {
            continue;
        }
        let found = match inner.as_array() {
            Some(list) => list.iter().next().filter(|first| first.is_object()).map(|_| inner),
            None if depth > 0 => page_rows(inner, depth - 1),
            None => None,
        };
        if found.is_none() || rows.is_some() {
            return None;
        }
        rows = found;
    }
    rows
}

/// A string that holds JSON, perhaps behind a syslog header.
fn walk_text(text: &str, depth: Depth, sink: Sink<'_>, found: &mut Found) -> bool {
    let plain = || {
        let start = text.find(['{', '[']).filter(|at| *at < 512)?;
        let bytes = text.as_bytes()[start..].trim_ascii();
        matches!(bytes.last(), Some(b'}' | b']')).then(|| bytes.to_vec())
    };
    let Some(mut bytes) = packed::decoded(text).or_else(plain) else { return false };
    walk_bytes(&mut bytes, Depth { left: depth.left - 1, rebuild: true, ..depth }, sink, found)
}

fn walk_bytes(bytes: &mut [u8], depth: Depth, sink: Sink<'_>, found: &mut Found) -> bool {
    match simd_json::to_tape(bytes) {
        Ok(parsed) => walk(tape::root(&parsed), depth, sink, found),
        Err(_) => false,
    }
}

/// An answer that names its columns once.
fn walk_rows(value: Value<'_, '_>, depth: Depth, sink: Sink<'_>, found: &mut Found) -> bool {
    if depth.left == 0 {
        return false;
    }
    let (mut known, mut unknown) = (false, 0);
    for mut row in packed::rows(value) {
        if walk_bytes(&mut row, Depth { left: depth.left - 1, rebuild: true, ..depth }, sink, found) {
            known = true;
        } else {
            unknown += 1;
        }
    }
    if known {
        found.unknown += unknown;
    }
    known
}

/// An object whose column names are flattened paths.
fn walk_flat(value: Value<'_, '_>, depth: Depth, sink: Sink<'_>, found: &mut Found) -> bool {
    let Some(object) = value.as_object() else { return false };
    let style = style_of(object.keys());
    if style == Style::Nested {
        return false;
    }
    let serde_json::Value::Object(flat) = json::tree(value) else { return false };
    let Ok(mut bytes) = serde_json::to_vec(&nested(flat, style)) else { return false };
    walk_bytes(&mut bytes, Depth { rebuild: false, ..depth }, sink, found)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Style {
    /// Not flattened.
    Nested,
    /// `actor.alternateId`.
    Dotted,
    /// `actor_alternateId_s`.
    Suffixed,
    /// `ActorUsername`.
    OktaV2,
}

fn style_of<'k>(keys: impl Iterator<Item = &'k str>) -> Style {
    let (mut dotted, mut suffixed, mut v2) = (0, 0, 0);
    for key in keys {
        dotted += usize::from(key.contains('.'));
        suffixed += usize::from(unsuffixed(key).is_some());
        v2 += usize::from(OKTA_V2.iter().any(|(column, _)| *column == key));
    }
    if v2 >= 3 {
        Style::OktaV2
    } else if suffixed >= 3 {
        Style::Suffixed
    } else if dotted >= 2 {
        Style::Dotted
    } else {
        Style::Nested
    }
}

/// A Log Analytics column without its type suffix.
fn unsuffixed(key: &str) -> Option<&str> {
    ["_s", "_t", "_b", "_d", "_g"]
        .iter()
        .find_map(|suffix| key.strip_suffix(suffix))
        .filter(|key| !key.is_empty())
}

/// Columns of the OktaV2 table, and the path in the System Log that each was made from.
const OKTA_V2: &[(&str, &str)] = &[
    ("EventOriginalType", "eventType"),
    ("EventOriginalUid", "uuid"),
    ("TimeGenerated", "published"),
    ("EventMessage", "displayMessage"),
    ("LegacyEventType", "legacyEventType"),
    ("OriginalSeverity", "severity"),
    ("OriginalOutcomeResult", "outcome.result"),
    ("EventOriginalResultDetails", "outcome.reason"),
    ("OriginalUserId", "actor.id"),
    ("ActorUserId", "actor.id"),
    ("ActorUsername", "actor.alternateId"),
    ("OriginalActorAlternateId", "actor.alternateId"),
    ("OriginalUserType", "actor.type"),
    ("ActorDisplayName", "actor.displayName"),
    ("ActorSessionId", "authenticationContext.externalSessionId"),
    ("SrcIpAddr", "client.ipAddress"),
    ("SrcDeviceType", "client.device"),
    ("OriginalClientDevice", "client.device"),
    ("SrcZone", "client.zone"),
    ("SrcDvcOs", "client.userAgent.os"),
    ("ActingAppName", "client.userAgent.browser"),
    ("HttpUserAgent", "client.userAgent.rawUserAgent"),
    ("SrcGeoCity", "client.geographicalContext.city"),
    ("SrcGeoRegion", "client.geographicalContext.state"),
    ("SrcGeoCountry", "client.geographicalContext.country"),
    ("SrcGeoLatitude", "client.geographicalContext.geolocation.lat"),
    ("SrcGeoLongitude", "client.geographicalContext.geolocation.lon"),
    ("SecurityContextAsNumber", "securityContext.asNumber"),
    ("SecurityContextAsOrg", "securityContext.asOrg"),
    ("SecurityContextDomain", "securityContext.domain"),
    ("SecurityContextIsProxy", "securityContext.isProxy"),
    ("SrcIsp", "securityContext.isp"),
    ("DebugData", "debugContext.debugData"),
    ("Request", "request"),
    ("OriginalTarget", "target"),
];

/// The nested object of a flat one.
fn nested(flat: Map<String, serde_json::Value>, style: Style) -> serde_json::Value {
    let mut root = Map::new();
    for (key, value) in flat {
        let value = json::opened(value);
        if value.is_null() || value == serde_json::Value::String(String::new()) {
            continue;
        }
        let path: Vec<&str> = match style {
            Style::OktaV2 => match OKTA_V2.iter().find(|(column, _)| *column == key) {
                Some((_, path)) => path.split('.').collect(),
                None => continue,
            },
            Style::Suffixed => match unsuffixed(&key) {
                Some(bare) => bare.split('_').filter(|part| !part.is_empty()).collect(),
                None => vec![&key],
            },
            Style::Dotted | Style::Nested => key.split('.').map(|part| part.trim_end_matches("{}")).collect(),
        };
        if path.len() <= 12 {
            insert(&mut root, &path, value);
        }
    }
    serde_json::Value::Object(root)
}

/// Puts a value at a path; what stands there already stays.
fn insert(at: &mut Map<String, serde_json::Value>, path: &[&str], value: serde_json::Value) {
    let Some((first, rest)) = path.split_first() else { return };
    if rest.is_empty() {
        at.entry((*first).to_owned()).or_insert(value);
    } else if let serde_json::Value::Object(inner) =
        at.entry((*first).to_owned()).or_insert_with(|| serde_json::Value::Object(Map::new()))
    {
        insert(inner, rest, value);
    }
}
