//! How a content is encoded: in which sizes, cut where, with what sound. Decided once, by a
//! job; units of it are encoded by others.

use super::queue;
use super::source::{self, Sources};
use crate::app::support::job::{self, Claim};
use crate::app::{Error, Playback, Result};
use crate::media::{
    Conversion, ConvertError, Pictures, Probe, ProbeError, Prober, RECIPE, Timeline,
};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::path::Path;
use yingku_core::id::BlobId;
use yingku_core::job::{BACKGROUND, BEGINNING, Kind};
use yingku_core::ladder::{self, Grid, Size, TIMESCALE, UnitPlan};
use yingku_core::playback::RenditionKind;
use yingku_core::playback::State;
use yingku_db::{Tx, rows, transaction};
use yingku_fmp4::{SoundPlan, Streamable, Track};

/// Samples in a second of encoded sound, and in a packet of it (AAC).
const SOUND_RATE: u64 = 48_000;
const PACKET: u32 = 1_024;
/// Packets in a segment of sound: four seconds.
const PACKETS: usize = 188;
/// An encoder may make so many packets less than were computed.
const MISSING_PACKETS: u64 = 4;
/// A film that cannot be played as it is gets this size where the site wants none.
const FALLBACK: &[u32] = &[720];

/// How a content is encoded.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Ladder {
    /// When the film begins, in units of 1/90,000 second by its file's own clock.
    pub(super) origin: i64,
    /// Pictures in a second, on average.
    pub(super) rate: f64,
    pub(super) is_interlaced: bool,
    pub(super) is_hdr: bool,
    starts: Vec<u64>,
    end: u64,
    pictures: Vec<u32>,
    lead: u64,
    sizes: Vec<Step>,
    /// Units of 1/48,000 second of sound; `None` where it is not encoded.
    sound: Option<u64>,
}

/// A size of a ladder, as it is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Step {
    name: u32,
    width: u32,
    height: u32,
    max_bits: u64,
    level: u32,
}

impl Ladder {
    /// Reads what is kept; `None` where nothing is encoded.
    pub(super) fn read(row: &rows::Ladder) -> Result<Option<Ladder>> {
        serde_json::from_str(&row.plan)
            .map_err(|error| Error::Internal(format!("a ladder cannot be read: {error}")))
    }

    /// Its sizes, smallest first.
    pub(super) fn sizes(&self) -> Vec<Size> {
        let size = |step: &Step| {
            let Step { name, width, height, max_bits, level } = *step;
            Size { name, width, height, max_bits, level }
        };
        self.sizes.iter().map(size).collect()
    }

    /// Where it is cut.
    pub(super) fn grid(&self) -> Grid {
        let Ladder { starts, end, pictures, lead, .. } = self.clone();
        Grid { starts, end, pictures, lead }
    }

    /// What all its units have in common.
    pub(super) fn unit_plan(&self) -> UnitPlan {
        let Ladder { origin, is_interlaced, is_hdr, lead, .. } = *self;
        UnitPlan { origin, is_interlaced, is_hdr, lead }
    }

    /// How long each segment of the pictures is, in seconds.
    pub(super) fn segments(&self) -> impl Iterator<Item = f64> {
        let ends = self.starts.iter().skip(1).chain([&self.end]);
        let length = |(start, end): (&u64, &u64)| (end - start) as f64 / f64::from(TIMESCALE);
        self.starts.iter().zip(ends).map(length)
    }

    /// How many segments the pictures have.
    pub(super) fn count(&self) -> usize {
        self.starts.len()
    }

    /// How the sound is cut, where it is encoded.
    pub(super) fn sound(&self) -> Option<SoundPlan> {
        let packets = self.sound?.div_ceil(u64::from(PACKET));
        let segments = packets.saturating_sub(MISSING_PACKETS) / PACKETS as u64;
        Some(SoundPlan { packet: PACKET, packets: PACKETS, segments: segments.max(1) as usize })
    }

    /// The same without sound, as it is kept.
    pub(super) fn without_sound(self) -> Result<String> {
        serde_json::to_string(&Ladder { sound: None, ..self })
            .map_err(|error| Error::Internal(error.to_string()))
    }

    /// How long the sound is, in milliseconds.
    pub(super) fn sound_ms(&self) -> Option<i64> {
        Some((self.sound? * 1_000 / SOUND_RATE) as i64)
    }

