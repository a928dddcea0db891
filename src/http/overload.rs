//! A bound on the requests that are under way: past it, a fast 503 instead of a long wait for everybody.

use std::rc::Rc;
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
    under_way: AtomicUsize,
    most: usize,
}

impl Gate {
    /// Nobody in yet, and at most `most`.
    pub const fn new(most: usize) -> Self {
        Self { under_way: AtomicUsize::new(0), most }
    }

    /// How many requests are under way.
    pub fn under_way(&self) -> usize {
        self.under_way.load(Ordering::Relaxed)
    }
}

/// A request under way.
struct Entered(Rc<Data<App>>);

impl Entered {
    /// One more, until it is dropped; `None` where there are as many as there may be.
    fn new(app: &Rc<Data<App>>) -> Option<Self> {
        // Counted first, so that two who come at once cannot both take the last place.
        let before = app.gate.under_way.fetch_add(1, Ordering::Relaxed);
        let entered = Self(app.clone());
        (before < app.gate.most).then_some(entered)
    }
}

impl Drop for Entered {
    fn drop(&mut self) {
        self.0.gate.under_way.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Passes `request` on to `service` if there is room for it, and refuses it otherwise.
pub fn bounded<S, B>(
    app: &Rc<Data<App>>,
    request: ServiceRequest,
    service: &S,
) -> impl Future<Output = Result<ServiceResponse<EitherBody<B>>, ActixError>> + use<S, B>
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = ActixError>,
    B: MessageBody,
{
    let is_counted = !ALWAYS.contains(&request.path());
    let entered = if is_counted { Entered::new(app) } else { None };
    let answer = if is_counted && entered.is_none() {
        app.metrics.http.refused(TOO_MANY);
        Err(request)
    } else {
        Ok(service.call(request))
    };
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
