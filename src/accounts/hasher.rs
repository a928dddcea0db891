//! argon2id over memory that is kept: one hasher for each thread that hashes.
//!
//! A hash takes 19 MiB. Asked of the system anew each time, that memory costs 5,000 page faults a hash; and once glibc
//! has seen it given back, it takes blocks of such a size from its heaps, which then grow to hundreds of MiB.

use argon2::password_hash::phc::{Output, ParamsString, PasswordHash, Salt};
use argon2::{Algorithm, Argon2, Block, Params, Version};

/// Bytes of a hash.
const OUTPUT: usize = 32;

/// Hashes and compares at one cost.
pub(super) struct Hasher {
    params: Params,
    /// Empty until the first hash.
    memory: Vec<Block>,
}

impl Hasher {
    /// Hashes at the cost of `params`.
    pub(super) const fn new(params: Params) -> Self {
        Self { params, memory: Vec::new() }
    }

    /// The hash of `password` with a fresh salt, as a PHC string.
    ///
    /// # Errors
    ///
    /// What argon2 gives; none with parameters that it took.
    pub(super) fn hash(&mut self, password: &str) -> argon2::password_hash::Result<String> {
        let salt = Salt::new(&crate::id::random_bytes::<16>())?;
        let output = filled(&argon2(&self.params), &mut self.memory, password, &salt, OUTPUT)?;
        written(&self.params, salt, output)
    }

    /// Whether `password` is what `stored` is a hash of, in the same time whatever is wrong with it.
    pub(super) fn matches(&mut self, password: &str, stored: &str) -> bool {
        self.computed(password, stored).is_ok_and(|(expected, output)| expected == output)
    }

    /// The output that is stored, and that of `password` in the same way.
    fn computed(&mut self, password: &str, stored: &str) -> argon2::password_hash::Result<(Output, Output)> {
        let stored = PasswordHash::new(stored)?;
        let (Some(salt), Some(expected)) = (stored.salt, stored.hash) else {
            return Err(argon2::password_hash::Error::PasswordInvalid);
        };
        let version = stored.version.map(Version::try_from).transpose()?.unwrap_or_default();
        let argon2 = Argon2::new(Algorithm::try_from(stored.algorithm.as_str())?, version, Params::try_from(&stored)?);
        let output = filled(&argon2, &mut self.memory, password, &salt, expected.len())?;
        Ok((expected, output))
    }

    /// Whether `stored` was made at a lower cost than this one's.
    pub(super) fn is_dearer_than(&self, stored: &str) -> bool {
        let stored = PasswordHash::new(stored).ok().and_then(|hash| Params::try_from(&hash).ok());
        stored.is_none_or(|stored| stored.m_cost() < self.params.m_cost() || stored.t_cost() < self.params.t_cost())
    }
}

/// Most memory that a hash from elsewhere may take to compare, in KiB.
pub(super) const BEARABLE_KIB: u32 = 256 * 1024;

/// Whether `stored` is a hash that can be compared without burning the machine.
pub(super) fn is_bearable(stored: &str) -> bool {
    let hash = PasswordHash::new(stored).ok().filter(|hash| Algorithm::try_from(hash.algorithm.as_str()).is_ok());
    let params = hash.and_then(|hash| Params::try_from(&hash).ok()).filter(|_| is_hash(stored));
    params.is_some_and(|params| params.m_cost() <= BEARABLE_KIB && params.t_cost() <= 16 && params.p_cost() <= 16)
}

/// Whether `stored` is a hash that some password can match.
pub(super) fn is_hash(stored: &str) -> bool {
    PasswordHash::new(stored).is_ok_and(|hash| hash.salt.is_some() && hash.hash.is_some())
}

/// A PHC string of random bytes that is the hash of nothing: comparing with it takes as long as with a real one.
///
/// # Errors
///
/// What argon2 gives; none with parameters that it took.
pub(super) fn of_nobody(params: &Params) -> argon2::password_hash::Result<String> {
    let output = Output::new(&crate::id::random_bytes::<OUTPUT>())?;
    written(params, Salt::new(&crate::id::random_bytes::<16>())?, output)
}

fn argon2(params: &Params) -> Argon2<'static> {
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params.clone())
}

fn filled(
    argon2: &Argon2<'static>,
    memory: &mut Vec<Block>,
    password: &str,
    salt: &Salt,
    bytes: usize,
) -> argon2::password_hash::Result<Output> {
    let blocks = argon2.params().block_count();
    if memory.len() < blocks {
        memory.resize(blocks, Block::default());
    }
    let mut buffer = [0; Output::MAX_LENGTH];
    let output = buffer.get_mut(..bytes).ok_or(argon2::password_hash::Error::OutputSize)?;
    argon2.hash_password_into_with_memory(password.as_bytes(), salt, output, &mut memory[..blocks])?;
    Ok(Output::new(output)?)
}

fn written(params: &Params, salt: Salt, output: Output) -> argon2::password_hash::Result<String> {
    let hash = PasswordHash {
        algorithm: Algorithm::Argon2id.ident(),
        version: Some(Version::V0x13.into()),
        params: ParamsString::try_from(params)?,
        salt: Some(salt),
        hash: Some(output),
    };
    Ok(hash.to_string())
}

#[cfg(test)]
mod tests {
    use argon2::password_hash::{PasswordHasher, PasswordVerifier};

    use super::*;

    fn params(memory_kib: u32, passes: u32) -> Params {
        Params::new(memory_kib, passes, 1, None).unwrap()
    }

    #[test]
    fn what_it_hashes_the_library_verifies_and_the_other_way_round() {
        let mut hasher = Hasher::new(params(64, 2));
        for password in ["correct horse", "battery staple", "ünïcödé"] {
            let ours = hasher.hash(password).unwrap();
            assert!(argon2(&params(8, 1)).verify_password(password.as_bytes(), ours.as_str()).is_ok(), "{ours}");
            let theirs: PasswordHash = argon2(&params(32, 3)).hash_password(password.as_bytes()).unwrap();
            assert!(hasher.matches(password, &theirs.to_string()), "with memory that was used before");
            assert!(!hasher.matches("wrong", &theirs.to_string()) && !hasher.matches("wrong", &ours));
        }
    }

    #[test]
    fn what_is_no_hash_matches_nothing() {
        let mut hasher = Hasher::new(params(8, 1));
        let nobody = of_nobody(&params(8, 1)).unwrap();
        let short = nobody.rsplit_once('$').unwrap().0.to_owned();
        for stored in ["", "no hash", &nobody, &short, &nobody.replace("argon2id", "argon3")] {
            assert!(!hasher.matches("", stored) && !hasher.matches("password", stored), "{stored}");
        }
        assert!(Hasher::new(params(16, 1)).is_dearer_than(&nobody) && !hasher.is_dearer_than(&nobody));
    }
}
