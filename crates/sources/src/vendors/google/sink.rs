//! Workspace events that were sent on to Cloud Logging: each as the activity that the Reports API would have given. Vendor
//! documentation: "Share data with Google Cloud services" and "Audit logs for Google Workspace", Google Cloud.

use serde_json::{Value as Tree, json};

use crate::json::{self, Value, get, str_of};

/// Whether an object is such an entry.
pub fn is_event(event: Value<'_, '_>) -> bool {
    listed(event).is_some() && json::at(event, &["protoPayload", "authenticationInfo"]).is_some()
}

fn listed<'t, 'i>(event: Value<'t, 'i>) -> Option<Value<'t, 'i>> {
    json::at(event, &["protoPayload", "metadata", "event"]).filter(|list| list.is_array())
}

/// The entry as an activity, in JSON text.
pub fn activity(event: Value<'_, '_>) -> Option<Vec<u8>> {
    let payload = get(event, "protoPayload")?;
    let text = |path: &[&str]| json::at(payload, path).and_then(str_of);
    let service = text(&["serviceName"]).unwrap_or_default();
    let application = service.split('.').next().unwrap_or_default();
    let events: Vec<Tree> = json::elements(listed(event)?)
        .into_iter()
        .map(|one| {
            let name = get(one, "eventName").and_then(str_of);
            let parameters: Vec<Tree> = get(one, "parameter")
                .map(json::elements)
                .unwrap_or_default()
                .into_iter()
                .map(json::tree)
                .collect();
            json!({ "name": name, "type": get(one, "eventType").and_then(str_of), "parameters": parameters })
        })
        .collect();
    let activity = json!({
        "id": {
            "time": get(event, "timestamp").and_then(str_of),
            "applicationName": application,
            "uniqueQualifier": text(&["metadata", "activityId", "uniqQualifier"]),
        },
        "actor": { "email": text(&["authenticationInfo", "principalEmail"]) },
        "ipAddress": text(&["requestMetadata", "callerIp"]),
        "events": events,
    });
    serde_json::to_vec(&activity).ok()
}
