//! One line of the Okta System Log. Shape: "System Log API", Okta Developer; the public records of
//! panther-labs/panther-analysis and the field list of okta/customer-detections (both Apache-2.0).

use std::fmt::{self, Write};

use super::agent::AGENTS;
use super::json::{Id, Text, Uuid};
use super::okta::{Event, Kind};
use crate::atlas::{Kind as Carrier, carriers, cities};
use crate::calendar::{day_of, utc};
use crate::catalogue::{LAPTOPS, Os};
use crate::draw::mix;
use crate::world::World;

/// Applications behind single sign-on, with their protocol.
pub const APPS: &[(&str, &str)] = &[
    ("Okta Dashboard", "OPENID_CONNECT"),
    ("Google Workspace", "SAML_2_0"),
    ("Slack", "SAML_2_0"),
    ("GitHub Enterprise Cloud - Organization", "SAML_2_0"),
    ("Atlassian Cloud", "SAML_2_0"),
    ("AWS IAM Identity Center", "SAML_2_0"),
    ("Zoom", "SAML_2_0"),
    ("Notion", "SAML_2_0"),
    ("Datadog", "SAML_2_0"),
    ("1Password Business", "OPENID_CONNECT"),
];

/// Names of an event: type, message, legacy type, request.
fn names(kind: Kind) -> [&'static str; 4] {
    match kind {
        Kind::Policy => [
            "policy.evaluate_sign_on",
            "Evaluation of sign-on policy",
            "core.policy.evaluate_sign_on",
            "/idp/idx/identify",
        ],
        Kind::Start => {
            ["user.session.start", "User login to Okta", "core.user_auth.login_success", "/idp/idx/identify"]
        }
        Kind::Mfa => [
            "user.authentication.auth_via_mfa",
            "Authentication of user via MFA",
            "core.user.factor.attempt_success",
            "/idp/idx/authenticators/poll",
        ],
        Kind::MfaFailed => [
            "user.authentication.auth_via_mfa",
            "Authentication of user via MFA",
            "core.user.factor.attempt_fail",
            "/idp/idx/authenticators/poll",
        ],
        Kind::Sso => {
            ["user.authentication.sso", "User single sign on to app", "app.auth.sso", "/app/{app}/sso/saml"]
        }
        Kind::End => {
            ["user.session.end", "User logout from Okta", "core.user_auth.logout_success", "/login/signout"]
        }
        Kind::FactorActivate => [
            "user.mfa.factor.activate",
            "Activate factor for user",
            "core.user.factor.activate",
            "/idp/idx/authenticators/enroll",
        ],
        Kind::FactorDeactivate => [
            "user.mfa.factor.deactivate",
            "Reset factor for user",
            "core.user.factor.reset",
            "/idp/myaccount/authenticators",
        ],
        Kind::FactorReset => [
            "user.mfa.factor.reset_all",
            "Reset all factors for user",
            "core.user.factor.reset_all",
            "/api/v1/users/lifecycle/reset_factors",
        ],
        Kind::UpdateProfile => [
            "user.account.update_profile",
            "Update user profile for Okta",
            "core.user.config.profile_update.success",
            "/idp/myaccount/profile",
        ],
        Kind::ResetPassword => [
            "user.account.reset_password",
            "Fired when the user's Okta password is reset",
            "core.user.config.password_update.success",
            "/idp/idx/recover",
        ],
        Kind::DeviceEnroll => [
            "device.enrollment.create",
            "Device enrollment created",
            "device.enrollment.create",
            "/idp/authenticators",
        ],
        Kind::Activate => [
            "user.lifecycle.activate",
            "Activate Okta user",
            "core.user.config.user_activated",
            "/api/v1/users/lifecycle/activate",
        ],
    }
}

/// Appends the line of an event: every one is one here.
pub fn write(out: &mut String, world: &World, event: &Event) -> bool {
    let key = mix(mix(world.seed, event.at as u64), mix(u64::from(event.who), event.kind as u64));
    let line = Line { world, event, key, names: names(event.kind) };
    // a String takes every write
    let _ = line.whole(out);
    true
}

