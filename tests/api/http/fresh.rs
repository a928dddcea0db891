//! A page is the same bytes until what it shows has changed, and then it is another one at once.

use serde_json::{Value, json};

use crate::actor::{Actor, text};
use crate::answer::Answer;
use crate::community::{Community, PASSWORD};

struct Watched {
    community: Community,
    readers: [Actor; 2],
    pages: Vec<String>,
}

impl Watched {
    async fn bodies(&self) -> Vec<Vec<u8>> {
        let mut bodies = Vec::new();
        for reader in &self.readers {
            for page in &self.pages {
                let answer = reader.get(page).await;
                bodies.push(if answer.status == 200 { answer.body.to_vec() } else { vec![] });
            }
        }
        bodies
    }

    /// Asserts that what `change` did is seen at once on the pages in `moved`, and on no other. What ends with `?` stands
    /// for every query.
    async fn assert_seen(&self, what: &str, change: impl Future<Output = Answer>, moved: &[&str]) -> Value {
        let before = self.bodies().await;
        assert_eq!(self.bodies().await, before, "before {what}");
        let answer = change.await;
        assert!((200..300).contains(&answer.status), "{what}: {}", answer.text());
        let after = self.bodies().await;
        let pages = self.pages.iter().chain(&self.pages);
        for ((before, after), page) in before.iter().zip(&after).zip(pages) {
            let expected = moved.iter().any(|moved| page == moved || moved.ends_with('?') && page.starts_with(moved));
            assert_eq!(before != after, expected, "{what} on {page}: {}", String::from_utf8_lossy(after));
        }
        answer.json()
    }
}

#[actix_web::test]
async fn every_change_is_seen_at_once_by_everybody_and_what_did_not_change_is_the_same_bytes() {
    let community = Community::start().await;
    let (admin, ana) = (community.admin().await, community.member("ana").await);
    let post = ana.publish("Bread").await;
    let (one, thread) = (format!("/posts/{post}"), format!("/posts/{post}/comments"));
    let history = format!("{one}/history");
    let lists = ["/posts?", "/users/ana/posts"];
    let pages = vec![
        "/posts?sort=new".into(),
        "/posts?sort=top&category=general".into(),
        "/posts?sort=hot".into(),
        "/posts?author=ana".into(),
        one.clone(),
        thread.clone(),
        history.clone(),
        "/categories".into(),
        "/users?q=".into(),
        "/users/ana/posts".into(),
    ];
    let ben = community.member("ben").await;
    let watched = Watched { readers: [community.anonymous(), ben], community, pages };
    let posts = [&lists[..], &[&one]].concat();
    let below = [&posts[..], &[&thread]].concat();
    let new = json!({"title": "More", "categories": ["general"]});
    let second =
        watched.assert_seen("a post", ana.post("/posts", &new), &[&lists[..], &["/categories"]].concat()).await;
    let second = format!("/posts/{}", text(&second["id"]));
    watched.assert_seen("a like", ana.put(&format!("{one}/like")), &[&lists[..], &[&one]].concat()).await;
    let said = json!({"text": "Flour"});
    let comment = watched.assert_seen("a comment", ana.post(&thread, &said), &below).await;
    let comment = format!("/comments/{}", text(&comment["id"]));
    watched.assert_seen("a like of it", ana.put(&format!("{comment}/like")), &[&thread]).await;
    watched.assert_seen("its edit", ana.patch(&comment, &json!({"text": "Rye"})), &[&thread]).await;
    let edit = json!({"title": "Rye bread"});
    watched.assert_seen("an edit", ana.patch(&one, &edit), &[&lists[..], &[&one, &history]].concat()).await;
    let name = json!({"name": "Ana Lindqvist"});
    watched.assert_seen("a new name", ana.patch("/me", &name), &[&below[..], &["/users?"]].concat()).await;
    let category = json!({"name": "All and sundry"});
    watched.assert_seen("a category", admin.put_json("/categories/general", &category), &["/categories"]).await;
    let gone = [&lists[..], &["/categories"]].concat();
    watched.assert_seen("archiving", ana.put(&format!("{second}/archive")), &gone).await;
    watched.assert_seen("taking it back", ana.delete(&format!("{second}/archive")), &gone).await;
    watched.assert_seen("deleting", ana.delete(&second), &gone).await;
    watched.assert_seen("unliking", ana.delete(&format!("{one}/like")), &posts).await;
    watched.assert_seen("a comment's deletion", ana.delete(&comment), &below).await;
    watched
        .assert_seen(
            "leaving",
            ana.delete_json("/me", &json!({"password": PASSWORD})),
            &[&posts[..], &["/users?"]].concat(),
        )
        .await;
    watched.community.tidy().await;
}

#[actix_web::test]
async fn what_was_answered_is_read_by_everybody_however_many_write() {
    let community = Community::start().await;
    let ana = community.member("ana").await;
    let post = ana.publish("Bread").await;
    let (writer, reader) = (ana.clone(), community.anonymous());
    let write = async {
        for number in 0..60 {
            ana.publish(&number.to_string()).await;
        }
    };
    let read = async {
        for number in 0..60 {
            let comment = writer.comment(&post, &number.to_string()).await;
            assert_eq!(reader.post_of(&post).await["comment_count"], number + 1);
            let thread = reader.get(&format!("/posts/{post}/comments?limit=100")).await.items();
            assert_eq!(thread[thread.len() - 1]["id"], json!(comment));
            let newest = writer.publish("newest").await;
            assert!(reader.get("/posts").await.text().contains(&newest));
        }
    };
    futures::join!(write, read);
}
