//! The same as server-sent events.

use super::device::assert_gapless;
use super::feed::Feed;
use super::*;

/// The `seq`s of one conversation among what was heard.
fn of(heard: &[(String, u64)], room: &str) -> Vec<u64> {
    heard.iter().filter(|(conversation, _)| conversation == room).map(|(_, seq)| *seq).collect()
}

#[actix_web::test]
async fn a_stream_begins_with_hello_and_tells_what_a_socket_would_be_told() {
    let community = Community::start().await;
    let (ana, ben) = (community.member("ana").await, community.member("ben").await);
    let room = direct(&ana, &ben).await;
    say(&ana, &room, "before").await;
    let (mut feed, hello) = Feed::of(&ben).await;
    let (mut device, mut greeting) = Device::resuming(&ben, &json!({room.clone(): 1})).await;
    greeting["push"] = json!("hello");
    assert_eq!(hello.data, greeting);
    assert!(hello.id.is_some_and(|id| id.starts_with(&text(&greeting["epoch"]))));
    let mut of_ana = Device::of(&ana).await;
    of_ana.done(json!({"op": "typing", "conversation": room})).await;
    // Two lines, which must not become two of the stream's own.
    let message = json!({"client_id": "c", "text": "line one\nline two\n\ndata: x\n\u{2028}"});
    let event = ana.post(&format!("/conversations/{room}/messages"), &message).await.expect(201);
    of_ana.done(json!({"op": "read", "conversation": room, "seq": 2})).await;
    let another = group(&ana, &[&ben]).await;
    let (mut leaving, mut ids) = (Some(of_ana), Vec::new());
    for kind in ["presence", "typing", "event", "read", "conversation", "presence"] {
        let said = feed.next().await.unwrap();
        assert_eq!((said.kind.as_str(), &said.data["push"]), ("message", &json!(kind)), "{said:?}");
        assert_eq!(said.data, device.push().await);
        assert_eq!(said.id.is_some(), kind == "event", "{said:?}");
        ids.extend(said.id.clone());
        if kind == "event" {
            assert_eq!(said.data["event"]["id"], event["id"]);
        } else if kind == "conversation" {
            assert_eq!(said.data["conversation"], another);
            // Only now, as who comes and goes is told at once, and the rest in the order of the journal.
            leaving.take().unwrap().leave().await;
        }
    }
    assert_eq!(feed.last_id.as_ref(), ids.last());
}

#[actix_web::test]
async fn a_stream_goes_on_exactly_where_the_last_one_ended() {
    let mut community = Community::start().await;
    let (ana, ben) = (community.member("ana").await, community.member("ben").await);
    let rooms = [direct(&ana, &ben).await, group(&ana, &[&ben]).await, group(&ben, &[&ana]).await];
    let (mut feed, _) = Feed::of(&ben).await;
    let mut heard = Vec::new();
    for round in 0..12_u64 {
        // In turn, some of it while nobody listens.
        for number in 0..9 {
            if number == 3 {
                // An event that was received, but not the last one there is.
                heard.extend(feed.until(&rooms[2], round * 3 + 1).await);
                let id = feed.last_id.clone().unwrap();
                drop(feed);
                if round == 6 {
                    community.restart().await;
                }
                say(&ana, &rooms[0], &unique()).await;
                let (again, hello) = Feed::after(&ben, &id).await;
                assert_eq!((&hello.data["limited"], &hello.id), (&json!([]), &None));
                feed = again;
            } else {
                say(if number % 2 == 0 { &ana } else { &ben }, &rooms[number % 3], &unique()).await;
            }
        }
        heard.extend(feed.until(&rooms[2], round * 3 + 3).await);
    }
    for room in &rooms {
        assert_gapless(&of(&heard, room), 1, 36);
    }
    community.tidy().await;
}

