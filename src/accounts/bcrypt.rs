//! bcrypt: the passwords of accounts that were moved in from another system, until each of them next signs in.
//!
//! Such a hash is compared as that system did: of a password longer than 72 bytes only those count (bcrypt takes no
//! more). At the log-in that matches, the whole password gets an argon2id hash.

use ::bcrypt::HashParts;

/// Highest cost that is taken: 2^14 rounds, about a second of one core. A higher one would let whoever wrote the hash
/// burn the processor with every log-in.
pub(super) const MAX_COST: u32 = 14;

/// The cost of a bcrypt hash that can be compared here; `None` for everything else.
pub(super) fn cost(stored: &str) -> Option<u32> {
    let known = ["$2a$", "$2b$", "$2y$"].iter().any(|version| stored.starts_with(version));
    let cost = stored.parse::<HashParts>().ok().filter(|_| known)?.get_cost();
    (4..=MAX_COST).contains(&cost).then_some(cost)
}

/// Whether `password` is what the bcrypt hash `stored` is a hash of.
pub(super) fn matches(password: &str, stored: &str) -> bool {
    ::bcrypt::verify(password, stored).unwrap_or(false)
}

/// Takes as long as comparing with hashes of each of these costs.
pub(super) fn spend(password: &str, costs: impl IntoIterator<Item = u32>) {
    for cost in costs {
        // What comes out is not wanted, and no cost up to the highest is refused.
        let _ = std::hint::black_box(::bcrypt::hash_with_salt(password, cost, [0; 16]));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_hashes_that_can_be_compared_have_a_cost() {
        let hash = ::bcrypt::hash("correct horse", 4).unwrap();
        assert_eq!(cost(&hash), Some(4));
        for version in ["$2a$", "$2y$"] {
            assert_eq!(cost(&hash.replace("$2b$", version)), Some(4));
        }
        for cost_of in ["$03$", "$15$", "$31$", "$99$", "$+5$"] {
            assert_eq!(cost(&hash.replace("$04$", cost_of)), None, "{cost_of}");
        }
        for other in ["", "plain text", "$2x$", &hash[..59], &format!("{hash}a"), &hash.replace("$2b$", "$2x$")] {
            assert_eq!(cost(other), None, "{other}");
        }
    }

    #[test]
    fn of_a_long_password_the_first_72_bytes_count() {
        let (long, longer) = ("x".repeat(72), "x".repeat(100));
        let hash = ::bcrypt::hash(&long, 4).unwrap();
        assert!(matches(&longer, &hash) && matches(&long, &hash) && !matches(&long[1..], &hash));
    }
}
