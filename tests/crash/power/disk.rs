//! A disk as it may be found after a power cut, worked out from what a process did.
//!
//! A file holds what was written before its last `fsync` or `fdatasync`, and its size of then. A folder holds the
//! entries of its own last `fsync`. Of everything later, each change may have survived or not, whatever came before or
//! after it, and a write also in part, sector by sector. ext4 promises more (it keeps the order of changes to folders,
//! and syncs a new file's entry with the file), POSIX does not; a rename is whole or not there at all.

use std::collections::{BTreeMap, HashMap};
use std::fs::{self, File};
use std::os::unix::fs::{DirBuilderExt, FileExt, MetadataExt};
use std::path::{Path, PathBuf};

use super::recording::Change;
use crate::chance::Chance;

/// What the disk does with what was not synced.
#[derive(Clone, Copy, Debug)]
pub enum Mode {
    /// It loses all of it.
    Strict,
    /// It keeps each change with a probability of one half, and writes also in part.
    Half,
}

type Node = usize;

/// A change to a file's content.
#[derive(Clone)]
enum Edit {
    Write(u64, Vec<u8>),
    Size(u64),
}

/// A change to a folder: what each of these names stands for from then on.
type Entries = Vec<(String, Option<Node>)>;

#[derive(Clone)]
enum Thing {
    File { durable: Vec<u8>, pending: Vec<Edit> },
    Folder { durable: BTreeMap<String, Node>, live: BTreeMap<String, Node>, pending: Vec<Entries> },
}

#[derive(Clone)]
pub struct Disk {
    root: PathBuf,
    things: Vec<Thing>,
    by_inode: HashMap<u64, Node>,
}

impl Disk {
    /// A disk that holds what is in the folder `root` now.
    pub fn holding(root: &Path) -> Self {
        let mut disk = Self { root: root.canonicalize().unwrap(), things: Vec::new(), by_inode: HashMap::new() };
        disk.load(root);
        disk
    }

    fn load(&mut self, path: &Path) -> Node {
        let node = self.add(if path.is_dir() { Thing::folder() } else { Thing::file() });
        if path.is_dir() {
            let names = fs::read_dir(path).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
            let entries: BTreeMap<_, _> = names.map(|name| (name.clone(), self.load(&path.join(name)))).collect();
            self.things[node] = Thing::Folder { durable: entries.clone(), live: entries, pending: Vec::new() };
        } else {
            self.by_inode.insert(fs::metadata(path).unwrap().ino(), node);
            self.things[node] = Thing::File { durable: fs::read(path).unwrap(), pending: Vec::new() };
        }
        node
    }

    fn add(&mut self, thing: Thing) -> Node {
        self.things.push(thing);
        self.things.len() - 1
    }

    pub fn apply(&mut self, change: Change<'_>) {
        match change {
            Change::Create { file, path } => {
                let node = self.add(Thing::file());
                self.by_inode.insert(file, node);
                self.enter(&path, vec![(name(&path), Some(node))]);
            }
            Change::MakeFolder { path } => {
                let node = self.add(Thing::folder());
                self.enter(&path, vec![(name(&path), Some(node))]);
            }
            Change::Write { file, at, bytes } => self.edit(file, Edit::Write(at, bytes.to_vec())),
            Change::Truncate { file, size } => self.edit(file, Edit::Size(size)),
            Change::Sync { file } => {
                let Thing::File { durable, pending } = &mut self.things[self.by_inode[&file]] else { panic!() };
                pending.drain(..).for_each(|edit| edit.make(durable, |_| true));
            }
            Change::SyncFolder { path } => {
                let node = self.find(&path).unwrap();
                let Thing::Folder { durable, live, pending } = &mut self.things[node] else { panic!() };
                durable.clone_from(live);
                pending.clear();
            }
            Change::Rename { from, to } => {
                let node = self.find(&from);
                if from.parent() == to.parent() {
                    self.enter(&to, vec![(name(&from), None), (name(&to), node)]);
                } else {
                    self.enter(&from, vec![(name(&from), None)]);
                    self.enter(&to, vec![(name(&to), node)]);
                }
            }
            Change::Remove { path } => self.enter(&path, vec![(name(&path), None)]),
        }
    }

    fn edit(&mut self, file: u64, edit: Edit) {
        let Thing::File { pending, .. } = &mut self.things[self.by_inode[&file]] else { panic!("{file} is a folder") };
        pending.push(edit);
    }

    /// Changes the folder that `path` is in.
    fn enter(&mut self, path: &Path, entries: Entries) {
        let folder = self.find(path.parent().unwrap()).unwrap();
        let Thing::Folder { live, pending, .. } = &mut self.things[folder] else { panic!("{}", path.display()) };
        set(live, &entries);
        pending.push(entries);
    }

