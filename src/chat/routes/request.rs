//! What clients send about conversations and messages, over HTTP and in frames.

use serde::Deserialize;
use utoipa::ToSchema;

use crate::accounts::AccountId;
use crate::chat::conversations::{GroupChanges, NewConversation};
use crate::chat::fields::{parse_client_id, parse_group_name, parse_image, parse_message};
use crate::chat::messages::NewMessage;
use crate::chat::record::Scope;
use crate::error::FieldError;
use crate::http::json::Parse;
use crate::text::can_be_seen;

/// A new conversation: between two where there is one other and no name, else a group.
#[derive(Deserialize, ToSchema)]
pub struct CreateConversation {
    /// Who else takes part: 1 to 499 users.
    members: Vec<AccountId>,
    /// A group's name, 1 to 80 characters. A group of several may do without, and is named after its members.
    #[schema(example = "Sourdough circle")]
    name: Option<String>,
}

impl Parse for CreateConversation {
    type Parsed = NewConversation;

    fn parse(self) -> Result<NewConversation, Vec<FieldError>> {
        let name = self.name.as_deref().map(parse_group_name).transpose().map_err(|error| vec![error])?;
        Ok(NewConversation { members: self.members.into_iter().collect(), name })
    }
}

/// What to change in a group.
#[derive(Deserialize, ToSchema)]
pub struct UpdateConversation {
    /// 1 to 80 characters.
    name: Option<String>,
    /// The member who is to be the owner.
    owner: Option<AccountId>,
}

impl Parse for UpdateConversation {
    type Parsed = GroupChanges;

    fn parse(self) -> Result<GroupChanges, Vec<FieldError>> {
        let name = self.name.as_deref().map(parse_group_name).transpose().map_err(|error| vec![error])?;
        Ok(GroupChanges { name, owner: self.owner })
    }
}

/// A new message.
#[derive(Deserialize, ToSchema)]
pub struct SendMessage {
    /// What the device calls it, 1 to 128 characters: a fresh UUID, say. The same again is the same message.
    #[schema(example = "7f0c2f1e-6a53-4f0b-9d0c-2c8f1f7f5a11")]
    client_id: String,
    /// 1 to 4,000 characters; may be left out where there is a picture.
    #[serde(default)]
    #[schema(example = "Is the oven free on Saturday?")]
    text: String,
    /// The `seq` of the message that it answers.
    reply_to: Option<u64>,
    /// The id of a picture that one has uploaded and not used yet.
    image: Option<String>,
}

impl Parse for SendMessage {
    type Parsed = NewMessage;

    fn parse(self) -> Result<NewMessage, Vec<FieldError>> {
        let mut errors = Vec::new();
        let mut keep =
            |parsed: Result<String, FieldError>| parsed.map_err(|error| errors.push(error)).unwrap_or_default();
        let client_id = keep(parse_client_id(&self.client_id));
        let image = self.image.as_deref().map(parse_image).transpose();
        let is_but_a_picture = matches!(image, Ok(Some(_))) && !can_be_seen(&self.text);
        let text = if is_but_a_picture { String::new() } else { keep(parse_message(&self.text)) };
        let image = image.map_err(|error| errors.push(error)).unwrap_or_default();
        if errors.is_empty() { Ok(NewMessage { client_id, text, image, reply_to: self.reply_to }) } else { Err(errors) }
    }
}

/// A message's new text.
#[derive(Deserialize, ToSchema)]
pub struct EditMessage {
    /// 1 to 4,000 characters.
    text: String,
}

impl Parse for EditMessage {
    type Parsed = String;

    fn parse(self) -> Result<String, Vec<FieldError>> {
        parse_message(&self.text).map_err(|error| vec![error])
    }
}

/// How far somebody has read.
#[derive(Deserialize, ToSchema)]
pub struct MarkRead {
    /// The last event that was read.
    seq: u64,
}

impl Parse for MarkRead {
    type Parsed = u64;

    fn parse(self) -> Result<u64, Vec<FieldError>> {
        Ok(self.seq)
    }
}

impl Scope {
    /// For whom something is to be deleted: for everyone where nothing is said.
    ///
    /// # Errors
    ///
    /// A [`FieldError`] that says what is wrong.
    pub fn named(name: Option<&str>) -> Result<Self, FieldError> {
        match name {
            None | Some("everyone") => Ok(Self::Everyone),
            Some("me") => Ok(Self::Me),
            Some(_) => Err(FieldError::new("for", "must be 'me' or 'everyone'")),
        }
    }
}
