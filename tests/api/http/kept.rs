//! Pages that are kept, while everything they show changes: at any time each is what a server that keeps nothing yet
//! would make of the same store.

use proptest::prelude::*;
use proptest::sample::Index;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::json;

use crate::actor::Actor;
use crate::community::Community;

/// What somebody does. Indexes choose who, and which post or comment.
#[derive(Clone, Debug)]
enum Act {
    Publish { category: Index, tag: Index, anonymous: bool },
    Like(bool),
    Bookmark,
    Archive(bool),
    Edit,
    Delete,
    Comment { below: Option<Index> },
    EditComment,
    LikeComment(bool),
    DeleteComment,
    Rename,
}

const CATEGORIES: [&str; 3] = ["general", "food", "outdoors"];
const TAGS: [&str; 2] = ["bread", "boats"];

fn act() -> impl Strategy<Value = Act> {
    let index = any::<Index>;
    prop_oneof![
        4 => (index(), index(), any::<bool>()).prop_map(|(category, tag, anonymous)| Act::Publish { category, tag, anonymous }),
        4 => any::<bool>().prop_map(Act::Like),
        1 => Just(Act::Bookmark),
        2 => any::<bool>().prop_map(Act::Archive),
        2 => Just(Act::Edit),
        1 => Just(Act::Delete),
        6 => proptest::option::of(index()).prop_map(|below| Act::Comment { below }),
        2 => Just(Act::EditComment),
        3 => any::<bool>().prop_map(Act::LikeComment),
        2 => Just(Act::DeleteComment),
        1 => Just(Act::Rename),
    ]
}

/// One turn: what is done, by whom, to what, and which pages are read afterwards, so that they are kept at different ages.
type Turn = (Act, Index, Index, Index, Vec<Index>);

fn turns(many: usize) -> Vec<Turn> {
    let reads = proptest::collection::vec(any::<Index>(), 0..6);
    let turn = (act(), any::<Index>(), any::<Index>(), any::<Index>(), reads);
    let mut runner = TestRunner::deterministic();
    (0..many).map(|_| turn.new_tree(&mut runner).unwrap().current()).collect()
}

struct Story {
    people: Vec<Actor>,
    posts: Vec<String>,
    /// Each with its post.
    comments: Vec<(String, String)>,
    said: usize,
}

impl Story {
    /// Does it, where there is something to do it to. Whether they may does not matter.
    async fn go_on(&mut self, (act, who, post, comment, _): &Turn) {
        self.said += 1;
        let who = who.get(&self.people).clone();
        if let Act::Publish { category, tag, anonymous } = act {
            let (category, tag) = (category.get(&CATEGORIES), tag.get(&TAGS));
            let title = format!("{category} {}", self.said);
            let post = json!({"title": title, "categories": [category], "tags": [tag], "anonymous": anonymous});
            self.posts.push(who.publish_as(&post).await);
            return;
        }
        if self.posts.is_empty() {
            return;
        }
        let path = format!("/posts/{}", post.get(&self.posts));
        let set = |on: &bool, what: &str| (*on, format!("{path}/{what}"));
        let (on, path) = match act {
            Act::Like(on) => set(on, "like"),
            Act::Bookmark => set(&true, "bookmark"),
            Act::Archive(on) => set(on, "archive"),
            Act::Edit => return drop(who.patch(&path, &json!({"title": format!("Edited {}", self.said)})).await),
            Act::Delete => return drop(who.delete(&path).await),
            Act::Comment { below } => return self.comment(&who, post.get(&self.posts).clone(), below.as_ref()).await,
            Act::Rename => return drop(who.patch("/me", &json!({"name": format!("Name {}", self.said)})).await),
            _ if self.comments.is_empty() => return,
            act => {
                let path = format!("/comments/{}", comment.get(&self.comments).0);
                match act {
                    Act::LikeComment(on) => (*on, format!("{path}/like")),
                    Act::DeleteComment => (false, path),
                    _ => return drop(who.patch(&path, &json!({"text": format!("Edited {}", self.said)})).await),
                }
            }
        };
        drop(if on { who.put(&path).await } else { who.delete(&path).await });
    }

    async fn comment(&mut self, who: &Actor, post: String, below: Option<&Index>) {
        let siblings: Vec<_> = self.comments.iter().filter(|(_, of)| *of == post).collect();
        let parent = below.filter(|_| !siblings.is_empty()).map(|below| below.get(&siblings).0.clone());
        let body = json!({"text": format!("Said {}", self.said), "parent": parent});
        let answer = who.post(&format!("/posts/{post}/comments"), &body).await;
        if answer.status == 201 {
            self.comments.push((crate::actor::text(&answer.json()["id"]), post));
        }
    }

    fn pages(&self) -> Vec<String> {
        let lists =
            ["", "?sort=top", "?sort=hot", "?limit=3", "?sort=top&limit=3", "?tag=bread", "?author=ana&limit=2"];
        let mut pages: Vec<_> = lists.iter().map(|list| format!("/posts{list}")).collect();
        pages.extend(CATEGORIES.iter().map(|category| format!("/posts?category={category}&limit=4")));
        pages.extend(
            ["/posts?category=food&category=outdoors", "/users", "/users/ana", "/users/ben/posts", "/categories"]
                .map(str::to_owned),
        );
        for post in &self.posts {
            pages.extend([
                format!("/posts/{post}"),
                format!("/posts/{post}/comments"),
                format!("/posts/{post}/comments?limit=2"),
                format!("/posts/{post}/history"),
            ]);
        }
        let replies = |(comment, post): &(String, String)| format!("/posts/{post}/comments?parent={comment}");
        pages.extend(self.comments.iter().take(10).map(replies));
        pages
    }
}

async fn look(readers: &[Actor], pages: &[String]) -> Vec<(String, u16, Option<String>, String)> {
    let mut seen = Vec::new();
    for reader in readers {
        for page in pages {
            let answer = reader.get(page).await;
            let tag = answer.header("etag").map(str::to_owned);
            seen.push((page.clone(), answer.status, tag, answer.text().to_owned()));
        }
    }
    seen
}

#[actix_web::test]
async fn what_is_kept_is_what_would_be_made_anew() {
    let mut community = Community::start().await;
    let people = vec![community.member("ana").await, community.member("ben").await, community.member("cyd").await];
    let readers = [community.anonymous(), people[0].clone()];
    let mut story = Story { people, posts: Vec::new(), comments: Vec::new(), said: 0 };
    for (number, turn) in turns(240).iter().enumerate() {
        story.go_on(turn).await;
        let pages = story.pages();
        for page in &turn.4 {
            look(&readers, &[page.get(&pages).clone()]).await;
        }
        if number % 80 == 79 {
            let kept = look(&readers, &pages).await;
            community.restart().await;
            let anew = look(&readers, &pages).await;
            kept.iter().zip(&anew).for_each(|(kept, anew)| assert_eq!(kept, anew));
        }
    }
    assert!(story.posts.len() > 20 && story.comments.len() > 20);
    community.tidy().await;
}
