//! Measuring every request: how long it took until its answer began, by its route.
//!
//! An answer that does not end (a WebSocket, a stream of events) is measured when it begins, like any other.

use std::rc::Rc;

use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::{Error, HttpRequest};

use crate::metrics::{HttpFigures, InFlight, NO_ROUTE};

/// A request that is being measured, until it is answered or given up.
pub struct Measured(InFlight<Rc<HttpFigures>>);

impl Measured {
    /// From now on.
    pub fn begin(figures: &Rc<HttpFigures>, request: &ServiceRequest) -> Self {
        Self(HttpFigures::begin(figures.clone(), request.method().as_str()))
    }

    /// Up to now; gives the answer back.
    pub fn end<B>(self, answer: Result<ServiceResponse<B>, Error>) -> Result<ServiceResponse<B>, Error> {
        match &answer {
            Ok(answer) => self.0.answered(route_of(answer.request()), answer.status().as_u16()),
            Err(error) => self.0.answered(NO_ROUTE, error.as_response_error().status_code().as_u16()),
        }
        answer
    }
}

/// The number of the route that a request came to, which is the name under which it was registered: this needs neither
/// a copy of its pattern nor a search for it.
fn route_of(request: &HttpRequest) -> usize {
    // Where no route fits, nothing of the path was taken; asking for the name would try every route once more.
    let fits = request.match_info().unprocessed().is_empty();
    let name = if fits { request.match_name() } else { None };
    name.and_then(|name| name.parse().ok()).unwrap_or(NO_ROUTE)
}
