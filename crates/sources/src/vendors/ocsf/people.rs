//! User Inventory Info: one engagement as a personnel or directory system tells it.

use model::Time;
use model::tables::employment as job;

use super::{at_text, first, mail, record};
use crate::json::{self, Value, get, text_at};
use crate::reader::Out;

/// Reads one user. Accounts of programs and of a directory that knows no employment are left out.
pub fn read(event: Value<'_, '_>, time: Option<Time>, out: &mut Out<'_>) {
    let Some(user) = get(event, "user") else { return out.reject(Some("user"), "inventory without a user") };
    let person = get(user, "ldap_person");
    let hired = person.and_then(|person| get(person, "hire_time").or_else(|| get(person, "hire_time_dt")));
    let number = person.and_then(|person| text_at(person, "employee_uid"));
    if number.is_none() && hired.is_none() {
        return out.skip("account without an employment");
    }
    let mut record = record(&job::TABLE, event, time, out);
    let address = mail(user);
    let id = number.or_else(|| address.clone()).or_else(|| text_at(user, "uid"));
    let Some(id) = id else { return out.reject(Some("user"), "worker without id and work e-mail") };
    record.text(job::worker_id, Some(&id));
    record.text(job::work_email, address.as_deref());
    let spoken = ["given_name", "surname"].map(|key| person.and_then(|person| text_at(person, key)));
    let spoken = spoken.into_iter().flatten().collect::<Vec<_>>().join(" ");
    let paths: &[&[&str]] =
        &[&["user", "full_name"], &["user", "display_name"], &["user", "ldap_person", "display_name"]];
    let name =
        first(event, paths).map(std::borrow::Cow::into_owned).or((!spoken.is_empty()).then_some(spoken));
    record.text(job::full_name, name.as_deref());
    let login = text_at(user, "name").filter(|text| !text.contains(' '));
    record.text(job::user_name, login.as_deref());
    for (at, path) in [
        (job::phone, &["user", "ldap_person", "phone_number"][..]),
        (job::phone, &["user", "phone_number"][..]),
        (job::work_location, &["user", "ldap_person", "office_location"][..]),
        (job::job_title, &["user", "ldap_person", "job_title"][..]),
        (job::department, &["user", "ldap_person", "cost_center"][..]),
        (job::department, &["user", "ldap_person", "department"][..]),
        (job::manager_id, &["user", "ldap_person", "manager", "name"][..]),
        (job::manager_id, &["user", "ldap_person", "manager", "email_addr"][..]),
    ] {
        record.text(at, at_text(event, path).as_deref());
    }
    record.time(job::start_time, hired.and_then(json::time));
    let left = person.and_then(|person| get(person, "leave_time").or_else(|| get(person, "leave_time_dt")));
    record.time(job::end_time, left.and_then(json::time));
    out.push(record);
}
