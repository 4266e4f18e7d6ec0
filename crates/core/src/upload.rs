//! Uploads that come in several requests.

use crate::word::words;

words! {
    /// What an upload is for.
    pub enum UploadKind {
        /// It becomes a video.
        Whole = "whole",
        /// A part of one that is put together later.
        Partial = "partial",
        /// Put together of parts; it becomes a video.
        Final = "final",
    }
}

words! {
    /// What became of an upload.
    pub enum UploadState {
        /// It takes bytes, or waits to be finished.
        Open = "open",
        /// It is a video.
        Done = "done",
        /// It was whole, and a rule refused it.
        Refused = "refused",
        /// It was ended, has expired or was lost.
        Ended = "ended",
    }
}
