//! Typed client of Yingku's HTTP API: one method a route, one file a noun. How the bytes
//! travel belongs to a [`Transport`]; files, prompts and texts for people do not belong here.

#![cfg_attr(test, allow(clippy::unwrap_used))]

mod call;
mod delivery;
mod error;
mod identity;
mod library;
mod operation;
mod playback;
mod remote;
mod shop;
mod transport;

pub use delivery::download::Fetched;
pub use error::{ClientError, Result};
pub use library::upload::Standing;
pub use remote::{Remote, is_private};
pub use transport::{Body, Broken, ByteStream, Sending, Transport};

use std::sync::Arc;
use yingku_protocol::Lang;

/// What this program calls itself on the wire.
pub const USER_AGENT: &str = concat!("yingku/", env!("CARGO_PKG_VERSION"));

/// A client of one server, with one login or none. Cheap to clone.
#[derive(Clone)]
pub struct Client {
    transport: Arc<dyn Transport>,
    lang: Lang,
    idempotency_key: Option<String>,
}

impl Client {
    /// A client whose requests travel by `transport`, and that is answered in English.
    pub fn new(transport: Box<dyn Transport>) -> Self {
        Client { transport: Arc::from(transport), lang: Lang::En, idempotency_key: None }
    }

    /// A client of the server at `address` (`http://…` or `https://…`), with a login or none.
    ///
    /// # Errors
    /// `Protocol` where the address is not valid.
    pub fn connect(address: &str, token: Option<&str>) -> Result<Self> {
        Ok(Client::new(Box::new(Remote::new(address, token)?)))
    }

    /// The same client, answered in this language.
    #[must_use]
    pub fn with_lang(mut self, lang: Lang) -> Self {
        self.lang = lang;
        self
    }

    /// The same client, whose next money calls carry this key instead of a random one each.
    #[must_use]
    pub fn with_idempotency_key(mut self, key: impl Into<String>) -> Self {
        self.idempotency_key = Some(key.into());
        self
    }
}
