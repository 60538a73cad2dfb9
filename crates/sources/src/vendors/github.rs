//! GitHub organisation and enterprise audit log. Vendor documentation: "Audit log events" and "Exporting audit log activity",
//! GitHub Enterprise Cloud.

mod people;

use model::tables::api_activity as api;

use super::{country, put};
use crate::json::{self, Value, get, str_of, text_at};
use crate::reader::{JsonSource, Out};
use crate::recognise;
use crate::source::{Recognised, Sample, Source, SourceDoc};

/// GitHub audit log.
pub struct Github;

static DOC: SourceDoc = SourceDoc {
    title: "GitHub audit log (export, stream, API) and lists of people with their SAML names (CSV)",
    documentation: "Audit log events; Exporting member information; Viewing license usage, GitHub Enterprise Cloud",
    recognised_by: "objects with action in dotted words, an actor and an organisation, business or repository",
    expects: &[
        "action*",
        "actor*",
        "@timestamp or created_at*",
        "org or business*",
        "repo",
        "actor_ip",
        "user_agent",
        "hashed_token",
    ],
    fills: &["api_activity"],
};

impl Source for Github {
    fn kind(&self) -> &'static str {
        "github"
    }

    fn doc(&self) -> &'static SourceDoc {
        &DOC
    }

    fn recognise(&self, sample: &Sample<'_>) -> Option<Recognised> {
        recognise::json(sample, "github", "GitHub audit events (action, actor, org)")
    }
}

const TIMES: [&str; 3] = ["@timestamp", "at_sign_timestamp", "created_at"];

impl JsonSource for Github {
    fn kind(&self) -> &'static str {
        "github"
    }

    fn matches(&self, event: Value<'_, '_>) -> u8 {
        if people::is_person(event) {
            return 91;
        }
        let Some(action) = get(event, "action").and_then(str_of) else { return 0 };
        let letters = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'.' | b'_' | b'-');
        let has = |key: &str| get(event, key).is_some_and(|value| value.is_str() || value.is_array());
        let timed = TIMES.iter().any(|key| get(event, key).is_some());
        // old exports write a few actions without their category
        let dotted = action.contains('.') || (timed && has("org") && has("actor") && action.contains('_'));
        if !dotted || action.is_empty() || !action.bytes().all(letters) {
            return 0;
        }
        let repository = ["repo", "repository"].iter().find_map(|key| get(event, key).and_then(str_of));
        let within = repository.is_some_and(|name| name.contains('/'));
        let place = has("org") || has("business") || within;
        let who = has("actor") || has("user") || action.starts_with("git.");
        let signs = ["actor_id", "actor_location", "programmatic_access_type", "org_id", "data"];
        let own = timed || within || signs.iter().any(|key| get(event, key).is_some());
        if !place || !who || !own {
            0
        } else if has("_document_id") {
            92
        } else {
            80
        }
    }

    fn read(&self, event: Value<'_, '_>, out: &mut Out<'_>) {
        if people::is_person(event) {
            return people::person(event, out);
        }
        if let Some(id) = text_at(event, "_document_id").filter(|id| id.len() >= 8) {
            out.identify(&id);
        }
        let time = TIMES.iter().filter_map(|key| get(event, key)).find_map(json::time);
        let mut record = out.record(&api::TABLE, time);
        let pairs: &[(model::table::At, &[&str])] = &[
            (api::operation, &["action"]),
            (api::actor_name, &["actor"]),
            (api::actor_uid, &["actor_id"]),
            (api::user_name, &["user"]),
            (api::user_agent, &["user_agent"]),
            (api::resource, &["repository"]),
            (api::resource, &["repo"]),
            (api::organisation, &["business"]),
            (api::organisation, &["org"]),
            (api::access, &["transport_protocol_name"]),
            (api::access, &["programmatic_access_type"]),
            (api::token, &["hashed_token"]),
            (api::detail, &["visibility"]),
        ];
        put(&mut record, event, pairs);
        record.set(api::status, model::Cell::Text("success".to_owned()));
        let mail = ["external_identity_nameid", "external_identity_username", "actor_email"];
        let mail = mail.iter().filter_map(|key| text_at(event, key)).find(|text| text.contains('@'));
        record.text(api::actor_email, mail.as_deref());
        record.bool(api::is_bot, get(event, "actor_is_bot").and_then(json::truth));
        let address = get(event, "actor_ip").and_then(json::ip);
        record.text(api::src_ip, address.map(|ip| ip.to_string()).as_deref());
        let named = json::at(event, &["actor_location", "country_code"]).and_then(json::text);
        record.text(api::src_country, country(named.as_deref(), address));
        let repository = ["repo", "repository"].iter().any(|key| get(event, key).is_some());
        record.text(api::resource_type, repository.then_some("repository"));
        let public = ["public_repo", "repository_public"].iter().find_map(|key| get(event, key));
        record.bool(api::is_public, public.and_then(json::truth));
        out.push(record);
    }
}