    fn find(&self, path: &Path) -> Option<Node> {
        let below = path.strip_prefix(&self.root).unwrap();
        below.iter().try_fold(0, |node, name| match &self.things[node] {
            Thing::Folder { live, .. } => live.get(name.to_str().unwrap()).copied(),
            Thing::File { .. } => None,
        })
    }

    /// Puts into the folder `to` what is found in `name` after a power cut at this moment.
    pub fn cut(&self, name: &str, to: &Path, mode: Mode, chance: &mut Chance) {
        let entries = self.found(0, mode, chance);
        if let Some(node) = entries.get(name) {
            self.write(*node, &to.join(name), mode, chance);
        }
    }

    fn found(&self, folder: Node, mode: Mode, chance: &mut Chance) -> BTreeMap<String, Node> {
        let Thing::Folder { durable, pending, .. } = &self.things[folder] else { panic!("{folder} is a file") };
        let mut found = durable.clone();
        if matches!(mode, Mode::Half) {
            pending.iter().filter(|_| chance.percent(50)).for_each(|entries| set(&mut found, entries));
        }
        found
    }

    fn write(&self, node: Node, to: &Path, mode: Mode, chance: &mut Chance) {
        match &self.things[node] {
            Thing::Folder { .. } => {
                fs::DirBuilder::new().mode(0o700).create(to).unwrap();
                for (name, node) in self.found(node, mode, chance) {
                    self.write(node, &to.join(name), mode, chance);
                }
            }
            Thing::File { durable, pending } => {
                let mut content = durable.clone();
                if matches!(mode, Mode::Half) {
                    for edit in pending {
                        survive(edit, &mut content, chance);
                    }
                }
                write_sparsely(to, &content);
            }
        }
    }

    /// Fails where the folder does not hold what the process is believed to have made of it.
    pub fn compare(&self, name: &str) {
        let Thing::Folder { live, .. } = &self.things[0] else { panic!("the root is a folder") };
        self.compare_node(live[name], &self.root.join(name));
    }

    fn compare_node(&self, node: Node, path: &Path) {
        match &self.things[node] {
            Thing::Folder { live, .. } => {
                let there = fs::read_dir(path).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
                let mut there: Vec<_> = there.collect();
                there.sort();
                assert_eq!(live.keys().cloned().collect::<Vec<_>>(), there, "in {}", path.display());
                live.iter().for_each(|(name, node)| self.compare_node(*node, &path.join(name)));
            }
            Thing::File { durable, pending } => {
                let mut content = durable.clone();
                pending.iter().for_each(|edit| edit.make(&mut content, |_| true));
                assert!(content == fs::read(path).unwrap(), "the layer missed a change to {}", path.display());
            }
        }
    }
}

impl Thing {
    fn file() -> Self {
        Self::File { durable: Vec::new(), pending: Vec::new() }
    }

    fn folder() -> Self {
        Self::Folder { durable: BTreeMap::new(), live: BTreeMap::new(), pending: Vec::new() }
    }
}

impl Edit {
    /// Makes the edit, as far as `survives` says of the place of each byte.
    fn make(&self, content: &mut Vec<u8>, survives: impl Fn(usize) -> bool) {
        match self {
            Self::Size(size) => content.resize(usize::try_from(*size).unwrap(), 0),
            Self::Write(at, bytes) => {
                let at = usize::try_from(*at).unwrap();
                let end = at + bytes.len();
                content.resize(content.len().max(end), 0);
                for (place, byte) in (at..end).zip(bytes) {
                    if survives(place) {
                        content[place] = *byte;
                    }
                }
            }
        }
    }
}

/// Half of what was not synced survives as it is; some of the rest in part.
fn survive(edit: &Edit, content: &mut Vec<u8>, chance: &mut Chance) {
    match chance.below(4) {
        0 | 1 => edit.make(content, |_| true),
        2 if matches!(edit, Edit::Write(..)) => {
            let sector = if chance.percent(50) { 512 } else { 4096 };
            let seed = chance.next();
            // Each sector by itself, whichever byte of it is asked about.
            edit.make(content, |place| Chance::new(seed ^ (place / sector) as u64).percent(50));
        }
        _ => {}
    }
}

fn set(folder: &mut BTreeMap<String, Node>, entries: &Entries) {
    for (name, node) in entries {
        match node {
            Some(node) => folder.insert(name.clone(), *node),
            None => folder.remove(name),
        };
    }
}

fn name(path: &Path) -> String {
    path.file_name().unwrap().to_str().unwrap().to_owned()
}

/// What is zero takes no room.
fn write_sparsely(path: &Path, content: &[u8]) {
    let file = File::create(path).unwrap();
    file.set_len(content.len() as u64).unwrap();
    for (index, block) in content.chunks(4096).enumerate().filter(|(_, block)| block.iter().any(|byte| *byte != 0)) {
        file.write_all_at(block, index as u64 * 4096).unwrap();
    }
}
