//! A line between a browser and the server that can be cut. Chromium's own "offline" leaves open WebSockets alone.

use std::io;
use std::net::SocketAddr;

use tokio::io::{AsyncReadExt, AsyncWriteExt, copy};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// What the line carries.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Whole,
    /// What the browser sends arrives, and what the server answers does not.
    Mute,
    /// Every connection ends.
    Cut,
}

/// A port of this machine that leads to the server while the line is whole.
pub struct Line {
    pub address: SocketAddr,
    state: watch::Sender<State>,
}

impl Line {
    pub async fn to(server: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (sender, state) = watch::channel(State::Whole);
        tokio::spawn(async move {
            while let Ok((browser, _)) = listener.accept().await {
                tokio::spawn(carry(browser, server, state.clone()));
            }
        });
        Self { address, state: sender }
    }

    /// From now on no answer arrives. Those that are held back are lost when the line is cut.
    pub fn is_mute(&self) {
        self.state.send_replace(State::Mute);
    }

    /// Ends every connection, and each new one at once.
    pub fn is_cut(&self) {
        self.state.send_replace(State::Cut);
    }

    pub fn is_mended(&self) {
        self.state.send_replace(State::Whole);
    }
}

/// Carries one connection until either end closes it, or the line is cut.
async fn carry(browser: TcpStream, server: SocketAddr, state: watch::Receiver<State>) {
    let mut cut = state.clone();
    tokio::select! {
        biased;
        _ = cut.wait_for(|state| *state == State::Cut) => {}
        // However it ended: the browser sees it.
        _ = both_ways(browser, server, state) => {}
    }
}

async fn both_ways(browser: TcpStream, server: SocketAddr, mut state: watch::Receiver<State>) -> io::Result<()> {
    let (mut from_browser, mut to_browser) = browser.into_split();
    let (mut from_server, mut to_server) = TcpStream::connect(server).await?.into_split();
    let up = async {
        copy(&mut from_browser, &mut to_server).await?;
        to_server.shutdown().await
    };
    let down = async {
        let mut bytes = vec![0; 16 * 1024];
        loop {
            let length = from_server.read(&mut bytes).await?;
            if length == 0 {
                return to_browser.shutdown().await;
            }
            // Where nobody can mend it any more, the test is over.
            let _ = state.wait_for(|state| *state == State::Whole).await;
            to_browser.write_all(&bytes[..length]).await?;
        }
    };
    tokio::try_join!(up, down).map(drop)
}
