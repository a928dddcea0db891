//! Sessions as they go out.

use serde::Serialize;
use utoipa::ToSchema;

use super::record::{Session, SessionId};
use crate::clock::Timestamp;

/// A session as its owner and the admins see it.
#[derive(Serialize, ToSchema)]
#[schema(as = Session)]
pub struct SessionView {
    id: SessionId,
    /// What the client called itself when it signed in.
    device: String,
    /// The network address it signed in from.
    address: String,
    created_at: Timestamp,
    /// When it was last refreshed.
    last_used_at: Timestamp,
    expires_at: Timestamp,
    /// Whether it is the session of this very request.
    current: bool,
}

impl SessionView {
    /// `session`, where `current` is that of the request.
    pub fn of(session: &Session, current: SessionId) -> Self {
        Self {
            id: session.id,
            device: session.device.clone(),
            address: session.address.clone(),
            created_at: session.created_at,
            last_used_at: session.last_used_at,
            expires_at: session.expires_at,
            current: session.id == current,
        }
    }
}
