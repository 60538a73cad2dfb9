//! Lists of people at GitHub, as organisations and enterprises download them: which login is whose, by the name under which
//! the company's own directory knows the person.

use model::Cell;
use model::tables::api_activity as api;

use crate::json::{self, Value, get, text_at};
use crate::reader::Out;

/// Login: of an organisation's list, and of an enterprise's list of licences.
const LOGIN: [&str; 7] = [
    "login",
    "GitHub_com_login",
    "github_com_login",
    "github_login",
    "github_username",
    "GitHub_login",
    "GitHub_username",
];
/// The directory's name of the person, and mail addresses of the company's own domain.
const KNOWN: [&str; 11] = [
    "saml_name_id",
    "saml_name_ids",
    "SAML_NameID",
    "saml_nameid",
    "name_id",
    "saml_identity_name_id",
    "GitHub_com_saml_name_ID",
    "github_com_saml_name_id",
    "GitHub_com_verified_domain_emails",
    "github_com_verified_domain_emails",
    "verified_domain_emails",
];

/// Whether it is a row of such a list.
pub(super) fn is_person(event: Value<'_, '_>) -> bool {
    let has = |keys: &[&str]| keys.iter().any(|key| get(event, key).is_some());
    has(&LOGIN) && has(&KNOWN) && get(event, "action").is_none() || is_identity(event)
}

/// An external identity of the organisation as the GraphQL interface answers it, alone or as an edge of a page.
fn is_identity(event: Value<'_, '_>) -> bool {
    let node = get(event, "node").unwrap_or(event);
    json::at(node, &["samlIdentity", "nameId"]).is_some()
}

/// A record without a time: so it was when the list was made.
pub(super) fn person(event: Value<'_, '_>, out: &mut Out<'_>) {
    let node = get(event, "node").unwrap_or(event);
    let inner = |part: &str, key: &str| json::at(node, &[part, key]).and_then(json::text);
    let login = LOGIN.iter().find_map(|key| text_at(event, key)).or_else(|| inner("user", "login"));
    let login = login.filter(|text| !text.trim().is_empty());
    let Some(login) = login else { return out.skip("list of people: row without a login") };
    // several addresses stand in one cell
    let saml = ["nameId", "username"].iter().filter_map(|key| inner("samlIdentity", key));
    let mails = KNOWN.iter().filter_map(|key| text_at(event, key)).chain(saml).collect::<Vec<_>>().join(" ");
    let mail = mails.split([',', ';', ' ']).find(|text| text.contains('@'));
    let Some(mail) = mail else { return out.skip("list of people: nobody whom the directory knows") };
    let mut record = out.record(&api::TABLE, None);
    record.text(api::operation, Some("member_listed"));
    record.set(api::status, Cell::Text("success".to_owned()));
    record.text(api::actor_name, Some(&login));
    record.text(api::actor_email, Some(mail));
    record.text(api::actor_uid, text_at(event, "id").as_deref());
    out.push(record);
}
