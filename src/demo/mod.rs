//! `hearth serve --demo`: a small community in an empty store, made through the same rules as real requests.

pub mod content;
mod pictures;
mod talks;

use std::sync::Arc;
use std::time::Duration;

use crate::accounts::{self, AccountId, BY_EMAIL, Changes, NewAccount, Password};
use crate::app::{App, StartError};
use crate::clock::{ManualClock, Timestamp};
use crate::comments::{self, CommentId, NewComment};
use crate::error::Error;
use crate::id::{hex, random_bytes};
use crate::idempotency::Given;
use crate::posts::{self, Mark, NewPost, PostId};
use crate::sessions::Device;
use crate::store::Read;
use content::{Comment, PEOPLE, Person, TALKS, Thread};

const HOUR: Duration = Duration::from_secs(3600);

/// Everybody joined before the oldest thread.
const JOINED: Duration = Duration::from_secs(31 * 24 * 3600);

/// A conversation is over after this time, if its thread is older.
const CONVERSATION: Duration = Duration::from_secs(30 * 3600);

/// What was made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DemoFilled {
    /// Accounts.
    pub people: usize,
    /// Posts.
    pub posts: usize,
    /// Comments.
    pub comments: usize,
    /// Conversations.
    pub conversations: usize,
    /// Messages in them.
    pub messages: usize,
}

/// Fills a store that has no account yet; `None` where it has one.
///
/// # Errors
///
/// What the rules and the store give.
pub async fn fill(app: &App) -> Result<Option<DemoFilled>, Error> {
    if !accounts::is_first(&app.store)? {
        return Ok(None);
    }
    let now = app.clock.now();
    let clock = Arc::new(ManualClock::at(now.minus(JOINED)));
    let demo = Demo { app: app.at(clock.clone())?, clock, now };
    let people = demo.people().await?;
    let mut filled = DemoFilled { people: people.len(), ..DemoFilled::default() };
    let mut threads: Vec<_> = content::threads().collect();
    threads.sort_by_key(|thread| std::cmp::Reverse(thread.hours_ago));
    for thread in threads {
        demo.thread(&people, thread).await?;
        filled.posts += 1;
        filled.comments += thread.comments.len();
    }
    for talk in TALKS {
        demo.talk(&people, talk).await?;
        filled.conversations += 1;
        filled.messages += talk.lines.len();
    }
    Ok(Some(filled))
}

/// The demo admin's e-mail address and password, where this data folder holds the demo.
///
/// # Errors
///
/// Where the store or the folder of secrets cannot be read.
pub fn credentials(app: &App) -> Result<Option<(String, String)>, StartError> {
    let admin = email(&PEOPLE[0]);
    if app.store.find(&BY_EMAIL, &admin)?.is_none() {
        return Ok(None);
    }
    Ok(Some((admin, password(app)?)))
}

/// The one password of the demo's people: made for each data folder, so that a demo on the open network is not open.
fn password(app: &App) -> Result<String, StartError> {
    app.secret("demo_password", || format!("demo-{}", hex(&random_bytes::<6>())))
}

fn email(person: &Person) -> String {
    format!("{}@example.org", person.handle)
}

struct Demo {
    app: App,
    clock: Arc<ManualClock>,
    now: Timestamp,
}

impl Demo {
    async fn people(&self) -> Result<Vec<AccountId>, Error> {
        let secret = password(&self.app).map_err(|error| Error::internal(&error))?;
        let mut people = Vec::new();
        for (number, person) in PEOPLE.iter().enumerate() {
            let new = NewAccount {
                name: person.name.into(),
                email: email(person),
                password: Password::new("password", secret.clone())?,
                handle: Some(person.handle.into()),
                invite: None,
                setup_code: None,
            };
            let device = Device { name: "Demo".into(), address: String::new() };
            accounts::register(&self.app, new, device, true).await?;
            let id = accounts::look_up(&self.app.store, person.handle)?.id;
            accounts::update(&self.app, id, Changes { bio: Some(person.bio.into()), ..Changes::default() }).await?;
            self.face(id, number).await?;
            self.clock.advance(HOUR);
            people.push(id);
        }
        Ok(people)
    }

    async fn thread(&self, people: &[AccountId], thread: &Thread) -> Result<(), Error> {
        let written = self.now.minus(HOUR * thread.hours_ago);
        self.clock.set(written);
        let post = NewPost {
            title: thread.title.into(),
            body: thread.body.into(),
            categories: strings(thread.categories),
            tags: strings(thread.tags),
            anonymous: thread.anonymous,
            images: self.pictures_of(people[thread.author], thread.title).await?,
        };
        let post: PostId = id(&posts::create(&self.app, people[thread.author], post, None).await?)?;
        let mut ids: Vec<CommentId> = Vec::new();
        let lasted = CONVERSATION.min(HOUR * thread.hours_ago);
        for (place, comment) in (1..).zip(thread.comments) {
            self.clock.set(written.plus(lasted * place / (u32::try_from(thread.comments.len()).unwrap_or(0) + 1)));
            ids.push(self.comment(people, post, comment, &ids).await?);
        }
        for liker in likers(people, thread.author, thread.likes, thread.title.len()) {
            posts::set_mark(&self.app, liker, post, Mark::Like, true).await?;
        }
        Ok(())
    }

    async fn comment(
        &self,
        people: &[AccountId],
        post: PostId,
        comment: &Comment,
        earlier: &[CommentId],
    ) -> Result<CommentId, Error> {
        let parent = comment.parent.and_then(|parent| earlier.get(parent).copied());
        let new = NewComment { text: comment.text.into(), parent, anonymous: comment.anonymous };
        let written = id(&comments::create(&self.app, people[comment.author], post, new, None).await?)?;
        for liker in likers(people, comment.author, comment.likes, comment.text.len()) {
            comments::set_liked(&self.app, liker, written, true).await?;
        }
        Ok(written)
    }
}

/// `count` people other than the author, not always the same ones.
fn likers(people: &[AccountId], author: usize, count: u8, from: usize) -> impl Iterator<Item = AccountId> {
    let others = (0..people.len()).map(move |step| (from + step) % people.len()).filter(move |other| *other != author);
    others.take(usize::from(count)).map(|other| people[other])
}

fn strings(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

/// The id in an answer.
fn id<I: serde::de::DeserializeOwned>(given: &Given) -> Result<I, Error> {
    #[derive(serde::Deserialize)]
    struct Answer<I> {
        id: I,
    }
    let answer: Answer<I> = serde_json::from_str(&given.json).map_err(|error| Error::internal(&error))?;
    Ok(answer.id)
}
