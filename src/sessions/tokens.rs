//! The two tokens of a session.
//!
//! - An access token is a JWT (HS256, no other algorithm) of 15 minutes that names account and session. It is checked
//!   against the session's record with each request, so it ends with the session.
//! - A refresh token is `session | generation | secret | seal`, base64url. The seal is a MAC with the server's key: a
//!   sealed token of an earlier generation can only be one that was used before, which revokes the session; anything
//!   without a right seal was made up and revokes nothing. The store holds the SHA-256 of the present one alone.
//!   The secret is drawn at random, or where a client brings a key of its own, made of that and of the token before:
//!   who lost the answer can have the same token made again, and nobody else can.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, Mac};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use utoipa::ToSchema;

use super::Device;
use super::record::{Session, SessionId};
use crate::accounts::AccountId;
use crate::clock::Timestamp;
use crate::error::Error;
use crate::id::random_bytes;
use crate::store::key::Key;

/// How long an access token is good, while its session lasts.
pub const ACCESS_LIFETIME: Duration = Duration::from_secs(15 * 60);

/// How much a clock may have been set back between two starts without anybody having to refresh a token.
const CLOCK_TOLERANCE: Duration = Duration::from_secs(60);

/// How long a session lasts after its refresh token was last exchanged.
pub const SESSION_LIFETIME: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// Bytes of the secret part of a refresh token.
const SECRET: usize = 24;

/// Bytes of a refresh token's seal.
const SEAL: usize = 16;

/// The tokens of a session, as they go out.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Tokens)]
pub struct TokensView {
    /// Goes into `Authorization: Bearer …`.
    pub access_token: String,
    /// Good for one call of `/auth/refresh`.
    pub refresh_token: String,
    /// Always `Bearer`.
    pub token_type: &'static str,
    /// Seconds until the access token expires.
    pub expires_in: u64,
}

/// What an access token says.
#[derive(Serialize, Deserialize)]
struct Claims {
    sub: AccountId,
    sid: SessionId,
    iat: i64,
    exp: i64,
}

/// What an access token of this server says.
pub struct Access {
    /// Whose it is.
    pub account: AccountId,
    /// The session it belongs to.
    pub session: SessionId,
    /// When it was made, in whole seconds.
    pub issued_at: Timestamp,
    /// When it runs out.
    pub expires_at: Timestamp,
}

impl Access {
    /// Whether its time has come and is not over at `now`. A token from the future was made before the machine's clock
    /// was set back: counted by that clock it would be good for longer than it was meant to be.
    pub fn is_good_at(&self, now: Timestamp) -> bool {
        self.issued_at <= now.plus(CLOCK_TOLERANCE) && now < self.expires_at
    }
}

/// A session with the refresh token that nobody but its owner may have.
pub struct Fresh {
    /// What is stored.
    pub record: Session,
    refresh_token: String,
}

/// What a well-sealed refresh token says.
pub struct Refresh {
    /// The session it belongs to.
    pub session: SessionId,
    /// Which of the session's refresh tokens it is.
    pub generation: u32,
    /// SHA-256 of the token.
    pub hash: [u8; 32],
}

/// Makes and reads tokens with the server's keys.
pub struct Tokens {
    signing: EncodingKey,
    verifying: DecodingKey,
    validation: Validation,
    sealing: [u8; 32],
    repeating: [u8; 32],
}

impl Tokens {
    /// With keys derived from the server's secret.
    pub fn new(secret: &[u8; 32]) -> Self {
        let access = derived(secret, b"access tokens");
        let mut validation = Validation::new(Algorithm::HS256);
        // Times are compared with the clock that is passed in.
        validation.validate_exp = false;
        validation.set_required_spec_claims(&["exp", "sub"]);
        Self {
            signing: EncodingKey::from_secret(&access),
            verifying: DecodingKey::from_secret(&access),
            validation,
            sealing: derived(secret, b"refresh tokens"),
            repeating: derived(secret, b"refresh tokens made again"),
        }
    }

    /// A new session of `account`.
    pub fn begin(&self, id: SessionId, account: AccountId, device: Device, now: Timestamp) -> Fresh {
        let record = Session {
            id,
            account,
            generation: 0,
            refresh_hash: [0; 32],
            created_at: now,
            last_used_at: now,
            expires_at: now.plus(SESSION_LIFETIME),
            device: device.name,
            address: device.address,
        };
        self.renew(record, 0, &random_bytes())
    }

    /// The same session with the refresh token that follows `presented`: with the same `key` always the same one.
    pub fn next(&self, session: &Session, presented: &Refresh, key: Option<&str>, now: Timestamp) -> Fresh {
        let record = Session { last_used_at: now, expires_at: now.plus(SESSION_LIFETIME), ..session.clone() };
        let secret = key.map_or_else(random_bytes, |key| self.secret_after(presented, key));
        self.renew(record, presented.generation.saturating_add(1), &secret)
    }

    fn secret_after(&self, presented: &Refresh, key: &str) -> [u8; SECRET] {
        let mut secret = [0; SECRET];
        let made = derived(&self.repeating, &[&presented.hash, key.as_bytes()].concat());
        secret.copy_from_slice(&made[..SECRET]);
        secret
    }

