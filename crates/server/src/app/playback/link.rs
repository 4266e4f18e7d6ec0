//! Addresses to watch at. They are signed, and stand in the path, so that the relative
//! addresses in a playlist inherit them and a player needs neither cookie nor header.

use crate::app::support::token;
use yingku_core::Millis;
use yingku_core::id::{AccountId, SessionId, VideoId};

/// What an address says.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::app) struct Link {
    pub(super) video_id: VideoId,
    pub(in crate::app) account_id: AccountId,
    /// Of the account, when the address was given.
    pub(in crate::app) epoch: i64,
    /// Nothing is sent before.
    pub(super) starts_at: Millis,
    pub(super) expires_at: Millis,
    /// How much of the video it plays, in milliseconds; 0 for all of it.
    pub(super) preview_ms: i64,
    /// Names the stream: 16 hexadecimal digits, the same for a login and a video.
    pub(super) stream: String,
}

impl Link {
    /// `VIDEO-ACCOUNT-EPOCH-START-EXPIRY-PREVIEW-STREAM-SIGNATURE`.
    pub(super) fn write(&self, key: &[u8; 32]) -> String {
        let Link { video_id, account_id, epoch, starts_at, expires_at, preview_ms, stream } = self;
        let text = format!(
            "{video_id}-{account_id}-{epoch}-{starts_at}-{expires_at}-{preview_ms}-{stream}"
        );
        format!("{text}-{}", signature(key, &text))
    }

    /// The link that a text is, if this site wrote it.
    pub(super) fn read(text: &str, key: &[u8; 32]) -> Option<Link> {
        // A signature may have dashes of its own.
        let mut parts = text.splitn(8, '-');
        let mut number = || parts.next()?.parse::<i64>().ok();
        let link = Link {
            video_id: VideoId(number()?),
            account_id: AccountId(number()?),
            epoch: number()?,
            starts_at: number()?,
            expires_at: number()?,
            preview_ms: number()?,
            stream: parts.next()?.to_owned(),
        };
        token::same(text, &link.write(key)).then_some(link)
    }
}

/// The name of what a login watches of a video: a page that is loaded again goes on with it.
pub(super) fn stream(key: &[u8; 32], session_id: SessionId, video_id: VideoId) -> String {
    let mac = blake3::keyed_hash(key, format!("stream {session_id} {video_id}").as_bytes());
    mac.to_hex()[..16].to_owned()
}

fn signature(key: &[u8; 32], text: &str) -> String {
    token::sign(key, &format!("watch {text}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_written_here_is_read() {
        let link = Link {
            video_id: VideoId(7),
            account_id: AccountId(3),
            epoch: 0,
            starts_at: 0,
            expires_at: 1_764_000_000_000,
            preview_ms: 0,
            stream: stream(&[1; 32], SessionId(5), VideoId(7)),
        };
        let text = link.write(&[1; 32]);
        assert_eq!(Link::read(&text, &[1; 32]), Some(link.clone()));
        assert_eq!(Link::read(&text, &[2; 32]), None);
        let others = [
            text.replacen("7-", "8-", 1),
            text.replacen("7-", "07-", 1),
            text.replacen("7-", "+7-", 1),
            format!("{text}-"),
            text[..text.len() - 1].to_owned(),
            "7-3-0-1764000000000".to_owned(),
            "7-3-0-1764000000000-".to_owned(),
            "----".to_owned(),
            String::new(),
        ];
        for other in others {
            assert_eq!(Link::read(&other, &[1; 32]), None, "{other}");
        }
    }
}
