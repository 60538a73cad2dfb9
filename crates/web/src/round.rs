//! What a server does by itself: takes in what a check publishes, shows a renewed certificate, walks over the history while
//! somebody looks at it, lets detail go that is due.

use std::sync::Arc;
use std::time::Duration;

use app::desk::Desk;
use app::desk::intake::Look;
use tokio::time::{sleep, timeout};

use crate::serve::Server;

/// How often it is looked whether a check has published something, or something was delivered.
const LOOK: Duration = Duration::from_secs(1);
/// How often it is looked whether the certificate was renewed.
const RENEW: Duration = Duration::from_secs(60);
/// How often it is looked whose detail is due.
const FORGET: Duration = Duration::from_secs(3600);

/// Deliveries that come together are read together.
const SETTLE: Duration = Duration::from_millis(200);

/// What a watched folder looked like: when it was checked last, and when it was looked at last.
#[derive(Debug, Clone, Default)]
struct Seen {
    checked: Option<Look>,
    before: Option<Look>,
}

impl Seen {
    /// Checks the folder where it changed and has come to rest: a file that is still growing is left alone. A delivery is
    /// whole when it is there, and waits for nothing: a feed never comes to rest.
    /// `waited` is whether a whole [`LOOK`] lies between this look and the one before.
    async fn step(&mut self, desk: &Desk, waited: bool) -> Result<(), app::Error> {
        let has_news = desk.take_deliveries().await?;
        let now = desk.look()?;
        if desk.is_idle(&now) {
            return Ok(());
        }
        let now = Some(now);
        if has_news || now != self.checked && waited && now == self.before {
            // also where the check fails: the same files would fail again
            self.checked.clone_from(&now);
            desk.check_again().await?;
        }
        self.before = now;
        Ok(())
    }
}

/// Takes in a certificate that was renewed.
pub(crate) async fn renew(server: Arc<Server>) {
    let Some(tls) = &server.tls else { return };
    loop {
        sleep(RENEW).await;
        match tls.renew() {
            Ok(true) => (server.tell)("the renewed certificate is shown from now on"),
            Ok(false) => {}
            Err(cause) => (server.tell)(&format!("the renewed certificate cannot be used: {cause}")),
        }
    }
}

/// Takes in what a check publishes.
pub(crate) async fn look(server: Arc<Server>) {
    let mut seen = Seen::default();
    loop {
        let waited = timeout(LOOK, server.desk.delivered()).await.is_err();
        if !waited {
            sleep(SETTLE).await;
        }
        // judging keeps a thread busy: not one of those that answer
        let (here, mine) = (tokio::runtime::Handle::current(), server.clone());
        let mut last = seen.clone();
        let looked = tokio::task::spawn_blocking(move || {
            here.block_on(async {
                mine.desk.refresh().await?;
                mine.desk.rest().await;
                last.step(&mine.desk, waited).await?;
                Ok::<_, app::Error>(last)
            })
        })
        .await;
        let failed = match looked {
            Ok(Ok(next)) => {
                seen = next;
                None
            }
            Ok(Err(cause)) => Some(cause.to_string()),
            Err(cause) => Some(cause.to_string()),
        };
        if let Some(cause) = failed {
            (server.tell)(&format!("the new state was not taken in: {cause}"));
            sleep(LOOK * 10).await;
        }
    }
}

/// Walks over the history again and again while somebody looks at it.
pub(crate) async fn walk(server: Arc<Server>) {
    loop {
        sleep(LOOK).await;
        // whoever looks next walks themselves, and is told what is wrong
        if server.desk.walk_again().await.is_err() {
            sleep(LOOK * 10).await;
        }
    }
}

/// Lets detail go that is due: at the start, and every hour.
pub(crate) async fn forget(server: Arc<Server>) {
    loop {
        match server.desk.forget_due().await {
            Ok(None) => return,
            Ok(Some(gone)) if gone.cases.is_empty() => {}
            Ok(Some(gone)) => {
                (server.tell)(&format!("the detail of {} cases of cleared people went", gone.cases.len()));
            }
            Err(cause) => (server.tell)(&format!("detail that is due did not go: {cause}")),
        }
        sleep(FORGET).await;
    }
}

/// How often it is looked whether refusals of a minute are to be counted in the history.
const COUNT: Duration = Duration::from_secs(5);

/// Tells the history how many refusals followed the first of a minute.
pub(crate) async fn count(server: Arc<Server>) {
    loop {
        sleep(COUNT).await;
        if let Err(cause) = server.desk.count_refusals().await {
            (server.tell)(&format!("refusals were not counted: {cause}"));
        }
    }
}
