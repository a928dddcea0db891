//! HTTP: how requests come in and answers go out, whatever they are about. What they are about is in the slices.
//!
//! # Bounds
//!
//! Everything that somebody outside can make larger, longer or more has an end, and is refused past it:
//!
//! | what | how much | past it | where |
//! |---|---|---|---|
//! | head of a request | 128 KiB, 96 headers; so also its URL | 4xx, and the end of the connection | actix-http |
//! | time of a connection's first head | 10 s | 408 | [`server`] |
//! | connection that nothing was sent to, and little came from | 90 to 180 s, a later head that does not end included | its end | `patient` |
//! | connection without a request | 75 s | its end | [`server`] |
//! | requests sent ahead on a connection | 16 | TCP slows it down | actix-http |
//! | body of a request | 512 KiB, known before it is read where the head says so | 413 | [`json`] |
//! | time of a body | 30 s | 408 | [`overload::Bounds`] |
//! | body of an upload | 10 MB | 413 | [`crate::media`] |
//! | time of an upload | 300 s: 10 MB at 280 kbit/s | 408 | [`overload::Bounds`] |
//! | uploads in memory, of all connections | 256 MiB | 503 | [`crate::media`] |
//! | uploads under way, of one account | 4 | 429 | [`crate::media`] |
//! | compressed body | none: nothing is unpacked | 415 | [`json`] |
//! | nesting of JSON | 128 | 400 | serde_json |
//! | items of a page | 100 | 422 | [`query`] |
//! | what is sent and not taken | 30 s | the end of the connection | [`server`] |
//! | connections | 10,000 a thread | they wait to be accepted (1,024), then the system refuses | [`server`] |
//! | connections of one address | 4,096; not of this machine and of trusted proxies | their end | [`connections`] |
//! | TLS handshakes | 256 a thread, 3 s | they wait, then their end | actix-tls |
//! | requests under way | 4,096 | 503 | [`overload::Gate`] |
//! | lateness of a thread | 0.5 s | 503 for some | [`overload`] |
//! | requests in a time | by address and account | 429 | [`crate::limits`] |
//! | wrong passwords | growing waits | 429 | [`crate::limits::failures`] |
//! | passwords that wait to be hashed | 128 | 503 | [`crate::accounts`] |
//! | pictures that wait to be decoded | 32 | 503 | [`crate::media`] |
//! | a picture, decoded | 50 million pixels, 12,000 in either direction, 256 MiB; 600 frames, 100 million pixels in all; 100 scans of a JPEG over 360 million | 422 | [`crate::media::Bounds`] |
//! | pictures that are decoded at once | 512 MiB | they wait | [`crate::media`] |
//! | sockets and streams of one account | 64 | 4504, 429 | [`crate::chat::Limits`] |
//! | silence before `hello`, after a ping | 5 s, 10 s | 4501, 4012 | the same |
//! | frame, also of many parts | 128 KiB | 4501 | the same |
//! | frames of one socket | 100,000 in 10 s | 4013 | the same |
//! | what waits to be sent to a device | 1 MiB | 4008 | the same |
//! | changes of one socket on their way to the disk | 32 | TCP slows it down | [`crate::chat`] |

pub mod address;
pub mod auth;
pub mod connections;
pub mod cors;
pub mod docs;
pub mod health;
pub mod immutable;
pub mod json;
mod limited;
mod measured;
mod negotiation;
pub mod openapi;
pub mod origin;
pub mod overload;
pub mod pages;
mod patient;
pub mod probe;
pub mod problem;
pub mod query;
pub mod redirect;
pub mod representation;
pub mod routes;
pub mod server;
pub mod streaming;
pub mod written;