    /// How long each segment of the sound is, in seconds.
    pub(super) fn sound_segments(&self) -> Vec<f64> {
        let (Some(units), Some(plan)) = (self.sound, self.sound()) else { return Vec::new() };
        let seconds = |units: u64| units as f64 / SOUND_RATE as f64;
        let whole = PACKETS as u64 * u64::from(PACKET);
        let before = whole * (plan.segments as u64 - 1);
        let mut lengths = vec![seconds(whole); plan.segments - 1];
        lengths.push(seconds(units.saturating_sub(before)));
        lengths
    }
}

/// The settings that a ladder is made by: when they change, it is made again.
pub(super) fn recipe(wanted: &[u32]) -> String {
    let names: Vec<String> = wanted.iter().map(u32::to_string).collect();
    format!("{RECIPE}/{}/{}", source::PLANNER, names.join(","))
}

/// Queues the decision how a content is encoded.
pub(super) async fn enqueue(tx: &Tx, blob_id: BlobId) -> Result<()> {
    job::enqueue_about(tx, Kind::Plan, blob_id).await
}

/// What was decided.
enum Decision {
    Ladder(Ladder),
    /// Nothing is encoded: the original will do.
    Original,
    /// It cannot be encoded; why.
    Nothing(&'static str),
}

/// Contents that are queued in one transaction.
const MOST_QUEUED: u64 = 100;

impl Playback {
    /// The ladder of a content, and its row; `None` where nothing is encoded.
    pub(super) async fn find_ladder(
        &self,
        blob_id: BlobId,
    ) -> Result<Option<(rows::Ladder, Ladder)>> {
        let Some(row) = yingku_db::ladder::find(&self.base.db, blob_id).await? else {
            return Ok(None);
        };
        Ok(Ladder::read(&row)?.map(|ladder| (row, ladder)))
    }

    /// Queues a new decision for every content that was planned by other settings.
    pub(in crate::app) async fn find_outdated(&self) -> Result<()> {
        let recipe = recipe(&self.base.settings(&self.base.db).await?.sizes);
        let mut after = BlobId(0);
        loop {
            let ids = yingku_db::ladder::list_outdated(&self.base.db, &recipe, after, MOST_QUEUED)
                .await?;
            let Some(&last) = ids.last() else { return Ok(()) };
            after = last;
            self.base.enqueue_about_all(Kind::Plan, &ids).await?;
        }
    }

    /// Decides how a content is encoded, queues its units, and ends the job with the same
    /// commit.
    pub(in crate::app) async fn plan_content(&self, claim: &Claim) -> Result<()> {
        let id = job::blob_of(&claim.payload);
        let found = yingku_db::blob::find(&self.base.db, id).await?;
        // Purged while it was queued.
        let Some(blob) = found else {
            return transaction!(self.base.db, |tx| claim.done(tx).await);
        };
        let sources = Sources::of(self, &blob).await?;
        let (pictures, sound) = sources.open(self).await?;
        let original = source::plan(pictures, sound).await?.ok();
        let settings = self.base.settings(&self.base.db).await?;
        let recipe = recipe(&settings.sizes);
        let decision = self.decide(&blob, &sources, original.as_ref(), &settings.sizes).await?;
        self.write_ladder(claim, id, original.is_some(), recipe, decision).await
    }

    async fn decide(
        &self,
        blob: &rows::Blob,
        sources: &Sources,
        original: Option<&Streamable>,
        wanted: &[u32],
    ) -> Result<Decision> {
        if original.is_some_and(|original| original.video.is_none()) {
            return Ok(Decision::Original);
        }
        let Some(prober) = self.base.prober().await else {
            return Ok(Decision::Nothing("no_ffmpeg"));
        };
        let path = self.base.blobs.local_path(sources.decoded()).await?;
        let probe = match self.probe_file(&prober, &path).await? {
            Ok(probe) => probe,
            Err(reason) => return Ok(Decision::Nothing(reason)),
        };
        let Some(shown) = probe.pictures.clone() else {
            return Ok(Decision::Nothing("conversion"));
        };
        if let Some(Streamable { video: Some(track), .. }) = original {
            return Ok(match along(track, &shown, wanted) {
                Some(ladder) => Decision::Ladder(ladder),
                None => Decision::Original,
            });
        }
        let timeline = match prober.timeline(&path, &shown).await {
            Ok(timeline) => timeline,
            Err(ProbeError::Failed(error)) => return Err(Error::Internal(error.to_string())),
            Err(_) => return Ok(Decision::Nothing("conversion")),
        };
        let is_copy = sources.copy.is_some();
        if !is_copy && (timeline.has_gaps || jumps(&probe.format)) {
            return match self.remux(blob, &prober, &path).await? {
                Some(copied) => Box::pin(self.decide(blob, &copied, None, wanted)).await,
                None => Ok(Decision::Nothing("conversion")),
            };
        }
        Ok(match own(timeline, &probe, &shown, wanted) {
            Some(ladder) => Decision::Ladder(ladder),
            None => Decision::Nothing("conversion"),
        })
    }

