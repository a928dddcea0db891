//! What somebody who means harm tries, and that it is refused and changes nothing. The whole list, with the place where
//! each family is held:
//!
//! | attack | held in |
//! |---|---|
//! | forged, altered, expired, foreign and misused tokens | [`tokens`], `sessions/tokens.rs`, the fuzz target `token` |
//! | session fixation; refresh tokens replayed, raced, after sign-out, ban and deletion | [`refreshing`], `sessions/rotation.rs` |
//! | somebody else's post, comment, conversation, message, session: every route there is | [`ownership`], `conversations/outsiders.rs` |
//! | mass assignment, forged forms (CSRF), method override | [`fields`] |
//! | stored scripts (XSS), sniffing, framing | [`scripts`], `http/refusals.rs` |
//! | header injection, host and cache poisoning, ranges, entity tags | [`headers`], `http/caching.rs` |
//! | path traversal, open redirects | [`paths`], `http/refusals.rs` |
//! | WebSockets and streams from foreign pages, slow and broken handshakes | [`sockets`], `socket/handshake.rs`, `src/http/origin.rs` |
//! | who has an account, by words, status or time | [`enumeration`], `sessions/devices.rs` |
//! | the first account taken through a page of another site (DNS rebinding) | [`rebinding`], `accounts/first.rs` |
//! | oversized, deep, double, broken JSON; compressed bombs | [`bodies`], `http/bodies.rs`, `socket/refusals.rs`, the fuzz targets `body` and `frame` |
//! | request smuggling, broken framing | [`smuggling`] |
//! | cursors and idempotency keys of others; numbers out of range | [`cursors`], `posts/paging.rs`, `idempotency.rs` |
//! | text that deceives the eye; two spellings of one address | [`deception`], `src/text.rs` |
//! | log injection | `tests/cli/logging.rs`, with the real executable |
//! | authors of anonymous posts | `anonymity.rs`, `conversations/secrecy.rs` |
//! | floods | `http/overload.rs`, `socket/slow.rs` |

mod bodies;
mod cursors;
mod deception;
mod enumeration;
mod fields;
mod headers;
mod ownership;
mod paths;
mod raw;
mod rebinding;
mod refreshing;
mod scripts;
mod smuggling;
mod sockets;
mod tokens;
