//! How long a message takes from its sender to everybody in a room of a hundred, with and without a disk.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use actix_web::rt;

use super::bare;
use super::crowd::{Crowd, Socket, masked};
use super::hall::Hall;
use super::pace::{event, said};

const SOCKETS: usize = 100;
const MESSAGES: u32 = 200;
const EVERY: Duration = Duration::from_millis(10);
const ROUNDS: usize = 5;

pub fn run() {
    let hall = Hall::new(SOCKETS);
    println!("\nFrom the sender to each of {SOCKETS} sockets, a message every {} ms\n", EVERY.as_millis());
    println!("| room | p50 | p99 |\n|---|---|---|");
    rt::System::new().block_on(async {
        let (ours, other) = (hall.serve(2), bare::start(2));
        let group = hall.groups[0].clone();
        rt::task::spawn_blocking(move || {
            let clock = Instant::now();
            let at_ours = Crowd::join(ours, SOCKETS - 1, |number| hall.hello(number + 1), Some(clock));
            let at_other = Crowd::join(other, SOCKETS - 1, |_| String::new(), Some(clock));
            let (mut durable, mut volatile) = (Vec::new(), Vec::new());
            for round in 0..ROUNDS {
                let name = |number: u32| format!("{round}-{number}");
                let hello = hall.hello(0);
                speak(ours, Some(&hello), clock, |number, now| said(&group, &name(number), &now));
                durable.extend(at_ours.delays());
                speak(other, None, clock, |number, now| event(&name(number), &now));
                volatile.extend(at_other.delays());
            }
            report("Hearth, each message on disk before it is heard", durable);
            report("bare actix-ws room", volatile);
        })
        .await
        .expect("a measurement");
    });
}

fn speak(address: SocketAddr, hello: Option<&str>, clock: Instant, message: impl Fn(u32, String) -> String) {
    rt::System::new().block_on(async {
        let mut socket = Socket::open(address).await.expect("a socket");
        if let Some(hello) = hello {
            socket.write(&masked(hello)).await.expect("a connection");
        }
        for number in 0..MESSAGES {
            rt::time::sleep(EVERY).await;
            let text = format!("{} Twelve hours in the fridge did it for me.", clock.elapsed().as_micros());
            socket.write(&masked(&message(number, text))).await.expect("a connection");
        }
        rt::time::sleep(Duration::from_millis(300)).await;
    });
}

fn report(room: &str, mut delays: Vec<u64>) {
    delays.sort_unstable();
    let at = |percent: usize| std::time::Duration::from_micros(delays[(delays.len() - 1) * percent / 100]);
    println!("| {room} | {:.2?} | {:.2?} |", at(50), at(99));
}
