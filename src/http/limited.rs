//! Rate limits over HTTP: a refusal with 429 before anything of the body is read, and the headers that say what is left
//! (draft-ietf-httpapi-ratelimit-headers-10, whose fields are structured: RFC 9651).

use std::fmt::Write;

use actix_web::body::BoxBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::{HttpRequest, ResponseError};

use super::address;
use super::auth::bearer;
use crate::app::App;
use crate::error::Error;
use crate::limits::{Action, Standing, whole_seconds};
use crate::sessions;

/// What is left: `"post";r=59;t=5`, where `r` may be done at once and all of it is back in `t` seconds.
const RATE_LIMIT: HeaderName = HeaderName::from_static("ratelimit");

/// The limits themselves: `"post";q=60;w=300`, so many in so many seconds.
const RATE_LIMIT_POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");

/// Passes a request on to its handler if `action` is not done too often.
pub async fn limited(
    action: Action,
    request: ServiceRequest,
    next: Next<BoxBody>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let mut left = Left::default();
    let checked = match request.app_data::<actix_web::web::Data<App>>() {
        Some(app) => check(app, action, request.request(), &mut left),
        None => Ok(()),
    };
    let mut answer = match checked {
        Ok(()) => next.call(request).await?,
        Err(error) => request.into_response(error.error_response()),
    };
    left.put(answer.headers_mut());
    Ok(answer.map_into_boxed_body())
}

fn check(app: &App, action: Action, request: &HttpRequest, left: &mut Left) -> Result<(), Error> {
    let Some(limits) = &app.limits else { return Ok(()) };
    let caller = address::caller(request, &app.policy.trusted_proxies);
    // Whose token is not good is refused by the handler, and nobody pays for it but their address.
    let account = bearer(request).and_then(|token| sessions::authenticate(app, token).ok());
    limits.check(action, &caller, account.map(|known| known.account.id), |standing| left.0.push(standing))
}

/// Counts what only reads, by its address alone.
///
/// # Errors
///
/// [`crate::error::Code::RateLimited`].
pub fn check_reading(app: &App, request: &ServiceRequest) -> Result<(), Error> {
    let Some(limits) = app.limits.as_ref().filter(|_| *request.method() == Method::GET) else { return Ok(()) };
    let caller = address::caller(request.request(), &app.policy.trusted_proxies);
    limits.check(Action::Read, &caller, None, drop)
}

/// What is left of the limits that a request counted for.
#[derive(Default)]
struct Left(Vec<Standing>);

impl Left {
    fn put(&self, headers: &mut HeaderMap) {
        let (mut left, mut policy) = (String::new(), String::new());
        for Standing { name, rate, left: remaining, reset } in &self.0 {
            let comma = if left.is_empty() { "" } else { ", " };
            let reset = if reset.is_zero() { 0 } else { whole_seconds(*reset) };
            let _ = write!(left, "{comma}\"{name}\";r={remaining};t={reset}");
            let _ = write!(policy, "{comma}\"{name}\";q={};w={}", rate.most, rate.seconds);
        }
        if let (false, Ok(left), Ok(policy)) =
            (self.0.is_empty(), HeaderValue::try_from(left), HeaderValue::try_from(policy))
        {
            headers.insert(RATE_LIMIT, left);
            headers.insert(RATE_LIMIT_POLICY, policy);
        }
    }
}
