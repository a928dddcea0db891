//! Choices that can be made again: SplitMix64 from a seed, and texts made with it.

/// A source of choices.
pub struct Chance(u64);

impl Chance {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number less than `end`.
    pub fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % end as u64).unwrap()
    }

    /// Whether something happens that does so `percent` times of a hundred.
    pub fn percent(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    /// Any of `things`.
    pub fn one<'a, T>(&mut self, things: &'a [T]) -> Option<&'a T> {
        if things.is_empty() { None } else { things.get(self.below(things.len())) }
    }

    /// The text of a post: most are short, some as long as they may be, and some of those take several records.
    pub fn body(&mut self) -> String {
        let mark = format!("{:016x}", self.next());
        match self.below(20) {
            0..3 => mark.repeat(20_000 / mark.len()),
            3 => format!("{}{mark}", "🔥".repeat(19_000)),
            4 => String::new(),
            _ => format!("It begins,\n\n\tgoes on, {mark}, and ends."),
        }
    }
}
