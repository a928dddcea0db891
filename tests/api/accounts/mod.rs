//! Accounts: registering, one's own profile, everybody's public one, and leaving.

mod deletion;
mod directory;
mod first;
mod passed_over;
mod profile;
mod registration;
