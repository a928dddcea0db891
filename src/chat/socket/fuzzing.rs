//! The doors of the socket for [`crate::fuzzing`].

use super::frames::{About, Auth, Empty, Envelope, Hello, In, read, unknown};
use super::guard::Frames;
use super::operations::{Delete, React};
use crate::chat::routes::{EditMessage, MarkRead, SendMessage};

/// Reads a text frame as each op would, whatever its own is, and gives every answer to it; `None` where it is no frame.
pub fn answers(text: &str) -> Option<Vec<String>> {
    let envelope = Envelope::read(text)?;
    let read = [
        read::<Hello>(text).map(drop),
        read::<Auth>(text).map(drop),
        read::<In>(text).map(drop),
        read::<About>(text).map(drop),
        read::<SendMessage>(text).map(drop),
        read::<EditMessage>(text).map(drop),
        read::<Delete>(text).map(drop),
        read::<React>(text).map(drop),
        read::<MarkRead>(text).map(drop),
        Err(unknown(&envelope.op)),
    ];
    let answer = |read: Result<(), _>| read.map_or_else(|e| envelope.refusal(&e), |()| envelope.answer(&Empty {}));
    Some(read.into_iter().map(answer).collect())
}

/// Whether the bytes of a WebSocket, which come in `pieces`, hold no frame of more than `limit` bytes.
pub fn fit<'a>(limit: u64, pieces: impl IntoIterator<Item = &'a [u8]>) -> bool {
    let mut frames = Frames::new(limit);
    pieces.into_iter().all(|piece| frames.fit(piece))
}
