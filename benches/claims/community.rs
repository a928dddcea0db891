//! A community with as many posts as are asked for, to measure on.

use hearth::accounts::{self, AccountId, NewAccount, Password};
use hearth::app::{App, Overrides};
use hearth::clock::Timestamp;
use hearth::config::{Config, Switch};
use hearth::posts::{Post, PostId, Revision};
use hearth::sessions::Device;
use hearth::store::StoreError;
use indicatif::ProgressBar;
use tempfile::TempDir;

/// An application on a temporary folder.
pub struct Community {
    pub app: actix_web::web::Data<App>,
    /// Writes posts, and may sign in.
    pub author: AccountId,
    pub access_token: String,
    _dir: TempDir,
}

/// The author's e-mail address.
pub const EMAIL: &str = "ana@example.org";

/// The author's password.
pub const PASSWORD: &str = "a long sentence";

/// Posts put in one write.
const A_WRITE: u32 = 500;

/// A community of one author and `posts` posts of usual size, some a minute over the last months.
pub fn community(posts: u32) -> Community {
    community_with(posts, Overrides::default(), Switch::Off)
}

/// As [`community`], opened in another way, and with the rate limits in force or not.
pub fn community_with(posts: u32, overrides: Overrides, rate_limit: Switch) -> Community {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let mut config = Config::new(dir.path());
    config.rate_limit = rate_limit;
    let app = App::open_with(&config, overrides).expect("an application");
    let new = NewAccount {
        name: "Ana Lindqvist".into(),
        email: EMAIL.into(),
        password: Password::new("password", PASSWORD.into()).expect("a password"),
        handle: Some("ana".into()),
        invite: None,
        setup_code: None,
    };
    let device = Device { name: "bench".into(), address: String::new() };
    let registered = actix_web::rt::System::new().block_on(accounts::register(&app, new, device, true));
    let signed_in = registered.expect("an account");
    let author = accounts::look_up(&app.store, "ana").expect("the account").id;
    fill(&app, author, posts);
    Community { app: actix_web::web::Data::new(app), author, access_token: signed_in.tokens.access_token, _dir: dir }
}

fn fill(app: &App, author: AccountId, posts: u32) {
    let bar = ProgressBar::new(posts.into());
    let now = app.clock.now().millis();
    for first in (0..posts).step_by(A_WRITE as usize) {
        let some: Vec<(Post, Revision)> = (first..posts.min(first + A_WRITE))
            .map(|number| {
                let at = Timestamp::from_millis(now - i64::from(posts - number) * 20_000);
                post(app.ids.next(at), author, number, at)
            })
            .collect();
        bar.inc(some.len() as u64);
        let written = app.store.write_blocking(move |tx| {
            for (post, revision) in &some {
                tx.put(revision)?;
                tx.put(post)?;
            }
            Ok::<_, StoreError>(())
        });
        written.expect("a write");
    }
    bar.finish_and_clear();
}

fn post(id: PostId, author: AccountId, number: u32, at: Timestamp) -> (Post, Revision) {
    let categories = ["general", "food", "books", "help", "technology"];
    let post = Post {
        id,
        author,
        anonymous: number.is_multiple_of(10),
        categories: vec![categories[number as usize % categories.len()].into()],
        tags: vec![format!("tag{}", number % 50)],
        archived: false,
        revision: 0,
        likes: u64::from(number % 97),
        comments: 0,
        created_at: at,
        edited_at: None,
        images: Vec::new(),
    };
    let title = format!("Post {number} of a community that talks a lot");
    let body = "Twelve hours in the fridge did it for me, and a hot stone. ".repeat(6);
    (post, Revision { post: id, number: 0, part: 0, parts: 1, title, body, at })
}
