//! A full house: ten thousand sockets that say nothing, five hundred that talk, and readers, all at the same time.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use actix_web::rt;

use super::super::client::timed;
use super::crowd::{Crowd, Socket, masked};
use super::executable::Server;
use super::hall::{Hall, hello};
use super::pace::said;

/// Sockets that only listen, in no conversation.
const IDLE: usize = 10_000;

/// Sockets of one account; more are refused.
const AN_ACCOUNT: usize = 50;

/// Groups, in each of which one talks and the others hear it.
const GROUPS: usize = 25;

/// Members of a group, each with one socket.
const MEMBERS: usize = 20;

/// How often each of those who talk does.
const EVERY: Duration = Duration::from_millis(100);

/// Connections that read pages.
const READERS: usize = 16;

/// How long each part is measured.
const TIME: Duration = Duration::from_secs(10);

pub fn run() {
    let active = GROUPS * MEMBERS;
    let Hall { app, members, groups, dir } = Hall::with_groups(active + IDLE / AN_ACCOUNT, GROUPS, MEMBERS);
    // The executable opens the same folder.
    app.close();
    drop(app);
    let server = Server::start(dir.path());
    let quiet = Reading::of(server.address);
    let clock = Instant::now();
    let idle = Crowd::join(server.address, IDLE, |number| hello(&members[active + number / AN_ACCOUNT].1), None);
    let listener = |number: usize| {
        let (group, place) = (number / (MEMBERS - 1), number % (MEMBERS - 1) + 1);
        hello(&members[group * MEMBERS + place].1)
    };
    let listeners = Crowd::join(server.address, GROUPS * (MEMBERS - 1), listener, Some(clock));
    let speakers: Vec<_> =
        groups.iter().zip(members.iter().step_by(MEMBERS)).map(|(group, member)| (group, &member.1)).collect();

    speak(server.address, &speakers, clock);
    let talk = Heard::at(&listeners);
    let (with_readers, reading) = std::thread::scope(|scope| {
        let reading = scope.spawn(|| Reading::of(server.address));
        speak(server.address, &speakers, clock);
        (Heard::at(&listeners), reading.join().expect("readers"))
    });
    println!(
        "\n{IDLE} idle sockets, {active} in {GROUPS} groups with {} messages a second, {READERS} readers without pause\n",
        GROUPS * 10
    );
    println!(
        "| at the same time | deliveries | delay p50 | delay p99 | reads | p95 | memory |\n|---|---|---|---|---|---|---|"
    );
    println!("| reads alone | | | | {quiet} | |");
    println!("| sockets and talk | {talk} | | | {} MiB |", server.resident() / 1024);
    println!("| sockets, talk and reads | {with_readers} | {reading} | {} MiB |", server.resident() / 1024);
    drop((idle, listeners));
}

/// How pages were read.
struct Reading {
    rate: f64,
    p95: Duration,
}

impl Reading {
    fn of(address: SocketAddr) -> Self {
        let request = "GET /api/v1/posts?limit=20 HTTP/1.1\r\nHost: localhost\r\n\r\n";
        let delays = timed(address, request, READERS, TIME);
        Self { rate: delays.rate, p95: delays.percentile(95) }
    }
}

impl std::fmt::Display for Reading {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:.0}/s | {:.2?}", self.rate, self.p95)
    }
}

/// How messages arrived.
struct Heard {
    rate: f64,
    p50: Duration,
    p99: Duration,
}

impl Heard {
    fn at(listeners: &Crowd) -> Self {
        let mut delays = listeners.delays();
        delays.sort_unstable();
        let at = |percent: usize| Duration::from_micros(delays[(delays.len() - 1) * percent / 100]);
        #[expect(clippy::cast_precision_loss, reason = "deliveries are far fewer than 2^52")]
        let rate = delays.len() as f64 / TIME.as_secs_f64();
        Self { rate, p50: at(50), p99: at(99) }
    }
}

impl std::fmt::Display for Heard {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:.0}/s | {:.2?} | {:.2?}", self.rate, self.p50, self.p99)
    }
}

/// Has each of `speakers` talk for [`TIME`].
fn speak(address: SocketAddr, speakers: &[(&String, &String)], clock: Instant) {
    rt::System::new().block_on(async {
        let mut sockets = Vec::new();
        for (group, token) in speakers {
            let mut socket = Socket::open(address).await.expect("a socket");
            socket.write(&masked(&hello(token))).await.expect("a connection");
            sockets.push((socket, group));
        }
        let started = Instant::now();
        let pause = EVERY / u32::try_from(speakers.len()).expect("few speakers");
        for turn in 0_u32.. {
            let due = pause * turn;
            if due > TIME {
                break;
            }
            rt::time::sleep((started + due).saturating_duration_since(Instant::now())).await;
            let speaker = turn as usize % sockets.len();
            let (socket, group) = &mut sockets[speaker];
            let micros = clock.elapsed().as_micros();
            let text = format!("{micros} Twelve hours in the fridge did it for me.");
            socket.write(&masked(&said(group, &micros.to_string(), &text))).await.expect("a connection");
        }
        rt::time::sleep(Duration::from_millis(500)).await;
    });
}