struct Line<'w> {
    world: &'w World,
    event: &'w Event,
    key: u64,
    names: [&'static str; 4],
}

impl Line<'_> {
    fn whole(&self, out: &mut String) -> fmt::Result {
        self.actor(out)?;
        self.client(out)?;
        self.device(out)?;
        self.context(out)?;
        self.security(out)?;
        self.debug(out)?;
        self.rest(out)?;
        self.target(out)?;
        out.push_str("}\n");
        Ok(())
    }

    fn user(&self, out: &mut String, who: u32) -> fmt::Result {
        let person = &self.world.people[who as usize];
        write!(
            out,
            "{{\"id\":\"{}\",\"type\":\"User\",\"alternateId\":\"{}@{}\",\"displayName\":\"{} {}\",\"detailEntry\":null}}",
            Id("00u", mix(self.world.seed, u64::from(who)), 17),
            person.login,
            self.world.domain,
            Text(&person.given),
            Text(&person.family),
        )
    }

    fn actor(&self, out: &mut String) -> fmt::Result {
        out.push_str("{\"actor\":");
        self.user(out, self.event.actor.unwrap_or(self.event.who))
    }

    fn place(&self, out: &mut String) -> fmt::Result {
        let city = &cities()[usize::from(self.event.egress.city)];
        // the database's point is that of the address's block, not of the house
        let jitter =
            |n: u64| ((mix(u64::from(self.event.egress.ip >> 6), n) % 2001) as f64 - 1000.0) / 12_000.0;
        write!(
            out,
            "{{\"city\":\"{}\",\"state\":\"{}\",\"country\":\"{}\",\"postalCode\":\"{}\",\"geolocation\":{{\"lat\":{:.4},\"lon\":{:.4}}}}}",
            city.name,
            city.region,
            city.country,
            Postcode(city.postcode, u64::from(self.event.egress.ip >> 6)),
            city.lat + jitter(1),
            city.lon + jitter(2),
        )
    }

    fn client(&self, out: &mut String) -> fmt::Result {
        let agent = &AGENTS[usize::from(self.event.agent)];
        let version = agent.version(day_of(self.event.at), self.event.who as usize);
        let zone = if self.event.egress.is_corporate { "Corporate Gateways" } else { "null" };
        write!(
            out,
            ",\"client\":{{\"userAgent\":{{\"rawUserAgent\":\"{}{version}{}\",\"os\":\"{}\",\"browser\":\"{}\"}},\"zone\":\"{zone}\",\"device\":\"{}\",\"id\":null,\"ipAddress\":\"{}\",\"geographicalContext\":",
            agent.raw[0],
            agent.raw[1],
            agent.os,
            agent.browser,
            agent.device,
            std::net::Ipv4Addr::from(self.event.egress.ip),
        )?;
        self.place(out)?;
        out.push('}');
        Ok(())
    }

    fn device(&self, out: &mut String) -> fmt::Result {
        let Some(at) = self.event.device else {
            out.push_str(",\"device\":null");
            return Ok(());
        };
        let device = &self.world.devices[at as usize];
        let (platform, version, disk) = match LAPTOPS[device.model].os {
            Os::Darwin => ("OSX", "15.5.0", "ALL_INTERNAL_VOLUMES"),
            Os::Windows => ("WINDOWS", "10.0.26100.4349", "ALL_INTERNAL_VOLUMES"),
            Os::Ubuntu => ("LINUX", "24.04", "FULL"),
        };
        write!(
            out,
            ",\"device\":{{\"id\":\"{}\",\"name\":\"{}\",\"os_platform\":\"{platform}\",\"os_version\":\"{version}\",\"managed\":true,\"registered\":true,\"device_integrator\":null,\"disk_encryption_type\":\"{disk}\",\"screen_lock_type\":\"BIOMETRIC\",\"jailbreak\":null,\"secure_hardware_present\":true}}",
            device.okta,
            Text(&device.host),
        )
    }

    fn context(&self, out: &mut String) -> fmt::Result {
        let (provider, factor) = match self.event.kind {
            Kind::Mfa | Kind::MfaFailed => ("\"FACTOR_PROVIDER\"", "\"OKTA_CREDENTIAL_PROVIDER\""),
            _ => ("null", "null"),
        };
        let session = Id("idx", self.event.session, 22);
        let (result, reason) = match self.event.kind {
            Kind::MfaFailed => ("FAILURE", "\"INVALID_CREDENTIALS\""),
            Kind::Policy => ("ALLOW", "\"Sign-on policy evaluation resulted in ALLOW\""),
            _ => ("SUCCESS", "null"),
        };
        write!(
            out,
            ",\"authenticationContext\":{{\"authenticationProvider\":{provider},\"credentialProvider\":{factor},\"credentialType\":null,\"issuer\":null,\"interface\":null,\"authenticationStep\":0,\"rootSessionId\":\"{session}\",\"externalSessionId\":\"{session}\"}},\"displayMessage\":\"{}\",\"eventType\":\"{}\",\"outcome\":{{\"result\":\"{result}\",\"reason\":{reason}}},\"published\":\"{}\"",
            self.names[1],
            self.names[0],
            utc(self.event.at).format("%Y-%m-%dT%H:%M:%S%.3fZ"),
        )
    }

    fn security(&self, out: &mut String) -> fmt::Result {
        let carrier = &carriers()[usize::from(self.event.egress.carrier)];
        let severity = if self.event.kind == Kind::MfaFailed { "WARN" } else { "INFO" };
        write!(
            out,
            ",\"securityContext\":{{\"asNumber\":{},\"asOrg\":\"{}\",\"isp\":\"{}\",\"domain\":\"{}\",\"isProxy\":{}}},\"severity\":\"{severity}\"",
            carrier.asn, carrier.as_org, carrier.isp, carrier.domain, self.event.egress.is_proxy,
        )
    }

    fn debug(&self, out: &mut String) -> fmt::Result {
        let (token, key) = (self.event.token, self.key);
        let org = self.world.org;
        let uri = Uri(self.names[3], mix(self.world.seed, 0xa00 + u64::from(self.event.app)));
        write!(
            out,
            ",\"debugContext\":{{\"debugData\":{{\"authnRequestId\":\"{:032x}\",\"deviceFingerprint\":\"{:016x}{:016x}\",\"dtHash\":\"{:016x}{:016x}{:016x}{:016x}\",\"oktaUserAgentExtended\":\"okta-auth-js/7.10.1 okta-signin-widget-7.30.1\",\"origin\":\"https://{org}.okta.com\",\"requestId\":\"{:016x}{:016x}\",\"requestUri\":\"{uri}\",\"threatSuspected\":\"false\",\"url\":\"{uri}?\",\"traceId\":\"{}\"",
            u128::from(mix(self.event.session, 1)) << 64 | u128::from(mix(self.event.session, 2)),
            mix(token, 5),
            mix(token, 6),
            mix(token, 1),
            mix(token, 2),
            mix(token, 3),
            mix(token, 4),
            mix(key, 1),
            mix(key, 2),
            Uuid(mix(key, 3)),
        )?;
        match self.event.kind {
            Kind::Mfa | Kind::MfaFailed => out.push_str(
                ",\"factor\":\"OKTA_VERIFY_PUSH\",\"factorIntent\":\"AUTHENTICATION\",\"pushOnlyResponseType\":\"OV_RESPONSE_APPROVE\"",
            ),
            Kind::Sso => {
                let mode = APPS[usize::from(self.event.app)].1;
                write!(out, ",\"initiationType\":\"SP_INITIATED\",\"signOnMode\":\"{mode}\"")?;
            }
            _ => {}
        }
        // judged where somebody enters
        if matches!(self.event.kind, Kind::Policy | Kind::Start | Kind::Mfa | Kind::MfaFailed | Kind::Sso) {
            self.behaviours(out)?;
        }
        self.tunnels(out)?;
        out.push_str("}}");
        Ok(())
    }

    /// Okta's own judgement of what is new about a sign-in.
    fn behaviours(&self, out: &mut String) -> fmt::Result {
        let person = &self.world.people[self.event.who as usize];
        let usual = self.world.places[person.home].lan.seen_at;
        let here = usize::from(self.event.egress.city);
        let sign = |new: bool| if new { "POSITIVE" } else { "NEGATIVE" };
        let away = here != usual;
        let abroad = cities()[here].iso != cities()[usual].iso;
        let device = self.event.is_new_device;
        let level = match (device, abroad) {
            (true, true) => "HIGH",
            (false, false) => "LOW",
            _ => "MEDIUM",
        };
        let (geo, state, device) =
            (sign(away), sign(away && cities()[here].region != cities()[usual].region), sign(device));
        let country = sign(abroad);
        write!(
            out,
            ",\"risk\":\"{{level={level}}}\",\"behaviors\":\"{{New Geo-Location={geo}, New Device={device}, New IP={geo}, New State={state}, New Country={country}, Velocity=NEGATIVE, New City={geo}}}\""
        )?;
        // the long form stands in the two events that decide on a session
        if matches!(self.event.kind, Kind::Policy | Kind::Start) {
            write!(
                out,
                ",\"logOnlySecurityData\":\"{{\\\"risk\\\":{{\\\"level\\\":\\\"{level}\\\"}},\\\"behaviors\\\":{{\\\"New Geo-Location\\\":\\\"{geo}\\\",\\\"New Device\\\":\\\"{device}\\\",\\\"New IP\\\":\\\"{geo}\\\",\\\"New State\\\":\\\"{state}\\\",\\\"New Country\\\":\\\"{country}\\\",\\\"Velocity\\\":\\\"NEGATIVE\\\",\\\"New City\\\":\\\"{geo}\\\"}}}}\""
            )?;
        }
        Ok(())
    }

    fn tunnels(&self, out: &mut String) -> fmt::Result {
        let carrier = &carriers()[usize::from(self.event.egress.carrier)];
        if !self.event.egress.is_named {
            out.push_str(",\"tunnels\":null");
            return Ok(());
        }
        let kind = if carrier.kind == Carrier::Relay { "PROXY" } else { "VPN" };
        write!(
            out,
            ",\"tunnels\":\"[{{\\\"anonymous\\\":true,\\\"operator\\\":\\\"{}\\\",\\\"type\\\":\\\"{kind}\\\"}}]\"",
            carrier.operator
        )
    }

    fn rest(&self, out: &mut String) -> fmt::Result {
        write!(
            out,
            ",\"legacyEventType\":\"{}\",\"transaction\":{{\"type\":\"WEB\",\"id\":\"{:016x}{:016x}\",\"detail\":{{}}}},\"uuid\":\"{}\",\"version\":\"0\",\"request\":{{\"ipChain\":[{{\"ip\":\"{}\",\"geographicalContext\":",
            self.names[2],
            mix(self.key, 1),
            mix(self.key, 2),
            Uuid(mix(self.key, 4)),
            std::net::Ipv4Addr::from(self.event.egress.ip),
        )?;
        self.place(out)?;
        out.push_str(",\"version\":\"V4\",\"source\":null}]}");
        Ok(())
    }

    fn target(&self, out: &mut String) -> fmt::Result {
        out.push_str(",\"target\":[");
        match self.event.kind {
            Kind::Policy => write!(
                out,
                "{{\"id\":\"{}\",\"type\":\"PolicyEntity\",\"alternateId\":\"unknown\",\"displayName\":\"Managed devices\",\"detailEntry\":{{\"policyType\":\"OktaSignOn\"}}}},{{\"id\":\"{}\",\"type\":\"PolicyRule\",\"alternateId\":\"{}\",\"displayName\":\"Two factors\",\"detailEntry\":null}}",
                Id("00p", mix(self.world.seed, 0x9001), 17),
                Id("0pr", mix(self.world.seed, 0x9002), 17),
                Id("00p", mix(self.world.seed, 0x9001), 17),
            )?,
            Kind::Start => {
                self.authenticator(out, "Password")?;
                out.push(',');
                self.app(out, 0)?;
            }
            Kind::Mfa | Kind::MfaFailed => {
                self.user(out, self.event.who)?;
                out.push(',');
                self.authenticator(out, "Okta Verify")?;
                out.push(',');
                self.app(out, 0)?;
            }
            Kind::Sso => {
                self.app(out, self.event.app)?;
                out.push(',');
                self.app_user(out)?;
            }
            Kind::FactorActivate | Kind::FactorDeactivate => {
                self.user(out, self.event.who)?;
                out.push(',');
                self.authenticator(out, "Okta Verify")?;
            }
            Kind::DeviceEnroll => {
                self.user(out, self.event.who)?;
                if let Some(at) = self.event.device {
                    let device = &self.world.devices[at as usize];
                    write!(
                        out,
                        ",{{\"id\":\"{}\",\"type\":\"Device\",\"alternateId\":\"unknown\",\"displayName\":\"{}\",\"detailEntry\":null}}",
                        device.okta,
                        Text(&device.host)
                    )?;
                }
            }
            Kind::End | Kind::FactorReset | Kind::UpdateProfile | Kind::ResetPassword | Kind::Activate => {
                self.user(out, self.event.who)?;
            }
        }
        out.push(']');
        Ok(())
    }

    fn authenticator(&self, out: &mut String, name: &str) -> fmt::Result {
        let n = mix(self.world.seed, mix(u64::from(self.event.who), name.len() as u64));
        write!(
            out,
            "{{\"id\":\"{}\",\"type\":\"AuthenticatorEnrollment\",\"alternateId\":\"unknown\",\"displayName\":\"{name}\",\"detailEntry\":null}}",
            Id("pfd", n, 17)
        )
    }

    fn app(&self, out: &mut String, app: u8) -> fmt::Result {
        let (name, mode) = APPS[usize::from(app)];
        write!(
            out,
            "{{\"id\":\"{}\",\"type\":\"AppInstance\",\"alternateId\":\"{name}\",\"displayName\":\"{name}\",\"detailEntry\":{{\"signOnModeType\":\"{mode}\"}}}}",
            Id("0oa", mix(self.world.seed, 0xa00 + u64::from(app)), 17)
        )
    }

    fn app_user(&self, out: &mut String) -> fmt::Result {
        let person = &self.world.people[self.event.who as usize];
        let n = mix(mix(self.world.seed, u64::from(self.event.who)), u64::from(self.event.app));
        write!(
            out,
            "{{\"id\":\"{}\",\"type\":\"AppUser\",\"alternateId\":\"{}@{}\",\"displayName\":\"{} {}\",\"detailEntry\":null}}",
            Id("0ua", n, 17),
            person.login,
            self.world.domain,
            Text(&person.given),
            Text(&person.family),
        )
    }
}

/// A request path, with the application's id where it names one.
struct Uri(&'static str, u64);

impl fmt::Display for Uri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.split_once("{app}") {
            Some((before, after)) => write!(f, "{before}{}{after}", Id("exk", self.1, 17)),
            None => f.write_str(self.0),
        }
    }
}

/// A postal code of a shape, from a number.
struct Postcode(&'static str, u64);

impl fmt::Display for Postcode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, sign) in self.0.bytes().enumerate() {
            let n = mix(self.1, at as u64);
            f.write_char(match sign {
                b'#' => char::from(b'0' + (n % 10) as u8),
                b'?' => char::from(b"ABCEHJLNPRSTVXY"[(n % 15) as usize]),
                other => char::from(other),
            })?;
        }
        Ok(())
    }
}
