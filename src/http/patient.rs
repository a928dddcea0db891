//! A connection that is given up when nothing was sent to it for a long time.
//!
//! actix bounds the time of a connection's first head, and how long it is kept without a request; but whoever begins
//! a second request and never ends its head is bound by neither. Whoever is served gets something sent again and again:
//! answers, the pings of sockets and streams, or the end of an idle connection. So a connection that nothing was sent to
//! for longer than all of that is held by somebody who wants nothing but to hold it: unless much comes from it, as from
//! somebody who uploads over a slow line.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep, sleep};

use super::connections::Admitted;

/// Bytes that must come from a connection that nothing is sent to, each time that it is looked: more than the largest
/// head has, and no more than 23 kbit/s where it is looked every 90 s.
const MUCH: usize = 256 * 1024;

/// A connection with an end to its patience.
pub struct Patient<T> {
    io: T,
    /// When it is looked next whether anything was sent since the last look.
    look: Pin<Box<Sleep>>,
    every: Duration,
    has_sent: bool,
    /// Bytes that came since the last look.
    received: usize,
    /// Counts it among its address's connections.
    _admitted: Admitted,
}

impl<T> Patient<T> {
    /// Gives `io` up once nothing was sent for `every`, and little came, and at the latest after twice that time.
    pub fn new(io: T, every: Duration, admitted: Admitted) -> Self {
        Self { io, look: Box::pin(sleep(every)), every, has_sent: false, received: 0, _admitted: admitted }
    }

    fn poll_patience(&mut self, context: &mut Context<'_>) -> Poll<io::Error> {
        loop {
            ready!(self.look.as_mut().poll(context));
            if !self.has_sent && self.received < MUCH {
                return Poll::Ready(io::ErrorKind::TimedOut.into());
            }
            (self.has_sent, self.received) = (false, 0);
            self.look.as_mut().reset(Instant::now() + self.every);
        }
    }
}

impl<T: AsyncRead + Unpin> AsyncRead for Patient<T> {
    fn poll_read(self: Pin<&mut Self>, context: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let before = into.filled().len();
        match Pin::new(&mut this.io).poll_read(context, into) {
            Poll::Pending => this.poll_patience(context).map(Err),
            read => {
                this.received = this.received.saturating_add(into.filled().len().saturating_sub(before));
                read
            }
        }
    }
}

impl<T: AsyncWrite + Unpin> AsyncWrite for Patient<T> {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        this.has_sent = true;
        Pin::new(&mut this.io).poll_write(context, bytes)
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().io).poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().io).poll_shutdown(context)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        this.has_sent = true;
        Pin::new(&mut this.io).poll_write_vectored(context, parts)
    }

    fn is_write_vectored(&self) -> bool {
        self.io.is_write_vectored()
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};
    use tokio::net::{TcpListener, TcpStream};

    use super::*;
    use crate::http::connections::Connections;

    /// How long somebody was waited for who sent so many bytes, and then nothing.
    async fn patience(every: Duration, bytes: usize) -> Duration {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let stream = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        let admitted = Connections::new(1, Vec::new()).admit(&stream).unwrap();
        let (mut client, server) = duplex(MUCH);
        client.write_all(&vec![0; bytes]).await.unwrap();
        let began = Instant::now();
        let mut patient = Patient::new(server, every, admitted);
        let mut into = vec![0; MUCH];
        loop {
            match patient.read(&mut into).await {
                Ok(read) => assert_ne!(read, 0),
                Err(error) => {
                    assert_eq!(error.kind(), io::ErrorKind::TimedOut);
                    return began.elapsed();
                }
            }
        }
    }

    #[actix_web::test]
    async fn who_sends_much_is_waited_for_longer_than_who_sends_little() {
        let every = Duration::from_millis(40);
        assert!(patience(every, MUCH).await >= 2 * every);
        // That it ends at all is what counts.
        patience(every, MUCH - 1).await;
        patience(every, 0).await;
    }
}
