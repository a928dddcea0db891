//! What every device saw and was told, held against what everybody else saw, and against what is stored.

use std::collections::{BTreeMap, BTreeSet};

use super::account::Account;
use super::device::{Device, Own, Room};
use super::view::Seen;
use super::wish::text;
use crate::client::Request;
use crate::witness::Witness;

/// A message as it has to be.
struct Message<'a> {
    own: &'a Own,
    sender: &'a str,
    /// How many put which emoji there.
    reactions: BTreeMap<&'a str, u64>,
}

/// Somebody in a conversation: the device, and the place of the conversation among its rooms.
type Member<'d, 'a> = (&'d Device<'a>, usize);

/// Fails with the first thing that is not as it has to be; gives how many events there are.
pub fn compare(devices: &[Device<'_>], witness: &mut Witness) -> usize {
    let rooms: BTreeSet<_> = devices.iter().flat_map(|device| &device.rooms).map(|room| &room.id).collect();
    rooms.into_iter().map(|room| compare_room(room, devices, witness)).sum()
}

fn compare_room(id: &str, devices: &[Device<'_>], witness: &mut Witness) -> usize {
    let place = |device: &Device<'_>| device.rooms.iter().position(|room| room.id == id);
    let members: Vec<Member<'_, '_>> = devices.iter().filter_map(|device| Some((device, place(device)?))).collect();
    let (device, room) = members[0];
    let log = device.rooms[room].view.events();
    for (device, room) in &members {
        assert_same_view(log, &device.rooms[*room], &device.account);
    }
    let messages = acknowledged(&members, log);
    for (device, room) in &members {
        compare_member(device, *room, &messages, witness);
    }
    log.len()
}

/// Whether a member has seen what the first one has, event by event.
fn assert_same_view(log: &[Seen], room: &Room, Account { id, email: name, .. }: &Account) {
    let view = room.view.events();
    assert_eq!((room.view.cursor(), view.len()), (log.len() as u64, log.len()), "{name} has not seen as much");
    for (one, other) in log.iter().zip(view) {
        assert_eq!(one.public(), other.public(), "{name} has seen something else");
        let secret = other.is_for_one() && other.actor.as_ref().is_some_and(|actor| actor != id);
        assert!(!secret, "{name} has seen what is nobody's business: {other:?}");
    }
}

/// Every message that was acknowledged, by `seq`. They are all that the log has, each in its place.
fn acknowledged<'d>(members: &[Member<'d, '_>], log: &[Seen]) -> BTreeMap<u64, Message<'d>> {
    let mut messages = BTreeMap::new();
    for (device, room) in members {
        let view = &device.rooms[*room].view;
        for own in device.own.iter().filter(|own| own.room == *room) {
            let seen = view.at(own.seq).unwrap_or_else(|| panic!("message {} is lost", own.seq));
            let is_there = seen.kind == "message"
                && seen.actor.as_ref() == Some(&device.account.id)
                && seen.message.as_ref() == Some(&own.id)
                && seen.client_id.as_ref() == Some(&own.client_id);
            assert!(
                is_there,
                "{} was told that {} is message {}, and that is {seen:?}",
                device.account.email, own.client_id, own.seq
            );
            let message = Message { own, sender: &device.account.id, reactions: BTreeMap::new() };
            assert!(messages.insert(own.seq, message).is_none(), "two messages are told to be {}", own.seq);
        }
        for (_, seq, message) in device.changes.iter().filter(|(changed, ..)| changed == room) {
            let seen = view.at(*seq).unwrap_or_else(|| panic!("event {seq} is lost"));
            assert_eq!(seen.message.as_ref(), Some(message), "event {seq} should be about another message");
        }
    }
    // Nothing is left unanswered: what the log has besides is there twice, or was never sent.
    let in_log = (1..).zip(log).filter(|(_, event)| event.kind == "message");
    let unknown = in_log.filter(|(seq, _)| !messages.contains_key(seq)).map(|(_, event)| event).collect::<Vec<_>>();
    assert!(unknown.is_empty(), "nobody was told of {unknown:?}");
    let names: BTreeSet<_> = messages.values().map(|message| &message.own.client_id).collect();
    assert_eq!(names.len(), messages.len(), "a client_id is there twice");
    for (device, _) in members {
        let there = device.reactions.iter().filter(|(_, is_there)| **is_there);
        let there: BTreeMap<_, Vec<_>> = there.fold(BTreeMap::new(), |mut there, ((message, emoji), _)| {
            there.entry(message).or_insert_with(Vec::new).push(emoji);
            there
        });
        for message in messages.values_mut().filter(|message| message.own.text.is_some()) {
            for emoji in there.get(&message.own.id).into_iter().flatten() {
                *message.reactions.entry(emoji.as_str()).or_default() += 1;
            }
        }
    }
    messages
}

/// Whether what is stored is what `device` saw, as it has to be by now.
fn compare_member(device: &Device<'_>, place: usize, messages: &BTreeMap<u64, Message<'_>>, witness: &mut Witness) {
    let (account, room) = (&device.account, &device.rooms[place]);
    let path = format!("/api/v1/conversations/{}", room.id);
    let stored = witness.list(&format!("{path}/events"), Some(&account.token));
    assert_eq!(stored.len() as u64, room.view.cursor());
    for ((event, seen), seq) in stored.iter().zip(room.view.events()).zip(1..) {
        assert_eq!(event["seq"], seq);
        assert_eq!(Seen::of(event), *seen, "what is stored is not what {} saw", account.email);
        let Some(message) = messages.get(&seq) else { continue };
        let text = message.own.text.as_ref().filter(|_| !device.hidden.contains(&(place, seq)));
        assert_eq!(event["text"].as_str(), text.map(String::as_str), "to {} message {seq} says", account.email);
        assert_eq!(event["deleted"], text.is_none());
        let reactions = event["reactions"].as_array().unwrap();
        let reactions = reactions.iter().map(|one| (one["emoji"].as_str().unwrap(), one["count"].as_u64().unwrap()));
        assert_eq!(reactions.collect::<BTreeMap<_, _>>(), message.reactions, "beside message {seq}");
    }
    let is_unread = |seq: u64, message: &Message<'_>| {
        let deleted = message.own.text.is_none() || device.hidden.contains(&(place, seq));
        seq > room.read && message.sender != account.id && !deleted
    };
    let unread = messages.iter().filter(|(seq, message)| is_unread(**seq, message)).count();
    let conversation = witness.ask(&Request::new("GET", path).by(&account.token)).expect(200);
    let counts = ["last_seq", "read_seq", "unread_count"].map(|name| conversation[name].as_u64().unwrap());
    assert_eq!(counts, [room.view.cursor(), room.read, unread as u64], "{} in {}", account.email, room.id);
    assert_eq!(text(&conversation["id"]), room.id);
}
