//! Who is asking: the permission that a handler needs stands in its signature.

use std::future::{Ready, ready};
use std::sync::Arc;

use actix_web::dev::Payload;
use actix_web::http::header::{AUTHORIZATION, USER_AGENT};
use actix_web::{FromRequest, HttpRequest, web};

use super::address;
use super::representation::Audience;
use crate::accounts::{Account, AccountId, Role};
use crate::app::App;
use crate::clock::Timestamp;
use crate::error::{Code, Error};
use crate::limits::Caller;
use crate::sessions::{self, Authenticated, Device, SessionId};
use crate::text::is_deceptive;

/// Longest name of a device that is kept, in characters.
const MAX_DEVICE: usize = 200;

/// Somebody who is signed in.
pub struct CurrentUser {
    /// Their account.
    pub account: Arc<Account>,
    /// The session of the request.
    pub session: SessionId,
    /// When the access token of the request expires.
    pub expires_at: Timestamp,
}

impl CurrentUser {
    fn of(request: &HttpRequest) -> Result<Option<Self>, Error> {
        if !request.headers().contains_key(AUTHORIZATION) {
            return Ok(None);
        }
        let invalid = || Error::new(Code::InvalidToken, "Send 'Authorization: Bearer <access token>'.");
        let Authenticated { account, session, expires_at } =
            sessions::authenticate(app(request)?, bearer(request).ok_or_else(invalid)?)?;
        Ok(Some(Self { account, session, expires_at }))
    }

    fn required(request: &HttpRequest) -> Result<Self, Error> {
        let required = || Error::new(Code::AuthenticationRequired, "Sign in with POST /api/v1/auth/login.");
        Self::of(request)?.ok_or_else(required)
    }

    /// Whoever is signed in, if their role is `least` or above; `refusal` is for everybody else.
    fn with_role(least: Role, request: &HttpRequest, refusal: &'static str) -> Result<Self, Error> {
        let user = Self::required(request)?;
        if user.account.role >= least { Ok(user) } else { Err(Error::new(Code::Forbidden, refusal)) }
    }

    /// The id of their account.
    pub fn id(&self) -> AccountId {
        self.account.id
    }
}

/// The bearer token that came with a request.
///
/// There is none where the header comes twice: whoever stands before this server may have looked at the other one.
pub fn bearer(request: &HttpRequest) -> Option<&str> {
    let mut values = request.headers().get_all(AUTHORIZATION);
    let (scheme, token) = values.next().filter(|_| values.next().is_none())?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

fn app(request: &HttpRequest) -> Result<&App, Error> {
    let app = request.app_data::<web::Data<App>>();
    app.map(|app| &***app).ok_or_else(|| Error::internal(&"the server was started without its application"))
}

impl FromRequest for CurrentUser {
    type Error = Error;
    type Future = Ready<Result<Self, Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Self::required(request))
    }
}

/// Somebody who may read what is public: anybody, or whoever is signed in where `public_read` is off.
pub struct Viewer(pub Option<AccountId>);

impl Viewer {
    /// Who may keep the answer.
    pub const fn audience(&self) -> Audience {
        if self.0.is_some() { Audience::Private } else { Audience::Public }
    }
}

impl FromRequest for Viewer {
    type Error = Error;
    type Future = Ready<Result<Self, Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(CurrentUser::of(request).and_then(|user| match user {
            None if !app(request)?.policy.public_read => {
                Err(Error::new(Code::AuthenticationRequired, "This community is for its members: sign in to read."))
            }
            user => Ok(Self(user.map(|user| user.id()))),
        }))
    }
}

/// An admin.
pub struct Admin(pub CurrentUser);

impl FromRequest for Admin {
    type Error = Error;
    type Future = Ready<Result<Self, Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(CurrentUser::with_role(Role::Admin, request, "Only an admin may do this.").map(Self))
    }
}

/// A moderator or an admin.
pub struct Moderator(pub CurrentUser);

impl FromRequest for Moderator {
    type Error = Error;
    type Future = Ready<Result<Self, Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(CurrentUser::with_role(Role::Moderator, request, "Only a moderator may do this.").map(Self))
    }
}

/// Where a request comes from.
pub struct Origin {
    /// The device, for the list of sessions.
    pub device: Device,
    /// The address, and whether it is the server's own machine with no proxy between.
    pub caller: Caller,
}

impl Origin {
    fn of(request: &HttpRequest) -> Result<Self, Error> {
        let caller = address::caller(request, &app(request)?.policy.trusted_proxies);
        let name = request.headers().get(USER_AGENT).map(|name| String::from_utf8_lossy(name.as_bytes()));
        let name = name
            .iter()
            .flat_map(|name| name.chars())
            .filter(|c| !c.is_control() && !is_deceptive(*c))
            .take(MAX_DEVICE)
            .collect();
        let address = caller.address.map(|address| address.to_string()).unwrap_or_default();
        Ok(Self { device: Device { name, address }, caller })
    }
}

impl FromRequest for Origin {
    type Error = Error;
    type Future = Ready<Result<Self, Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Self::of(request))
    }
}
