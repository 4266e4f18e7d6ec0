//! Numbers of rows, each of a type of its own: that of a video is never taken for that of its
//! content. On the wire they are plain numbers.

use std::fmt;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident,)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[cfg_attr(feature = "wire", derive(serde::Serialize, serde::Deserialize))]
        #[cfg_attr(feature = "wire", serde(transparent))]
        #[cfg_attr(feature = "rows", derive(sea_orm::DeriveValueType))]
        #[cfg_attr(feature = "rows", sea_orm(try_from_u64))]
        pub struct $name(pub i64);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl From<i64> for $name {
            fn from(number: i64) -> $name {
                $name(number)
            }
        }

        impl From<$name> for i64 {
            fn from(id: $name) -> i64 {
                id.0
            }
        }
    )*};
}

ids! {
    /// Of an account.
    AccountId,
    /// Of a video, which has a title and a price.
    VideoId,
    /// Of a content, which is a file.
    BlobId,
    /// Of subtitles.
    SubtitleId,
    /// Of a comment.
    CommentId,
    /// Of a text over the picture.
    DanmakuId,
    /// Of a login.
    SessionId,
    /// Of a ticket, and of the record of its download.
    TicketId,
    /// Of something that is sold.
    OfferId,
}
