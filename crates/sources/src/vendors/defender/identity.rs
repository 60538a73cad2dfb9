//! `IdentityLogonEvents`: sign-ins as the directory and the cloud services saw them.

use model::table::At;
use model::tables::authentication as a;

use super::Row;
use crate::reader::Out;
use crate::vendors::{country, put};

/// Reads a row.
pub(super) fn read(row: &Row<'_, '_>, out: &mut Out<'_>) {
    let action = row.text("ActionType").unwrap_or_default();
    let status = match &*action {
        "LogonSuccess" => "success",
        "LogonFailed" => "failure",
        _ => return out.skip(&format!("IdentityLogonEvents {action}")),
    };
    let application = row.text("Application").unwrap_or_default();
    if application.eq_ignore_ascii_case("active directory") {
        // between computers of the company's own network
        return out.skip("IdentityLogonEvents Active Directory");
    }
    row.check_time(out);
    let mut record = out.record(&a::TABLE, row.host.time);
    record.text(a::activity, Some("logon"));
    record.text(a::status, Some(status));
    let pairs: &[(At, &[&str])] = &[
        (a::operation, &["ActionType"]),
        (a::status_detail, &["FailureReason"]),
        (a::user_email, &["AccountUpn"]),
        (a::user_uid, &["AccountObjectId"]),
        (a::app, &["Application"]),
        (a::os, &["OSPlatform"]),
        (a::src_isp, &["ISP"]),
        (a::device_name, &["DeviceName"]),
    ];
    put(&mut record, row.body, pairs);
    let address = row.ip("IPAddress");
    record.text(a::src_ip, address.map(|ip| ip.to_string()).as_deref());
    record.text(a::src_country, country(row.text("Location").as_deref(), address));
    out.push(record);
}