#[actix_web::test]
async fn the_id_of_hello_is_one_to_go_on_from() {
    let community = Community::start().await;
    let (ana, ben) = (community.member("ana").await, community.member("ben").await);
    let room = direct(&ana, &ben).await;
    say(&ana, &room, "before").await;
    let (feed, hello) = Feed::of(&ben).await;
    drop(feed);
    say(&ana, &room, "meanwhile").await;
    let newer = group(&ana, &[&ben]).await;
    say(&ana, &newer, "in a new one").await;
    let (mut feed, _) = Feed::after(&ben, &hello.id.unwrap()).await;
    assert_eq!(feed.until(&newer, 1).await, [(room, 2), (newer.clone(), 1)]);
}

#[actix_web::test]
async fn where_too_much_was_missed_the_stream_says_so() {
    let community = Community::start().await;
    let (ana, ben) = (community.member("ana").await, community.member("ben").await);
    let (long, short) = (direct(&ana, &ben).await, group(&ana, &[&ben]).await);
    chatter(&community, &ana, &long, 2, "x").await;
    let (feed, hello) = Feed::of(&ben).await;
    drop(feed);
    chatter(&community, &ana, &long, 500, "x").await;
    let id = hello.id.unwrap();
    let (mut feed, hello) = Feed::after(&ben, &id).await;
    assert_eq!(hello.data["limited"], json!([]));
    assert_gapless(&of(&feed.until(&long, 502).await, &long), 3, 502);
    chatter(&community, &ana, &long, 1, "x").await;
    chatter(&community, &ana, &short, 2, "x").await;
    let (mut feed, hello) = Feed::after(&ben, &id).await;
    assert_eq!(hello.data["limited"], json!([{"conversation": long, "from": 2, "head": 503}]));
    assert_eq!(feed.until(&short, 2).await, [(short.clone(), 1), (short.clone(), 2)]);
    say(&ana, &long, "live").await;
    assert_eq!(feed.until(&long, 504).await, [(long, 504)]);
}

#[actix_web::test]
async fn an_id_that_this_server_did_not_give_is_none() {
    let community = Community::start().await;
    let (ana, ben) = (community.member("ana").await, community.member("ben").await);
    let room = direct(&ana, &ben).await;
    say(&ana, &room, "one").await;
    let (_, hello) = Feed::of(&ben).await;
    let good = hello.id.unwrap();
    let (epoch, position) = good.split_once('.').unwrap();
    let mut seq = 1;
    for id in [
        "",
        "0",
        ".",
        "nonsense",
        position,
        &format!("0000000000000000.{position}"),
        &format!("{epoch}."),
        &format!("{epoch}.-1"),
        &format!("{epoch}.x"),
        &format!("{epoch}.{}", "9".repeat(40)),
        &format!("{}.0", epoch.to_uppercase() + "0"),
        &"x".repeat(4000),
    ] {
        let (mut feed, hello) = Feed::of(&ben.with("last-event-id", id)).await;
        assert_eq!(hello.id.as_deref().and_then(|id| id.split_once('.')).unwrap().0, epoch, "{id}");
        seq += 1;
        say(&ana, &room, &unique()).await;
        assert_eq!(feed.until(&room, seq).await, [(room.clone(), seq)], "{id}");
    }
    // One of the past is a good one, and so is one of a future that was lost.
    let (mut feed, _) = Feed::after(&ben, &format!("{epoch}.0")).await;
    assert_gapless(&of(&feed.until(&room, seq).await, &room), 1, seq);
    let (mut feed, _) = Feed::after(&ben, &format!("{epoch}.{}", u64::MAX)).await;
    say(&ana, &room, "live").await;
    assert_eq!(feed.until(&room, seq + 1).await, [(room, seq + 1)]);
}

#[actix_web::test]
async fn who_is_added_or_removed_hears_from_then_on_and_up_to_then() {
    let community = Community::start().await;
    let (ana, ben) = (community.member("ana").await, community.member("ben").await);
    let (room, other) = (group(&ana, &[&community.admin().await]).await, direct(&ana, &ben).await);
    let (mut feed, _) = Feed::of(&ben).await;
    say(&ana, &room, "before").await;
    add(&ana, &room, &ben).await;
    say(&ana, &room, "during").await;
    remove(&ana, &room, &ben).await;
    say(&ana, &room, "after").await;
    say(&ana, &other, "last").await;
    assert_eq!(of(&feed.until(&other, 1).await, &room), [2, 3, 4]);
}

