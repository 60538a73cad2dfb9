//! One line of Microsoft Entra's logs as diagnostic settings stream them. Shape: "signIn resource type" and "directoryAudit
//! resource type", Microsoft Graph; the public records of panther-labs/panther-analysis (Apache-2.0).

use std::fmt::{self, Write};

use super::agent::AGENTS;
use super::json::{Guid, Text};
use super::okta::{Event, Kind};
use crate::atlas::{carriers, cities};
use crate::calendar::{day_of, iso_time, utc};
use crate::catalogue::{LAPTOPS, Os};
use crate::draw::mix;
use crate::world::World;

/// Applications behind the sign-in, with their ids where Microsoft publishes them.
const APPS: &[(&str, &str)] = &[
    ("Office 365 Exchange Online", "00000002-0000-0ff1-ce00-000000000000"),
    ("Microsoft Teams", "1fec8e78-bce4-4aaf-ab1b-5451cc387264"),
    ("Office 365 SharePoint Online", "00000003-0000-0ff1-ce00-000000000000"),
    ("GitHub Enterprise Cloud - Organization", ""),
    ("Atlassian Cloud", ""),
    ("AWS IAM Identity Center", ""),
    ("Zoom", ""),
    ("Slack", ""),
    ("Datadog", ""),
    ("My Apps", "2793995e-0a7d-40d7-bd35-6968ba142197"),
];

/// What the directory calls a change of an account, and its category.
fn change(kind: Kind) -> Option<[&'static str; 3]> {
    Some(match kind {
        Kind::FactorActivate => ["User registered security info", "UserManagement", "Add"],
        Kind::FactorDeactivate => ["User deleted security info", "UserManagement", "Delete"],
        Kind::FactorReset => ["Admin deleted security info", "UserManagement", "Delete"],
        Kind::UpdateProfile => ["Update user", "UserManagement", "Update"],
        Kind::ResetPassword => ["Reset password (self-service)", "UserManagement", "Update"],
        Kind::DeviceEnroll => ["Register device", "Device", "Add"],
        Kind::Activate => ["Enable account", "UserManagement", "Update"],
        _ => return None,
    })
}

/// Appends the line of an event; some of the identity provider's events are no line of their own here.
pub fn write(out: &mut String, world: &World, event: &Event) -> bool {
    let key = mix(mix(world.seed, event.at as u64), mix(u64::from(event.who), event.kind as u64));
    let line = Line { world, event, key };
    // a String takes every write
    let _ = match (event.kind, change(event.kind)) {
        (_, Some(change)) => line.audit(out, change),
        (Kind::Start | Kind::Sso | Kind::MfaFailed, _) => line.sign_in(out),
        // a second factor is part of the sign-in, a policy as well, and signing out leaves no line
        _ => return false,
    };
    true
}

struct Line<'w> {
    world: &'w World,
    event: &'w Event,
    key: u64,
}

