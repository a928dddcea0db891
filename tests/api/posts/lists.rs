//! Lists of posts: their order, and what is in which.

use std::time::Duration;

use serde_json::json;

use crate::actor::{Actor, each};
use crate::community::Community;

/// Lets time pass, and gives somebody tokens that are good then.
async fn hours_later(community: &Community, hours: u64, actor: &Actor) -> Actor {
    community.later(Duration::from_secs(hours * 60 * 60));
    actor.renewed().await
}

/// The titles in a list.
async fn titles(reader: &Actor, path: &str) -> Vec<String> {
    each(&reader.get(path).await.items(), "title")
}

#[actix_web::test]
async fn new_is_by_time_top_by_likes_and_hot_by_both() {
    let community = Community::start().await;
    let ana = community.member("ana").await;
    let liked = ana.publish("liked").await;
    let ana = hours_later(&community, 4, &ana).await;
    let discussed = ana.publish("discussed").await;
    let ana = hours_later(&community, 2, &ana).await;
    ana.publish("young").await;
    let ana = hours_later(&community, 3, &ana).await;
    ana.publish("youngest").await;
    let (ben, cem) = (community.member("ben").await, community.member("cem").await);
    for reader in [&ana, &ben, &cem] {
        reader.put(&format!("/posts/{liked}/like")).await.expect(200);
    }
    // Likes and a comment double what was received: 3.76 hours a doubling.
    ana.put(&format!("/posts/{discussed}/like")).await.expect(200);
    let nobody = community.anonymous();
    assert_eq!(titles(&nobody, "/posts").await, ["youngest", "young", "discussed", "liked"]);
    assert_eq!(titles(&nobody, "/posts?sort=new").await, ["youngest", "young", "discussed", "liked"]);
    assert_eq!(titles(&nobody, "/posts?sort=top").await, ["liked", "discussed", "youngest", "young"]);
    assert_eq!(titles(&nobody, "/posts?sort=hot").await, ["youngest", "discussed", "liked", "young"]);
    for _ in 0..2 {
        ben.comment(&discussed, "Indeed").await;
    }
    assert_eq!(titles(&nobody, "/posts?sort=hot").await, ["discussed", "youngest", "liked", "young"]);
    nobody.get("/posts?sort=best").await.assert_invalid(&["sort"]);
}

#[actix_web::test]
async fn several_categories_are_a_union_in_any_case_without_repeats() {
    let community = Community::start().await;
    let ana = community.member("ana").await;
    for (title, categories) in [
        ("food", json!(["food"])),
        ("both", json!(["food", "books"])),
        ("books", json!(["books"])),
        ("help", json!(["help"])),
        ("all", json!(["help", "books", "food"])),
    ] {
        ana.publish_as(&json!({"title": title, "categories": categories})).await;
    }
    let nobody = community.anonymous();
    for sort in ["new", "top", "hot"] {
        let list = async |filter: &str| titles(&nobody, &format!("/posts?sort={sort}{filter}")).await;
        assert_eq!(list("&category=food").await, ["all", "both", "food"]);
        assert_eq!(list("&category=FOOD").await, ["all", "both", "food"]);
        assert_eq!(list("&category=food&category=Books").await, ["all", "books", "both", "food"]);
        assert_eq!(list("&category=food&category=food").await, ["all", "both", "food"]);
        assert_eq!(list("&category=nowhere").await, [""; 0]);
        assert_eq!(list("&category=nowhere&category=help").await, ["all", "help"]);
        let walked = nobody.walk(&format!("/posts?sort={sort}&category=food&category=books&limit=1")).await;
        assert_eq!(each(&walked, "title"), ["all", "books", "both", "food"]);
    }
}

