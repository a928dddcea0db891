//! One person's HTTP connection, which is kept from call to call, and what becomes of each call.

use std::fmt;
use std::rc::Rc;
use std::time::Duration;

use awc::http::header::{self, HeaderMap};
use awc::http::{Method, StatusCode};
use awc::{Client, Connector};
use bytes::Bytes;
use serde::Deserialize;
use serde_json::Value;

use super::target::Target;
use crate::tls::client::Trust;

/// How long an answer may take, body and all.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// How long connecting may take.
const CONNECTING: Duration = Duration::from_secs(10);

/// How long a connection that is not used is kept: less than servers do, so that none is closed just when it is used.
const IDLE: Duration = Duration::from_secs(30);

/// How long a connection is used at all: as long as anybody may want to.
const LIFETIME: Duration = Duration::from_secs(24 * 60 * 60);

/// The longest answer that is read, in bytes.
const MAX_BYTES: usize = 8 * 1024 * 1024;

/// Why a call did not succeed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The status, where there was an answer.
    pub status: Option<u16>,
    /// The problem's code, such as `overloaded`, or what the connection said.
    pub words: String,
    /// What the server says of it.
    pub detail: String,
    /// When it may be tried again, where the server says so.
    pub retry_after: Option<Duration>,
}

impl Refusal {
    /// The connection did not do its part.
    pub fn broken(words: impl fmt::Display) -> Self {
        let words = words.to_string();
        Self { status: None, detail: words.clone(), words, retry_after: None }
    }

    /// An answer that says no.
    fn answered(status: StatusCode, headers: &HeaderMap, body: &[u8]) -> Self {
        #[derive(Deserialize)]
        struct Problem {
            code: String,
            detail: String,
        }
        let after = headers.get(header::RETRY_AFTER).and_then(|after| after.to_str().ok()?.trim().parse().ok());
        let problem: Option<Problem> = serde_json::from_slice(body).ok();
        let (words, detail) = problem.map_or_else(
            || (status.canonical_reason().unwrap_or("without words").to_owned(), String::new()),
            |problem| (problem.code, problem.detail),
        );
        Self { status: Some(status.as_u16()), words, detail, retry_after: after.map(Duration::from_secs) }
    }
}

impl fmt::Display for Refusal {
    /// What it is counted as: `503 overloaded`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.status {
            Some(status) => write!(f, "{status} {}", self.words),
            None => f.write_str(&self.words),
        }
    }
}

/// A person's way to the server.
#[derive(Clone)]
pub struct Http {
    /// Also opens the person's socket.
    pub client: Client,
    target: Rc<Target>,
}

impl Http {
    /// A way of one's own, with its own connection.
    pub fn new(target: Rc<Target>, trust: &Trust) -> Self {
        let connector = Connector::new()
            .rustls_0_23(trust.config())
            .timeout(CONNECTING)
            .handshake_timeout(CONNECTING)
            .conn_keep_alive(IDLE)
            .conn_lifetime(LIFETIME)
            .limit(0);
        let client = Client::builder().connector(connector).timeout(PATIENCE).disable_redirects().finish();
        Self { client, target }
    }

    /// Where it leads.
    pub fn target(&self) -> &Target {
        &self.target
    }

    /// The body of an answer that says yes, once it is there whole.
    ///
    /// # Errors
    ///
    /// [`Refusal`].
    pub async fn call(
        &self,
        method: Method,
        path: &str,
        token: Option<&str>,
        body: Option<&Value>,
    ) -> Result<Bytes, Refusal> {
        let mut request = self.client.request(method, self.target.at(path));
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        let sent = match body {
            Some(body) => request.send_json(body),
            None => request.send(),
        };
        let answered = tokio::time::timeout(PATIENCE, async {
            let mut answer = sent.await.map_err(Refusal::broken)?;
            let body = answer.body().limit(MAX_BYTES).await.map_err(Refusal::broken)?;
            if answer.status().is_success() {
                return Ok(body);
            }
            Err(Refusal::answered(answer.status(), answer.headers(), &body))
        });
        answered.await.unwrap_or_else(|_| Err(Refusal::broken(format!("no answer within {} s", PATIENCE.as_secs()))))
    }

    /// As [`Http::call`], with the answer read as JSON.
    ///
    /// # Errors
    ///
    /// [`Refusal`], also where the answer is not what it should be.
    pub async fn json<T: for<'a> Deserialize<'a>>(
        &self,
        method: Method,
        path: &str,
        token: Option<&str>,
        body: Option<&Value>,
    ) -> Result<T, Refusal> {
        let bytes = self.call(method, path, token, body).await?;
        read(&bytes)
    }
}

/// The JSON of an answer.
///
/// # Errors
///
/// [`Refusal`] where it is not what it should be.
pub fn read<T: for<'a> Deserialize<'a>>(bytes: &[u8]) -> Result<T, Refusal> {
    serde_json::from_slice(bytes).map_err(|error| Refusal::broken(format!("an answer that cannot be read: {error}")))
}

#[cfg(test)]
mod tests {
    use awc::http::header::HeaderValue;

    use super::*;

    #[test]
    fn a_refusal_is_counted_by_status_and_code() {
        let mut headers = HeaderMap::new();
        headers.insert(header::RETRY_AFTER, HeaderValue::from_static("2"));
        let body = br#"{"status": 503, "code": "overloaded", "detail": "Try again in a second.", "title": "x"}"#;
        let refusal = Refusal::answered(StatusCode::SERVICE_UNAVAILABLE, &headers, body);
        assert_eq!(refusal.to_string(), "503 overloaded");
        assert_eq!(refusal.retry_after, Some(Duration::from_secs(2)));
        let refusal = Refusal::answered(StatusCode::BAD_GATEWAY, &HeaderMap::new(), b"<html>");
        assert_eq!((refusal.to_string().as_str(), refusal.retry_after), ("502 Bad Gateway", None));
        assert_eq!(Refusal::broken("Connection refused").to_string(), "Connection refused");
    }
}
