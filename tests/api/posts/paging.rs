//! Lists page by page: everything once, whatever happens in between.

use std::collections::BTreeSet;
use std::time::Duration;

use futures::future::join_all;
use serde_json::{Value, json};

use crate::actor::{Actor, each, text};
use crate::community::Community;

const SORTS: [&str; 3] = ["new", "top", "hot"];

/// A community with 105 posts, some of which were written at the same moment, and have equally many likes; their author;
/// and their ids.
async fn filled() -> (Community, Actor, BTreeSet<String>) {
    let community = Community::start().await;
    let (ana, ben) = (community.member("ana").await, community.member("ben").await);
    let mut ids = BTreeSet::new();
    for round in 0..7 {
        let posts = join_all((0..15).map(async |number| {
            let category = if number % 2 == 0 { json!(["food", "help"]) } else { json!(["help"]) };
            let post = ana.publish_as(&json!({"title": "x", "categories": category, "tags": ["rye"]})).await;
            for reader in [&ana, &ben].into_iter().take(number % 3) {
                reader.put(&format!("/posts/{post}/like")).await.expect(200);
            }
            post
        }));
        ids.extend(posts.await);
        community.later(Duration::from_secs(20 * round));
    }
    assert_eq!(ids.len(), 105);
    (community, ana, ids)
}

#[actix_web::test]
async fn pages_of_seven_give_every_post_once_in_every_order() {
    let (community, ana, ids) = filled().await;
    let lists = ["/posts?", "/posts?category=food&category=help&", "/posts?tag=rye&", "/posts?author=ana&"];
    for list in lists {
        for sort in SORTS {
            let walked = community.anonymous().walk(&format!("{list}sort={sort}&limit=7")).await;
            let found: BTreeSet<_> = each(&walked, "id").into_iter().collect();
            assert_eq!((walked.len(), &found), (105, &ids), "{list} {sort}");
            let whole = community.anonymous().walk(&format!("{list}sort={sort}&limit=100")).await;
            assert_eq!(walked, whole, "{list} {sort}");
        }
    }
    let new = community.anonymous().walk("/posts?sort=new&limit=7").await;
    assert!(new.is_sorted_by_key(|post| std::cmp::Reverse((text(&post["created_at"]), text(&post["id"])))));
    let top = community.anonymous().walk("/posts?sort=top&limit=7").await;
    assert!(top.is_sorted_by_key(|post| std::cmp::Reverse((post["like_count"].as_u64(), text(&post["id"])))));
    for list in ["/users/ana/posts?limit=7", "/me/posts?limit=7"] {
        assert_eq!(each(&ana.walk(list).await, "id"), each(&new, "id"), "{list}");
    }
}

#[actix_web::test]
async fn a_page_has_as_many_as_were_asked_for_and_the_last_one_no_cursor() {
    let (community, _, _) = filled().await;
    let nobody = community.anonymous();
    for (query, expected, more) in [
        ("", 20, true),
        ("?limit=1", 1, true),
        ("?limit=100", 100, true),
        ("?limit=", 20, true),
        ("?tag=none", 0, false),
    ] {
        let page = nobody.get(&format!("/posts{query}")).await.expect(200);
        assert_eq!(
            (page["items"].as_array().unwrap().len(), page["next_cursor"].is_string()),
            (expected, more),
            "{query}"
        );
    }
    let cursor = text(&nobody.get("/posts?limit=100").await.expect(200)["next_cursor"]);
    let last = nobody.get(&format!("/posts?limit=5&cursor={cursor}")).await.expect(200);
    assert_eq!((last["items"].as_array().unwrap().len(), &last["next_cursor"]), (5, &Value::Null));
    for limit in ["0", "101", "x", "-1", "1.5", "99999999999999999999"] {
        nobody.get(&format!("/posts?limit={limit}")).await.assert_invalid(&["limit"]);
    }
}

#[actix_web::test]
async fn who_reads_while_others_write_still_gets_every_post_once() {
    let (community, _, ids) = filled().await;
    let (writer, reader) = (community.member("writer").await, community.anonymous());
    for sort in SORTS {
        let (mut found, mut cursor, mut pages) = (Vec::new(), String::new(), 0);
        loop {
            let page = reader.get(&format!("/posts?sort={sort}&limit=7&cursor={cursor}")).await.expect(200);
            found.extend(each(page["items"].as_array().unwrap(), "id"));
            let Some(next) = page["next_cursor"].as_str() else { break };
            cursor = next.to_owned();
            let (newest, _) = futures::join!(writer.publish("new"), writer.publish("newer"));
            if pages % 3 == 0 {
                writer.delete(&format!("/posts/{newest}")).await.expect(204);
            }
            pages += 1;
        }
        let distinct: BTreeSet<_> = found.iter().cloned().collect();
        assert_eq!(distinct.len(), found.len(), "{sort} repeats");
        assert!(distinct.is_superset(&ids), "{sort} skips");
    }
}

#[actix_web::test]
async fn a_cursor_outlives_the_post_that_it_was_made_from() {
    let community = Community::start().await;
    let ana = community.member("ana").await;
    let mut posts = Vec::new();
    for number in 0..6 {
        posts.push(ana.publish(&number.to_string()).await);
    }
    for sort in SORTS {
        let page = ana.get(&format!("/posts?sort={sort}&limit=2")).await.expect(200);
        let last = text(&page["items"][1]["id"]);
        ana.put(&format!("/posts/{last}/archive")).await.expect(200);
        let next = ana.get(&format!("/posts?sort={sort}&cursor={}", text(&page["next_cursor"]))).await;
        assert_eq!(each(&next.items(), "title"), ["3", "2", "1", "0"], "{sort}");
        ana.delete(&format!("/posts/{last}/archive")).await.expect(200);
    }
}

#[actix_web::test]
async fn a_cursor_is_good_for_its_own_list_only() {
    let (community, _, _) = filled().await;
    let nobody = community.anonymous();
    let mut cursors = Vec::new();
    for sort in SORTS {
        cursors.push((sort, text(&nobody.get(&format!("/posts?sort={sort}")).await.expect(200)["next_cursor"])));
    }
    for (sort, cursor) in &cursors {
        for other in SORTS {
            let answer = nobody.get(&format!("/posts?sort={other}&cursor={cursor}")).await;
            if other == *sort {
                answer.expect(200);
            } else {
                answer.assert_problem(400, "invalid_cursor");
            }
        }
        nobody.get(&format!("/users?cursor={cursor}")).await.assert_problem(400, "invalid_cursor");
        let changed = format!("{}{}", if cursor.starts_with('A') { 'B' } else { 'A' }, &cursor[1..]);
        for bad in ["x", "%00", "AAAAAAAA", &cursor[1..], &cursor[..cursor.len() - 1], &changed, &format!("{cursor}A")]
        {
            let answer = nobody.get(&format!("/posts?sort={sort}&cursor={bad}")).await;
            answer.assert_problem(400, "invalid_cursor");
        }
    }
}
