//! The small community that `hearth serve --demo` puts into an empty store: twelve people and what they talk about.
//!
//! Nothing here but data. Ages are hours before the moment of the filling, so that a demo is always fresh.

mod home;
mod living;
mod making;
mod people;
mod talks;

pub use people::PEOPLE;
pub use talks::TALKS;

/// A member of the demo community.
#[derive(Debug)]
pub struct Person {
    /// The name shown beside what they write.
    pub name: &'static str,
    /// The short name in addresses and mentions.
    pub handle: &'static str,
    /// A line or two about themselves.
    pub bio: &'static str,
}

/// A post and the conversation below it.
#[derive(Debug)]
pub struct Thread {
    /// Who wrote it: an index into [`PEOPLE`].
    pub author: usize,
    /// Whether it is shown without its author.
    pub anonymous: bool,
    /// The slugs of its categories, one or two.
    pub categories: &'static [&'static str],
    /// Lower-case words, three at most.
    pub tags: &'static [&'static str],
    /// The title, at most 200 characters.
    pub title: &'static str,
    /// The text; an empty line parts two paragraphs.
    pub body: &'static str,
    /// How long before the filling it was posted.
    pub hours_ago: u32,
    /// How many of the others like it, at most eleven.
    pub likes: u8,
    /// The conversation in the order of its writing.
    pub comments: &'static [Comment],
}

/// One contribution to the conversation of a [`Thread`].
#[derive(Debug)]
pub struct Comment {
    /// Who wrote it: an index into [`PEOPLE`].
    pub author: usize,
    /// Whether it is shown without its author.
    pub anonymous: bool,
    /// What it answers: the index of an earlier comment of the same thread, or nothing for the post itself.
    pub parent: Option<usize>,
    /// The text.
    pub text: &'static str,
    /// How many of the others like it, at most eleven.
    pub likes: u8,
}

/// A conversation and what is said in it.
#[derive(Debug)]
pub struct Talk {
    /// The group's name; nothing where it is between two.
    pub name: Option<&'static str>,
    /// Who takes part: indices into [`PEOPLE`], of which the first began it.
    pub members: &'static [usize],
    /// How long before the filling it began.
    pub minutes_ago: u32,
    /// What is said, in order.
    pub lines: &'static [Line],
}

/// A message of a [`Talk`].
#[derive(Debug)]
pub struct Line {
    /// Who wrote it: an index into [`PEOPLE`].
    pub author: usize,
    /// Which earlier message of the same talk it answers.
    pub reply_to: Option<u64>,
    /// The text.
    pub text: &'static str,
    /// Who put which emoji beside it.
    pub emoji: &'static [(usize, &'static str)],
}

/// Every thread, grouped by subject and not by time.
pub fn threads() -> impl Iterator<Item = &'static Thread> {
    home::THREADS.iter().chain(making::THREADS).chain(living::THREADS)
}

/// Writes a [`Thread`] the way it reads: age and likes, the author, the title, the body, then a line for each comment.
/// `to 2` answers the third comment of the thread, counted from 0; `+4` are its likes.
macro_rules! thread {
    (
        $hours:literal hours ago, $likes:literal likes:
        $author:ident $(as $hidden:ident)? in [$($category:literal),+] tagged [$($tag:literal),*]
        $title:literal
        $body:literal
        $($who:ident $(as $masked:ident)? $(to $parent:literal)? + $liked:literal $text:literal)*
    ) => {
        $crate::demo::content::Thread {
            author: $crate::demo::content::people::$author,
            anonymous: thread!(@named $($hidden)?),
            categories: &[$($category),+],
            tags: &[$($tag),*],
            title: $title,
            body: $body,
            hours_ago: $hours,
            likes: $likes,
            comments: &[$($crate::demo::content::Comment {
                author: $crate::demo::content::people::$who,
                anonymous: thread!(@named $($masked)?),
                parent: thread!(@answers $($parent)?),
                text: $text,
                likes: $liked,
            }),*],
        }
    };
    (@named) => { false };
    (@named anonymous) => { true };
    (@answers) => { None };
    (@answers $parent:literal) => { Some($parent) };
}
use thread;