impl Line<'_> {
    fn tenant(&self) -> Guid {
        Guid(mix(self.world.seed, 0xe7))
    }

    fn envelope(&self, out: &mut String, operation: &str, category: &str, result: i32) -> fmt::Result {
        write!(
            out,
            "{{\"time\":\"{}\",\"resourceId\":\"/tenants/{}/providers/Microsoft.aadiam\",\"operationName\":\"{operation}\",\"operationVersion\":\"1.0\",\"category\":\"{category}\",\"tenantId\":\"{}\",\"resultType\":\"{result}\",\"resultSignature\":\"None\",\"durationMs\":0,\"callerIpAddress\":\"{}\",\"correlationId\":\"{}\"",
            utc(self.event.at + 21_000).format("%Y-%m-%dT%H:%M:%S%.3f0000Z"),
            self.tenant(),
            self.tenant(),
            std::net::Ipv4Addr::from(self.event.egress.ip),
            Guid(mix(self.event.session, 0xc0)),
        )
    }

    fn sign_in(&self, out: &mut String) -> fmt::Result {
        let failed = self.event.kind == Kind::MfaFailed;
        let code = if failed { 500_121 } else { 0 };
        let person = &self.world.people[self.event.who as usize];
        self.envelope(out, "Sign-in activity", "SignInLogs", code)?;
        let (app, id) = APPS[usize::from(self.event.app) % APPS.len()];
        let id = if id.is_empty() {
            Guid(mix(self.world.seed, crate::draw::text(app))).to_string()
        } else {
            id.to_owned()
        };
        let ip = std::net::Ipv4Addr::from(self.event.egress.ip);
        let upn = self.world.email(self.event.who as usize);
        write!(
            out,
            ",\"identity\":\"{name}\",\"Level\":4,\"location\":\"{}\",\"properties\":{{\"id\":\"{}\",\"createdDateTime\":\"{}\",\"userDisplayName\":\"{name}\",\"userPrincipalName\":\"{upn}\",\"userId\":\"{}\",\"appId\":\"{id}\",\"appDisplayName\":\"{app}\",\"ipAddress\":\"{ip}\",\"autonomousSystemNumber\":{},",
            cities()[usize::from(self.event.egress.city)].iso,
            Guid(mix(self.key, 1)),
            utc(self.event.at).format("%Y-%m-%dT%H:%M:%S%.3f0000Z"),
            Guid(mix(self.world.seed, 0xe000_0000 + u64::from(self.event.who))),
            carriers()[usize::from(self.event.egress.carrier)].asn,
            name = Text(&person.name()),
        )?;
        self.client(out)?;
        let reason =
            if failed { "Authentication failed during strong authentication request." } else { "Other." };
        write!(
            out,
            ",\"status\":{{\"errorCode\":{code},\"failureReason\":\"{reason}\",\"additionalDetails\":{}}}",
            if failed { "\"MFA denied; user did not respond to mobile app notification\"" } else { "null" },
        )?;
        self.steps(out, failed)?;
        self.risk(out)?;
        out.push_str("}}\n");
        Ok(())
    }

    fn client(&self, out: &mut String) -> fmt::Result {
        let agent = &AGENTS[usize::from(self.event.agent)];
        let version = agent.version(day_of(self.event.at), self.event.who as usize);
        let city = &cities()[usize::from(self.event.egress.city)];
        let browser = match agent.browser {
            "CHROME" => "Chrome",
            "EDGE" => "Edge",
            _ => "Safari",
        };
        write!(
            out,
            "\"clientAppUsed\":\"Browser\",\"userAgent\":\"{}{version}{}\",\"isInteractive\":true,\"userType\":\"Member\",\"tokenIssuerType\":\"AzureAD\",\"crossTenantAccessType\":\"none\",\"homeTenantId\":\"{tenant}\",\"resourceTenantId\":\"{tenant}\",\"sessionId\":\"{}\",\"uniqueTokenIdentifier\":\"{}\",\"incomingTokenType\":\"{}\",\"deviceDetail\":",
            agent.raw[0],
            agent.raw[1],
            Guid(mix(self.event.session, 1)),
            super::json::Id("", mix(self.key, 7), 22),
            if self.event.kind == Kind::Start { "none" } else { "primaryRefreshToken" },
            tenant = self.tenant(),
        )?;
        match self.event.device {
            Some(at) => {
                let device = &self.world.devices[at as usize];
                let (os, trust) = match LAPTOPS[device.model].os {
                    Os::Darwin => ("MacOs", "Azure AD registered"),
                    Os::Windows => ("Windows11", "Azure AD joined"),
                    Os::Ubuntu => ("Linux", "Azure AD registered"),
                };
                write!(
                    out,
                    "{{\"deviceId\":\"{}\",\"displayName\":\"{}\",\"operatingSystem\":\"{os}\",\"browser\":\"{browser} {version}.0\",\"isCompliant\":true,\"isManaged\":true,\"trustType\":\"{trust}\"}}",
                    Guid(mix(self.world.seed, 0xde00_0000 + u64::from(at))),
                    Text(&device.host),
                )?;
            }
            None => write!(
                out,
                "{{\"deviceId\":\"\",\"displayName\":\"\",\"operatingSystem\":\"{}\",\"browser\":\"{browser} {version}.0\"}}",
                match agent.os {
                    "Mac OS X" => "MacOs",
                    "Windows 10" => "Windows10",
                    "Linux" => "Linux",
                    "Android 10" => "Android",
                    _ => "Ios 18",
                },
            )?,
        }
        write!(
            out,
            ",\"location\":{{\"city\":\"{}\",\"state\":\"{}\",\"countryOrRegion\":\"{}\",\"geoCoordinates\":{{\"latitude\":{:.4},\"longitude\":{:.4}}}}}",
            city.name, city.region, city.iso, city.lat, city.lon,
        )
    }

    fn steps(&self, out: &mut String, failed: bool) -> fmt::Result {
        let at = iso_time(self.event.at);
        out.push_str(",\"authenticationRequirement\":\"multiFactorAuthentication\",\"authenticationProtocol\":\"none\",\"authenticationDetails\":[");
        if self.event.kind == Kind::Sso {
            write!(
                out,
                "{{\"authenticationStepDateTime\":\"{at}\",\"authenticationMethod\":\"Previously satisfied\",\"succeeded\":true,\"authenticationStepResultDetail\":\"First factor requirement satisfied by claim in the token\",\"authenticationStepRequirement\":\"\"}}"
            )?;
        } else {
            write!(
                out,
                "{{\"authenticationStepDateTime\":\"{at}\",\"authenticationMethod\":\"Password\",\"authenticationMethodDetail\":\"Password Hash Sync\",\"succeeded\":true,\"authenticationStepResultDetail\":\"Correct password\",\"authenticationStepRequirement\":\"Primary authentication\"}},{{\"authenticationStepDateTime\":\"{at}\",\"authenticationMethod\":\"Mobile app notification\",\"succeeded\":{},\"authenticationStepResultDetail\":\"{}\",\"authenticationStepRequirement\":\"\"}}",
                !failed,
                if failed { "MFA denied; user did not respond" } else { "MFA successfully completed" },
            )?;
        }
        out.push(']');
        Ok(())
    }

    /// Entra's own judgement: an address of an anonymiser, a property that it does not know of this user.
    fn risk(&self, out: &mut String) -> fmt::Result {
        let hidden = self.event.egress.is_proxy && !self.event.egress.is_corporate;
        let (level, events) = match (hidden, self.event.is_new_device) {
            (true, true) => ("medium", "\"anonymizedIPAddress\",\"unfamiliarFeatures\""),
            (true, false) => ("low", "\"anonymizedIPAddress\""),
            (false, true) => ("low", "\"unfamiliarFeatures\""),
            _ => ("none", ""),
        };
        let state = if level == "none" { "none" } else { "atRisk" };
        write!(
            out,
            ",\"conditionalAccessStatus\":\"success\",\"riskDetail\":\"none\",\"riskLevelAggregated\":\"none\",\"riskLevelDuringSignIn\":\"{level}\",\"riskState\":\"{state}\",\"riskEventTypes_v2\":[{events}],\"resourceDisplayName\":\"Microsoft Graph\",\"resourceId\":\"00000003-0000-0000-c000-000000000000\",\"signInEventTypes\":[\"interactiveUser\"],\"flaggedForReview\":false,\"processingTimeInMilliseconds\":{}",
            60 + mix(self.key, 9) % 400,
        )
    }

    fn audit(&self, out: &mut String, [name, category, kind]: [&'static str; 3]) -> fmt::Result {
        self.envelope(out, name, "AuditLogs", 0)?;
        let author = self.event.actor.unwrap_or(self.event.who);
        let user = |who: u32| {
            (Guid(mix(self.world.seed, 0xe000_0000 + u64::from(who))), self.world.email(who as usize))
        };
        let ((actor, by), (target, of)) = (user(author), user(self.event.who));
        write!(
            out,
            ",\"Level\":4,\"properties\":{{\"id\":\"Directory_{}\",\"category\":\"{category}\",\"correlationId\":\"{}\",\"result\":\"success\",\"resultReason\":\"\",\"activityDisplayName\":\"{name}\",\"activityDateTime\":\"{}\",\"loggedByService\":\"{}\",\"operationType\":\"{kind}\",\"initiatedBy\":{{\"user\":{{\"id\":\"{actor}\",\"displayName\":null,\"userPrincipalName\":\"{by}\",\"ipAddress\":\"{}\",\"roles\":[]}}}},\"targetResources\":[{{\"id\":\"{target}\",\"displayName\":null,\"type\":\"User\",\"userPrincipalName\":\"{of}\",\"modifiedProperties\":[],\"administrativeUnits\":[]}}",
            Guid(mix(self.key, 1)),
            Guid(mix(self.event.session, 0xc0)),
            utc(self.event.at).format("%Y-%m-%dT%H:%M:%S%.3f0000Z"),
            if category == "Device" { "Device Registration Service" } else { "Authentication Methods" },
            std::net::Ipv4Addr::from(self.event.egress.ip),
        )?;
        if let Some(at) = self.event.device.filter(|_| self.event.kind == Kind::DeviceEnroll) {
            let host = &self.world.devices[at as usize].host;
            write!(
                out,
                ",{{\"id\":\"{}\",\"displayName\":\"{}\",\"type\":\"Device\",\"modifiedProperties\":[],\"administrativeUnits\":[]}}",
                Guid(mix(self.world.seed, 0xde00_0000 + u64::from(at))),
                Text(host),
            )?;
        }
        out.push_str("],\"additionalDetails\":[]}}\n");
        Ok(())
    }
}
