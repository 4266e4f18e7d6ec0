//! Playing: how a content is played, the addresses to watch it at, and what is sent for them.
//! A film that every browser plays is sent as it is, cut into segments that are computed from
//! its own tables (the crate `fmp4`). Who may watch is decided in core; HTTP is not known here.

mod assignment;
mod claim;
mod convert;
mod film;
mod hold;
mod ladder;
pub(super) mod link;
mod name;
pub(in crate::app) mod picture;
mod playlist;
mod probe;
mod progress;
mod queue;
mod right;
mod sound;
mod source;
mod stream;
mod subtitle;
mod unit;
pub(super) mod worker;

pub use film::Asset;
pub(super) use link::Link;
pub use name::MASTER;

use crate::app::support::base::Base;
use crate::app::support::membership::is_member;
use crate::app::{Caller, CallerKind, Error, Result};
use crate::blob::Blob;
use film::{Film, Films, previewed};
use hold::Held;
use name::{FileName, Name, TrackName};
use right::{Right, Rights, Watched};
use std::sync::Arc;
use stream::Streams;
use tokio_util::sync::CancellationToken;
use yingku_core::playback::{Extent, LINK_LIFE_MS, is_live, may_watch, wait_ms};
use yingku_db::rows;
use yingku_fmp4::Track;
use yingku_protocol::{Code, Refusal, Video};

/// Planning, encoding and sending films.
pub struct Playback {
    base: Arc<Base>,
    rights: Rights,
    films: Films,
    held: Held,
    streams: Streams,
}

impl Playback {
    pub(super) fn new(base: &Arc<Base>) -> Playback {
        Playback {
            base: Arc::clone(base),
            rights: Rights::default(),
            films: Films::default(),
            held: Held::default(),
            streams: Streams::default(),
        }
    }

    /// The link by which the caller can watch a video that can be played; none where it may
    /// not. How much the link plays, and when, is noted on the video that is shown.
    pub(super) async fn make_link(
        &self,
        caller: &Caller,
        video: &rows::Video,
        shown: &mut Video,
    ) -> Result<Option<String>> {
        let CallerKind::Account { account, session_id } = &caller.kind else { return Ok(None) };
        let settings = self.base.settings(&self.base.db).await?;
        let now = self.base.now();
        let facts = right::facts(&Watched {
            account,
            video,
            duration_ms: shown.duration_ms,
            owned: shown.owned,
            settings: &settings,
            now,
        });
        let preview_ms = match may_watch(&facts) {
            Ok(Extent::Full) => 0,
            Ok(Extent::Preview(preview_ms)) => preview_ms,
            Err(_) => return Ok(None),
        };
        let wait_ms = wait_ms(&facts, is_member(account, now), settings.playback_wait_free_ms);
        let link = Link {
            video_id: video.id,
            account_id: account.id,
            epoch: account.epoch,
            starts_at: now + wait_ms,
            expires_at: now + wait_ms + LINK_LIFE_MS,
            preview_ms,
            stream: link::stream(&self.base.link_key, *session_id, video.id),
        };
        let playback = &mut shown.playback;
        playback.preview_ms = (preview_ms > 0).then_some(preview_ms);
        playback.wait_ms = (wait_ms > 0).then_some(wait_ms);
        Ok(Some(link.write(&self.base.link_key)))
    }

    /// Finds what an address to watch at stands for.
    ///
    /// # Errors
    /// [`Code::WatchEnded`] where this site did not make it, where it has expired, or the right behind it has
    /// ended; the last is known within a second. [`Code::WatchWaiting`] before its wait is over.
    pub async fn find_watch(&self, link: &str) -> Result<Watch> {
        let ended = || Error::from(Code::WatchEnded);
        let link = Link::read(link, &self.base.link_key).ok_or_else(ended)?;
        let now = self.base.now();
        if !is_live(now, link.expires_at) {
            return Err(ended());
        }
        if now < link.starts_at {
            let left_ms = u64::try_from(link.starts_at - now).unwrap_or_default();
            let refusal = Refusal::from(Code::WatchWaiting);
            return Err(refusal.with("retry_after_seconds", left_ms.div_ceil(1_000)).into());
        }
        let right = right::find(self, link.account_id, link.video_id).await?;
        let right = right.filter(|right| right.holds(&link, now)).ok_or_else(ended)?;
        Ok(Watch { right, link })
    }

