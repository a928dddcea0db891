//! The whole report, of made-up outcomes.

mod forms;
mod judging;
mod sample;
mod scoring;
mod wild;
