//! **Hearth**: a whole community in one executable. This page is the map.
//!
//! The journal is what happened; sled holds what is; caches hold what is hot.
//!
//! # The parts
//!
//! | folder | what it is |
//! |---|---|
//! | [`accounts`] | registering, profiles, the directory, blocking; argon2 on threads of its own |
//! | [`sessions`] | signing in, rotating refresh tokens, access tokens that end with their session |
//! | [`posts`] | posts and their revisions, feeds by time, likes and heat, likes, bookmarks, archive |
//! | [`comments`] | the tree below each post |
//! | [`chat`] | conversations with one log each, who is connected, WebSocket and server-sent events |
//! | [`media`] | pictures: decoded within bounds on threads of their own, written anew, kept once for the same bytes |
//! | [`categories`] | what posts are sorted into |
//! | [`invites`] | codes with which accounts can be made where not everybody may |
//! | [`moderation`] | banning: signed out at once, and kept out |
//! | [`idempotency`] | a request that is sent again gets the first answer |
//! | [`limits`] | how often anybody may ask for something, and how long to wait after wrong passwords |
//! | [`metrics`] | what the parts measure of themselves, for Prometheus and for the admin's dashboard |
//! | [`housekeeping`] | what is cleared away in the background |
//! | [`portable`], [`mongodb`] | everything as JSON Lines, there and back; moving in from MongoDB |
//! | [`demo`] | a small community for `--demo`, made through the same rules |
//! | [`doctor`] | what on this machine would hurt: disk, limits, memory, clock, permissions, the way in |
//! | [`stress`] | the load test: people who read, write and chat against a server, and the report of it |
//! | [`store`] | journal, committer, state, indexes, snapshots, check; knows of the slices only their list of tables |
//! | [`pages`] | public pages as bytes, made anew exactly when something that they show has changed |
//! | [`backup`] | one file with everything, made while the server works, on a schedule too; and a data folder from it |
//! | [`http`] | every URL on one page ([`http::routes`]), what all requests and answers have in common |
//! | [`control`] | the socket by which the commands have a running server do account chores and backups |
//! | [`cli`], [`config`] | the commands; the settings and where each came from |
//! | [`monitor`] | the picture of a running server, in a terminal |
//! | [`tls`] | certificates from files or from an ACME authority |
//! | [`web`] | the web app, in `src/web/app`, and the documents that begin it |
//! | [`wakeups`], [`open_files`] | how other threads wake the workers' tasks; the limit of sockets |
//! | [`durable`] | files that are there after a power cut, whole or not at all |
//! | [`app`], [`error`], [`text`], [`paging`], [`clock`], [`id`] | what the slices stand on |
//!
//! A slice is a folder: `mod.rs` holds the rules as plain functions, `record.rs` the stored form with its indexes and
//! counts, `view.rs` what goes out, `routes.rs` the wire types and handlers, `socket` what goes on without being asked.
//! Deleting a feature is deleting its folder, its lines in [`http::routes`] and its tables in [`store::catalog`].
//!
//! # One request's walk
//!
//! `POST /api/v1/posts` with an `Idempotency-Key`:
//!
//! 1. [`http::routes`] names the handler, `posts::routes::create_post`. Its signature asks for a
//!    [`CurrentUser`](http::auth::CurrentUser): the token's signature is checked, and then its session's record, which
//!    is one look into the cache. It asks for a [`Valid<CreatePost>`](http::json::Valid): the body is read within
//!    bounds and parsed into a [`NewPost`](posts::NewPost), which cannot hold what is not acceptable.
//! 2. [`posts::create`] makes the id and hands a closure to [`Store::write`](store::Store::write).
//! 3. The committer thread runs the closures that wait, each over the committed state and the changes of those before
//!    it. This one looks whether the key was answered before, whether the categories exist, and puts the records;
//!    index entries and counts follow from what the records declare. One that fails leaves nothing behind.
//! 4. The group's post-images, and what they add to the sums over all that is stored, become one frame of the journal.
//!    One `fdatasync` for all of them.
//! 5. `State::apply`, the only door into the state, puts the changes into sled, forgets the cached records that they
//!    replace, and notes the changed keys, by which kept pages know whether they are still right.
//! 6. Everybody in the group is answered: here 201, with the JSON that was stored under the key in the same frame.
//!
//! `GET /api/v1/posts` finds a finished body in [`pages`] while nothing that it was made of has changed: no look into the
//! store, nothing serialised, and 304 where the client has it. What it was made of is known because it was read through
//! an [`Observed`](store::Observed) store. For somebody who is signed in, their own part is put into the same bytes.
//!
//! # One message's walk
//!
//! `{"op":"send", …}` on a WebSocket:
//!
//! 1. `chat::socket` reads the frame and hands the message to [`chat::send`], whose closure looks whether its `client_id`
//!    is known, and else puts an event with the conversation's next `seq`. Journal, sync and `apply` are as above.
//! 2. `apply` tells who watches ([`store::Watch`]); the sender is answered.
//! 3. The hub's thread writes the event as JSON once, and puts the shared bytes into the outbox of each socket in the room.
//! 4. Each connection takes out of its outbox what it can write. A device that does not read fills its own outbox, is
//!    told to come back, and costs nobody else anything.
//!
//! A device that comes (back) is let into its rooms first, which fixes where each log stands for it; what it missed up
//! to there is read from the store, while what is new waits behind it. So it sees every `seq` once, in order.
//!
//! # Invariants
//!
//! - An answered write is on disk (`durability = synced`), and no reader sees what the journal does not hold.
//! - A failed write or sync is never tried again: the store takes no more writes until a restart has read what is there.
//!   A full disk is none: a reserve is kept, writes are refused before it is touched, and what does not fit is taken back.
//! - A running server's time never goes back, and ids only grow, also over a restart with an earlier clock.
//! - A conversation's log has no gaps, and what was acknowledged is in it once, however often it was sent.
//! - Sockets hear of nothing that is not applied, and of everything that is: [`chat`] hears of it from the store alone.
//! - What a device does not read costs the server a bounded queue, and nobody else anything.
//! - A text that was deleted or edited is nowhere but in the journal's past and in snapshots, and leaves them as they
//!   are let go.
//! - What follows from records is declared, never written by hand, and `hearth check` holds it against them.
//! - A snapshot and the journal after it are everything. The store keeps two snapshots, each proved to be all there
//!   before it takes the place of older journal, so that one may rot.
//! - sled's folder can be deleted, cut short or damaged while the server is stopped: each start reads all of it and holds
//!   it against sums that the journal carries, and rebuilds it where they differ. The same path makes it small and
//!   brings an older stored form to the present one.
//! - Damage that shows while the server works is an error for its reader, stops writes, and is mended by a restart.
//! - A backup has its name only once it is whole; a restore deletes nothing, and leaves the old or the new.
//! - Stored types never serialise to JSON, so a new field cannot leak; an e-mail address is only in one's own view.
//! - The author of something anonymous is in the store alone: in no answer, in no log line, for nobody.
//! - Nothing recurses over what people made: threads are walked by index, three levels at a time.
//! - Threads that answer requests never hash, never sync, never block on another request, but for a page that another
//!   is just making.
//! - What goes into a page is read through an `Observed` store, so that no page outlives what it shows.
//! - Every queue has a bound, and past it a refusal at once: requests, writes, hashes, what a device has not read.
//! - A picture is never what was sent: it is written anew from its pixels, so nothing else that was in the file is kept.
//! - No decoder is given a file that was not looked through before, and all of them together take what there is for them.
//! - A picture's file is on disk before the record that names it, and goes only once no record names it, also after a power cut, nor a
//!   backup's.
//! - Who sees a picture is who sees what it belongs to, and it goes in the write that removes that.
//! - What people write is text in every document and in the app: the policy runs no script but the app's files, and makes
//!   no markup of text. A document is the same for everybody: who is signed in is known to the script alone.
//! - A refresh token works once. Who asked and lost the answer gets the same one again with the key of the request, until
//!   it is used; anybody else who has it ends the session.
//! - A code that lets somebody in is stored as its hash alone, and is counted in the write that makes the account.
//! - While anybody has an account, the last admin who can sign in keeps account, role and way in.
//! - What the command line has done and what a request has done goes through the same rules: see [`control`].
//! - Every refusal is an [`error::Error`] with a code from one table, and says what to do next.
//!
//! `tests/architecture` holds the source to the directions: routes → rules → records → store; slices meet through
//! each other's `mod.rs`; sled is named in `store` alone, actix where HTTP is.
//!
//! # Deliberately absent
//!
//! - sled's transactions, batches and own flushing: one lock for the whole process, and no promise about power cuts.
//! - A queue for who is not connected: the log is that queue, and the device's cursor says where to go on.
//! - Presence and typing in the store: they are true only while a socket is open.
//! - A repository layer, services, dependency injection: rules are functions of an [`App`](app::App) or of a
//!   [`Tx`](store::Tx).
//! - Trust in sled's own checks: it opens with a piece of its file missing, and says nothing.
//! - A build step for the web app: the modules in `src/web/app` are what browsers load, and `tsc` only checks them.
//! - A number for the stored form that somebody must remember to raise: it follows from the tables, the versions of
//!   their records and the names of their indexes.
//! - Trust in forwarding headers of anybody whom `trusted_proxies` does not name: a client's address is its connection's.

pub mod accounts;
pub mod app;
pub mod backup;
pub mod categories;
pub mod chat;
pub mod cli;
pub mod clock;
pub mod comments;
pub mod config;
pub mod control;
pub mod demo;
pub mod doctor;
pub mod durable;
pub mod error;
#[cfg(any(test, feature = "fuzzing"))]
#[doc(hidden)]
pub mod fuzzing;
pub mod housekeeping;
pub mod http;
pub mod id;
pub mod idempotency;
pub mod invites;
pub mod limits;
pub mod media;
pub mod metrics;
pub mod moderation;
pub mod mongodb;
pub mod monitor;
pub mod open_files;
pub mod pages;
pub mod paging;
pub mod portable;
pub mod posts;
pub mod sessions;
pub mod store;
pub mod stress;
pub mod text;
pub mod tls;
pub mod wakeups;
pub mod web;
