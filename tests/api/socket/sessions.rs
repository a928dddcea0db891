//! Sockets and sessions: tokens that expire and are renewed, sessions that end, and how many sockets there may be.

use super::*;

const QUARTER: Duration = Duration::from_secs(900);

#[actix_web::test]
async fn a_socket_whose_token_has_expired_is_closed_at_the_next_frame() {
    let community = Community::start().await;
    let ana = community.member("ana").await;
    let mut device = Device::of(&ana).await;
    community.later(QUARTER - Duration::from_secs(1));
    assert!(device.is_open().await);
    community.later(Duration::from_secs(1));
    device.begin(json!({"op": "ping"})).await;
    assert_eq!(device.closed().await, 4005);
    assert!(device.answers().is_empty(), "{:?}", device.answers());
    until_connected(&community, 0).await;
}

#[actix_web::test]
async fn a_socket_whose_token_has_expired_is_closed_also_where_it_is_silent() {
    let community = Community::with_limits(|limits| limits.heartbeat = Duration::from_millis(50)).await;
    let ana = community.member("ana").await;
    let mut device = Device::of(&ana).await;
    community.later(QUARTER);
    assert_eq!(device.closed().await, 4005);
}

#[actix_web::test]
async fn a_fresh_token_keeps_a_socket_open() {
    let community = Community::start().await;
    let ana = community.member("ana").await;
    let mut device = Device::of(&ana).await;
    let mut present = ana.clone();
    for _ in 0..4 {
        community.later(QUARTER - Duration::from_secs(1));
        present = present.renewed().await;
        assert_eq!(device.done(json!({"op": "auth", "token": present.access_token})).await, json!({}));
    }
    // The token that it began with is long forgotten; the session is the same.
    present.post_nothing("/auth/logout").await.expect(204);
    assert_eq!(device.closed().await, 4503);
}

#[actix_web::test]
async fn a_token_of_another_session_of_the_account_makes_the_socket_belong_to_that_one() {
    let community = Community::start().await;
    let ana = community.member("ana").await;
    let (phone, tablet) = (signed_in_again(&ana).await, signed_in_again(&ana).await);
    let (mut moved, mut stays) = (Device::of(&ana).await, Device::of(&ana).await);
    moved.done(json!({"op": "auth", "token": phone.access_token})).await;
    ana.post_nothing("/auth/logout").await.expect(204);
    assert_eq!(stays.closed().await, 4503);
    assert!(moved.is_open().await);
    moved.done(json!({"op": "auth", "token": tablet.access_token})).await;
    moved.done(json!({"op": "auth", "token": tablet.access_token})).await;
    phone.post_nothing("/auth/logout").await.expect(204);
    assert!(moved.is_open().await);
    tablet.post_nothing("/auth/logout").await.expect(204);
    assert_eq!(moved.closed().await, 4503);
}

#[actix_web::test]
async fn a_token_that_does_not_renew_is_refused_and_the_socket_stays_as_it_is() {
    let community = Community::start().await;
    let (ana, ben) = (community.member("ana").await, community.member("ben").await);
    let ended = signed_in_again(&ana).await;
    ended.post_nothing("/auth/logout").await.expect(204);
    let mut device = Device::of(&ana).await;
    device.refused(json!({"op": "auth", "token": ben.access_token}), "forbidden").await;
    for token in ["", "nonsense", &ana.refresh_token, &ended.access_token] {
        device.refused(json!({"op": "auth", "token": token}), "invalid_token").await;
    }
    for wrong in [json!({"op": "auth"}), json!({"op": "auth", "token": 1})] {
        let error = device.refused(wrong, "validation_failed").await;
        assert_eq!(error["errors"][0]["field"], "token");
    }
    assert!(device.is_open().await);
    ben.post_nothing("/auth/logout").await.expect(204);
    assert!(device.is_open().await);
    // Nothing of that has given it more time.
    community.later(QUARTER);
    device.begin(json!({"op": "auth", "token": ana.renewed().await.access_token})).await;
    assert_eq!(device.closed().await, 4005);
}

/// Somebody with two devices in one session and one in another, and somebody else.
async fn four_devices(community: &Community) -> (Actor, Actor, [Device; 4]) {
    let (ana, ben) = (community.member("ana").await, community.member("ben").await);
    let phone = signed_in_again(&ana).await;
    let devices = [Device::of(&ana).await, Device::of(&ana).await, Device::of(&phone).await, Device::of(&ben).await];
    (ana, phone, devices)
}

/// Asserts which of the devices are closed for good, and that the others are open.
async fn assert_ended(devices: &mut [Device; 4], ended: [bool; 4]) {
    for (device, ended) in devices.iter_mut().zip(ended) {
        if ended {
            assert_eq!(device.closed().await, 4503);
        } else {
            assert!(device.is_open().await);
        }
    }
}

