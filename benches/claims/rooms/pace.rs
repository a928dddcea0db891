//! Deliveries a second in rooms of a hundred and a thousand sockets, and with one among them that does not read.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use actix_web::rt;

use super::super::paired::{Paired, head, paired, row};
use super::bare;
use super::crowd::{Crowd, EVENT, Socket, masked};
use super::hall::Hall;

/// Who sends at the same time, and how many messages each has on the way.
const SENDERS: usize = 4;
const ON_THE_WAY: u64 = 8;

/// How long one measurement takes.
const WINDOW: Duration = Duration::from_millis(700);

/// Worker threads of both servers.
const WORKERS: usize = 2;

pub fn run() {
    head(&format!("Deliveries a second in one room, {SENDERS} senders, {WORKERS} workers each"));
    for sockets in [100, 1000] {
        let hall = Hall::new(sockets.min(500));
        let measured = rt::System::new().block_on(async {
            let (ours, other) = (hall.serve(WORKERS), bare::start(WORKERS));
            rt::task::spawn_blocking(move || beside_bare(hall, ours, other, sockets)).await.expect("a measurement")
        });
        row(&format!("messages on disk, {sockets} sockets"), "bare actix-ws room, same bytes", &measured);
    }
    let (with, without) = (Hall::new(100), Hall::new(100));
    let measured = rt::System::new().block_on(async {
        let (slow, well) = (with.serve(WORKERS), without.serve(WORKERS));
        rt::task::spawn_blocking(move || beside_slow(with, without, slow, well)).await.expect("a measurement")
    });
    row("99 of 100 sockets, one reads nothing", "the same without that one", &measured);
}

fn beside_bare(hall: Hall, ours: SocketAddr, other: SocketAddr, sockets: usize) -> Paired {
    let at_ours = Crowd::join(ours, sockets - SENDERS, |number| hall.hello(number), None);
    let at_other = Crowd::join(other, sockets - SENDERS, |_| String::new(), None);
    let hall = Arc::new(hall);
    let send = Speech::to(&hall);
    paired(|| pace(&at_ours, ours, &send), || pace(&at_other, other, &Speech::Bare))
}

fn beside_slow(with: Hall, without: Hall, slow: SocketAddr, well: SocketAddr) -> Paired {
    let at_slow = Crowd::join(slow, 99 - SENDERS, |number| with.hello(number), None);
    let at_well = Crowd::join(well, 99 - SENDERS, |number| without.hello(number), None);
    let (with, without) = (Arc::new(with), Arc::new(without));
    let (to_slow, to_well) = (Speech::to(&with), Speech::to(&without));
    paired(
        || {
            // It is cut off in each round, and comes again for the next.
            let _deaf = deaf(slow, &with.hello(99));
            pace(&at_slow, slow, &to_slow)
        },
        || pace(&at_well, well, &to_well),
    )
}

/// A socket that says hello and then reads nothing.
fn deaf(address: SocketAddr, hello: &str) -> TcpStream {
    let mut stream = TcpStream::connect(address).expect("a server");
    stream.write_all(super::crowd::HANDSHAKE.as_bytes()).expect("a connection");
    let mut byte = [0];
    stream.read_exact(&mut byte).expect("an answer");
    stream.write_all(&masked(hello)).expect("a connection");
    stream
}

/// What senders say to a room.
#[derive(Clone)]
enum Speech {
    /// What the bare room passes on: the bytes of an event.
    Bare,
    /// A message to this hall.
    Hearth(Arc<Hall>),
}

impl Speech {
    fn to(hall: &Arc<Hall>) -> Self {
        Self::Hearth(hall.clone())
    }

    fn hello(&self, sender: usize) -> Option<String> {
        match self {
            Self::Bare => None,
            Self::Hearth(hall) => Some(hall.hello(sender)),
        }
    }

    fn message(&self, sender: usize, number: u64, run: u128) -> String {
        let name = format!("{run}-{sender}-{number}");
        match self {
            Self::Bare => bare_event(&name),
            Self::Hearth(hall) => message(&hall.groups[0], &name),
        }
    }
}

/// An event of the size that Hearth's are.
pub fn event(name: &str, text: &str) -> String {
    let id = "01a208a3-771a-716a-8352-f7444abecd8a";
    format!(
        r#"{{"push":"event","event":{{"conversation":"{id}","seq":1000,"actor":"{id}","at":"2026-11-23T13:41:00.337Z","kind":"message","id":"{id}","text":"{text}","image":null,"reply_to":null,"client_id":"{name}","edited_at":null,"deleted":false,"reactions":[]}}}}"#
    )
}

const TEXT: &str = "Twelve hours in the fridge did it for me, and a hot stone.";

fn bare_event(name: &str) -> String {
    event(name, TEXT)
}

fn message(group: &str, name: &str) -> String {
    said(group, name, TEXT)
}

/// A message as a client sends it.
pub fn said(group: &str, name: &str, text: &str) -> String {
    format!(r#"{{"id":"{name}","op":"send","conversation":"{group}","client_id":"{name}","text":"{text}"}}"#)
}

/// Deliveries a second to the crowd while the senders send as fast as their own messages come back.
fn pace(crowd: &Crowd, address: SocketAddr, speech: &Speech) -> f64 {
    let end = Arc::new(AtomicBool::new(false));
    let senders: Vec<_> = (0..SENDERS).map(|sender| speak(address, speech.clone(), sender, end.clone())).collect();
    // Until all of them are let in and have begun.
    std::thread::sleep(Duration::from_millis(200));
    let (started, before) = (Instant::now(), crowd.events());
    std::thread::sleep(WINDOW);
    let (took, after) = (started.elapsed(), crowd.events());
    end.store(true, Ordering::Relaxed);
    for sender in senders {
        sender.join().expect("a sender");
    }
    #[expect(clippy::cast_precision_loss, reason = "far fewer than 2^52 events are counted")]
    let events = (after - before) as f64;
    events / took.as_secs_f64()
}

fn speak(address: SocketAddr, speech: Speech, sender: usize, end: Arc<AtomicBool>) -> JoinHandle<()> {
    std::thread::spawn(move || {
        rt::System::new().block_on(async move {
            let mut socket = Socket::open(address).await.expect("a socket");
            if let Some(hello) = speech.hello(sender) {
                socket.write(&masked(&hello)).await.expect("a connection");
                socket.read(|_| ()).await.expect("an answer");
            }
            let run = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default().as_nanos();
            let own = format!("\"client_id\":\"{run}-{sender}-");
            let (mut sent, mut back) = (0, 0);
            while !end.load(Ordering::Relaxed) {
                while sent < back + ON_THE_WAY {
                    sent += 1;
                    socket.write(&masked(&speech.message(sender, sent, run))).await.expect("a connection");
                }
                let came = socket.read(|frame| {
                    let is_own = |frame: &[u8]| frame.windows(own.len()).any(|window| window == own.as_bytes());
                    back += u64::from(frame.starts_with(EVENT) && is_own(frame));
                });
                came.await.expect("the room goes on");
            }
        });
    })
}
