//! Twenty people in five rooms, some also by two, who lose their connections and a server that is killed under them.

mod account;
mod device;
mod stage;
mod verdict;
mod view;
mod wish;
mod wishing;

use std::panic::resume_unwind;
use std::path::Path;
use std::thread;
use std::time::Duration;

use serde_json::json;

use crate::chance::Chance;
use crate::client::{Request, Server};
use crate::story::{check, kill_while_starting};
use crate::witness::Witness;
use account::Account;
use device::{Count, Device};
use stage::Stage;
use wish::text;

const PEOPLE: usize = 20;

/// At most so many answers come between a start and the kill.
const MOST_ANSWERS: usize = 800;

/// Who is in which room.
const ROOMS: [fn(usize) -> bool; 5] = [
    |_| true,
    |person| person.is_multiple_of(2),
    |person| person < 8,
    |person| person >= 12,
    |person| person.is_multiple_of(3),
];

/// Who also talks to whom alone.
const PAIRS: [[usize; 2]; 3] = [[0, 1], [5, 19], [10, 11]];

/// People talk while the server is killed `kills` times; then everything is compared.
pub fn talk_and_kill(mut chance: Chance, kills: usize) {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path(), &[]);
    let accounts: Vec<_> = (0..PEOPLE).map(|person| Account::register(&server, person)).collect();
    let rooms = open_rooms(&server, &accounts);
    let stage = Stage::new(PEOPLE);
    let devices = accounts.into_iter().enumerate().map(|(person, account)| {
        let own: Vec<_> = rooms.iter().filter(|(_, members)| members.contains(&person)).collect();
        let own: Vec<_> = own.into_iter().map(|(id, _)| id.clone()).collect();
        Device::new(account, &own, Chance::new(chance.next()), &stage)
    });
    let devices: Vec<_> = devices.collect();
    stage.enter(server);
    let devices = thread::scope(|scope| {
        let devices: Vec<_> = devices.into_iter().map(|device| scope.spawn(|| device.live())).collect();
        for kill in 1..=kills {
            let pause = chance.percent(40).then(|| Duration::from_micros(chance.next() % 3000));
            if !stage.kill_after(1 + chance.below(MOST_ANSWERS), pause) {
                break;
            }
            stage.enter(restarted(folder.path(), kill, &mut chance));
        }
        stage.close();
        devices.into_iter().map(|device| device.join().unwrap_or_else(|why| resume_unwind(why))).collect::<Vec<_>>()
    });
    assert!(!stage.has_failed(), "answers stopped coming");
    // What was seen is compared with what is on disk, not in memory.
    stage.kill();
    check(folder.path());
    let server = Server::start(folder.path(), &[]);
    let events = verdict::compare(&devices, &mut Witness::new(server.address));
    drop(server);
    check(folder.path());
    report(&devices, events, kills);
}

/// The server again, after some other misfortunes.
fn restarted(folder: &Path, kill: usize, chance: &mut Chance) -> Server {
    if kill.is_multiple_of(4) {
        kill_while_starting(folder, &[], chance);
    }
    if kill.is_multiple_of(5) {
        check(folder);
    }
    Server::start(folder, &[])
}

/// The id of each conversation, and who takes part.
fn open_rooms(server: &Server, accounts: &[Account]) -> Vec<(String, Vec<usize>)> {
    let groups = ROOMS.iter().map(|is_in| (0..PEOPLE).filter(|person| is_in(*person)).collect::<Vec<_>>());
    let named = groups.zip(1..).map(|(members, number)| (members, Some(format!("Room {number}"))));
    let all = named.chain(PAIRS.iter().map(|pair| (pair.to_vec(), None)));
    let opened = all.map(|(members, name)| {
        let others: Vec<_> = members[1..].iter().map(|person| &accounts[*person].id).collect();
        let request = Request::new("POST", "/api/v1/conversations").by(&accounts[members[0]].token);
        let conversation = server.ask(&request.json(json!({"members": others, "name": name}))).expect(201);
        (text(&conversation["id"]), members)
    });
    opened.collect()
}

fn report(devices: &[Device<'_>], events: usize, kills: usize) {
    let sum = |of: fn(&Count) -> usize| devices.iter().map(|device| of(&device.count)).sum::<usize>();
    let messages: usize = devices.iter().map(|device| device.own.len()).sum();
    let (connections, broken_off) = (sum(|count| count.connections), sum(|count| count.broken_off));
    let (found, repeated) = (sum(|count| count.found), sum(|count| count.repeated));
    let over_http = sum(|count| count.over_http);
    let (limited, forgotten) = (sum(|count| count.limited), sum(|count| count.forgotten));
    println!(
        "{messages} messages were acknowledged among {events} events, in spite of {kills} kills; {connections} \
         connections, {broken_off} broken off within a frame; {found} messages were there when they were repeated for \
         want of an answer, {repeated} when they were repeated on purpose; {over_http} requests over HTTP; {forgotten} \
         devices began anew; {limited} logs were paged"
    );
}
