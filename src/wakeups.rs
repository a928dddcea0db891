//! Wake-ups from other threads, handed over to a worker together.
//!
//! The committer, the hub and the threads that hash wake tasks of the workers. While a worker has tasks of its own that
//! can run, its runtime takes up one that another thread woke only at every 31st (`REMOTE_FIRST_INTERVAL` in tokio's
//! `task/local.rs`). With some hundred busy connections, whoever waits for a commit, a hash or a message then waits for
//! thousands of others first. So each worker has one task that is woken from outside, and wakes all the others from
//! inside, where they stand in line like everybody.

use std::cell::RefCell;
use std::future::poll_fn;
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, ThreadId};

use futures_util::task::AtomicWaker;

thread_local! {
    /// Where wake-ups for this thread go, while somebody receives them.
    static HERE: RefCell<Option<Arc<Inbox>>> = const { RefCell::new(None) };
}

/// The tasks of one thread that are to be woken.
struct Inbox {
    thread: ThreadId,
    /// `None` once nobody receives any more.
    woken: Mutex<Option<Vec<Waker>>>,
    receiver: AtomicWaker,
}

impl Inbox {
    fn woken(&self) -> MutexGuard<'_, Option<Vec<Waker>>> {
        self.woken.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wake(&self, waker: Waker) {
        if thread::current().id() == self.thread {
            return waker.wake();
        }
        let mut woken = self.woken();
        let Some(waiting) = woken.as_mut() else {
            drop(woken);
            return waker.wake();
        };
        waiting.push(waker);
        let is_first = waiting.len() == 1;
        drop(woken);
        if is_first {
            self.receiver.wake();
        }
    }
}

/// Wakes one task by way of an inbox.
struct ByInbox {
    inbox: Arc<Inbox>,
    waker: Waker,
}

impl Wake for ByInbox {
    fn wake(self: Arc<Self>) {
        self.inbox.wake(self.waker.clone());
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.inbox.wake(self.waker.clone());
    }
}

/// Receives the wake-ups for this thread for as long as it is awaited, which a worker does in a task of its own.
pub async fn receive() {
    let inbox =
        Inbox { thread: thread::current().id(), woken: Mutex::new(Some(Vec::new())), receiver: AtomicWaker::new() };
    let receiver = Receiver(Arc::new(inbox));
    HERE.set(Some(receiver.0.clone()));
    poll_fn(|context| {
        receiver.0.receiver.register(context.waker());
        let woken = receiver.0.woken().as_mut().map(std::mem::take).unwrap_or_default();
        woken.into_iter().for_each(Waker::wake);
        Poll::<()>::Pending
    })
    .await;
}

/// What is not received any more is woken directly.
struct Receiver(Arc<Inbox>);

impl Drop for Receiver {
    fn drop(&mut self) {
        // The thread may be at its end, and have no such place any more.
        let _ = HERE.try_with(|here| here.take());
        let left = self.0.woken().take();
        left.into_iter().flatten().for_each(Waker::wake);
    }
}

/// Does `poll` with a context whose waker goes by way of this thread's inbox, where it has one.
pub fn gathered_in<T>(context: &mut Context<'_>, poll: impl FnOnce(&mut Context<'_>) -> T) -> T {
    let inbox = HERE.with_borrow(Option::clone);
    match inbox {
        None => poll(context),
        Some(inbox) => {
            let waker = Waker::from(Arc::new(ByInbox { inbox, waker: context.waker().clone() }));
            poll(&mut Context::from_waker(&waker))
        }
    }
}

/// `future`, woken by way of the inbox of the thread that it runs on.
pub async fn gathered<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    let mut is_first = true;
    poll_fn(|context| {
        // What is done at once needs no waker, and most of what is asked for is: looking twice at the rest costs less.
        if std::mem::take(&mut is_first)
            && let Poll::Ready(done) = future.as_mut().poll(context)
        {
            return Poll::Ready(done);
        }
        gathered_in(context, |context| future.as_mut().poll(context))
    })
    .await
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::rc::Rc;

    use actix_web::rt;
    use tokio::sync::oneshot;
    use tokio::task::yield_now;

    use super::*;

    #[actix_web::test]
    async fn whoever_waits_for_another_thread_does_not_wait_for_all_the_others_first() {
        let receiving = rt::spawn(receive());
        let (end, turns) = (Rc::new(Cell::new(false)), Rc::new(Cell::new(0)));
        // So many tasks that can always run.
        let busy = (0..100).map(|_| {
            let (end, turns) = (end.clone(), turns.clone());
            rt::spawn(async move {
                while !end.get() {
                    turns.set(turns.get() + 1);
                    yield_now().await;
                }
            })
        });
        let busy: Vec<_> = busy.collect();
        let (answers, waiting): (Vec<_>, Vec<_>) = (0..200).map(|_| oneshot::channel()).unzip();
        let waiting = waiting.into_iter().map(|waiting| {
            let turns = turns.clone();
            rt::spawn(gathered(async move {
                waiting.await.unwrap();
                turns.get()
            }))
        });
        let waiting: Vec<_> = waiting.collect();
        for _ in 0..3 {
            yield_now().await;
        }
        let before = turns.get();
        assert!(before >= 100, "they all wait");
        // This thread stands still until all are answered, so what is counted is turns and not time.
        let answering = thread::spawn(|| answers.into_iter().for_each(|answer| answer.send(()).unwrap()));
        answering.join().unwrap();
        let mut most = 0;
        for waiting in waiting {
            most = most.max(waiting.await.unwrap() - before);
        }
        end.set(true);
        for busy in busy {
            busy.await.unwrap();
        }
        receiving.abort();
        // Without an inbox it is one of the 200 at every 31st turn.
        assert!(most < 1000, "{most} turns of others came first");
    }

    #[actix_web::test]
    async fn nothing_is_left_asleep_when_nobody_receives_any_more() {
        let receiving = rt::spawn(receive());
        yield_now().await;
        let (answer, waiting) = oneshot::channel();
        let waiting = rt::spawn(gathered(waiting));
        yield_now().await;
        receiving.abort();
        yield_now().await;
        thread::spawn(move || answer.send(7)).join().unwrap().unwrap();
        assert_eq!(waiting.await.unwrap(), Ok(7));
        assert_eq!(gathered(async { 8 }).await, 8);
    }
}