#[actix_web::test]
async fn filters_narrow_each_other() {
    let community = Community::start().await;
    let (ana, ben) = (community.member("ana").await, community.member("ben").await);
    for (title, author, category, tags) in [
        ("1", &ana, "food", json!(["rye", "sour"])),
        ("2", &ana, "books", json!(["rye"])),
        ("3", &ben, "food", json!(["RYE"])),
        ("4", &ben, "help", json!([])),
        ("5", &ana, "food", json!([])),
    ] {
        author.publish_as(&json!({"title": title, "categories": [category], "tags": tags})).await;
    }
    let nobody = community.anonymous();
    let cases: [(&str, &[&str]); 12] = [
        ("tag=rye", &["3", "2", "1"]),
        ("tag=RYE", &["3", "2", "1"]),
        ("tag=ry", &[]),
        ("tag=none", &[]),
        ("author=ana", &["5", "2", "1"]),
        ("author=ANA", &["5", "2", "1"]),
        (&format!("author={}", ben.id()), &["4", "3"]),
        ("tag=rye&author=ana", &["2", "1"]),
        ("tag=rye&category=food", &["3", "1"]),
        ("tag=sour&category=books", &[]),
        ("author=ana&category=food&category=help", &["5", "1"]),
        ("author=ana&category=food&tag=rye", &["1"]),
    ];
    for (filter, expected) in cases {
        for sort in ["new", "top", "hot"] {
            assert_eq!(titles(&nobody, &format!("/posts?sort={sort}&{filter}")).await, expected, "{sort} {filter}");
            let walked = nobody.walk(&format!("/posts?sort={sort}&{filter}&limit=1")).await;
            assert_eq!(each(&walked, "title"), expected, "{sort} {filter}");
        }
    }
    assert_eq!(titles(&nobody, "/users/ana/posts").await, ["5", "2", "1"]);
    nobody.get("/posts?author=nobody").await.assert_problem(404, "user_not_found");
    nobody.get("/users/nobody/posts").await.assert_problem(404, "user_not_found");
}

#[actix_web::test]
async fn an_archived_post_is_off_the_lists_but_for_ones_own_and_can_be_read() {
    let community = Community::start().await;
    let ana = community.member("ana").await;
    let post = json!({"title": "old", "categories": ["food"], "tags": ["rye"]});
    let old = ana.publish_as(&post).await;
    ana.publish_as(&json!({"title": "now", "categories": ["food"], "tags": ["rye"]})).await;
    let path = format!("/posts/{old}/archive");
    for _ in 0..2 {
        assert_eq!(ana.put(&path).await.expect(200)["archived"], true);
    }
    let lists =
        ["/posts", "/posts?sort=top", "/posts?sort=hot", "/posts?category=food", "/posts?tag=rye", "/users/ana/posts"];
    for list in lists {
        assert_eq!(titles(&community.anonymous(), list).await, ["now"], "{list}");
        assert_eq!(titles(&ana, list).await, ["now"], "{list}");
    }
    assert_eq!(titles(&ana, "/me/posts").await, ["now"]);
    assert_eq!(titles(&ana, "/me/posts?archived=false").await, ["now"]);
    assert_eq!(titles(&ana, "/me/posts?archived=true").await, ["old"]);
    ana.get("/me/posts?archived=yes").await.assert_invalid(&["archived"]);
    assert!(titles(&community.admin().await, "/me/posts?archived=true").await.is_empty());
    assert_eq!(community.anonymous().post_of(&old).await["archived"], true);
    for _ in 0..2 {
        assert_eq!(ana.delete(&path).await.expect(200)["archived"], false);
    }
    for list in lists {
        assert_eq!(titles(&community.anonymous(), list).await, ["now", "old"], "{list}");
    }
    assert!(titles(&ana, "/me/posts?archived=true").await.is_empty());
}

#[actix_web::test]
async fn what_one_likes_and_keeps_is_listed_the_latest_first_without_deleted_posts() {
    let community = Community::start().await;
    let (ana, ben) = (community.member("ana").await, community.member("ben").await);
    let mut posts = Vec::new();
    for title in ["a", "b", "c", "d", "e"] {
        posts.push(ana.publish(title).await);
    }
    for (mark, list) in [("like", "/me/likes"), ("bookmark", "/me/bookmarks")] {
        // In an order of their own, and one of them twice.
        for number in [2, 0, 4, 1, 3, 0] {
            community.later(Duration::from_secs(1));
            ben.put(&format!("/posts/{}/{mark}", posts[number])).await.expect(200);
        }
        assert_eq!(titles(&ben, list).await, ["d", "b", "e", "a", "c"]);
        assert_eq!(each(&ben.walk(&format!("{list}?limit=2")).await, "title"), ["d", "b", "e", "a", "c"]);
        assert!(titles(&ana, list).await.is_empty());
        community.anonymous().get(list).await.assert_problem(401, "authentication_required");
    }
    for number in [1, 4] {
        ana.delete(&format!("/posts/{}", posts[number])).await.expect(204);
    }
    ben.delete(&format!("/posts/{}/like", posts[0])).await.expect(200);
    assert_eq!(each(&ben.walk("/me/likes?limit=1").await, "title"), ["d", "c"]);
    assert_eq!(each(&ben.walk("/me/bookmarks?limit=1").await, "title"), ["d", "a", "c"]);
    community.tidy().await;
    assert_eq!(titles(&ben, "/me/likes").await, ["d", "c"]);
    assert_eq!(titles(&ben, "/me/bookmarks").await, ["d", "a", "c"]);
}
