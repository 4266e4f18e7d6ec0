//! How far the encoding of a content has come, for admins.

use super::ladder::Ladder;
use super::playlist::{covered, is_complete};
use super::queue::SOUND;
use crate::app::{Playback, Result};
use yingku_core::id::BlobId;
use yingku_core::job::{JobState, Kind};
use yingku_db::ladder::Made;
use yingku_protocol::{EncodedSize, Encoding, EncodingStage};

/// The speed is that of the last units, so many.
const UNITS: usize = 8;

impl Playback {
    /// How far the encoding of a content has come; `None` where it is not encoded.
    pub(in crate::app) async fn encoding(&self, blob_id: BlobId) -> Result<Option<Encoding>> {
        let Some((_, ladder)) = self.find_ladder(blob_id).await? else { return Ok(None) };
        let made = yingku_db::ladder::list_made(&self.base.db, blob_id).await?;
        let kinds = [Kind::Sound.as_str(), Kind::Unit.as_str()];
        let states = yingku_db::job::list_states_of(&self.base.db, &kinds, blob_id).await?;
        let has = |state| states.contains(&state);
        let count = ladder.count();
        let is_whole = ladder.sizes().iter().all(|size| is_complete(&made, size, count));
        let stage = match () {
            () if has(JobState::Running) => EncodingStage::Encoding,
            () if has(JobState::Queued) => EncodingStage::Queued,
            // One that failed once may have been made good by another.
            () if has(JobState::Failed) && !is_whole => EncodingStage::Failed,
            () => EncodingStage::Done,
        };
        Ok(Some(measure(&ladder, &made, stage)))
    }
}

fn measure(ladder: &Ladder, made: &[Made], stage: EncodingStage) -> Encoding {
    let lengths: Vec<f64> = ladder.segments().collect();
    let count = lengths.len();
    let percent = |done: usize, of: usize| (done * 100 / of.max(1)).min(100) as u32;
    let names: Vec<u32> = ladder.sizes().iter().map(|size| size.name).collect();
    let done: Vec<usize> = names.iter().map(|&name| covered(made, i64::from(name))).collect();
    let sizes = names
        .iter()
        .zip(&done)
        .map(|(&size, &done)| EncodedSize { size, percent: percent(done, count) });
    let least = done.iter().min().copied().unwrap_or_default();
    let whole: f64 = lengths.iter().sum();
    let left = whole * (1.0 - least as f64 / count.max(1) as f64);
    let speed = speed(&lengths, made);
    let is_left = left > 0.0 && stage != EncodingStage::Failed;
    Encoding {
        stage,
        percent: percent(done.iter().sum(), count * names.len()),
        speed,
        seconds_left: speed.filter(|_| is_left).map(|speed| (left / speed).ceil() as u64),
        sizes: sizes.collect(),
    }
}

/// How many seconds of the film were encoded in a second, of late, by all workers together.
fn speed(lengths: &[f64], made: &[Made]) -> Option<f64> {
    let size = made.iter().map(|made| made.size).find(|&size| size != SOUND)?;
    let mut recent: Vec<&Made> = made.iter().filter(|made| made.size == size).collect();
    recent.sort_unstable_by_key(|made| std::cmp::Reverse(made.created_at_ms));
    recent.truncate(UNITS);
    let begun = recent.iter().map(|made| made.created_at_ms - made.took_ms).min()?;
    let ended = recent.first()?.created_at_ms;
    let length = |made: &&Made| lengths.get(made.first as usize..made.past as usize);
    let seconds: f64 = recent.iter().filter_map(length).flatten().sum();
    let took = (ended - begun) as f64 / 1_000.0;
    (took > 0.0).then(|| (seconds / took * 10.0).round() / 10.0).filter(|&speed| speed > 0.0)
}
