//! Conversations: groups from the collection `groups`, and one for each two who wrote to each other.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::accounts::AccountId;
use crate::chat::{Conversation, ConversationId, Kind, MAX_MEMBERS, Member, parse_group_name};
use crate::clock::Timestamp;
use crate::text;

use super::value::{Document, Value};
use super::{DumpError, GROUPS, Import, ids};

const COLLECTION: &str = "groups";

/// Every field that is read.
const FIELDS: &[&str] = &[
    "_id",
    "id",
    "__v",
    "name",
    "title",
    "members",
    "participants",
    "users",
    "owner",
    "admin",
    "createdBy",
    "creator",
    "admins",
    "createdAt",
    "created_at",
    "updatedAt",
];

/// A conversation that is to be written.
pub(super) struct Room {
    pub(super) id: ConversationId,
    pub(super) kind: Kind,
    name: String,
    pub(super) created_at: Timestamp,
    pub(super) members: BTreeSet<AccountId>,
    /// As in [`Conversation`].
    pub(super) position: u64,
    /// The last event of its log.
    pub(super) last_seq: u64,
    /// How many messages each has written.
    pub(super) sent: HashMap<AccountId, u64>,
    /// How far each has read.
    pub(super) read: BTreeMap<AccountId, u64>,
}

/// All conversations.
#[derive(Default)]
pub(super) struct Rooms {
    pub(super) all: Vec<Room>,
    groups: HashMap<String, usize>,
    direct: HashMap<(AccountId, AccountId), usize>,
}

impl Rooms {
    /// The group that the dump calls `key`.
    pub(super) fn group(&self, key: &str) -> Option<usize> {
        self.groups.get(key).copied()
    }

    /// The conversation of two, begun with the first message that is found.
    pub(super) fn direct(&mut self, one: AccountId, other: AccountId, at: Timestamp) -> usize {
        let pair = (one.min(other), one.max(other));
        if let Some(place) = self.direct.get(&pair) {
            let room = &mut self.all[*place];
            if at < room.created_at {
                room.created_at = at;
            }
            return *place;
        }
        self.direct.insert(pair, self.all.len());
        let members = BTreeSet::from([one, other]);
        self.push(ConversationId::from([0; 16]), Kind::Direct(pair.0, pair.1), String::new(), at, members)
    }

    /// Gives the conversations of two their ids, now that it is known when they began.
    pub(super) fn name_direct(&mut self) {
        for room in &mut self.all {
            if let Kind::Direct(one, other) = room.kind {
                room.id = ids::id("direct", &format!("{one} {other}"), room.created_at);
            }
        }
    }

    fn push(
        &mut self,
        id: ConversationId,
        kind: Kind,
        name: String,
        created_at: Timestamp,
        members: BTreeSet<AccountId>,
    ) -> usize {
        let (sent, read) = (HashMap::new(), BTreeMap::new());
        self.all.push(Room { id, kind, name, created_at, members, position: 0, last_seq: 0, sent, read });
        self.all.len() - 1
    }
}

impl Import<'_> {
    /// Finds all groups; nothing is written yet.
    pub(super) fn groups(&mut self, rooms: &mut Rooms) -> Result<(), DumpError> {
        let documents = self.dump.open(GROUPS)?;
        self.each(COLLECTION, documents, |import, document, key| {
            import.group(document, key, rooms);
            Ok(())
        })
    }

    fn group(&mut self, document: &Document, key: &str, rooms: &mut Rooms) {
        if rooms.groups.contains_key(key) {
            self.report.skipped(COLLECTION, key, "another one has the same _id", "");
            return;
        }
        let names = document.0.iter().map(|(name, _)| name.as_str());
        self.report.unread(COLLECTION, names.filter(|name| !FIELDS.contains(name)));
        let mut members: BTreeSet<_> = self
            .those(COLLECTION, key, document, &["members", "participants", "users"], "members")
            .into_iter()
            .collect();
        let owners = ["owner", "admin", "createdBy", "creator", "admins"];
        let owner = owners
            .iter()
            .flat_map(|name| document.list(&[name]))
            .filter_map(Value::key)
            .find_map(|key| self.people.find(&key))
            .or_else(|| self.member_with_role(document))
            .or_else(|| members.first().copied());
        let Some(owner) = owner else {
            self.report.skipped(COLLECTION, key, "nobody in it is there", "");
            return;
        };
        if members.len() >= MAX_MEMBERS && !members.contains(&owner) || members.len() > MAX_MEMBERS {
            let detail = format!("{} members", members.len());
            self.report.mended(COLLECTION, key, "it has too many members: the first 500 stay", &detail);
            members = members.into_iter().filter(|member| *member != owner).take(MAX_MEMBERS - 1).collect();
        }
        members.insert(owner);
        let name = self.group_name(document, key);
        let at = document.created().unwrap_or(Timestamp::from_millis(0));
        let place = rooms.push(ids::id(COLLECTION, key, at), Kind::Group(owner), name, at, members);
        rooms.groups.insert(key.to_owned(), place);
    }

    /// The first member whose role in the group is that of an admin.
    fn member_with_role(&self, document: &Document) -> Option<AccountId> {
        let is_admin = |value: &&Value| match value {
            Value::Document(member) => member
                .text(&["role"])
                .is_some_and(|role| ["admin", "owner"].contains(&role.to_ascii_lowercase().as_str())),
            _ => false,
        };
        let members = document.list(&["members", "participants", "users"]).iter().filter(is_admin);
        members.filter_map(Value::key).find_map(|key| self.people.find(&key))
    }

    fn group_name(&mut self, document: &Document, key: &str) -> String {
        let given = document.text(&["name", "title"]).unwrap_or_default();
        let line = text::forced_line(&given);
        let name = text::cut(&line, 80).0.trim_end();
        if parse_group_name(name).is_ok() {
            if name != given.trim() {
                let reason = "the name was too long, or had characters that cannot be seen";
                self.report.mended(COLLECTION, key, reason, &given);
            }
            return name.to_owned();
        }
        self.report.mended(COLLECTION, key, "it has no name, so it is 'Group'", &given);
        "Group".into()
    }

    /// Writes the conversations and who takes part.
    pub(super) fn write_rooms(&mut self, rooms: &Rooms) -> Result<(), DumpError> {
        for room in &rooms.all {
            let Room { id, kind, name, created_at, position, .. } = room;
            let conversation = Conversation {
                id: *id,
                kind: *kind,
                name: name.clone(),
                last_seq: 0,
                messages: 0,
                members: 0,
                position: *position,
                created_at: *created_at,
            };
            self.put(COLLECTION, &id.to_string(), conversation)?;
            for account in &room.members {
                let member = Member { conversation: *id, account: *account, since: 0, at: *created_at, sent: 0 };
                self.put(COLLECTION, &id.to_string(), member)?;
            }
        }
        Ok(())
    }
}
