//! Users of the organisation: answers of `/api/v1/users`, and sheets with the names of the profile's attributes, which tools and
//! scripts write of them. Vendor documentation: "Users API", Okta Developer.
//!
//! A user of a directory is no worker: what the profile says adds to whom a roster names.

use model::Cell;
use model::tables::{TIME, employment as t};

use crate::json::{Value, get, str_of, text_at};
use crate::reader::Out;

/// The states that an account can be in.
const STATES: [&str; 9] = [
    "STAGED",
    "PROVISIONED",
    "ACTIVE",
    "RECOVERY",
    "LOCKED_OUT",
    "PASSWORD_EXPIRED",
    "PASSWORD_RESET",
    "SUSPENDED",
    "DEPROVISIONED",
];

/// The attributes of a user: below `profile`, with that before them, or beside the rest.
struct Attributes<'t, 'i> {
    profile: Option<Value<'t, 'i>>,
    event: Value<'t, 'i>,
}

impl<'t, 'i> Attributes<'t, 'i> {
    fn of(event: Value<'t, 'i>) -> Self {
        Self { profile: get(event, "profile").filter(|inner| inner.is_object()), event }
    }

    fn text(&self, key: &str) -> Option<String> {
        let told = match self.profile {
            Some(profile) => text_at(profile, key),
            None => text_at(self.event, key).or_else(|| text_at(self.event, &format!("profile.{key}"))),
        };
        told.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
    }

    fn has(&self, key: &str) -> bool {
        match self.profile {
            Some(profile) => get(profile, key).is_some(),
            None => get(self.event, key).is_some() || get(self.event, &format!("profile.{key}")).is_some(),
        }
    }
}

/// Whether an object is a user: a login, an id or a state of Okta's, and names as Okta writes them.
pub(super) fn is_person(event: Value<'_, '_>) -> bool {
    let attributes = Attributes::of(event);
    if !attributes.has("login") || get(event, "eventType").is_some() {
        return false;
    }
    let own_id = text_at(event, "id").is_some_and(|id| id.starts_with("00u") && id.len() == 20);
    let own_state = get(event, "status").and_then(str_of).is_some_and(|state| STATES.contains(&state));
    let named = attributes.has("firstName") || attributes.has("lastName");
    // (what a list does not say of somebody is missing in a sheet's row)
    own_id && named
        || (own_id || own_state) && (attributes.has("secondEmail") || attributes.has("mobilePhone"))
}

/// What a user's profile adds to a roster.
pub(super) fn read(event: Value<'_, '_>, out: &mut Out<'_>) {
    let attributes = Attributes::of(event);
    let mail = |key: &str| attributes.text(key).filter(|text| text.contains('@') && !text.contains(' '));
    let Some(login) = mail("login").or_else(|| mail("email")) else {
        return out.skip("user whose login is no e-mail address");
    };
    let own = mail("secondEmail").filter(|text| !text.eq_ignore_ascii_case(&login));
    let phone = attributes.text("mobilePhone").or_else(|| attributes.text("primaryPhone"));
    let number = attributes.text("employeeNumber");
    if own.is_none() && phone.is_none() {
        return out.skip("user without a contact of their own");
    }
    let mut record = out.record(&t::TABLE, None);
    // without a number of the roster's the account stands for the person
    record.text(t::worker_id, number.as_deref().or(Some(&login)));
    let names = [attributes.text("firstName"), attributes.text("lastName")];
    let name = names.into_iter().flatten().collect::<Vec<_>>().join(" ");
    record.text(t::full_name, Some(name.as_str()).filter(|name| !name.is_empty()));
    record.text(t::work_email, Some(&login));
    record.text(t::personal_email, own.as_deref());
    record.text(t::phone, phone.as_deref());
    record.text(t::roster_kind, Some("contacts"));
    // as the profile stands when the list is made
    record.set(TIME, Cell::Null);
    out.push(record);
}