#[actix_web::test]
async fn signing_out_closes_the_sockets_of_this_session_at_once_and_no_others() {
    let community = Community::start().await;
    let (ana, _, mut devices) = four_devices(&community).await;
    ana.post_nothing("/auth/logout").await.expect(204);
    assert_ended(&mut devices, [true, true, false, false]).await;
    until_connected(&community, 2).await;
}

#[actix_web::test]
async fn signing_out_everywhere_closes_all_sockets_of_the_account() {
    let community = Community::start().await;
    let (_, phone, mut devices) = four_devices(&community).await;
    phone.post_nothing("/auth/logout-all").await.expect(204);
    assert_ended(&mut devices, [true, true, true, false]).await;
}

#[actix_web::test]
async fn ending_a_session_from_another_device_closes_its_sockets() {
    let community = Community::start().await;
    let (ana, phone, mut devices) = four_devices(&community).await;
    let sessions = phone.get("/auth/sessions").await.items();
    let of_ana = sessions.iter().find(|session| session["current"] != json!(true)).unwrap();
    phone.delete(&format!("/auth/sessions/{}", text(&of_ana["id"]))).await.expect(204);
    ana.get("/me").await.assert_problem(401, "invalid_token");
    assert_ended(&mut devices, [true, true, false, false]).await;
}

#[actix_web::test]
async fn changing_the_password_closes_the_sockets_of_every_other_session() {
    let community = Community::start().await;
    let (_, phone, mut devices) = four_devices(&community).await;
    let change = json!({"current": PASSWORD, "new": "another long password"});
    phone.put_json("/me/password", &change).await.expect(204);
    assert_ended(&mut devices, [true, true, false, false]).await;
}

#[actix_web::test]
async fn deleting_the_account_closes_all_its_sockets() {
    let community = Community::start().await;
    let (ana, _, mut devices) = four_devices(&community).await;
    ana.delete_json("/me", &json!({"password": PASSWORD})).await.expect(204);
    assert_ended(&mut devices, [true, true, true, false]).await;
}

#[actix_web::test]
async fn a_ban_closes_all_sockets_of_the_account() {
    let community = Community::start().await;
    let (ana, _, mut devices) = four_devices(&community).await;
    community.admin().await.put(&format!("/users/{}/ban", ana.id())).await.expect(204);
    assert_ended(&mut devices, [true, true, true, false]).await;
}

#[actix_web::test]
async fn a_refresh_token_that_is_used_again_closes_the_sockets_of_its_session() {
    let community = Community::start().await;
    let (ana, _, mut devices) = four_devices(&community).await;
    ana.renewed().await;
    let again = ana.post("/auth/refresh", &json!({"refresh_token": ana.refresh_token})).await;
    again.assert_problem(401, "invalid_refresh_token");
    assert_ended(&mut devices, [true, true, false, false]).await;
}

#[actix_web::test]
async fn nothing_more_is_heard_on_a_socket_whose_session_has_ended() {
    let community = Community::start().await;
    let (ana, ben) = (community.member("ana").await, community.member("ben").await);
    let room = group(&ben, &[&ana]).await;
    let phone = signed_in_again(&ana).await;
    let (mut device, mut other) = (Device::of(&ana).await, Device::of(&phone).await);
    say(&ben, &room, "before").await;
    ana.post_nothing("/auth/logout").await.expect(204);
    say(&ben, &room, "after").await;
    other.until(&room, 2).await;
    assert_eq!(device.closed().await, 4503);
    assert!(!device.log(&room).contains(&2), "{:?}", device.heard);
}

#[actix_web::test]
async fn one_socket_too_many_is_closed_itself_and_there_is_room_when_another_goes() {
    let community = Community::with_limits(|limits| limits.sockets = 3).await;
    let (ana, ben) = (community.member("ana").await, community.member("ben").await);
    let phone = signed_in_again(&ana).await;
    let (first, mut second, mut third) = (Device::of(&ana).await, Device::of(&ana).await, Device::of(&phone).await);
    for actor in [&ana, &phone] {
        let mut one_more = Device::connect(actor).await;
        one_more.begin(json!({"op": "hello", "token": actor.access_token})).await;
        assert_eq!(one_more.closed().await, 4504);
        assert!(one_more.answers().is_empty(), "{:?}", one_more.answers());
    }
    let mut of_ben = Device::of(&ben).await;
    assert!(second.is_open().await && third.is_open().await && of_ben.is_open().await);
    first.leave().await;
    until_connected(&community, 3).await;
    let mut in_its_place = Device::of(&ana).await;
    assert!(in_its_place.is_open().await && second.is_open().await);
    // Who is cut off, not closed, makes room as well.
    drop(second);
    until_connected(&community, 3).await;
    assert!(Device::of(&phone).await.is_open().await);
}
