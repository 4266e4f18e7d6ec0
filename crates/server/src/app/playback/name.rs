//! What is served below an address to watch at, by its name.

use super::queue;
use yingku_core::id::SubtitleId;

/// The playlist that a player begins with.
pub const MASTER: &str = "master.m3u8";
/// The folder of the original's pictures, and of its sound.
pub(super) const VIDEO: &str = "video";
/// See [`VIDEO`].
pub(super) const AUDIO: &str = "audio";
/// The folder of sound that was encoded.
pub(super) const SOUND: &str = "sound";
/// How the folder of subtitles begins: their number follows.
pub(super) const TEXT: &str = "text-";

/// What a name below the address stands for: `video/index.m3u8`, `video/init.mp4`,
/// `video/12.m4s`, and the same for `audio`, `sound` and a size, `360p`;
/// and for subtitles `text-7/index.m3u8` and `text-7/all.vtt`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Name {
    pub(super) track: TrackName,
    pub(super) file: FileName,
}

/// A track of a film.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TrackName {
    /// The pictures of the original.
    Video,
    /// The sound of the original.
    Audio,
    /// What was encoded, by its size; 0 for the sound.
    Encoded(i64),
    /// Subtitles.
    Text(SubtitleId),
}

/// A file of a track.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FileName {
    Playlist,
    Init,
    Segment(usize),
    /// All that subtitles say.
    Text,
}

impl Name {
    /// Reads a name; each thing has one.
    pub(super) fn parse(name: &str) -> Option<Name> {
        let number = |text: &str| {
            let parsed: i64 = text.parse().ok()?;
            (parsed.to_string() == text && parsed >= 0).then_some(parsed)
        };
        let (folder, file) = name.split_once('/')?;
        let track = match folder {
            VIDEO => TrackName::Video,
            AUDIO => TrackName::Audio,
            SOUND => TrackName::Encoded(queue::SOUND),
            _ if folder.starts_with(TEXT) => {
                TrackName::Text(SubtitleId(number(folder.strip_prefix(TEXT)?)?))
            }
            _ => TrackName::Encoded(number(folder.strip_suffix('p')?).filter(|&size| size > 0)?),
        };
        let file = match file {
            "index.m3u8" => FileName::Playlist,
            "init.mp4" => FileName::Init,
            "all.vtt" => FileName::Text,
            _ => FileName::Segment(usize::try_from(number(file.strip_suffix(".m4s")?)?).ok()?),
        };
        Some(Name { track, file })
    }
}
