//! Encoding one unit of a content: a run of whole segments in all sizes, by one process. What
//! comes of it is published in one step.

use super::film::Film;
use super::ladder::Ladder;
use super::queue::SOUND;
use super::source::{self, Sources};
use crate::app::support::job::{self, Claim};
use crate::app::{Error, Playback, Result};
use crate::blob::{BlobError, Scratch};
use crate::media::{EncodedRun, UnitEncoder};
use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde_json::json;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::ops::Range;
use std::os::unix::fs::FileExt;
use std::path::Path;
use tokio::task::spawn_blocking;
use yingku_core::id::BlobId;
use yingku_core::job::{Kind, URGENT};
use yingku_core::ladder::{Grid, Run, Size};
use yingku_core::playback::State;
use yingku_db::ladder::Made;
use yingku_db::{Tx, rows, transaction};
use yingku_fmp4::Cut;
use yingku_protocol::Code;

/// So much must be free for a unit: more than the largest one takes.
const ROOM_BYTES: u64 = 256 << 20;
/// A part of a size that was made: a file of segments, one after the other.
pub(super) struct Part {
    size: i64,
    first: usize,
    init: Vec<u8>,
    scratch: Scratch,
    /// Where in the file each segment begins, and where the last ends, in bytes.
    offsets: Vec<u64>,
    took_ms: i64,
}

/// What is to be done for a unit's job.
pub(super) struct Task {
    pub(super) row: rows::Ladder,
    pub(super) ladder: Ladder,
    /// The key of the file that it is encoded from.
    pub(super) source: String,
    /// What is missing.
    pub(super) runs: Vec<Run>,
}

impl Playback {
    /// What is to be done for a unit's job; `None` where its content was purged, or planned
    /// anew, while it was queued.
    pub(super) async fn find_task(&self, claim: &Claim) -> Result<Option<Task>> {
        let number = |name: &str| claim.payload[name].as_u64().unwrap_or_default();
        let id = number("blob_id") as i64;
        let blob = yingku_db::blob::find(&self.base.db, BlobId(id)).await?;
        let found = self.find_ladder(BlobId(id)).await?;
        let (Some(blob), Some((row, ladder))) = (blob, found) else { return Ok(None) };
        let wanted = number("first") as usize..(number("past") as usize).min(ladder.count());
        let made = yingku_db::ladder::list_made(&self.base.db, BlobId(id)).await?;
        // What somebody waits for is encoded in that size alone, to be there sooner.
        let only = claim.payload["size"].as_i64();
        let mut sizes = ladder.sizes();
        sizes.retain(|size| only.is_none_or(|only| only == i64::from(size.name)));
        let runs = missing(&ladder.grid(), &sizes, &made, wanted);
        let source = Sources::of(self, &blob).await?.decoded().to_owned();
        Ok(Some(Task { row, ladder, source, runs }))
    }

    /// Encodes what is missing of a unit, publishes it, and ends the job with the same commit.
    pub(in crate::app) async fn encode_unit(&self, claim: &Claim) -> Result<()> {
        let Some(task) = self.find_task(claim).await? else {
            return transaction!(self.base.db, |tx| claim.done(tx).await);
        };
        let path = self.base.blobs.local_path(&task.source).await?;
        let prober =
            self.base.prober().await.ok_or_else(|| Error::Internal("no ffmpeg".to_owned()))?;
        self.check_free(ROOM_BYTES).await?;
        let encoder = UnitEncoder {
            prober: &prober,
            staging: &self.base.blobs.staging,
            source: &path,
            plan: task.ladder.unit_plan(),
            is_urgent: claim.priority() >= URGENT,
        };
        let mut parts = Vec::new();
        for run in &task.runs {
            for encoded in encoder.encode(run).await? {
                self.add_parts(&mut parts, encoded).await?;
            }
        }
        self.publish(claim, true, &task.row, parts).await
    }

    async fn add_parts(&self, parts: &mut Vec<Part>, run: EncodedRun) -> Result<()> {
        for encoded in run.sizes {
            let file = encoded.output.open().map_err(BlobError::from)?;
            let size = i64::from(encoded.size.name);
            parts.push(self.part(size, run.first, encoded.cut, file, run.took_ms).await?);
        }
        Ok(())
    }

