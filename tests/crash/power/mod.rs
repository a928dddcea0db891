//! Power cuts: one run of the server is written down, and a disk is worked out for many moments of it. On each the
//! server starts, and must have everything that was acknowledged before that moment.

mod disk;
mod recording;

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Mutex;
use std::thread;
use std::time::Duration;

use crate::chance::Chance;
use crate::history::History;
use crate::layer::Layer;
use crate::story::{People, Story};
use crate::world::{Person, Wish, World};
use crate::writer::Kill;
use disk::{Disk, Mode};
use recording::Recording;

/// Checkpoints, snapshots and new files of the journal, as often as a few hundred writes can have them.
const ARGS: [&str; 6] = ["--checkpoint-ms", "50", "--snapshot-ms", "300", "--journal-file-kb", "128"];

/// So many answers come in a run, at least.
const ANSWERS: usize = 400;

/// What must be there, and what may be.
type Expected = (World, Vec<(Person, Wish)>);

/// One run of the server.
struct Run {
    /// The folder as it was before.
    disk: Disk,
    /// Whom the story was about before any request, and what was there.
    before: Option<(People, Expected)>,
    /// The length of the log when the server began to listen.
    listened: u64,
    /// What was there when everybody began to write, and the length of the log then.
    begin: World,
    begun: u64,
    /// The story as it ended.
    story: Story,
}

/// Cuts the power `cuts` times in each of `rounds` runs. Each run goes on from a disk that one of the cuts before left.
pub fn cut(mut chance: Chance, rounds: usize, cuts: usize) {
    let (mut story, mut total) = (None, 0);
    for round in 1..=rounds {
        let run = Run::record(story.take(), &mut chance);
        let looked = look_at(run.cut(round, cuts, &mut chance));
        total += looked.len();
        let next = chance.below(looked.len());
        story = looked.into_iter().nth(next);
    }
    println!("everything acknowledged was there after each of {total} power cuts");
}

impl Run {
    /// Lets everybody write while everything is written down.
    fn record(story: Option<Story>, chance: &mut Chance) -> Self {
        let is_first = story.is_none();
        let (disk, mut story, server, before, listened) = if let Some(mut story) = story {
            let (disk, layer) = (Disk::holding(story.folder()), Layer::recording(story.folder()));
            let before = (story.people.clone(), (story.world.clone(), story.in_doubt.clone()));
            let history = History::new(layer.log());
            story.layer = Some(layer);
            let server = story.start().unwrap_or_else(|(status, log)| panic!("it does not start ({status}): {log}"));
            let listened = history.mark();
            (disk, story, server, Some(before), listened)
        } else {
            let folder = tempfile::tempdir().unwrap();
            let (disk, layer) = (Disk::holding(folder.path()), Layer::recording(folder.path()));
            let (story, server) = Story::begin_in(folder, Chance::new(chance.next()), &ARGS, Some(layer));
            (disk, story, server, None, 0)
        };
        if !is_first {
            story.look(&server);
        }
        let history = History::new(story.layer.as_ref().unwrap().log());
        let (begin, begun) = (story.world.clone(), history.mark());
        story.world.history = Some(history);
        let is_in_order = chance.percent(50);
        let kill =
            if is_in_order { Kill::in_order(server, ANSWERS) } else { Kill::new(server, ANSWERS, Duration::ZERO) };
        story.write_until(&kill);
        let run = Self { disk, before, listened, begin, begun, story };
        if is_in_order {
            run.check_layer();
        }
        run
    }

    fn recording(&self) -> Recording {
        Recording::read(&self.story.layer.as_ref().unwrap().log())
    }

    /// Fails where the layer missed something that the process did.
    fn check_layer(&self) {
        let (mut disk, recording) = (self.disk.clone(), self.recording());
        (0..recording.len()).for_each(|index| disk.apply(recording.change(index)));
        disk.compare("data");
    }

    /// The disk after power cuts at `cuts` moments, every other of them beside a change to a folder.
    fn cut(mut self, round: usize, cuts: usize, chance: &mut Chance) -> Vec<(String, Story)> {
        let recording = self.recording();
        let may_cut = |mark: u64| mark >= self.begun || (self.before.is_some() && mark <= self.listened);
        let moments: Vec<_> = (0..recording.len()).filter(|index| may_cut(recording.end(*index))).collect();
        let is_turn =
            |index: &usize| recording.is_turn(*index) || recording.is_turn((index + 1).min(recording.len() - 1));
        let turns: Vec<_> = moments.iter().copied().filter(is_turn).collect();
        let mut chosen: Vec<_> =
            (0..cuts).map(|cut| *chance.one(if cut % 2 == 0 { &moments } else { &turns }).unwrap()).collect();
        chosen.sort_unstable();
        let history = self.story.world.history.take().unwrap();
        let (mut disk, mut applied, mut found) = (self.disk.clone(), 0, Vec::new());
        for index in chosen {
            (applied..=index).for_each(|index| disk.apply(recording.change(index)));
            applied = applied.max(index + 1);
            let mode = if chance.percent(50) { Mode::Strict } else { Mode::Half };
            let folder = tempfile::tempdir().unwrap();
            disk.cut("data", folder.path(), mode, chance);
            let mark = recording.end(index);
            let (people, expected) = match &self.before {
                Some(before) if mark <= self.listened => before.clone(),
                _ => (self.story.people.clone(), history.until(mark, &self.begin)),
            };
            let mut story = self.story.in_folder(folder, people, chance.next(), expected);
            // What a checkpoint made durable is enough to go on with. Only where more of sled's file survived than was
            // synced, without what came before it, may it have to be made anew.
            story.may_rebuild = matches!(mode, Mode::Half);
            let what = format!("round {round}, after {index} of {} changes, {mode:?}", recording.len());
            found.push((what, story));
        }
        found
    }
}

/// Starts a server on each disk, two at a time, and looks at everything.
fn look_at(found: Vec<(String, Story)>) -> Vec<Story> {
    let (waiting, looked) = (Mutex::new(found), Mutex::new(Vec::new()));
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                loop {
                    let Some((what, mut story)) = waiting.lock().unwrap().pop() else { return };
                    let seen = catch_unwind(AssertUnwindSafe(|| {
                        story.start_and_look().kill();
                        story.check();
                    }));
                    if let Err(why) = seen {
                        let left = story.keep();
                        println!("after a power cut ({what}), in {}:", left.display());
                        waiting.lock().unwrap().clear();
                        resume_unwind(why);
                    }
                    looked.lock().unwrap().push(story);
                }
            });
        }
    });
    looked.into_inner().unwrap()
}
