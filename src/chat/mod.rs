//! Chat: conversations between two or in groups, each with one log of everything that happens in it.
//!
//! The log is the truth: every message, edit, deletion, reaction and change of members takes the next `seq` of its
//! conversation, in the write that does it. [`hub::Hub`] hears of it from the store and passes it on to who is
//! connected; who is not goes on from their cursor later. Nothing is sent that is not stored, and nothing is sent twice.

mod conversations;
mod export;
mod fields;
mod greeting;
mod hub;
mod log;
mod members;
mod messages;
mod record;
mod replay;
pub mod routes;
pub mod socket;
mod view;

pub use conversations::{MAX_MEMBERS, NewConversation, Opened, Reading, mark_read, open, takes_part};
pub use fields::{MAX_TEXT, parse_group_name, parse_message};
pub use hub::{Ending, Figures as HubFigures, Hub, Limits, listen};
pub use log::{begin_history, seed};
pub use members::{add as add_member, purge, purge_account};
pub use messages::{Change, NewMessage, Sent, change, send};
pub use record::{
    Conversation, ConversationId, Event, Hidden, Kind, MESSAGES_BY_ID, Member, Message, MessageId, Reaction, ReadMark,
    Scope, Timeline, What,
};
pub use view::{ConversationView, EventView};