    /// Publishes parts: their files first, then the rows. The job ends with the same commit
    /// where it `is_done`.
    pub(super) async fn publish(
        &self,
        claim: &Claim,
        is_done: bool,
        ladder: &rows::Ladder,
        parts: Vec<Part>,
    ) -> Result<()> {
        let id = ladder.blob_id;
        let mut made = Vec::new();
        for part in parts {
            let (size, first) = (part.size, part.first as i64);
            let unit = rows::Unit {
                id: 0,
                blob_id: id,
                size,
                first,
                past: first + part.offsets.len() as i64 - 1,
                storage_key: self.base.blobs.keep_scratch(part.scratch).await?,
                size_bytes: part.offsets.last().map_or(0, |&end| end as i64),
                offsets: json!(part.offsets).to_string(),
                took_ms: part.took_ms,
                created_at_ms: self.base.now(),
            };
            made.push((unit, BASE64.encode(part.init)));
        }
        let published = transaction!(self.base.db, |tx| {
            let is_held = yingku_db::blob::hold(tx, id).await?;
            let planned = yingku_db::ladder::find(tx, id).await?;
            let is_wanted = is_held && planned.is_some();
            let mut kept = Vec::new();
            if is_wanted {
                if planned.is_some_and(|planned| planned.plan != ladder.plan) {
                    return Err(Error::Internal("planned anew meanwhile".to_owned()));
                }
                kept = insert(tx, &made).await?;
                self.note_begun(tx, id).await?;
            }
            match is_done {
                true => claim.done(tx).await?,
                false => claim.check(tx).await?,
            }
            Ok::<_, Error>(kept)
        });
        let kept = published.as_ref().map(Vec::as_slice).unwrap_or_default();
        for (unit, _) in made.iter().filter(|(unit, _)| !kept.contains(&unit.storage_key)) {
            self.base.blobs.delete(&unit.storage_key).await?;
        }
        published?;
        self.films.published();
        Ok(())
    }

    /// A film whose beginning is there can be played.
    pub(super) async fn note_begun(&self, tx: &Tx, id: BlobId) -> Result<()> {
        let Some(film) = yingku_db::film::find(tx, id).await? else { return Ok(()) };
        if film.state != State::Preparing {
            return Ok(());
        }
        let Some(row) = yingku_db::ladder::find(tx, id).await? else { return Ok(()) };
        let Some(ladder) = Ladder::read(&row)? else { return Ok(()) };
        let sound = ladder.sound().map(|_| SOUND);
        let first = ladder.sizes().first().map(|size| i64::from(size.name));
        for size in first.into_iter().chain(sound) {
            if yingku_db::ladder::find_unit(tx, id, size, 0).await?.is_none() {
                return Ok(());
            }
        }
        let ready = source::row(id, State::Ready, Some("encoded"), self.base.now());
        Ok(yingku_db::film::put(tx, ready).await?)
    }
}

impl Playback {
    /// Writes down that a part of a content will not be made, after its job was given up: a film
    /// whose beginning is there is played as far as it goes.
    pub(in crate::app) async fn give_up_unit(&self, payload: &serde_json::Value) -> Result<()> {
        let id = job::blob_of(payload);
        let now = self.base.now();
        transaction!(self.base.db, |tx| {
            if !yingku_db::blob::hold(tx, id).await? {
                return Ok(());
            }
            let Some(film) = yingku_db::film::find(tx, id).await? else { return Ok(()) };
            let row = match (film.state, payload["first"] == 0) {
                (State::Preparing, true) => {
                    source::row(id, State::Unplayable, Some("conversion"), now)
                }
                (State::Ready, _) if film.reason.as_deref() == Some("encoded") => {
                    source::row(id, State::Partial, Some("partly"), now)
                }
                _ => return Ok(()),
            };
            Ok::<_, Error>(yingku_db::film::put(tx, row).await?)
        })?;
        Ok(())
    }
}

impl Playback {
    /// Which segments of an encoded size, or of the sound, will never be there as things are:
    /// nothing that is queued makes them.
    pub(super) async fn find_gaps(&self, film: &Film, size: i64) -> Result<Vec<bool>> {
        let count = film.encoded(size).map_or(0, |lengths| lengths.len());
        // All of the sound is made, or none of it.
        if size == SOUND {
            return Ok(vec![false; count]);
        }
        let id = film.blob_id();
        // In this order: what is made in between is not queued any more.
        let queued = yingku_db::job::list_live_of(&self.base.db, Kind::Unit.as_str(), id).await?;
        let made = yingku_db::ladder::list_made(&self.base.db, id).await?;
        let mut is_gap = vec![true; count];
        let mut fill = |first: usize, past: usize| {
            if let Some(there) = is_gap.get_mut(first..past.min(count)) {
                there.fill(false);
            }
        };
        for made in made.iter().filter(|made| made.size == size) {
            fill(made.first as usize, made.past as usize);
        }
        for payload in queued {
            let payload: serde_json::Value = serde_json::from_str(&payload)
                .map_err(|error| Error::Internal(format!("a job cannot be read: {error}")))?;
            if payload["size"].as_i64().is_none_or(|only| only == size) {
                let number = |name: &str| payload[name].as_u64().unwrap_or_default() as usize;
                fill(number("first"), number("past"));
            }
        }
        Ok(is_gap)
    }
}

