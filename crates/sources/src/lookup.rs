//! Names that a device looks up. Which ones may be kept is decided here, once: those that tell whose sign-in or device
//! management the laptop uses, and those of IP-KVMs. All others are what people read, and leave no record.

use hardware::facts;
use model::Record;
use model::tables::dns_activity as t;

/// A name that may be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Lookup {
    /// The name, lower case, without a dot at its end.
    pub(crate) name: String,
    /// What it is of.
    pub(crate) service: &'static str,
    /// The customer's own name within the service, or the product.
    pub(crate) tenant: Option<String>,
}

impl Lookup {
    /// Writes it into a record of a name looked up.
    pub(crate) fn fill(&self, record: &mut Record) {
        record.text(t::query_hostname, Some(&self.name));
        record.text(t::service, Some(self.service));
        record.text(t::tenant, self.tenant.as_deref());
    }
}

/// Names of a service itself, below the domain that its customers have names under.
const OWN: &[&str] = &[
    "www",
    "login",
    "help",
    "developer",
    "developers",
    "support",
    "status",
    "trust",
    "accounts",
    "account",
    "admin",
    "api",
    "app",
    "auth",
    "cdn",
    "static",
    "docs",
    "blog",
    "go",
    "info",
    "learn",
    "community",
    "global",
    "updates",
    "update",
    "sso",
    "portal",
    "download",
    "downloads",
    "mobile",
    "dl",
    "web",
    "id",
    "my",
    "training",
];

/// What a name is of, if it may be kept.
pub(crate) fn of(name: &str) -> Option<Lookup> {
    let name = name.trim().trim_end_matches('.').to_ascii_lowercase();
    if name.len() > 253 || !name.contains('.') {
        return None;
    }
    if let Some(fact) = facts::lan().iter().find(|fact| {
        ["dns", "mdns_hostname"].contains(&fact.get("kind")) && fact.get("value").eq_ignore_ascii_case(&name)
    }) {
        return Some(Lookup { name, service: "ip_kvm", tenant: Some(fact.get("product").to_owned()) });
    }
    for fact in facts::sign_in_hosts() {
        let Some(front) = name.strip_suffix(fact.get("suffix")) else { continue };
        let service = fact.get("kind");
        if fact.get("match") == "exact" {
            if front.is_empty() {
                return Some(Lookup { name, service, tenant: None });
            }
            continue;
        }
        let Some(front) = front.strip_suffix('.') else { continue };
        // the label next to the domain is the customer's, whatever stands before it
        let label = front.rsplit('.').next().unwrap_or(front).trim_end_matches("-admin");
        if label.is_empty() || OWN.contains(&label) {
            return None;
        }
        let tenant = format!("{label}.{}", fact.get("suffix"));
        return Some(Lookup { name, service, tenant: Some(tenant) });
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(name: &str) -> Option<(&'static str, Option<String>)> {
        of(name).map(|found| (found.service, found.tenant))
    }

    #[test]
    fn only_names_that_tell_whose_sign_in_it_is_are_kept() {
        let tenant = |name: &str| Some(name.to_owned());
        assert_eq!(told("Acme.okta.com."), Some(("identity_provider", tenant("acme.okta.com"))));
        assert_eq!(told("acme-admin.okta.com"), Some(("identity_provider", tenant("acme.okta.com"))));
        assert_eq!(told("acme.jamfcloud.com"), Some(("device_management", tenant("acme.jamfcloud.com"))));
        assert_eq!(told("login.microsoftonline.com"), Some(("identity_provider", None)));
        assert_eq!(told("pikvm.local").map(|one| one.0), Some("ip_kvm"));
        for other in
            ["help.okta.com", "okta.com", "notokta.com", "news.example.com", "x.login.microsoftonline.com"]
        {
            assert_eq!(told(other), None, "{other}");
        }
    }
}
