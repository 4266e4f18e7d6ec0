//! Random tokens and codes, and the hashes under which they are kept.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// A bearer token: 256 random bits.
pub(crate) fn bearer() -> String {
    URL_SAFE_NO_PAD.encode(random::<32>())
}

/// A name in an address that nobody guesses: 128 random bits, in hex.
pub(crate) fn name() -> String {
    hex::encode(random::<16>())
}

/// A key for all nodes: 256 random bits, in hex.
pub(crate) fn key() -> String {
    hex::encode(random::<32>())
}

/// Letters and digits that are not taken for each other.
const ALPHABET: &[u8; 32] = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";

/// A code for people: 80 random bits as four groups of four characters.
pub(crate) fn code() -> String {
    let letters: Vec<u8> =
        random::<16>().iter().map(|byte| ALPHABET[usize::from(byte % 32)]).collect();
    let groups: Vec<String> =
        letters.chunks(4).map(|group| String::from_utf8_lossy(group).into_owned()).collect();
    groups.join("-")
}

/// What is kept of a token.
pub(crate) fn hash(token: &str) -> String {
    blake3::hash(token.as_bytes()).to_hex().to_string()
}

/// What is kept of a code: without regard to case, dashes and spaces.
pub(crate) fn hash_code(code: &str) -> String {
    let plain: String =
        code.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).collect();
    hash(&plain)
}

/// Proof that this site made a link: 128 bits, for the path of an address.
pub(crate) fn sign(key: &[u8; 32], what: &str) -> String {
    let mac = blake3::keyed_hash(key, what.as_bytes());
    URL_SAFE_NO_PAD.encode(&mac.as_bytes()[..16])
}

/// Whether two texts are the same, in constant time.
pub(crate) fn same(a: &str, b: &str) -> bool {
    blake3::hash(a.as_bytes()) == blake3::hash(b.as_bytes())
}

fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the system has random numbers");
    bytes
}
