//! Folders that something happened to: what can be mended is mended, what cannot is refused in words.

use std::fs;
use std::path::{Path, PathBuf};

use hearth::store::check::check;
use hearth::store::{OpenError, Options, Read, Store, StoreError};

use super::library::{Book, LIBRARY, PAGES, Page, Shelf, all, book, checked, open, page, print, put};

/// A closed library of `books` books.
fn library(books: u16) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    for id in 0..books {
        put(&store, &Book { shelf: 1, words: vec![7], ..book(id) }).unwrap();
    }
    drop(store);
    dir
}

fn last_segment(dir: &Path) -> PathBuf {
    let segments = fs::read_dir(dir.join("journal")).unwrap().map(|entry| entry.unwrap().path());
    segments.filter(|path| path.extension().is_some_and(|extension| extension == "log")).max().unwrap()
}

fn assert_whole(dir: &Path, books: usize) {
    let store = open(dir);
    assert_eq!((all(&store).len(), checked(&store).problems), (books, 0));
    assert_eq!(store.get::<Shelf>(&1).unwrap().unwrap().books, books as u64);
}

#[test]
fn a_sled_folder_that_is_gone_is_rebuilt() {
    let dir = library(50);
    fs::remove_dir_all(dir.path().join("sled")).unwrap();
    assert_whole(dir.path(), 50);
}

#[test]
fn a_sled_file_of_garbage_is_rebuilt() {
    let dir = library(50);
    let db = dir.path().join("sled/db");
    let length = fs::read(&db).unwrap().len();
    fs::write(&db, vec![0xa5; length]).unwrap();
    assert_whole(dir.path(), 50);
}

#[test]
fn an_empty_sled_file_is_rebuilt() {
    let dir = library(50);
    fs::write(dir.path().join("sled/db"), []).unwrap();
    assert_whole(dir.path(), 50);
}

#[test]
fn a_snapshot_that_sled_did_not_finish_is_no_reason_to_rebuild() {
    let dir = library(50);
    let unfinished = dir.path().join("sled/snap.00000000FFFFFFFF.generating");
    fs::write(&unfinished, []).unwrap();
    assert_whole(dir.path(), 50);
    assert!(!unfinished.exists() && !dir.path().join("sled.broken").exists());
}

#[test]
fn a_lost_journal_is_refused_in_words() {
    let dir = library(50);
    fs::remove_dir_all(dir.path().join("journal")).unwrap();
    let refused = Store::open(LIBRARY, &Options::new(dir.path())).err().unwrap();
    assert!(matches!(refused, OpenError::JournalLost { head: 0, durable: 51 }), "{refused}");
    assert!(refused.to_string().contains("backup"), "{refused}");
}

#[test]
fn a_torn_tail_is_cut_off_and_the_rest_is_there() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    put(&store, &book(1)).unwrap();
    // The process is gone while the next frame is half written.
    let next = tempfile::tempdir().unwrap();
    for folder in ["journal", "sled"] {
        fs::create_dir(next.path().join(folder)).unwrap();
    }
    let segment = last_segment(dir.path());
    let bytes = fs::read(&segment).unwrap();
    let end = bytes.iter().rposition(|byte| *byte != 0).unwrap() + 1;
    // The last frame may itself end in zeros, so some are left before what is torn.
    let torn = [&bytes[..end], &[0; 64], &[0xff, 0x48, 0xfe, 0x53, 3, 0, 0]].concat();
    fs::write(next.path().join("journal").join(segment.file_name().unwrap()), torn).unwrap();
    let reopened = open(next.path());
    assert_eq!((all(&reopened).len(), checked(&reopened).problems), (1, 0));
}

#[test]
fn a_broken_frame_before_the_end_is_refused_in_words() {
    let dir = library(50);
    // Without a checkpoint, everything is read again.
    fs::remove_file(dir.path().join("checkpoint")).unwrap();
    let segment = last_segment(dir.path());
    let mut bytes = fs::read(&segment).unwrap();
    bytes[400] ^= 1;
    fs::write(&segment, bytes).unwrap();
    let refused = Store::open(LIBRARY, &Options::new(dir.path())).err().unwrap();
    assert!(matches!(refused, OpenError::Journal(_)), "{refused}");
    assert!(refused.to_string().contains("backup"), "{refused}");
}

#[test]
fn a_broken_frame_before_the_checkpoint_is_found_by_check() {
    let dir = library(50);
    let segment = last_segment(dir.path());
    let mut bytes = fs::read(&segment).unwrap();
    bytes[400] ^= 1;
    fs::write(&segment, &bytes).unwrap();
    match Store::open(LIBRARY, &Options::new(dir.path())) {
        Ok(store) => assert!(checked(&store).problems > 0),
        Err(refused) => assert!(matches!(refused, OpenError::Journal(_)), "{refused}"),
    }
}

