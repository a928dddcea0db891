//! A bound on the connections of one address, so that nobody alone can take all there are.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use actix_web::rt::net::TcpStream;
use ipnet::IpNet;

use super::address::is_in;
use crate::limits::network;

/// Connections by network. It holds as many entries as there are networks connected.
#[derive(Debug)]
pub struct Connections {
    open: Mutex<HashMap<u128, usize>>,
    most: usize,
    /// Proxies, whose connections are those of many people.
    trusted: Vec<IpNet>,
}

impl Connections {
    /// None yet, and at most `most` of each network but this machine's and those of `trusted`.
    pub fn new(most: usize, trusted: Vec<IpNet>) -> Arc<Self> {
        Arc::new(Self { open: Mutex::default(), most, trusted })
    }

    /// Counts a connection for as long as what is given is there; `None` where there are too many.
    pub fn admit(self: &Arc<Self>, stream: &TcpStream) -> Option<Admitted> {
        let Ok(peer) = stream.peer_addr() else { return Some(Admitted(None)) };
        let admitted = self.enter(peer.ip().to_canonical());
        if admitted.is_none() {
            log::debug!("{} has {} connections: one more is closed", peer.ip(), self.most);
        }
        admitted
    }

    fn enter(self: &Arc<Self>, address: IpAddr) -> Option<Admitted> {
        if address.is_loopback() || is_in(address, &self.trusted) {
            return Some(Admitted(None));
        }
        let network = network(address);
        let mut open = self.locked();
        let count = open.entry(network).or_default();
        if *count >= self.most {
            return None;
        }
        *count += 1;
        Some(Admitted(Some((self.clone(), network))))
    }

    fn locked(&self) -> MutexGuard<'_, HashMap<u128, usize>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A connection that is counted until this is dropped.
pub struct Admitted(Option<(Arc<Connections>, u128)>);

impl Drop for Admitted {
    fn drop(&mut self) {
        let Some((connections, network)) = &self.0 else { return };
        let mut open = connections.locked();
        if let Some(count) = open.get_mut(network) {
            *count -= 1;
            if *count == 0 {
                open.remove(network);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_network_has_so_many_and_gets_them_back() {
        let connections = Connections::new(2, vec!["10.0.0.0/8".parse().unwrap()]);
        let enter = |address: &str| connections.enter(address.parse().unwrap());
        let mut of_one = vec![enter("2001:db8::1").unwrap(), enter("2001:db8::2").unwrap()];
        assert!(enter("2001:db8::3").is_none());
        let others: Vec<_> = ["203.0.113.7", "127.0.0.1", "10.0.0.1"].iter().map(|one| enter(one).unwrap()).collect();
        let proxied: Vec<_> = (0..9).map(|_| [enter("10.0.0.1").unwrap(), enter("127.0.0.1").unwrap()]).collect();
        of_one.pop();
        of_one.push(enter("2001:db8::3").unwrap());
        assert!(enter("2001:db8::1").is_none());
        drop((of_one, others, proxied));
        assert!(connections.locked().is_empty());
    }
}
