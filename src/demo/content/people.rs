//! Who lives in the demo community. All of them are made up.

use super::Person;

pub(super) const MARGIT: usize = 0;
pub(super) const TOBIAS: usize = 1;
pub(super) const YUSRA: usize = 2;
pub(super) const CALLUM: usize = 3;
pub(super) const INES: usize = 4;
pub(super) const WEN: usize = 5;
pub(super) const PETRA: usize = 6;
pub(super) const JOSS: usize = 7;
pub(super) const OLA: usize = 8;
pub(super) const RAVI: usize = 9;
pub(super) const DELPHINE: usize = 10;
pub(super) const GUS: usize = 11;

/// The members, in the order of the indices above; the first is the admin.
pub static PEOPLE: &[Person] = &[
    Person {
        name: "Margit Halloran",
        handle: "margit",
        bio: "Was a librarian for thirty years and still files things. Keeps this place and the repair café running.",
    },
    Person {
        name: "Tobias Renn",
        handle: "tobias",
        bio: "Bicycle mechanic. Slow uphill, slower downhill, happy either way.",
    },
    Person {
        name: "Yusra Demir",
        handle: "yusra_bakes",
        bio: "Bread before sunrise. The small oven on Tannery Lane, Tuesday to Saturday, until it is gone.",
    },
    Person {
        name: "Callum Adeyemi",
        handle: "callum",
        bio: "Looks after the box in the cupboard. If the site is down, I already know, and I am sorry.",
    },
    Person {
        name: "Inês Carvalho",
        handle: "ines_c",
        bio: "Film, mostly black and white. Thirty-six chances and no screen.",
    },
    Person {
        name: "Wen Zhao",
        handle: "wen",
        bio: "Teaches teenagers to read slowly. Book club every second Thursday, biscuits provided.",
    },
    Person {
        name: "Petra Novotná",
        handle: "petra_plot17",
        bio: "Allotment 17, the one with the blue shed. At war with slugs since 2009.",
    },
    Person { name: "Joss Whitaker", handle: "joss", bio: "Nurse, nights. Awake when you are not." },
    Person { name: "Ola Lindqvist", handle: "ola", bio: "Carpenter. I can mend your chair. I cannot mend your phone." },
    Person {
        name: "Ravi Menon",
        handle: "ravi_walks",
        bio: "Two boots, one flask, too many maps. I write the trail reports so you can stay dry.",
    },
    Person {
        name: "Delphine Okafor",
        handle: "delphine",
        bio: "I draw for a living, most months. Lives with Biscuit (grey, opinionated).",
    },
    Person { name: "Gus Ferreira", handle: "gus", bio: "Retired from the trams." },
];