#[actix_web::test]
async fn a_stream_ends_with_its_session_and_says_why() {
    let community = Community::start().await;
    let (ana, ben) = (community.member("ana").await, community.member("ben").await);
    let phone = signed_in_again(&ana).await;
    let (mut feed, mut other, mut of_ben) = (Feed::of(&ana).await.0, Feed::of(&phone).await.0, Feed::of(&ben).await.0);
    ana.post_nothing("/auth/logout").await.expect(204);
    assert_eq!(feed.closed().await, 4503);
    until_connected(&community, 2).await;
    community.admin().await.put("/users/ana/ban").await.expect(204);
    assert_eq!(other.closed().await, 4503);
    ben.delete_json("/me", &json!({"password": PASSWORD})).await.expect(204);
    assert_eq!(of_ben.closed().await, 4503);
    until_connected(&community, 0).await;
}

#[actix_web::test]
async fn a_stream_ends_when_its_token_expires_and_is_kept_alive_until_then() {
    let community = Community::with_limits(|limits| limits.heartbeat = Duration::from_millis(30)).await;
    let (ana, ben) = (community.member("ana").await, community.member("ben").await);
    let room = direct(&ana, &ben).await;
    let (mut feed, _) = Feed::of(&ana).await;
    community.later(Duration::from_secs(899));
    let ben = ben.renewed().await;
    while feed.comments < 3 {
        say(&ben, &room, &unique()).await;
        feed.next().await.unwrap();
    }
    community.later(Duration::from_secs(1));
    assert_eq!(feed.closed().await, 4005);
}

#[actix_web::test]
async fn a_stream_is_for_who_is_signed_in() {
    let community = Community::start().await;
    let ana = community.member("ana").await;
    community.anonymous().get("/events").await.assert_problem(401, "authentication_required");
    let mut in_url = ana.clone();
    in_url.access_token.clear();
    let path = format!("/events?access_token={0}&token={0}", ana.access_token);
    in_url.get(&path).await.assert_problem(401, "authentication_required");
    community.later(Duration::from_secs(900));
    ana.get("/events").await.assert_problem(401, "invalid_token");
    assert_eq!(community.app().hub.sockets(), 0);
}

#[actix_web::test]
async fn streams_and_sockets_are_counted_together() {
    let community = Community::with_limits(|limits| {
        (limits.sockets, limits.heartbeat) = (2, Duration::from_millis(30));
    })
    .await;
    let (ana, ben) = (community.member("ana").await, community.member("ben").await);
    let (feed, mut device) = (Feed::of(&ana).await.0, Device::of(&ana).await);
    let answer = ana.get("/events").await;
    answer.assert_problem(429, "too_many_sockets");
    assert!(answer.header("retry-after").is_some());
    let mut one_more = Device::connect(&ana).await;
    one_more.begin(json!({"op": "hello", "token": ana.access_token})).await;
    assert_eq!(one_more.closed().await, 4504);
    assert!(device.is_open().await && Device::of(&ben).await.is_open().await);
    drop(feed);
    until_connected(&community, 1).await;
    assert!(Device::of(&ana).await.is_open().await);
}

#[actix_web::test]
async fn who_only_asks_for_the_head_of_a_stream_gets_that_and_takes_no_place() {
    let community = Community::start().await;
    let ana = community.member("ana").await;
    let answer = ana.head("/events").await;
    assert_eq!((answer.status, answer.header("content-type"), answer.body.len()), (200, Some("text/event-stream"), 0));
    // The connection is good for the next request.
    let next = actix_web::rt::time::timeout(PATIENCE, ana.get("/me")).await;
    next.unwrap_or_else(|_| panic!("nothing more is answered on this connection")).expect(200);
    until_connected(&community, 0).await;
}
