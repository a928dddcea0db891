//! A line between a browser and the server that can be cut. Chromium's own "offline" leaves open WebSockets alone.

use std::net::SocketAddr;

use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// A port of this machine that leads to the server while the line is whole.
pub struct Line {
    pub address: SocketAddr,
    whole: watch::Sender<bool>,
}

impl Line {
    pub async fn to(server: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (whole, state) = watch::channel(true);
        tokio::spawn(async move {
            while let Ok((browser, _)) = listener.accept().await {
                tokio::spawn(carry(browser, server, state.clone()));
            }
        });
        Self { address, whole }
    }

    /// Ends every connection, and each new one at once.
    pub fn is_cut(&self) {
        self.whole.send_replace(false);
    }

    pub fn is_mended(&self) {
        self.whole.send_replace(true);
    }
}

/// Carries one connection until either end closes it, or the line is cut.
async fn carry(mut browser: TcpStream, server: SocketAddr, mut state: watch::Receiver<bool>) {
    let carried = async {
        let mut server = TcpStream::connect(server).await?;
        copy_bidirectional(&mut browser, &mut server).await
    };
    tokio::select! {
        biased;
        _ = state.wait_for(|whole| !whole) => {}
        // However it ended: the browser sees it.
        _ = carried => {}
    }
}
