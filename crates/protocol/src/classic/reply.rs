//! Replies: `flag` and `msg` always, then the fields of the operation, repeated under the
//! other names that clients read.

use super::{dialect, encode};
use serde_json::{Map, Value};

/// A reply.
#[derive(Clone, Debug, PartialEq)]
pub struct Reply {
    /// Whether it was done.
    pub flag: bool,
    /// What happened, for a person.
    pub msg: String,
    /// The fields of the operation.
    pub fields: Map<String, Value>,
}

impl Reply {
    /// Done.
    pub fn done(msg: impl Into<String>) -> Reply {
        Reply { flag: true, msg: msg.into(), fields: Map::new() }
    }

    /// Refused.
    pub fn refused(msg: impl Into<String>) -> Reply {
        Reply { flag: false, msg: msg.into(), fields: Map::new() }
    }

    /// The same reply with one more field.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Reply {
        self.fields.insert(name.to_owned(), value.into());
        self
    }

    /// The whole frame of the reply to that operation.
    pub fn frame(&self, operation: &str) -> Vec<u8> {
        let mut object = Map::new();
        object.insert("flag".to_owned(), self.flag.into());
        object.insert("msg".to_owned(), self.msg.clone().into());
        object.extend(self.fields.clone());
        for (at, here, others) in dialect::REPEATED {
            if *at == operation
                && let Some(value) = object.get(*here).cloned()
            {
                object.extend(others.iter().map(|other| ((*other).to_owned(), value.clone())));
            }
        }
        encode(&object)
    }
}