/// Writes parts down, but for those that are there already; answers the keys of the files that
/// are kept. The beginning of a size is the same for all its parts: one that differs
/// was made by another encoder, or tampered with.
async fn insert(tx: &Tx, made: &[(rows::Unit, String)]) -> Result<Vec<String>> {
    let mut kept = Vec::new();
    for (unit, init) in made {
        let same = yingku_db::ladder::find_unit(tx, unit.blob_id, unit.size, unit.first).await?;
        if same.is_some_and(|same| (same.first, same.past) == (unit.first, unit.past)) {
            continue;
        }
        let known = yingku_db::ladder::list_encodings(tx, unit.blob_id).await?;
        match known.into_iter().find(|known| known.size == unit.size) {
            Some(known) if known.init == *init => {}
            Some(_) => {
                return Err(Code::OtherEncoder.into());
            }
            None => {
                let (blob_id, size) = (unit.blob_id, unit.size);
                let row = rows::Encoding { blob_id, size, init: init.clone() };
                yingku_db::ladder::insert_encoding(tx, row).await?;
            }
        }
        yingku_db::ladder::insert_unit(tx, unit.clone()).await?;
        kept.push(unit.storage_key.clone());
    }
    Ok(kept)
}

/// What is missing of a stretch.
fn missing(grid: &Grid, sizes: &[Size], made: &[Made], wanted: Range<usize>) -> Vec<Run> {
    let has = |size: &Size, segment: usize| {
        let (name, segment) = (i64::from(size.name), segment as i64);
        made.iter().any(|made| made.size == name && (made.first..made.past).contains(&segment))
    };
    let mut runs: Vec<(Range<usize>, Vec<Size>)> = Vec::new();
    for segment in wanted {
        let sizes: Vec<Size> = sizes.iter().filter(|size| !has(size, segment)).copied().collect();
        match runs.last_mut() {
            _ if sizes.is_empty() => {}
            Some((run, same)) if run.end == segment && *same == sizes => run.end += 1,
            _ => runs.push((segment..segment + 1, sizes)),
        }
    }
    runs.into_iter().map(|(numbers, sizes)| grid.run(numbers, sizes)).collect()
}

impl Playback {
    /// Writes segments into a file of their own, one after the other.
    pub(super) async fn part(
        &self,
        size: i64,
        first: usize,
        cut: Cut,
        encoded: File,
        took_ms: i64,
    ) -> Result<Part> {
        let scratch = self.base.blobs.staging.scratch().await?;
        let path = scratch.path().to_owned();
        let init = cut.init.clone();
        let written = spawn_blocking(move || write(&path, &cut, &encoded));
        let written = written.await.map_err(|error| Error::Internal(error.to_string()))?;
        let offsets = written.map_err(BlobError::from)?;
        Ok(Part { size, first, init, scratch, offsets, took_ms })
    }
}

fn write(path: &Path, cut: &Cut, encoded: &File) -> io::Result<Vec<u64>> {
    let mut file = BufWriter::new(File::options().write(true).open(path)?);
    let mut offsets = vec![0];
    for segment in &cut.segments {
        file.write_all(&segment.head)?;
        for range in &segment.ranges {
            let mut media = vec![0; (range.end - range.start) as usize];
            encoded.read_exact_at(&mut media, range.start)?;
            file.write_all(&media)?;
        }
        offsets.push(offsets[offsets.len() - 1] + segment.size_bytes());
    }
    file.flush()?;
    Ok(offsets)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_is_made_once() {
        let size = |name| Size { name, width: name, height: name, max_bits: 1, level: 30 };
        let made = |size, first, past| Made {
            size,
            first,
            past,
            size_bytes: 1,
            took_ms: 1,
            created_at_ms: 1,
        };
        let sizes = [size(360), size(720)];
        let made = [made(360, 0, 2), made(360, 3, 4), made(720, 0, 1), made(720, 1, 2)];
        let grid =
            Grid::of((0..8).map(|number| number * 4 * 90_000).collect(), 4 * 90_000).unwrap();
        let found = missing(&grid, &sizes, &made, 1..6);
        let expected = [(2..3, &sizes[..]), (3..4, &sizes[1..]), (4..6, &sizes[..])];
        let expected = expected.map(|(numbers, sizes)| grid.run(numbers, sizes.to_vec()));
        assert_eq!(found, expected);
        assert_eq!(missing(&grid, &sizes, &made, 0..2), []);
    }
}
