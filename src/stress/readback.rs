//! Reading back what was acknowledged: it must be there.

use std::collections::{BTreeMap, HashSet};
use std::rc::Rc;
use std::sync::Arc;

use awc::http::Method;
use serde::Deserialize;

use super::crew::Share;
use super::outcome::Stored;
use super::people::all;
use super::person::{Person, Room};
use super::socket::number;

/// Posts, and comments, of a level that are looked for; where there are more, every so many-th.
pub const SAMPLE: usize = 2000;

/// Entries in a page.
const PAGE: usize = 100;

/// Requests of one thread at a time.
const AT_A_TIME: usize = 8;

/// How often a page is asked for, where the server is busy.
const TRIES: usize = 5;

/// What one thread looks for.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// Posts.
    pub posts: Vec<String>,
    /// Comments, each with the post before it.
    pub comments: Vec<(String, String)>,
    /// Messages, by the place of their conversation.
    pub messages: BTreeMap<usize, HashSet<u128>>,
}

#[derive(Deserialize)]
struct Page<T> {
    items: Vec<T>,
    next_cursor: Option<String>,
}

#[derive(Deserialize)]
struct Entry {
    id: String,
}

#[derive(Deserialize)]
struct Event {
    seq: u64,
    id: Option<String>,
}

/// Some of `items`, evenly, at most [`SAMPLE`].
pub fn sample<T: Clone>(items: &[T]) -> Vec<T> {
    items.iter().step_by(items.len().div_ceil(SAMPLE).max(1)).cloned().collect()
}

/// Looks for those of the first `users` people's things that this thread is to look for: conversations by their first
/// member, posts and comments in turn.
pub async fn look(share: &Rc<Share>, users: usize, wanted: &Wanted, rooms: &Arc<Vec<(Vec<usize>, Room)>>) -> Stored {
    let people = share.first(users);
    let mut stored = Stored::default();
    let mine = rooms.iter().filter(|(members, _)| members.first().is_some_and(|first| share.is_mine(*first)));
    for (members, room) in mine {
        share.common.live.step();
        let Some(wanted) = wanted.messages.get(&room.place) else { continue };
        stored.looked_for += wanted.len() as u64;
        if let Some(person) = people.iter().find(|person| Some(&person.number) == members.first()) {
            stored.found += messages(person, room, wanted).await;
        }
    }
    let posts: Vec<_> = every(share, &wanted.posts);
    stored.looked_for += posts.len() as u64;
    let mut by_post: BTreeMap<String, HashSet<String>> = BTreeMap::new();
    for (post, comment) in &wanted.comments {
        by_post.entry(post.clone()).or_default().insert(comment.clone());
    }
    let by_post: Vec<_> = every(share, &by_post.into_iter().collect::<Vec<_>>());
    stored.looked_for += by_post.iter().map(|(_, comments)| comments.len() as u64).sum::<u64>();
    let Some(person) = people.first() else { return stored };
    for some in posts.chunks(AT_A_TIME) {
        stored.found += all(some.iter().map(|id| post(person, id))).await.into_iter().sum::<u64>();
    }
    for some in by_post.chunks(AT_A_TIME) {
        let found = all(some.iter().map(|(post, wanted)| comments(person, post, wanted))).await;
        stored.found += found.into_iter().sum::<u64>();
    }
    stored
}

/// Those of `items` that are this thread's.
fn every<T: Clone>(share: &Share, items: &[T]) -> Vec<T> {
    items.iter().skip(share.number).step_by(share.of).cloned().collect()
}

/// An answer, asked for again where there is none: a server that is busy has lost nothing.
async fn asked<T: for<'a> Deserialize<'a>>(person: &Person, path: &str) -> Option<T> {
    person.stay_signed_in().await;
    for _ in 0..TRIES {
        match person.ask(Method::GET, path, None).await {
            Ok(answer) => return Some(answer),
            Err(refusal) if refusal.status == Some(404) => return None,
            Err(refusal) => {
                log::debug!("{path}: {refusal}");
                tokio::time::sleep(refusal.retry_after.unwrap_or_default()).await;
            }
        }
    }
    None
}

async fn messages(person: &Person, room: &Room, wanted: &HashSet<u128>) -> u64 {
    let (mut after, mut found) = (room.seq, 0);
    loop {
        let path = format!("/api/v1/conversations/{}/events?limit={PAGE}&after={after}", room.id);
        let Some(page) = asked::<Page<Event>>(person, &path).await else { return found };
        let ids = page.items.iter().filter_map(|event| event.id.as_deref().and_then(number));
        found += ids.filter(|id| wanted.contains(id)).count() as u64;
        match page.items.last() {
            Some(last) => after = last.seq,
            None => return found,
        }
    }
}

async fn post(person: &Person, id: &str) -> u64 {
    let found = asked::<Entry>(person, &format!("/api/v1/posts/{id}")).await;
    u64::from(found.is_some_and(|post| post.id == id))
}

