//! When somebody asked and when they were answered, by the length that the layer's log had then.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use crate::client::Answer;
use crate::world::{Person, Wish, World};

/// Somebody asked, or was answered.
#[derive(Clone, Debug)]
struct Happening {
    /// Everything that is in the log before this had been done by then.
    mark: u64,
    person: Person,
    wish: Wish,
    answer: Option<Answer>,
}

/// All that happened, in order.
#[derive(Clone, Debug)]
pub struct History {
    log: PathBuf,
    happenings: Vec<Happening>,
}

impl History {
    pub fn new(log: PathBuf) -> Self {
        Self { log, happenings: Vec::new() }
    }

    /// The length of the log.
    pub fn mark(&self) -> u64 {
        fs::metadata(&self.log).map_or(0, |log| log.len())
    }

    /// Takes note of a wish that is about to be sent, or of its answer.
    pub fn note(&mut self, person: Person, wish: &Wish, answer: Option<&Answer>) {
        let (mark, wish, answer) = (self.mark(), wish.clone(), answer.cloned());
        self.happenings.push(Happening { mark, person, wish, answer });
    }

    /// What must be there, and what may be, where `begin` was there and the log was cut off at `mark`.
    pub fn until(&self, mark: u64, begin: &World) -> (World, Vec<(Person, Wish)>) {
        let (mut world, mut waiting) = (begin.clone(), BTreeMap::new());
        for Happening { person, wish, answer, .. } in self.happenings.iter().take_while(|one| one.mark <= mark) {
            if let Some(answer) = answer {
                world.answered(*person, wish, answer);
                waiting.remove(person);
            } else {
                world.asked(*person, wish);
                waiting.insert(*person, wish.clone());
            }
        }
        (world, waiting.into_iter().collect())
    }
}