/// Writes a [`Talk`] the way it reads: age, the name of a group, who takes part, then a line for each message. `to 2`
/// answers the third message, counted from 0; in braces is who put which emoji beside it.
macro_rules! talk {
    (
        $minutes:literal minutes ago: $($name:literal,)? $($member:ident),+
        $($who:ident $(to $earlier:literal)? $text:literal $({ $($fan:ident $emoji:literal)+ })?)+
    ) => {
        $crate::demo::content::Talk {
            name: talk!(@optional $($name)?),
            members: &[$($crate::demo::content::people::$member),+],
            minutes_ago: $minutes,
            lines: &[$($crate::demo::content::Line {
                author: $crate::demo::content::people::$who,
                reply_to: talk!(@optional $($earlier)?),
                text: $text,
                emoji: &[$($(($crate::demo::content::people::$fan, $emoji)),+)?],
            }),+],
        }
    };
    (@optional) => { None };
    (@optional $value:literal) => { Some($value) };
}
use talk;

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    const CATEGORIES: [&str; 10] = [
        "general",
        "announcements",
        "introductions",
        "help",
        "technology",
        "creative",
        "food",
        "outdoors",
        "books",
        "offtopic",
    ];

    fn is_plain(text: &str) -> bool {
        text.chars().all(|c| c == '\n' || !c.is_control()) && text.trim() == text && !text.is_empty()
    }

    #[test]
    fn people_fit_the_rules_for_accounts() {
        assert_eq!(PEOPLE.len(), 12);
        for person in PEOPLE {
            let length = person.name.chars().count();
            assert!((2..=80).contains(&length), "{}", person.name);
            assert!((3..=30).contains(&person.handle.len()), "{}", person.handle);
            assert!(person.handle.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'_')), "{}", person.handle);
            assert!(is_plain(person.name) && is_plain(person.bio), "{}", person.handle);
        }
        let handles: BTreeSet<_> = PEOPLE.iter().map(|person| person.handle).collect();
        assert_eq!(handles.len(), PEOPLE.len(), "a handle is used twice");
    }

    #[test]
    fn threads_fit_the_rules_for_posts() {
        for thread in threads() {
            let title = thread.title;
            assert!(thread.author < PEOPLE.len(), "{title}");
            assert!(title.chars().count() <= 200 && is_plain(title) && !title.contains('\n'), "{title}");
            assert!(thread.body.chars().count() <= 20_000 && is_plain(thread.body), "{title}");
            assert!((1..=2).contains(&thread.categories.len()), "{title}");
            assert!(thread.categories.iter().all(|slug| CATEGORIES.contains(slug)), "{title}");
            assert!(thread.tags.len() <= 3, "{title}");
            assert!(thread.tags.iter().all(|tag| *tag == tag.to_lowercase() && !tag.contains(' ')), "{title}");
            assert!((1..=700).contains(&thread.hours_ago) && thread.likes <= 11, "{title}");
        }
    }

    #[test]
    fn comments_answer_what_was_said_before() {
        for thread in threads() {
            assert!(thread.comments.len() <= 12, "{}", thread.title);
            for (index, comment) in thread.comments.iter().enumerate() {
                assert!(comment.author < PEOPLE.len(), "{}", comment.text);
                assert!(comment.parent.is_none_or(|parent| parent < index), "{}", comment.text);
                assert!(comment.likes <= 11 && is_plain(comment.text), "{}", comment.text);
            }
        }
    }

    #[test]
    fn talks_fit_the_rules_for_conversations() {
        for talk in TALKS {
            let members: BTreeSet<_> = talk.members.iter().copied().collect();
            assert_eq!(members.len(), talk.members.len(), "{:?}", talk.name);
            assert!(members.iter().all(|member| *member < PEOPLE.len()) && members.len() >= 2, "{:?}", talk.name);
            assert_eq!(talk.name.is_some(), members.len() > 2, "{:?}", talk.name);
            for (index, line) in (0..).zip(talk.lines) {
                assert!(members.contains(&line.author) && is_plain(line.text), "{}", line.text);
                assert!(line.reply_to.is_none_or(|earlier| earlier < index), "{}", line.text);
                assert!(line.emoji.iter().all(|(fan, _)| members.contains(fan)), "{}", line.text);
            }
        }
        assert!(TALKS.windows(2).all(|two| two[0].minutes_ago > two[1].minutes_ago), "the earliest is not first");
        assert!(TALKS.iter().filter(|talk| talk.members.contains(&0)).count() >= 3, "the admin hears too little");
    }

    #[test]
    fn the_community_is_lively_and_everybody_is_in_it() {
        assert!((58..=66).contains(&threads().count()), "{}", threads().count());
        let used: BTreeSet<_> = threads().flat_map(|thread| thread.categories).collect();
        assert_eq!(used.len(), CATEGORIES.len(), "a category is empty");
        for (index, person) in PEOPLE.iter().enumerate() {
            assert!(threads().any(|thread| thread.author == index && !thread.anonymous), "{} is silent", person.name);
        }
        assert!(threads().filter(|thread| thread.anonymous).count() >= 4);
        assert!(threads().filter(|thread| thread.comments.len() >= 2).count() >= 18);
        let titles: BTreeSet<_> = threads().map(|thread| thread.title).collect();
        assert_eq!(titles.len(), threads().count(), "a title is used twice");
    }
}
