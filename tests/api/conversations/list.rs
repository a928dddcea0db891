//! The list of one's conversations.

use serde_json::json;

use super::room::Room;
use crate::actor::{Actor, each, text};
use crate::community::Community;

#[actix_web::test]
async fn the_most_recently_active_comes_first_whatever_was_done_there() {
    let community = Community::start().await;
    let (ana, ben, cem) = (community.member("ana").await, community.member("ben").await, community.member("cem").await);
    let rooms = [
        Room::direct(&ana, &ben).await,
        Room::group(&ana, &[&ben, &cem]).await,
        Room::direct(&cem, &ana).await,
        Room::group(&ana, &[&cem]).await,
    ];
    let order = async || {
        let items = ana.get("/conversations").await.items();
        each(&items, "id").iter().map(|id| rooms.iter().position(|room| room.id == *id).unwrap()).collect::<Vec<_>>()
    };
    assert_eq!(order().await, [3, 2, 1, 0]);
    let said = rooms[0].say(&ben, "Hello").await;
    assert_eq!(order().await, [0, 3, 2, 1]);
    rooms[1].rename(&ana, "Millers").await.expect(200);
    assert_eq!(order().await, [1, 0, 3, 2]);
    rooms[2].say(&ana, "Hello").await;
    assert_eq!(order().await, [2, 1, 0, 3]);
    rooms[0].react(&ana, &said, "👍").await.expect(200);
    assert_eq!(order().await, [0, 2, 1, 3]);
    rooms[3].remove(&cem, &cem).await.expect(204);
    assert_eq!(order().await, [3, 0, 2, 1]);
    // Reading is nothing that happens in a conversation, nor is what changes nothing.
    rooms[2].read(&ana, 1).await.expect(200);
    rooms[2].read(&cem, 1).await.expect(200);
    rooms[0].react(&ana, &said, "👍").await.expect(200);
    rooms[1].rename(&ana, "Millers").await.expect(200);
    assert_eq!(order().await, [3, 0, 2, 1]);
    community.tidy().await;
}

#[actix_web::test]
async fn each_sees_their_own_conversations_only() {
    let community = Community::start().await;
    let (ana, ben, cem) = (community.member("ana").await, community.member("ben").await, community.member("cem").await);
    let direct = Room::direct(&ana, &ben).await;
    let group = Room::group(&ben, &[&cem]).await;
    let list = async |who: &Actor| each(&who.get("/conversations").await.items(), "id");
    assert_eq!(list(&ana).await, [direct.id.as_str()]);
    assert_eq!(list(&ben).await, [group.id.as_str(), direct.id.as_str()]);
    assert_eq!(list(&cem).await, [group.id.as_str()]);
    assert!(list(&community.admin().await).await.is_empty(), "not even the admin sees those of others");
    group.remove(&ben, &cem).await.expect(204);
    assert!(list(&cem).await.is_empty());
    group.add(&ben, &ana).await.expect(200);
    assert_eq!(list(&ana).await, [group.id.as_str(), direct.id.as_str()]);
    group.remove(&ana, &ana).await.expect(204);
    assert_eq!(list(&ana).await, [direct.id.as_str()]);
}

#[actix_web::test]
async fn pages_give_every_conversation_once_also_while_others_are_begun() {
    let community = Community::start().await;
    let (ana, ben) = (community.member("ana").await, community.member("ben").await);
    let mut rooms = Vec::new();
    for _ in 0..23 {
        rooms.push(Room::group(&ana, &[&ben]).await.id);
    }
    rooms.reverse();
    for limit in [1, 7, 23, 100] {
        assert_eq!(each(&ben.walk(&format!("/conversations?limit={limit}")).await, "id"), rooms);
    }
    assert_eq!(ben.get("/conversations").await.items().len(), 20);
    let (mut found, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = ben.get(&format!("/conversations?limit=5&cursor={cursor}")).await.expect(200);
        found.extend(each(page["items"].as_array().unwrap(), "id"));
        let Some(next) = page["next_cursor"].as_str() else { break };
        cursor = next.to_owned();
        Room::group(&ana, &[&ben]).await;
    }
    assert_eq!(found, rooms);
    for limit in ["0", "101", "x", "-1"] {
        ben.get(&format!("/conversations?limit={limit}")).await.assert_invalid(&["limit"]);
    }
    let of_users = text(&ana.get("/users?limit=1").await.expect(200)["next_cursor"]);
    for bad in ["x", &of_users, &cursor[1..]] {
        ben.get(&format!("/conversations?cursor={bad}")).await.assert_problem(400, "invalid_cursor");
    }
    assert_eq!(ana.get("/conversations?limit=100").await.expect(200)["next_cursor"], json!(null));
}
