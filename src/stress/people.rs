//! Getting ready: accounts, sessions, conversations, sockets.

use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, Instant};

use awc::http::Method;
use futures_util::stream::FuturesUnordered;
use futures_util::{StreamExt, TryStreamExt};
use serde::Deserialize;
use serde_json::json;
use tokio::time::sleep;

use super::StressError;
use super::client::Refusal;
use super::crew::Share;
use super::outcome::Call;
use super::person::{Person, Room, Tokens};
use super::recorder::Ended;

/// How often something is tried again where the server says that it is busy just now.
const TRIES: u32 = 60;

/// How often somebody tries to sign in.
const LOG_INS: u32 = 3;

/// Posts that are there before anybody reads.
const SEEDS: usize = 40;

/// How long to wait where the server does not say.
const PAUSE: Duration = Duration::from_secs(1);

#[derive(Deserialize)]
struct Registered {
    user: User,
    #[serde(flatten)]
    tokens: Tokens,
}

#[derive(Deserialize)]
struct User {
    id: String,
}

#[derive(Deserialize)]
struct Opened {
    id: String,
    last_seq: u64,
}

/// Does `job` for each of `items` at the same time, and waits for all.
pub async fn all<T, D: Future<Output = T>>(jobs: impl Iterator<Item = D>) -> Vec<T> {
    jobs.collect::<FuturesUnordered<_>>().collect().await
}

/// Registers those of the people `from..to` who are this thread's.
///
/// The server hashes each password, so a few at a time are as fast as many. Where it is busy, it is asked again when it
/// says; what happens here is not measured.
///
/// # Errors
///
/// [`StressError::Closed`] where it takes no new accounts, else [`StressError::SetUp`].
pub async fn register(share: &Rc<Share>, from: usize, to: usize) -> Result<(), StressError> {
    let mine = (from..to).filter(|number| share.is_mine(*number));
    let registering: FuturesUnordered<_> = mine.map(|number| register_one(share, number)).collect();
    // The first one that cannot be made ends it.
    let mut people: Vec<_> = registering.try_collect().await?;
    people.sort_by_key(|person| person.number);
    share.people.borrow_mut().extend(people.into_iter().map(Rc::new));
    Ok(())
}

async fn register_one(share: &Share, number: usize) -> Result<Person, StressError> {
    let prefix = &share.common.prefix;
    let email = format!("stress-{prefix}-{number}@example.com");
    let body = json!({
        "name": format!("Stress {number}"), "email": email, "password": &*share.common.password,
        "handle": format!("stress_{prefix}_{number}"),
    });
    let http = share.http();
    let gate = share.common.gate.acquire().await;
    for _ in 0..TRIES {
        if share.common.stop.is_set() {
            return Err(StressError::Ended);
        }
        let registered = http.json::<Registered>(Method::POST, "/api/v1/auth/register", None, Some(&body)).await;
        match registered {
            Ok(Registered { user, tokens }) => {
                share.common.live.step();
                drop(gate);
                return Ok(Person::new(number, &user.id, email, http, tokens));
            }
            Err(limited) if limited.words == "rate_limited" => {
                return Err(StressError::Limited(share.common.target.url().to_owned()));
            }
            Err(busy) if is_busy(&busy) => sleep(busy.retry_after.unwrap_or(PAUSE)).await,
            Err(refusal) if matches!(refusal.words.as_str(), "registration_closed" | "invite_required") => {
                return Err(StressError::Closed(share.common.target.url().to_owned()));
            }
            Err(refusal) => return Err(StressError::set_up("an account could not be made", &refusal)),
        }
    }
    Err(StressError::SetUp(format!("an account could not be made: the server was busy {TRIES} times")))
}

/// Whether trying again later may help.
const fn is_busy(refusal: &Refusal) -> bool {
    matches!(refusal.status, Some(429 | 503))
}

/// Signs in the first `users` people, a few at a time: each log-in is one hash of some tens of milliseconds on the server,
/// and all at once would measure nothing but their own queue. This is the ramp of a level: its log-ins are measured as
/// [`Call::LogIn`], and are in no other figure.
///
/// Somebody who cannot goes on with the session that they have.
pub async fn log_in(share: &Rc<Share>, users: usize) {
    let one = |person: Rc<Person>| async move {
        let _gate = share.common.gate.acquire().await;
        for _ in 0..LOG_INS {
            if share.common.stop.is_set() {
                return;
            }
            let sent = Instant::now();
            let refusal = person.log_in(&share.common.password).await.err();
            let failed = refusal.as_ref().map(ToString::to_string);
            share.ended(Ended { call: Call::LogIn, due: sent, sent, ended: Instant::now(), failed });
            let Some(refusal) = refusal else { return };
            sleep(refusal.retry_after.unwrap_or(PAUSE)).await;
        }
    };
    all(share.first(users).into_iter().map(one)).await;
}