    async fn probe_file(
        &self,
        prober: &Prober,
        path: &Path,
    ) -> Result<std::result::Result<Probe, &'static str>> {
        match prober.probe(path).await {
            Ok(probe) => Ok(Ok(probe)),
            Err(ProbeError::Failed(error)) => Err(Error::Internal(error.to_string())),
            Err(_) => Ok(Err("conversion")),
        }
    }

    /// Copies the streams of a content into a file that any decoder finds its way in; `None`
    /// where ffmpeg cannot.
    async fn remux(
        &self,
        blob: &rows::Blob,
        prober: &Prober,
        path: &Path,
    ) -> Result<Option<Sources>> {
        self.check_free(blob.size_bytes.unsigned_abs()).await?;
        let scratch = self.base.blobs.staging.scratch().await?;
        match prober.convert(Conversion::Remux, path, scratch.path()).await {
            Ok(()) => {}
            Err(ConvertError::Refused(why)) => {
                tracing::info!(why, "a content cannot be copied");
                return Ok(None);
            }
            Err(error @ ConvertError::Failed(_)) => return Err(Error::Internal(error.to_string())),
        }
        let made = self.keep_rendition(blob.id, RenditionKind::Source, scratch).await?;
        let key = made.storage_key.clone();
        let replaced = transaction!(self.base.db, |tx| {
            // Purged while it was copied.
            if !yingku_db::blob::hold(tx, blob.id).await? {
                return Ok(Some(key.clone()));
            }
            Ok::<_, Error>(yingku_db::rendition::put(tx, made.clone()).await?)
        })?;
        if let Some(key) = replaced {
            self.base.blobs.delete(&key).await?;
        }
        Ok(Some(Sources::of(self, blob).await?))
    }

    async fn write_ladder(
        &self,
        claim: &Claim,
        id: BlobId,
        has_original: bool,
        recipe: String,
        decision: Decision,
    ) -> Result<()> {
        let now = self.base.now();
        let (state, reason, ladder) = match (has_original, decision) {
            (true, Decision::Ladder(ladder)) => (State::Ready, None, Some(ladder)),
            (true, _) => (State::Ready, None, None),
            (false, Decision::Ladder(ladder)) => (State::Preparing, Some("encoding"), Some(ladder)),
            (false, Decision::Original) => (State::Unplayable, Some("conversion"), None),
            (false, Decision::Nothing(reason)) => (State::Unplayable, Some(reason), None),
        };
        let row = source::row(id, state, reason, now);
        let plan = json!(ladder).to_string();
        let planned = rows::Ladder { blob_id: id, recipe, plan, made_at_ms: now };
        let useless = transaction!(self.base.db, |tx| {
            // Purged while it was looked into.
            if !yingku_db::blob::hold(tx, id).await? {
                claim.done(tx).await?;
                return Ok(Vec::new());
            }
            let useless = replace(tx, planned.clone(), ladder.as_ref()).await?;
            if let Some(ladder) = &ladder {
                enqueue_units(tx, id, ladder, has_original).await?;
            }
            yingku_db::film::put(tx, row.clone()).await?;
            claim.done(tx).await?;
            Ok::<_, Error>(useless)
        })?;
        self.base.jobs.wake();
        for key in useless {
            self.base.blobs.delete(&key).await?;
        }
        Ok(())
    }
}

