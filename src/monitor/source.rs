//! The server that figures come from.

use std::time::{Duration, Instant};

use awc::http::Uri;
use thiserror::Error;
use tokio::signal::unix::{SignalKind, signal};
use tokio::time::{MissedTickBehavior, interval, sleep};

use super::figures::Figures;
use super::scrape::{Scrape, ScrapeError, fetch};
use super::watch::Watch;
use crate::clock::{Clock, SystemClock};
use crate::tls::client::Trust;

/// Why something is not the URL of a server, or not its token.
#[derive(Debug, Error)]
pub enum SourceError {
    /// Another scheme, no host, or no URL at all.
    #[error("{0:?} is not a server's URL: write it as https://example.org or http://127.0.0.1:8080")]
    Url(String),
    /// Characters that no header can hold.
    #[error("the token has characters that no token has: give it as it stands in the server's metrics_token")]
    Token,
}

/// A server, and how it is asked.
pub struct Source {
    client: awc::Client,
    base: String,
    token: Option<String>,
}

impl Source {
    /// The server at `url`, with or without `http://` before it. Must be made where a runtime runs.
    ///
    /// # Errors
    ///
    /// [`SourceError`].
    pub fn new(url: &str, token: Option<String>, trust: &Trust) -> Result<Self, SourceError> {
        let base = base(url).ok_or_else(|| SourceError::Url(url.to_owned()))?;
        let is_plain = |token: &String| !token.is_empty() && token.chars().all(|c| c.is_ascii_graphic());
        if token.as_ref().is_some_and(|token| !is_plain(token)) {
            return Err(SourceError::Token);
        }
        Ok(Self {
            client: awc::Client::builder()
                .connector(awc::Connector::new().rustls_0_23(trust.config()))
                .disable_redirects()
                .finish(),
            base,
            token,
        })
    }

    /// Its URL, without a slash at the end.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.base
    }

    /// Its figures as they are now.
    ///
    /// # Errors
    ///
    /// [`ScrapeError`].
    pub async fn read(&self) -> Result<Scrape, ScrapeError> {
        fetch(&self.client, &self.base, self.token.as_deref()).await
    }

    /// What it does in `time` from now on.
    ///
    /// # Errors
    ///
    /// [`ScrapeError`] of either reading.
    pub async fn once(&self, time: Duration) -> Result<Figures, ScrapeError> {
        let earlier = self.read().await?;
        sleep(time).await;
        Ok(Figures::between(&earlier, &self.read().await?))
    }

    /// Watches it for `time`, reading every `step`; SIGINT and SIGTERM end it earlier. `seen` is called after each
    /// reading, with the time that has gone by.
    ///
    /// # Errors
    ///
    /// [`ScrapeError`] of the first reading: later ones are in what is given.
    pub async fn over(
        &self,
        time: Duration,
        step: Duration,
        mut seen: impl FnMut(&Watch, Duration),
    ) -> Result<Watch, ScrapeError> {
        let mut watch = Watch::new(SystemClock.now());
        let begin = Instant::now();
        watch.hear(Ok(self.read().await?), SystemClock.now());
        let mut ticks = interval(step);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        // The first one comes at once.
        ticks.tick().await;
        let mut told = std::pin::pin!(told_to_end());
        let mut ended = false;
        while !ended {
            let left = time.saturating_sub(begin.elapsed());
            tokio::select! {
                _ = ticks.tick() => {}
                () = sleep(left) => ended = true,
                () = &mut told => ended = true,
            }
            watch.hear(self.read().await, SystemClock.now());
            seen(&watch, begin.elapsed().min(time));
        }
        Ok(watch)
    }
}

/// Waits for SIGINT, SIGTERM or SIGHUP; for ever where they cannot be heard.
pub(super) async fn told_to_end() {
    let heard = |kind| async move {
        match signal(kind) {
            Ok(mut signals) => drop(signals.recv().await),
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        () = heard(SignalKind::interrupt()) => {}
        () = heard(SignalKind::terminate()) => {}
        () = heard(SignalKind::hangup()) => {}
    }
}

/// A URL as it is asked: with its scheme, without `/metrics` and slashes at the end.
fn base(url: &str) -> Option<String> {
    let url = if url.contains("://") { url.to_owned() } else { format!("http://{url}") };
    let uri: Uri = url.parse().ok()?;
    let is_web = matches!(uri.scheme_str(), Some("http" | "https"));
    let has_host = uri.host().is_some_and(|host| !host.is_empty());
    let base = url.trim_end_matches('/');
    let base = base.strip_suffix("/metrics").unwrap_or(base).trim_end_matches('/');
    (is_web && has_host && uri.query().is_none()).then(|| base.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_are_taken_as_people_write_them() {
        let taken = |url: &str| base(url).unwrap_or_else(|| "refused".into());
        assert_eq!(taken("http://127.0.0.1:8080"), "http://127.0.0.1:8080");
        assert_eq!(taken("127.0.0.1:8080"), "http://127.0.0.1:8080");
        assert_eq!(taken("https://example.org/"), "https://example.org");
        assert_eq!(taken("example.org/community/metrics"), "http://example.org/community");
        for wrong in ["", "ftp://example.org", "http://", "http:///x", "a b", "http://example.org/?page=1"] {
            assert_eq!(taken(wrong), "refused", "{wrong}");
        }
    }
}