/// As the library's, but made by a Hearth that gets indexes and counts wrong.
mod faulty {
    use hearth::store::{Catalog, Index, IndexOf, Record, TableOf};

    use super::{Book, Shelf};

    #[derive(Clone, bincode::Encode, bincode::Decode)]
    pub struct FaultyBook(pub Book);

    static BY_SHELF: Index<FaultyBook, u8> = Index::plain("books_by_shelf", |book| vec![book.0.shelf]);
    static BY_ISBN: Index<FaultyBook, u8> = Index::unique("books_by_isbn", |book| book.0.isbn.into_iter().collect());
    static BY_WORD: Index<FaultyBook, u8> =
        Index::plain("books_by_word", |book| book.0.words.iter().map(|word| word + 1).collect());

    impl Record for FaultyBook {
        type Key = u16;
        const TABLE: &'static str = "books";
        const INDEXES: &'static [&'static dyn IndexOf<Self>] = &[&BY_SHELF, &BY_ISBN, &BY_WORD];

        fn key(&self) -> u16 {
            self.0.id
        }
    }

    pub const CATALOG: Catalog = Catalog(&[TableOf::<Shelf>::NEW, TableOf::<FaultyBook>::NEW]);
}

#[test]
fn check_finds_what_differs_and_repairs_it_for_good() {
    let dir = library(19);
    let store = Store::open(faulty::CATALOG, &Options::new(dir.path())).unwrap();
    let wrong = faulty::FaultyBook(Book { shelf: 1, words: vec![7], ..book(19) });
    store.write_blocking(move |tx| tx.put(&wrong)).unwrap();
    drop(store);
    let store = open(dir.path());
    let found = checked(&store);
    // A missing entry, an entry too many, and a wrong count.
    assert_eq!(found.problems, 3, "{:?}", found.described);
    let repaired = check(&store, true, &mut |_, _| {}).unwrap();
    assert_eq!((repaired.problems, repaired.repaired), (3, 3));
    assert_eq!(checked(&store).problems, 0);
    drop(store);
    // The repair of the count is in the journal, and entries follow from records.
    fs::remove_dir_all(dir.path().join("sled")).unwrap();
    assert_whole(dir.path(), 20);
}

#[test]
fn what_somebody_changed_in_sled_is_noticed_and_rebuilt() {
    let changes: [fn(&sled::Db); 4] = [
        |db| drop(db.open_tree("books_by_word").unwrap().remove([7, 0, 3]).unwrap().unwrap()),
        |db| drop(db.open_tree("books_by_word").unwrap().insert([8, 0, 3], &[]).unwrap()),
        |db| drop(db.open_tree("books").unwrap().remove([0, 3]).unwrap().unwrap()),
        |db| {
            let books = db.open_tree("books").unwrap();
            let mut bytes = books.get([0, 3]).unwrap().unwrap().to_vec();
            bytes[2] ^= 1;
            books.insert([0, 3], bytes).unwrap();
        },
    ];
    for change in changes {
        let dir = library(20);
        let db = sled::Config::new().path(dir.path().join("sled")).segment_size(8 * 1024 * 1024).open().unwrap();
        change(&db);
        db.flush().unwrap();
        drop(db);
        assert_whole(dir.path(), 20);
        assert!(dir.path().join("sled.broken").exists());
        // What was set aside goes with the first start that finds everything there.
        assert_whole(dir.path(), 20);
        assert!(!dir.path().join("sled.broken").exists());
    }
}

#[test]
fn damage_that_shows_while_the_store_works_is_an_error_stops_writes_and_is_mended_by_a_restart() {
    let dir = tempfile::tempdir().unwrap();
    let options = Options { cache_bytes: 1 << 20, ..Options::new(dir.path()) };
    let open = || Store::open(PAGES, &options).unwrap();
    print(&open(), 4000, 1);
    let store = open();
    let db = dir.path().join("sled/db");
    let length = usize::try_from(fs::metadata(&db).unwrap().len()).unwrap();
    fs::write(&db, vec![0x5a; length]).unwrap();
    let failed = (0..4000).filter(|id| store.get::<Page>(id).is_err()).count();
    assert!(failed > 0, "everything was read from memory");
    let health = store.health().unwrap_err().to_string();
    assert!(health.contains("rebuilt when Hearth is started again"), "{health}");
    assert!(matches!(store.write_blocking(|tx| tx.put(&page(9, 2))), Err(StoreError::Stopped(_))));
    drop(store);
    let store = open();
    for id in 0..4000 {
        assert_eq!(*store.get::<Page>(&id).unwrap().unwrap(), page(id, 1));
    }
    assert_eq!(checked(&store).problems, 0);
    assert!(!dir.path().join("damaged").exists());
}
