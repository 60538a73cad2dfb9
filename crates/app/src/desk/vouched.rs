//! Users whom an OpenID provider vouches for. Which claim becomes the name and which the role stands in `serve.toml`;
//! nothing is guessed, and no claim makes an admin: admins are added on the server.

use casework::Role;
use serde_json::{Map, Value};
use store::{Account, Event};

use super::Desk;
use super::users::{check_name, note};
use crate::access;
use crate::error::Result;
use crate::person;
use crate::service::OpenId;

/// Of several roles the one that may most of what cases need.
const STRONGEST: [Role; 4] = [Role::Lead, Role::Analyst, Role::Auditor, Role::Viewer];

impl OpenId {
    /// The role that claims give; nothing where roles are not mapped, or none of the values is.
    fn role(&self, claims: &Map<String, Value>) -> Option<Role> {
        let values: Vec<&str> = match claims.get(self.role_claim.as_deref()?)? {
            Value::String(one) => vec![one],
            Value::Array(all) => all.iter().filter_map(Value::as_str).collect(),
            _ => Vec::new(),
        };
        let given: Vec<Role> =
            values.iter().filter_map(|value| Role::parse(self.roles.get(*value)?)).collect();
        STRONGEST.into_iter().find(|role| given.contains(role))
    }

    /// The name that claims give.
    fn name(&self, claims: &Map<String, Value>) -> std::result::Result<String, String> {
        let missing = || format!("the provider does not say your {}", self.name_claim);
        let name = claims.get(&self.name_claim).and_then(Value::as_str).ok_or_else(missing)?;
        if self.name_claim == "email" {
            if claims.get("email_verified").is_some_and(|value| *value != Value::Bool(true)) {
                return Err("the provider has not verified your e-mail address".into());
            }
            return Ok(name.to_lowercase());
        }
        Ok(name.to_owned())
    }
}

impl Desk {
    /// Signs in whom the provider vouches for, or says why not. Recorded either way, the refusal by whoever asks.
    pub async fn sign_in_vouched(
        &self,
        claims: &Map<String, Value>,
    ) -> Result<std::result::Result<String, String>> {
        let Some(openid) = &self.service.openid else { return Ok(Err("no provider is configured".into())) };
        let subject = claims.get("sub").and_then(Value::as_str).unwrap_or_default();
        let role = openid.role(claims);
        if openid.role_claim.is_some() && role.is_none() {
            // also whoever had one: their sessions end with it
            if let Some(name) = self.store.identity(&openid.issuer, subject).await? {
                self.store.end_passes(&name).await?;
            }
            return Ok(Err("the provider gives you no role here".into()));
        }
        let name = match self.store.identity(&openid.issuer, subject).await? {
            Some(name) => name,
            None => match self.first_time(openid, subject, claims, role).await? {
                Ok(name) => name,
                Err(why) => return Ok(Err(why)),
            },
        };
        let Some(account) = self.store.account(&name).await?.filter(|one| !one.disabled) else {
            return Ok(Err("you may sign in no more".into()));
        };
        self.follow(&account, role).await?;
        Ok(Ok(self.begin_session(&account.name, "browser, by the provider").await?))
    }

