//! What stands in a request's path, query and idempotency header.

use std::future::{Ready, ready};
use std::str::FromStr;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use serde::Serialize;
use utoipa::IntoParams;

use crate::accounts::AccountId;
use crate::comments::CommentId;
use crate::error::{Code, Error};
use crate::idempotency::{self, Once};
use crate::invites::InviteId;
use crate::media::MediaId;
use crate::paging::{DEFAULT_LIMIT, MAX_LIMIT, Page};
use crate::posts::PostId;
use crate::sessions::SessionId;

/// The parameters of a query, in order; a name may come more than once.
pub struct Query(Vec<(String, String)>);

impl Query {
    /// The parameters of a request's query: for handlers that need them only where no page is ready.
    ///
    /// # Errors
    ///
    /// [`Code::ValidationFailed`] where it is not URL-encoded.
    pub fn of(request: &HttpRequest) -> Result<Self, Error> {
        let pairs = serde_urlencoded::from_str(request.query_string());
        pairs.map(Self).map_err(|_| Error::field("query", "must be URL-encoded"))
    }

    /// The last value of `name`, unless it is empty.
    pub fn one<'a>(&'a self, name: &'a str) -> Option<&'a str> {
        self.all(name).last()
    }

    /// Every value of `name` that is not empty.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(found, value)| found == name && !value.is_empty()).map(|(_, value)| value.as_str())
    }

    /// `name` as a `T`, if it is there.
    ///
    /// # Errors
    ///
    /// [`Code::ValidationFailed`] with `expected` where it is something else.
    pub fn parsed<T: FromStr>(&self, name: &str, expected: &str) -> Result<Option<T>, Error> {
        let parse = |value: &str| value.parse().map_err(|_| Error::field(name, format!("must be {expected}")));
        self.one(name).map(parse).transpose()
    }

    /// The page that `limit` and `cursor` ask for.
    ///
    /// # Errors
    ///
    /// [`Code::ValidationFailed`] where `limit` is not 1 to 100.
    pub fn page(&self) -> Result<Page, Error> {
        let limit = self.one("limit").map_or(Some(DEFAULT_LIMIT), |limit| limit.parse().ok());
        let limit = limit.filter(|limit| (1..=MAX_LIMIT).contains(limit));
        let limit = limit.ok_or_else(|| Error::field("limit", "must be a number from 1 to 100"))?;
        Ok(Page { limit, cursor: self.one("cursor").map(str::to_owned) })
    }
}

/// The parameters of every list that comes in pages, for its description; [`Query::page`] reads them.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PageParams {
    /// 1 to 100; 20 if left out
    pub limit: Option<u32>,
    /// `next_cursor` of the page before
    pub cursor: Option<String>,
}

impl FromRequest for Query {
    type Error = Error;
    type Future = Ready<Result<Self, Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Self::of(request))
    }
}

/// An id in a path; what is no id is answered as what does not exist.
pub struct Id<T>(pub T);

/// A kind of thing that is named by an id in a path.
pub trait Named: FromStr {
    /// The code where there is no such thing.
    const MISSING: Code;
}

impl Named for PostId {
    const MISSING: Code = Code::PostNotFound;
}

impl Named for CommentId {
    const MISSING: Code = Code::CommentNotFound;
}

impl Named for MediaId {
    const MISSING: Code = Code::MediaNotFound;
}

impl Named for SessionId {
    const MISSING: Code = Code::SessionNotFound;
}

impl Named for InviteId {
    const MISSING: Code = Code::InviteNotFound;
}

impl Named for AccountId {
    const MISSING: Code = Code::UserNotFound;
}

impl<T: Named> FromRequest for Id<T> {
    type Error = Error;
    type Future = Ready<Result<Self, Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let id = request.match_info().get("id").and_then(|id| id.parse().ok());
        ready(id.map(Self).ok_or_else(|| Error::new(T::MISSING, "The id in the path is not a UUID.")))
    }
}

/// The `Idempotency-Key` of a request, if it has one.
pub struct IdempotencyKey {
    key: Option<String>,
    route: String,
}

impl IdempotencyKey {
    /// What the key asks to be done only once.
    ///
    /// # Errors
    ///
    /// [`Code::InvalidHeader`] where the key cannot be one.
    pub fn once(self, asked: &impl Serialize) -> Result<Option<Once>, Error> {
        self.key.map(|key| Once::new(&key, &self.route, asked)).transpose()
    }

    /// The key itself, for what knows a repeated request by other means than a stored answer.
    ///
    /// # Errors
    ///
    /// As [`IdempotencyKey::once`].
    pub fn checked(self) -> Result<Option<String>, Error> {
        self.key.as_deref().map(idempotency::check).transpose()?;
        Ok(self.key)
    }
}

impl FromRequest for IdempotencyKey {
    type Error = Error;
    type Future = Ready<Result<Self, Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let key = request.headers().get("idempotency-key");
        // What is not ASCII becomes what is no key, and is refused as such.
        let key = key.map(|key| key.to_str().unwrap_or("\u{fffd}").to_owned());
        ready(Ok(Self { key, route: request.path().to_owned() }))
    }
}
