//! HTTP: how requests come in and answers go out, whatever they are about. What they are about is in the slices.

pub mod address;
pub mod assets;
pub mod auth;
pub mod connections;
pub mod cors;
pub mod docs;
pub mod health;
pub mod json;
mod limited;
mod measured;
mod negotiation;
pub mod openapi;
pub mod origin;
pub mod overload;
pub mod pages;
pub mod probe;
pub mod problem;
pub mod query;
pub mod redirect;
pub mod representation;
pub mod routes;
pub mod server;
pub mod written;