    /// What is sent for a name below an address to watch at. `is_partial`: the player waits for
    /// what is not encoded yet.
    ///
    /// # Errors
    /// `not_found` where there is nothing with that name, or it lies behind the end of a preview;
    /// [`Code::TooManyStreams`] where the account watches as much as it may already;
    /// [`Code::SegmentNotReady`] where what is wanted is not encoded in time.
    pub async fn open_watch(&self, watch: &Watch, name: &str, is_partial: bool) -> Result<Sent> {
        let right = &watch.right;
        let film = self.films.find(self, &right.blob, right.planned_at_ms).await?;
        if name == MASTER {
            let made = match &film.ladder {
                Some(_) => yingku_db::ladder::list_made(&self.base.db, film.blob_id()).await?,
                None => Vec::new(),
            };
            let texts = yingku_db::subtitle::list(&self.base.db, film.blob_id()).await?;
            let text = playlist::master(&film, &made, &texts, is_partial);
            return Ok(self.sent(watch, Asset::Playlist(text), None));
        }
        let missing = || crate::app::support::error::not_found("segment");
        let name = Name::parse(name).ok_or_else(missing)?;
        if let TrackName::Text(id) = name.track {
            let text = self.open_text(right, id, name.file, watch.link.preview_ms).await?;
            return Ok(self.sent(watch, text, None));
        }
        let lengths = match name.track {
            TrackName::Encoded(size) => film.encoded(size),
            track => film.track(track).map(|(track, _)| track.lengths()),
        };
        let lengths = lengths.ok_or_else(missing)?;
        let count = previewed(&lengths, watch.link.preview_ms);
        match name.file {
            FileName::Playlist => {
                let gaps = match name.track {
                    TrackName::Encoded(size) => self.find_gaps(&film, size).await?,
                    _ => Vec::new(),
                };
                let text = playlist::media(&lengths, count, &gaps);
                return Ok(self.sent(watch, Asset::Playlist(text), None));
            }
            FileName::Segment(number) if number >= count => return Err(missing()),
            _ => self.streams.note(self, watch).await?,
        }
        let (asset, key) = match name.track {
            TrackName::Encoded(size) => self.open_encoded(&film, size, name.file).await?,
            track => {
                let (track, key) = film.track(track).ok_or_else(missing)?;
                let is_audio = name.track == TrackName::Audio;
                let asset = original(track, name.file, is_audio).ok_or_else(missing)?;
                (asset, key.to_owned())
            }
        };
        let blob = self.base.blobs.get(&key).await?;
        Ok(self.sent(watch, asset, Some(blob)))
    }

    /// A file of an encoded track, and the key of what it is a part of.
    async fn open_encoded(
        &self,
        film: &Film,
        size: i64,
        file: FileName,
    ) -> Result<(Asset, String)> {
        let is_audio = size == queue::SOUND;
        match file {
            FileName::Segment(number) => {
                let place = self.wait_for_segment(film, size, number).await?;
                Ok((place.asset(is_audio), place.storage_key().to_owned()))
            }
            _ => {
                let init = self.wait_for_init(film, size).await?;
                let asset = Asset::Media { head: init.to_vec(), ranges: Vec::new(), is_audio };
                Ok((asset, film.decoded().to_owned()))
            }
        }
    }

    fn sent(&self, watch: &Watch, asset: Asset, blob: Option<Blob>) -> Sent {
        let link = &watch.link;
        Sent { asset, blob, cut: self.base.live.follow_right(link.account_id, link.epoch, link) }
    }

    /// Cuts the answers to whoever may not watch any more.
    pub(super) async fn cut_ended_watches(&self) {
        let now = self.base.now();
        for link in self.base.live.keys() {
            match right::find(self, link.account_id, link.video_id).await {
                Ok(Some(right)) if right.holds(&link, now) => {}
                Ok(_) => self.base.live.cut_right(&link),
                Err(error) => tracing::warn!(fault = ?error.fault(), "a right cannot be read"),
            }
        }
    }
}

/// A file of a track of the original.
fn original(track: &Track, file: FileName, is_audio: bool) -> Option<Asset> {
    let (head, ranges) = match file {
        FileName::Segment(number) => {
            let segment = track.segment(number)?;
            (segment.head, segment.ranges)
        }
        _ => (track.init(), Vec::new()),
    };
    Some(Asset::Media { head, ranges, is_audio })
}

/// Somebody who watches, with the right to.
pub struct Watch {
    right: Arc<Right>,
    link: Link,
}

impl Watch {
    /// Another one wherever the same name may stand for other bytes: the BLAKE3 hash of the
    /// content, in hex, and when it was decided how that is played.
    pub fn version(&self) -> String {
        format!("{}-{}", self.right.blob.content_hash, self.right.planned_at_ms)
    }

    /// When the content came, in milliseconds since the epoch.
    pub fn modified_at_ms(&self) -> i64 {
        self.right.blob.created_at_ms
    }
}

/// One answer to somebody who watches.
pub struct Sent {
    /// What is sent.
    pub asset: Asset,
    /// Where its media lies; a playlist has none.
    pub blob: Option<Blob>,
    cut: crate::app::Cut,
}

impl Sent {
    /// Cancelled when the right to watch ends; followed for as long as this is kept.
    pub fn cut(&self) -> CancellationToken {
        self.cut.token.clone()
    }
}
