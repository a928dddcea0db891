//! What is measured of requests. A request costs two looks at the clock, four uncontended atomic additions, and a short
//! walk: no lock and no allocation, but for the first request of its kind.

use std::fmt;
use std::ops::Deref;
use std::sync::{Arc, OnceLock};
use std::time::Instant;

use prometheus_client::encoding::{EncodeMetric, MetricEncoder};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::registry::Registry;

use crate::store::{Histogram, Level};

/// The number of no route: of what was asked for at a path that is none.
pub const NO_ROUTE: usize = 0;

/// Why a request is turned away where too many are under way.
pub const TOO_MANY: &str = "in_flight";

/// Why a request is turned away where a thread is too late.
pub const TOO_LATE: &str = "lag";

/// The methods that there are; anybody can make up more, which are all the same to us.
const METHODS: [&str; 10] =
    ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", OTHER_METHOD];

const OTHER_METHOD: &str = "other";

/// What is measured of requests. Clones share it.
#[derive(Clone)]
pub struct HttpFigures(Arc<Inner>);

struct Inner {
    in_flight: Level,
    refused: Family<[(&'static str, &'static str); 1], Counter>,
    /// The pattern of each route by its number, beginning with that of none.
    routes: Vec<&'static str>,
    /// What was answered at each route.
    answers: Vec<OnceLock<Box<Answers>>>,
}

/// The answers of one kind; a kind is never forgotten, so that they can be walked while others are added.
struct Answers {
    method: &'static str,
    status: u16,
    took: Histogram,
    next: OnceLock<Box<Self>>,
}

impl HttpFigures {
    /// None measured yet, of routes with these patterns; the first one has the number 1.
    pub(super) fn new(patterns: &[&'static str]) -> Self {
        let routes: Vec<_> = std::iter::once("none").chain(patterns.iter().copied()).collect();
        let answers = routes.iter().map(|_| OnceLock::new()).collect();
        let figures = Inner { in_flight: Level::default(), refused: Family::default(), routes, answers };
        // So that none is a zero, and not a series that is missing.
        for reason in [TOO_MANY, TOO_LATE] {
            drop(figures.refused.get_or_create(&[("reason", reason)]));
        }
        Self(Arc::new(figures))
    }

    pub(super) fn register(&self, registry: &mut Registry) {
        let help = "From a request's head to the head of its answer";
        registry.register("hearth_http_request_duration_seconds", help, Durations(self.clone()));
        let help = "Requests that are being answered";
        registry.register("hearth_http_requests_in_flight", help, self.0.in_flight.clone());
        let help = "Requests that were turned away unread";
        registry.register("hearth_http_requests_refused", help, self.0.refused.clone());
    }

    /// A request has come, with this method.
    pub fn begin<F: Deref<Target = Self>>(figures: F, method: &str) -> InFlight<F> {
        figures.0.in_flight.up();
        let method = METHODS.iter().find(|known| **known == method).copied().unwrap_or(OTHER_METHOD);
        InFlight { figures, method, began: Instant::now() }
    }

    /// A request was turned away before anything was done for it. `reason` is one of a few.
    pub fn refused(&self, reason: &'static str) {
        self.0.refused.get_or_create(&[("reason", reason)]).inc();
    }

    /// How many requests are being answered. It adds up what all threads have counted: look, but not at every request.
    pub fn in_flight(&self) -> i64 {
        self.0.in_flight.get()
    }

    /// Calls `each` with the route, method, status and durations of each kind of answer that there was.
    pub(super) fn each(&self, mut each: impl FnMut(&'static str, &'static str, u16, &Histogram)) {
        for (route, first) in self.0.routes.iter().zip(&self.0.answers) {
            let mut place = first;
            while let Some(answers) = place.get() {
                each(route, answers.method, answers.status, &answers.took);
                place = &answers.next;
            }
        }
    }

    fn took(&self, route: usize, method: &'static str, status: u16) -> Option<&Histogram> {
        let mut place = self.0.answers.get(route)?;
        let made = || Box::new(Answers { method, status, took: Histogram::of_durations(), next: OnceLock::new() });
        loop {
            let answers = place.get_or_init(made);
            if answers.status == status && answers.method == method {
                return Some(&answers.took);
            }
            place = &answers.next;
        }
    }
}

impl fmt::Debug for HttpFigures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpFigures").finish_non_exhaustive()
    }
}