/// Begins those conversations of `rooms` whose first member is this thread's: each room's members by number, with its
/// place in the list.
///
/// # Errors
///
/// [`StressError::SetUp`].
pub async fn open_rooms(
    share: &Rc<Share>,
    rooms: &[(usize, Vec<usize>)],
    ids: &HashMap<usize, String>,
) -> Result<Vec<(Vec<usize>, Room)>, StressError> {
    let people: HashMap<_, _> = share.people.borrow().iter().map(|person| (person.number, person.clone())).collect();
    let mut opened = Vec::new();
    for (place, members) in rooms {
        let Some(first) = members.first().and_then(|first| people.get(first)) else { continue };
        let others: Vec<_> = members.iter().skip(1).filter_map(|member| ids.get(member)).collect();
        let mut body = json!({"members": others});
        if members.len() > 2 {
            body["name"] = format!("Sourdough circle {place}").into();
        }
        let room: Opened = patiently(share, || first.ask(Method::POST, "/api/v1/conversations", Some(&body)))
            .await
            .map_err(|refusal| StressError::set_up("a conversation could not be made", &refusal))?;
        opened.push((members.clone(), Room { id: room.id, place: *place, seq: room.last_seq }));
        share.common.live.step();
    }
    Ok(opened)
}

/// Asks again where the server is busy.
async fn patiently<T, D>(share: &Share, ask: impl Fn() -> D) -> Result<T, Refusal>
where
    D: Future<Output = Result<T, Refusal>>,
{
    let mut tries = 0;
    loop {
        match ask().await {
            Err(busy) if is_busy(&busy) && tries < TRIES && !share.common.stop.is_set() => {
                tries += 1;
                sleep(busy.retry_after.unwrap_or(PAUSE)).await;
            }
            done => return done,
        }
    }
}

/// Opens the sockets of the first `users` people, where they have none, each in their rooms. Those that do not open are
/// tried again in the background; what could not be said meanwhile is counted as failed.
pub async fn connect(share: &Rc<Share>, users: usize, rooms: &Arc<Vec<(Vec<usize>, Room)>>) {
    let mut by_member: HashMap<usize, Vec<Room>> = HashMap::new();
    for (members, room) in rooms.iter() {
        for member in members {
            by_member.entry(*member).or_default().push(room.clone());
        }
    }
    let one = |person: Rc<Person>| {
        let rooms = by_member.get(&person.number).cloned().unwrap_or_default();
        async move {
            let _gate = share.common.gate.acquire().await;
            if share.common.stop.is_set() {
                return;
            }
            if let Err(why) = person.connect(share, rooms).await {
                log::warn!("person {} has no socket yet: {why}", person.number);
            }
            share.common.live.step();
        }
    };
    all(share.first(users).into_iter().map(one)).await;
}

/// Looks whether a Hearth is there, which is the first thing that is asked of it.
///
/// # Errors
///
/// [`StressError::SetUp`].
pub async fn knock(share: &Rc<Share>) -> Result<(), StressError> {
    share.http().call(Method::GET, "/healthz", None, None).await.map(drop).map_err(|refusal| {
        let url = share.common.target.url();
        StressError::SetUp(format!(
            "{url} does not answer as a Hearth does ({refusal}): is `hearth serve` running there?"
        ))
    })
}

/// What everybody knows: the server's categories, and some posts.
#[derive(Clone, Default)]
pub struct Known {
    categories: Vec<String>,
    posts: Vec<String>,
}

/// Where the first person is this thread's, has them look which categories there are, and write some posts, so that pages
/// are full from the beginning.
///
/// # Errors
///
/// [`StressError::SetUp`], also where there is no category.
pub async fn look_around(share: &Rc<Share>) -> Result<Option<Known>, StressError> {
    #[derive(Deserialize)]
    struct Categories {
        items: Vec<Category>,
    }
    #[derive(Deserialize)]
    struct Category {
        slug: String,
    }
    let person = share.people.borrow().iter().find(|person| person.number == 0).cloned();
    let Some(person) = person else { return Ok(None) };
    let found: Result<Categories, _> = patiently(share, || person.ask(Method::GET, "/api/v1/categories", None)).await;
    let found = found.map_err(|refusal| StressError::set_up("the categories could not be read", &refusal))?;
    if found.items.is_empty() {
        return Err(StressError::SetUp("there are no categories, so nobody can post: make one first".into()));
    }
    let categories: Vec<_> = found.items.into_iter().map(|category| category.slug).collect();
    tell(share, Known { categories: categories.clone(), posts: Vec::new() });
    let mut posts = Vec::new();
    for _ in 0..SEEDS {
        let post = patiently(share, || person.create_post(share)).await;
        posts.push(post.map_err(|refusal| StressError::set_up("a post could not be made", &refusal))?);
    }
    Ok(Some(Known { categories, posts }))
}

/// Lets this thread's people know.
pub fn tell(share: &Rc<Share>, known: Known) {
    share.categories.replace(known.categories);
    share.seeds.replace(known.posts);
}
