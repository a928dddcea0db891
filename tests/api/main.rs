//! Hearth from outside: a module a feature.

mod store;
