//! Bounds on the requests that are under way and on how long they wait for their turn: past them, a fast 503 instead of a
//! long wait for everybody.

use std::cell::Cell;
use std::rc::Rc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use actix_web::body::{EitherBody, MessageBody};
use actix_web::dev::{Service, ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::rt::time::sleep;
use actix_web::web::Data;
use actix_web::{Error as ActixError, HttpResponse, ResponseError};

use super::cors::Sharing;
use super::limited;
use crate::app::App;
use crate::error::{Code, Error};
use crate::metrics::{TOO_LATE, TOO_MANY};

/// What all requests together, and each of them, may take.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// Requests that may be under way at once.
    pub in_flight: usize,
    /// How long a body may take to arrive.
    pub body: Duration,
    /// How long the body of an upload may.
    pub upload: Duration,
    /// How late a thread may be: past that it refuses some of what comes, more the later it is.
    pub lag: Duration,
    /// After how long a connection is given up that nothing was sent to; at the latest after twice that time.
    pub silence: Duration,
    /// Connections that one address may have open.
    pub by_address: usize,
}

impl Bounds {
    /// About as many requests as the committer does in the second after which those who were refused are told to come
    /// back; for a body the time that its largest takes at 150 kbit/s; and half a second late, which people notice; longer silence than that of an idle
    /// connection, or between two pings. A school of 500 behind one address has some eight connections for each of them.
    pub const PRODUCTION: Self = Self {
        in_flight: 4096,
        body: Duration::from_secs(30),
        upload: Duration::from_secs(300),
        lag: Duration::from_millis(500),
        silence: Duration::from_secs(90),
        by_address: 4096,
    };
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

/// How often a thread looks how late it is.
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// Where requests come in on one thread.
pub struct Entrance {
    app: Data<App>,
    /// How late the thread was when it looked last: everything that can run is before the next look.
    lag: Cell<Duration>,
    /// Of a place for the next request; it has one when this is whole.
    credit: Cell<f64>,
}

impl Entrance {
    /// Of a thread that serves `app`, and is not late.
    pub const fn new(app: Data<App>) -> Self {
        Self { app, lag: Cell::new(Duration::ZERO), credit: Cell::new(0.0) }
    }

    /// Looks how late the thread is, for as long as it is awaited on it.
    pub async fn look(self: Rc<Self>) {
        loop {
            let due = Instant::now() + LOOK_EVERY;
            sleep(LOOK_EVERY).await;
            self.lag.set(due.elapsed());
        }
    }

    /// Whether there is time for one more request. At twice the lag that may be, every other one has its turn.
    fn has_time(&self) -> bool {
        let (lag, most) = (self.lag.get(), self.app.bounds.lag);
        if lag <= most {
            return true;
        }
        let credit = self.credit.get() + most.as_secs_f64() / lag.as_secs_f64();
        let is_whole = credit >= 1.0;
        self.credit.set(if is_whole { credit - 1.0 } else { credit });
        is_whole
    }

    /// Lets one more in, until what is returned is dropped, or says why not.
    fn enter(self: &Rc<Self>) -> Result<Entered, &'static str> {
        if !self.has_time() {
            return Err(TOO_LATE);
        }
        // Counted first, so that two who come at once cannot both take the last place.
        let before = self.app.gate.under_way.fetch_add(1, Ordering::Relaxed);
        let entered = Entered(self.clone());
        if before < self.app.gate.most { Ok(entered) } else { Err(TOO_MANY) }
    }
}

/// A request under way.
struct Entered(Rc<Entrance>);

impl Drop for Entered {
    fn drop(&mut self) {
        self.0.app.gate.under_way.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Passes `request` on to `service` if there is room for it, and refuses it otherwise.
pub fn bounded<S, B>(
    entrance: &Rc<Entrance>,
    request: ServiceRequest,
    service: &S,
) -> impl Future<Output = Result<ServiceResponse<EitherBody<B>>, ActixError>> + use<S, B>
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = ActixError>,
    B: MessageBody,
{
    let (entered, answer) = match admitted(entrance, &request) {
        Ok(entered) => (entered, Ok(service.call(request))),
        Err(refusal) => (None, Err((request, refusal))),
    };
    async move {
        let _under_way = entered;
        match answer {
            Ok(answer) => answer.await.map(ServiceResponse::map_into_left_body),
            Err((request, refusal)) => {
                Ok(request.into_response((*refusal).map_into_boxed_body()).map_into_right_body::<B>())
            }
        }
    }
}

/// Lets `request` in, or says why not.
fn admitted(entrance: &Rc<Entrance>, request: &ServiceRequest) -> Result<Option<Entered>, Box<HttpResponse>> {
    if ALWAYS.contains(&request.path()) {
        return Ok(None);
    }
    if *request.method() == Method::OPTIONS
        && let Some(answer) = Sharing::of(request, &entrance.app.policy.allowed_origins).preflight(request)
    {
        return Err(answer.into());
    }
    limited::check_reading(&entrance.app, request).map_err(|error| Box::new(error.error_response()))?;
    // The app's files are at hand, and a page with some of them missing is none.
    if request.path().starts_with("/assets/") {
        return Ok(None);
    }
    entrance.enter().map(Some).map_err(|reason| {
        entrance.app.metrics.http.refused(reason);
        Error::new(Code::Overloaded, "Too many requests are under way; try again in a second.").error_response().into()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    #[actix_web::test]
    async fn the_later_a_thread_is_the_more_it_refuses() {
        let dir = tempfile::tempdir().unwrap();
        let config = Config::new(dir.path());
        // Opening blocks, which a runtime's own threads must not.
        let app = actix_web::web::block(move || App::open(&config).unwrap()).await.unwrap();
        let entrance = Entrance::new(Data::new(app));
        let most = Bounds::PRODUCTION.lag;
        let admitted = |lag: Duration| {
            entrance.lag.set(lag);
            (0..1000).filter(|_| entrance.has_time()).count()
        };
        assert_eq!([admitted(Duration::ZERO), admitted(most)], [1000, 1000]);
        assert!((499..=501).contains(&admitted(most * 2)));
        assert!((99..=101).contains(&admitted(most * 10)));
    }
}