async fn comments(person: &Person, post: &str, wanted: &HashSet<String>) -> u64 {
    let (mut cursor, mut found) = (String::new(), 0);
    loop {
        let path = format!("/api/v1/posts/{post}/comments?limit={PAGE}{cursor}");
        let Some(page) = asked::<Page<Entry>>(person, &path).await else { return found };
        found += page.items.iter().filter(|comment| wanted.contains(&comment.id)).count() as u64;
        match page.next_cursor {
            Some(next) if found < wanted.len() as u64 => cursor = format!("&cursor={next}"),
            _ => return found,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::{BufRead, BufReader, Write};
    use std::net::{TcpListener, TcpStream};
    use std::sync::Arc;
    use std::thread;
    use std::time::Instant;

    use serde_json::json;
    use tokio::sync::Semaphore;
    use uuid::Uuid;

    use super::*;
    use crate::stress::crew::{Crew, Shared};
    use crate::stress::deliveries::Stamp;
    use crate::stress::live::Live;
    use crate::stress::stop::Stop;
    use crate::stress::target::Target;

    /// The URL of a server that knows these paths, and nothing else.
    fn knowing(known: BTreeMap<String, String>) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        thread::spawn(move || {
            for stream in listener.incoming() {
                let known = known.clone();
                thread::spawn(move || answer(stream.unwrap(), &known));
            }
        });
        url
    }

    fn answer(stream: TcpStream, known: &BTreeMap<String, String>) {
        let mut input = BufReader::new(stream);
        let mut line = String::new();
        while input.read_line(&mut line).is_ok_and(|length| length > 0) {
            let path = line.split(' ').nth(1).unwrap().to_owned();
            while !line.trim().is_empty() {
                line.clear();
                input.read_line(&mut line).unwrap();
            }
            line.clear();
            let (status, body) = known.get(&path).map_or(("404 Not Found", ""), |body| ("200 OK", body));
            let answer = format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\n\r\n{body}", body.len());
            input.get_mut().write_all(answer.as_bytes()).unwrap();
        }
    }

    #[test]
    fn what_is_not_there_is_not_found() {
        let [kept, lost] = [Uuid::from_u128(7), Uuid::from_u128(8)];
        let events = "/api/v1/conversations/room/events?limit=100&after=";
        let comments = "/api/v1/posts/kept/comments?limit=100";
        let known = [
            ("/api/v1/posts/kept".to_owned(), json!({"id": "kept"})),
            (comments.to_owned(), json!({"items": [{"id": "one"}], "next_cursor": "more"})),
            (format!("{comments}&cursor=more"), json!({"items": [{"id": "other"}], "next_cursor": null})),
            (
                format!("{events}4"),
                json!({"items": [{"seq": 5, "id": kept.to_string()}, {"seq": 6}], "next_cursor": null}),
            ),
            (format!("{events}6"), json!({"items": [], "next_cursor": null})),
        ];
        let url = knowing(known.into_iter().map(|(path, body)| (path, body.to_string())).collect());
        let wanted = Wanted {
            posts: vec!["kept".into(), "lost".into()],
            comments: vec![("kept".into(), "one".into()), ("kept".into(), "lost".into())],
            messages: [(0, [kept.as_u128(), lost.as_u128()].into())].into(),
        };
        let shared = Shared {
            trust: crate::tls::client::Trust::nobody(),
            target: Target::parse(&url).unwrap(),
            prefix: "test".into(),
            password: "test".into(),
            stamp: Stamp::since(Instant::now()),
            stop: Stop::new(),
            live: Arc::new(Live::new().unwrap()),
            gate: Arc::new(Semaphore::new(1)),
        };
        let crew = Crew::start(1, &shared).unwrap();
        let looking = crew.each(move |share| {
            let wanted = wanted.clone();
            async move {
                let tokens = json!({"access_token": "a", "refresh_token": "b", "expires_in": 900});
                let tokens = serde_json::from_value(tokens).unwrap();
                let person = Person::new(0, "me", "me@example.com".into(), share.http(), tokens);
                share.people.borrow_mut().push(Rc::new(person));
                let room = Room { id: "room".into(), place: 0, seq: 4 };
                look(&share, 1, &wanted, &Arc::new(vec![(vec![0, 1], room)])).await
            }
        });
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let stored = runtime.block_on(looking);
        assert_eq!((stored[0].looked_for, stored[0].found), (6, 3), "one of two of each");
    }

    #[test]
    fn a_sample_is_bounded_and_spread() {
        let few: Vec<_> = (0..SAMPLE).collect();
        assert_eq!(sample(&few), few);
        let many: Vec<_> = (0..SAMPLE * 5 + 3).collect();
        let sampled = sample(&many);
        assert!((SAMPLE / 2..=SAMPLE).contains(&sampled.len()), "{}", sampled.len());
        assert!(sampled.first() == Some(&0) && sampled.last().is_some_and(|last| *last > SAMPLE * 5 - 10));
        assert!(sample::<u8>(&[]).is_empty());
    }
}
