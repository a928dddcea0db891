//! A bound on the requests that are under way: past it, a fast 503 instead of a long wait for everybody.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use actix_web::body::{EitherBody, MessageBody};
use actix_web::dev::{Service, ServiceRequest, ServiceResponse};
use actix_web::web::Data;
use actix_web::{Error as ActixError, ResponseError};

use crate::app::App;
use crate::error::{Code, Error};
use crate::metrics::TOO_MANY;

/// What all requests together, and each of them, may take.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// Requests that may be under way at once.
    pub in_flight: usize,
    /// How long a body may take to arrive.
    pub body: Duration,
}

impl Bounds {
    /// About as many requests as the committer does in the second after which those who were refused are told to come
    /// back; and for a body the time that its largest takes at 150 kbit/s.
    pub const PRODUCTION: Self = Self { in_flight: 4096, body: Duration::from_secs(30) };
}

/// What is answered however much is under way: whoever watches over a server must not take a busy one for a dead one.
const ALWAYS: [&str; 3] = ["/healthz", "/readyz", "/metrics"];

/// Lets requests in while there is room: counts those under way, of all threads together.
#[derive(Debug)]
pub struct Gate {
    now: Arc<AtomicUsize>,
    most: usize,
}

impl Gate {
    /// None yet, and at most `most`.
    pub fn new(most: usize) -> Self {
        Self { now: Arc::default(), most }
    }

    /// How many there are.
    pub fn now(&self) -> usize {
        self.now.load(Ordering::Relaxed)
    }

    /// One more, until what is returned is dropped; `None` where there are as many as there may be.
    fn enter(&self) -> Option<Entered> {
        let entered = Entered(self.now.clone());
        // Counted first, so that two who come at once cannot both take the last place.
        (self.now.fetch_add(1, Ordering::Relaxed) < self.most).then_some(entered)
    }
}

/// A request under way.
struct Entered(Arc<AtomicUsize>);

impl Drop for Entered {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Passes `request` on to `service` if there is room for it, and refuses it otherwise.
pub fn bounded<S, B>(
    request: ServiceRequest,
    service: &S,
) -> impl Future<Output = Result<ServiceResponse<EitherBody<B>>, ActixError>> + use<S, B>
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = ActixError>,
    B: MessageBody,
{
    let app = request.app_data::<Data<App>>().filter(|_| !ALWAYS.contains(&request.path()));
    let entered = app.map(|app| app.gate.enter());
    let (refused, entered) = (entered.as_ref().is_some_and(Option::is_none), entered.flatten());
    if let Some(app) = app.filter(|_| refused) {
        app.metrics.http.refused(TOO_MANY);
    }
    let answer = if refused { Err(request) } else { Ok(service.call(request)) };
    async move {
        let _under_way = entered;
        match answer {
            Ok(answer) => answer.await.map(ServiceResponse::map_into_left_body),
            Err(request) => {
                let busy = Error::new(Code::Overloaded, "Too many requests are under way; try again in a second.");
                Ok(request.into_response(busy.error_response().map_into_boxed_body()).map_into_right_body::<B>())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_never_more_than_there_may_be_and_who_leaves_makes_room() {
        let gate = Gate::new(2);
        let (first, second) = (gate.enter(), gate.enter());
        assert!(first.is_some() && second.is_some() && gate.enter().is_none());
        assert_eq!(gate.now(), 2);
        drop(first);
        assert!(gate.enter().is_some());
        drop(second);
        assert_eq!(gate.now(), 0);
    }
}
