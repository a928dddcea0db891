//! Logging in, beside argon2 alone; and what a storm of log-ins leaves to readers.

use std::net::{SocketAddr, TcpListener};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use actix_web::{rt, web};
use argon2::password_hash::PasswordHasher;
use argon2::{Algorithm, Argon2, Params, Version};
use hearth::accounts::Cost;
use hearth::app::Overrides;
use hearth::config::Switch;
use hearth::http::server;

use super::client::{asked, timed};
use super::community::{EMAIL, PASSWORD, community_with};
use super::paired::{Paired, head, median, paired, rate_of_many, row};

/// Connections that log in at the same time.
const LOG_INS: usize = 8;

/// Connections that read at the same time.
const READERS: usize = 16;

/// How often reading is measured, with and without a storm.
const ROUNDS: usize = 9;

/// How long each time.
const WINDOW: Duration = Duration::from_millis(700);

pub fn run() {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    for hashers in (1..=cores).rev().take(2) {
        let community = community_with(1000, Overrides { hashers, ..Overrides::default() }, Switch::Off);
        let body = format!(r#"{{"email":"{EMAIL}","password":"{PASSWORD}"}}"#);
        let log_in = format!(
            "POST /api/v1/auth/login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n\
             Content-Length: {}\r\n\r\n{body}",
            body.len()
        );
        println!("\nThreads that hash: {hashers}, of {cores} cores");
        rt::System::new().block_on(async {
            let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
            let ours = listener.local_addr().expect("an address");
            rt::spawn(server::start(community.app.clone(), listener, 2).expect("a server"));
            web::block(move || measure(ours, &log_in, cores)).await.expect("a measurement");
        });
    }
}

fn measure(ours: SocketAddr, log_in: &str, cores: usize) {
    head(&format!("Logging in, {LOG_INS} connections"));
    let log_ins = paired(|| asked(ours, log_in, LOG_INS), || rate_of_many(cores, hash));
    row("POST /auth/login", &format!("argon2id alone, {cores} threads"), &log_ins);

    head(&format!("Reading GET /posts?limit=20, {READERS} connections, while {LOG_INS} others log in without pause"));
    let read = "GET /api/v1/posts?limit=20 HTTP/1.1\r\nHost: localhost\r\n\r\n";
    let (mut quiet, mut stormy, mut p95) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        quiet.push(timed(ours, read, READERS, WINDOW).rate);
        let end = AtomicBool::new(false);
        std::thread::scope(|scope| {
            scope.spawn(|| {
                while !end.load(Ordering::Relaxed) {
                    asked(ours, log_in, LOG_INS);
                }
            });
            // The storm has begun when this has passed.
            std::thread::sleep(Duration::from_millis(100));
            let delays = timed(ours, read, READERS, WINDOW);
            end.store(true, Ordering::Relaxed);
            stormy.push(delays.rate);
            p95.push(delays.percentile(95).as_secs_f64() * 1000.0);
        });
    }
    let ratio = median(stormy.iter().zip(&quiet).map(|(stormy, quiet)| stormy / quiet));
    let reads = Paired { ours: median(stormy.into_iter()), other: median(quiet.into_iter()), ratio };
    row("reads during the storm", "undisturbed", &reads);
    println!("\n95th percentile of reads during the storm: {:.1} ms", median(p95.into_iter()));
}

/// Hashes one password as Hearth does, again and again.
fn hash() -> impl FnMut() {
    let Cost { memory_kib, passes } = Cost::PRODUCTION;
    let params = Params::new(memory_kib, passes, 1, None).expect("a cost");
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    move || _ = std::hint::black_box(argon2.hash_password_with_salt(PASSWORD.as_bytes(), &[7; 16]).expect("a hash"))
}