    fn renew(&self, record: Session, generation: u32, secret: &[u8; SECRET]) -> Fresh {
        let mut bytes = (record.id, generation).to_bytes();
        bytes.extend_from_slice(secret);
        let seal = self.seal(&bytes);
        bytes.extend_from_slice(&seal);
        let refresh_token = URL_SAFE_NO_PAD.encode(&bytes);
        Fresh { record: Session { generation, refresh_hash: Sha256::digest(&bytes).into(), ..record }, refresh_token }
    }

    /// The tokens of a session whose record is stored.
    ///
    /// # Errors
    ///
    /// Where signing fails, which it does not with a key of this kind.
    pub fn issue(&self, session: &Fresh, now: Timestamp) -> Result<TokensView, Error> {
        let claims = Claims {
            sub: session.record.account,
            sid: session.record.id,
            iat: now.seconds(),
            exp: now.plus(ACCESS_LIFETIME).seconds(),
        };
        let access_token = jsonwebtoken::encode(&Header::new(Algorithm::HS256), &claims, &self.signing)
            .map_err(|error| Error::internal(&error))?;
        Ok(TokensView {
            access_token,
            refresh_token: session.refresh_token.clone(),
            token_type: "Bearer",
            expires_in: ACCESS_LIFETIME.as_secs(),
        })
    }

    /// What an access token says, if this server signed it; its time may have run out.
    pub fn read_access(&self, token: &str) -> Option<Access> {
        let claims = jsonwebtoken::decode::<Claims>(token, &self.verifying, &self.validation).ok()?.claims;
        let [issued_at, expires_at] =
            [claims.iat, claims.exp].map(|seconds| Timestamp::from_millis(seconds.saturating_mul(1000)));
        Some(Access { account: claims.sub, session: claims.sid, issued_at, expires_at })
    }

    /// What a refresh token says, if this server sealed it.
    pub fn read_refresh(&self, token: &str) -> Option<Refresh> {
        let bytes = URL_SAFE_NO_PAD.decode(token).ok()?;
        let (mut content, seal) = bytes.split_last_chunk::<SEAL>()?;
        let sealed = content;
        let (session, generation) = <(SessionId, u32)>::read(&mut content).ok()?;
        let right = content.len() == SECRET && subtle::ConstantTimeEq::ct_eq(&self.seal(sealed)[..], &seal[..]).into();
        right.then(|| Refresh { session, generation, hash: Sha256::digest(&bytes).into() })
    }

    fn seal(&self, content: &[u8]) -> [u8; SEAL] {
        let mut seal = [0; SEAL];
        seal.copy_from_slice(&derived(&self.sealing, content)[..SEAL]);
        seal
    }
}

/// HMAC-SHA-256 of `purpose` under `key`.
fn derived(key: &[u8; 32], purpose: &[u8]) -> [u8; 32] {
    // HMAC takes keys of any length; of this one, the block-sized form is padded with zeros as RFC 2104 says.
    let mut block = [0; 64];
    block[..32].copy_from_slice(key);
    let mut mac = Hmac::<Sha256>::new(&block.into());
    mac.update(purpose);
    mac.finalize().into_bytes().into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::Ids;

    const NOW: Timestamp = Timestamp::from_millis(1_795_421_460_000);

    fn begin(tokens: &Tokens) -> Fresh {
        let ids = Ids::default();
        tokens.begin(ids.next(NOW), ids.next(NOW), Device { name: String::new(), address: String::new() }, NOW)
    }

    #[test]
    fn access_tokens_end_after_a_quarter_of_an_hour_and_with_another_key() {
        let tokens = Tokens::new(&[7; 32]);
        let session = begin(&tokens);
        let token = tokens.issue(&session, NOW).unwrap().access_token;
        let access = tokens.read_access(&token).unwrap();
        assert_eq!((access.account, access.session), (session.record.account, session.record.id));
        assert_eq!(access.expires_at, NOW.plus(ACCESS_LIFETIME));
        assert!(Tokens::new(&[8; 32]).read_access(&token).is_none());
    }

    #[test]
    fn unsigned_and_otherwise_signed_tokens_are_refused() {
        let tokens = Tokens::new(&[7; 32]);
        let token = tokens.issue(&begin(&tokens), NOW).unwrap().access_token;
        let claims = token.split('.').nth(1).unwrap();
        for header in [r#"{"alg":"none"}"#, r#"{"alg":"HS512","typ":"JWT"}"#, r#"{"alg":"RS256"}"#] {
            let header = URL_SAFE_NO_PAD.encode(header);
            let signature = token.split('.').nth(2).unwrap();
            for forged in [format!("{header}.{claims}."), format!("{header}.{claims}.{signature}")] {
                assert!(tokens.read_access(&forged).is_none(), "{forged}");
            }
        }
    }

    #[test]
    fn refresh_tokens_read_back_and_a_changed_one_does_not() {
        let tokens = Tokens::new(&[7; 32]);
        let session = begin(&tokens);
        let read = tokens.read_refresh(&session.refresh_token).unwrap();
        assert_eq!((read.session, read.generation), (session.record.id, 0));
        assert_eq!(read.hash, session.record.refresh_hash);
        let bytes = URL_SAFE_NO_PAD.decode(&session.refresh_token).unwrap();
        for place in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[place] ^= 1;
            assert!(tokens.read_refresh(&URL_SAFE_NO_PAD.encode(changed)).is_none());
        }
        assert!(tokens.read_refresh("").is_none());
    }
}