/// A request that is being answered, until it is dropped.
pub struct InFlight<F: Deref<Target = HttpFigures>> {
    figures: F,
    method: &'static str,
    began: Instant,
}

impl<F: Deref<Target = HttpFigures>> InFlight<F> {
    /// It is answered: with this status, at the route with this number.
    pub fn answered(self, route: usize, status: u16) {
        if let Some(took) = self.figures.took(route, self.method, status) {
            took.took(self.began.elapsed());
        }
    }
}

impl<F: Deref<Target = HttpFigures>> Drop for InFlight<F> {
    fn drop(&mut self) {
        self.figures.0.in_flight.down();
    }
}

/// The durations of all kinds of answers, to be shown.
#[derive(Debug)]
struct Durations(HttpFigures);

impl EncodeMetric for Durations {
    fn encode(&self, mut encoder: MetricEncoder) -> Result<(), fmt::Error> {
        let mut shown = Ok(());
        self.0.each(|route, method, status, took| {
            let status = status.to_string();
            let labels = [("method", method), ("route", route), ("status", status.as_str())];
            if shown.is_ok() {
                shown = encoder.encode_family(&labels).and_then(|encoder| took.encode(encoder));
            }
        });
        shown
    }

    fn metric_type(&self) -> MetricType {
        MetricType::Histogram
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// Answers a request, and gives nothing.
    fn answer(figures: &HttpFigures, method: &str, route: usize, status: u16) {
        HttpFigures::begin(figures, method).answered(route, status);
    }

    #[test]
    fn kinds_are_told_apart_and_made_up_methods_are_not() {
        let figures = HttpFigures::new(&["/a", "/b/{id}"]);
        for (method, route, status) in [("GET", 1, 200), ("GET", 1, 200), ("GET", 1, 404), ("PUT", 2, 200)] {
            answer(&figures, method, route, status);
        }
        for number in 0..100 {
            answer(&figures, &format!("M{number}"), NO_ROUTE, 404);
        }
        answer(&figures, "GET", 3, 200);
        let mut found = Vec::new();
        figures.each(|route, method, status, took| found.push((route, method, status, took.now().count())));
        let expected =
            [("none", "other", 404, 100), ("/a", "GET", 200, 2), ("/a", "GET", 404, 1), ("/b/{id}", "PUT", 200, 1)];
        assert_eq!(found, expected);
    }

    #[test]
    fn a_request_is_in_flight_until_it_is_answered_or_given_up() {
        let figures = HttpFigures::new(&[]);
        let (one, other) = (HttpFigures::begin(&figures, "GET"), HttpFigures::begin(&figures, "GET"));
        assert_eq!(figures.in_flight(), 2);
        one.answered(NO_ROUTE, 200);
        drop(other);
        assert_eq!(figures.in_flight(), 0);
        let mut answered = 0;
        figures.each(|_, _, _, took| answered += took.now().count());
        assert_eq!(answered, 1, "what was given up has no duration");
    }

    #[test]
    fn threads_that_meet_at_a_new_kind_make_it_once() {
        let figures = HttpFigures::new(&["/a"]);
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| (200..240).for_each(|status| answer(&figures, "GET", 1, status)));
            }
        });
        let (mut kinds, mut answers) = (BTreeSet::new(), 0);
        figures.each(|_, _, status, took| {
            assert!(kinds.insert(status), "{status} is there twice");
            answers += took.now().count();
        });
        assert_eq!((kinds.len(), answers), (40, 320));
    }
}
