//! Chance, for what people choose: nothing here has to be hard to guess.

/// SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014).
#[derive(Clone, Debug)]
pub struct Dice(u64);

impl Dice {
    /// Dice that roll as the system's own randomness says.
    pub fn new() -> Self {
        // Without the system's randomness these are the same dice each time, which still are dice.
        Self::seeded(getrandom::u64().unwrap_or(0x5eed))
    }

    /// Dice that always roll the same.
    pub const fn seeded(seed: u64) -> Self {
        Self(seed)
    }

    /// Any number.
    pub const fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A share, 0..1.
    #[expect(clippy::cast_precision_loss, reason = "53 bits are what an f64 holds")]
    pub const fn share(&mut self) -> f64 {
        (self.roll() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// One of `items`; `None` where there are none.
    pub fn one_of<'a, T>(&mut self, items: &'a [T]) -> Option<&'a T> {
        let count = u64::try_from(items.len()).ok().filter(|count| *count > 0)?;
        items.get(usize::try_from(self.roll() % count).ok()?)
    }
}

impl Default for Dice {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_item_comes_up_and_shares_are_even() {
        let mut dice = Dice::seeded(7);
        let mut counts = [0_u32; 4];
        let mut sum = 0.0;
        for _ in 0..4000 {
            counts[*dice.one_of(&[0, 1, 2, 3]).unwrap()] += 1;
            let share = dice.share();
            assert!((0.0..1.0).contains(&share));
            sum += share;
        }
        assert!(counts.iter().all(|count| (800..1200).contains(count)), "{counts:?}");
        assert!((1900.0..2100.0).contains(&sum), "{sum}");
        assert_eq!(dice.one_of::<u8>(&[]), None);
    }
}