    /// The name of somebody who comes for the first time.
    async fn first_time(
        &self,
        openid: &OpenId,
        subject: &str,
        claims: &Map<String, Value>,
        role: Option<Role>,
    ) -> Result<std::result::Result<String, String>> {
        let name = match openid.name(claims) {
            Ok(name) => name,
            Err(why) => return Ok(Err(why)),
        };
        if check_name(&name).is_err() {
            return Ok(Err("what the provider calls you cannot be a user's name here".into()));
        }
        let known = self.store.account(&name).await?;
        let Some(role) = known.as_ref().and_then(|one| Role::parse(&one.role)).or(role) else {
            return Ok(Err("you have no account here: whoever manages users adds one".into()));
        };
        let at = access::now();
        let account = Account {
            name: name.clone(),
            role: role.as_str().to_owned(),
            worker: self.worker_called(&name).await?,
            created: at,
            disabled: false,
        };
        let event = Event {
            at,
            actor: name.clone(),
            action: "user tied".into(),
            detail: Some(format!("{name} is {}, and {} vouches", role.as_str(), openid.issuer)),
            ..Event::default()
        };
        match self.store.tie_identity(&openid.issuer, subject, &account, &event).await {
            Ok(()) => Ok(Ok(name)),
            Err(store::Error::Taken(_)) => Ok(Err("a user of your name signs in otherwise".into())),
            Err(cause) => Err(cause.into()),
        }
    }

    /// The role follows the claims, but nobody stops being an admin by them; and whoever has come onto the roster since
    /// is known as that worker, for nobody opens their own case.
    async fn follow(&self, account: &Account, role: Option<Role>) -> Result<()> {
        let role = role.filter(|_| account.role != Role::Admin.as_str());
        let role = role.map_or_else(|| account.role.clone(), |role| role.as_str().to_owned());
        let worker = match &account.worker {
            Some(worker) => Some(worker.clone()),
            None => self.worker_called(&account.name).await?,
        };
        if role == account.role && worker == account.worker {
            return Ok(());
        }
        let event = Event {
            at: access::now(),
            actor: "provider".into(),
            action: "user changed".into(),
            detail: Some(format!("{} is {role}", account.name)),
            ..Event::default()
        };
        Ok(self.store.set_role(&account.name, &role, worker.as_deref(), &event).await?)
    }

    /// Roster id of the worker who goes by a name, where one does.
    async fn worker_called(&self, name: &str) -> Result<Option<String>> {
        let workspace = self.engine().await?;
        person::find(&workspace.lake, name).await
    }

    /// Records that somebody was not let in.
    pub async fn sign_in_refused(&self, why: &str) -> Result<()> {
        let short: String = why.chars().take(200).collect();
        note(&self.store, "nobody", "sign-in failed", &short).await
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn openid(more: &str) -> OpenId {
        let text = format!("issuer='https://a'\nclient_id='b'\naddress='https://c'\n{more}");
        toml::from_str(&text).unwrap()
    }

    fn claims(value: Value) -> Map<String, Value> {
        value.as_object().unwrap().clone()
    }

    #[test]
    fn roles_come_from_the_mapping_alone() {
        let mapped = openid("role_claim='groups'\n[roles]\nblue='analyst'\nred='lead'\nviewer='viewer'");
        let role = |value: Value| mapped.role(&claims(json!({"groups": value, "role": "admin"})));
        assert_eq!(role(json!(["blue", "else"])), Some(Role::Analyst));
        assert_eq!(role(json!(["blue", "red"])), Some(Role::Lead));
        assert_eq!(role(json!("blue")), Some(Role::Analyst));
        for none in
            [json!(["admin"]), json!(["lead"]), json!([]), json!(7), json!(null), json!({"blue": true})]
        {
            assert_eq!(role(none.clone()), None, "{none}");
        }
        assert_eq!(openid("").role(&claims(json!({"groups": ["blue"], "role": "lead"}))), None);
    }

    #[test]
    fn an_address_that_is_not_verified_is_no_name() {
        let by = openid("");
        assert_eq!(by.name(&claims(json!({"email": "Ana@B.example"}))).unwrap(), "ana@b.example");
        assert!(by.name(&claims(json!({"email": "a@b.example", "email_verified": true}))).is_ok());
        for bad in [
            json!({"email": "a@b.example", "email_verified": false}),
            json!({"email": "a@b.example", "email_verified": "yes"}),
            json!({"sub": "a"}),
            json!({"email": 7}),
        ] {
            assert!(by.name(&claims(bad.clone())).is_err(), "{bad}");
        }
    }
}