/// Puts a ladder in place of another; what was encoded stays where it would come out the same.
/// Answers the keys of the files that are of no use any more.
async fn replace(tx: &Tx, row: rows::Ladder, ladder: Option<&Ladder>) -> Result<Vec<String>> {
    let before = yingku_db::ladder::find(tx, row.blob_id).await?;
    let before = before.and_then(|before| {
        let is_same_recipe = before.recipe.split('/').next() == row.recipe.split('/').next();
        Ladder::read(&before).ok().flatten().filter(|_| is_same_recipe)
    });
    let kept: Vec<i64> = match (before, ladder) {
        (Some(before), Some(ladder)) if before.is_cut_like(ladder) => {
            let sound = (before.sound == ladder.sound).then_some(0);
            let sizes = before.sizes.iter().filter(|step| ladder.sizes.contains(step));
            sizes.map(|step| i64::from(step.name)).chain(sound).collect()
        }
        _ => Vec::new(),
    };
    Ok(yingku_db::ladder::put(tx, row, &kept).await?)
}

impl Ladder {
    fn is_cut_like(&self, other: &Ladder) -> bool {
        let bare = |ladder: &Ladder| Ladder { sizes: Vec::new(), sound: None, ..ladder.clone() };
        bare(self) == bare(other)
    }
}

async fn enqueue_units(
    tx: &Tx,
    blob_id: BlobId,
    ladder: &Ladder,
    has_original: bool,
) -> Result<()> {
    if ladder.sound.is_some() {
        job::enqueue_about(tx, Kind::Sound, blob_id).await?;
    }
    for unit in ladder::units(ladder.count()) {
        let priority = match unit.start {
            0 if !has_original => BEGINNING,
            _ => BACKGROUND,
        };
        queue::enqueue(tx, blob_id, unit, priority).await?;
    }
    Ok(())
}

/// Containers in which times may jump, or in which ffmpeg finds its way only from the beginning.
fn jumps(format: &str) -> bool {
    matches!(format, "mpegts" | "mpeg" | "avi")
}

/// The ladder of a film whose original is played: cut where that is. `None` where no size saves
/// anything.
fn along(track: &Track, shown: &Pictures, wanted: &[u32]) -> Option<Ladder> {
    let units = |time: i64| {
        let time = i128::from(time.max(0)) * i128::from(TIMESCALE);
        let scale = i128::from(track.timescale);
        ((time + scale / 2) / scale) as u64
    };
    let starts = track.segments.iter().map(|segment| units(segment.start)).collect();
    let last = track.segments.last()?;
    let end = units(last.start + last.duration as i64);
    let grid = Grid::along(starts, track.times().map(units).collect(), end)?;
    let pictures = ladder::Pictures {
        width: shown.width,
        height: shown.height,
        rate: track.samples_a_second(),
        original_bits: Some(track.average_bits()),
    };
    // ffmpeg counts the times of such a file as its own tables do.
    make(grid, &pictures, &Pictures { origin: 0, ..shown.clone() }, None, wanted)
}

/// The ladder of a film that is only played encoded.
fn own(timeline: Timeline, probe: &Probe, shown: &Pictures, wanted: &[u32]) -> Option<Ladder> {
    let grid = Grid::of(timeline.times, timeline.last)?;
    let pictures: u32 = grid.pictures.iter().sum();
    let seconds = grid.end as f64 / f64::from(TIMESCALE);
    let average = f64::from(pictures) / seconds.max(0.001);
    let rate = if shown.rate > 0.0 { shown.rate } else { average };
    let picture =
        ladder::Pictures { width: shown.width, height: shown.height, rate, original_bits: None };
    let pictures_end = grid.end * SOUND_RATE / u64::from(TIMESCALE);
    let whole = probe.duration_ms.unwrap_or_default().unsigned_abs() * SOUND_RATE / 1_000;
    let sound = probe.has_audio.then_some(pictures_end.max(whole));
    let wanted = if wanted.is_empty() { FALLBACK } else { wanted };
    make(grid, &picture, shown, sound, wanted)
}

fn make(
    grid: Grid,
    pictures: &ladder::Pictures,
    shown: &Pictures,
    sound: Option<u64>,
    wanted: &[u32],
) -> Option<Ladder> {
    let step = |size: Size| {
        let Size { name, width, height, max_bits, level } = size;
        Step { name, width, height, max_bits, level }
    };
    let sizes: Vec<Step> = ladder::sizes(pictures, wanted).into_iter().map(step).collect();
    if sizes.is_empty() {
        return None;
    }
    Some(Ladder {
        origin: shown.origin,
        rate: pictures.rate,
        is_interlaced: shown.is_interlaced,
        is_hdr: shown.is_hdr,
        starts: grid.starts,
        end: grid.end,
        pictures: grid.pictures,
        lead: grid.lead,
        sizes,
        sound,
    })
}
