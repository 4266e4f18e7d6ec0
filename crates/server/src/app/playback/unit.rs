//! Encoding one unit of a content: a run of whole segments in all sizes, by one process. What
//! comes of it is published in one step.

use super::film::Sources;
use super::ladder::Ladder;
use crate::app::job::{self, Claim};
use crate::app::{App, Error, Result};
use crate::blob::{BlobError, Scratch};
use crate::media::{ConvertError, Prober, Stretch};
use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde_json::json;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::ops::Range;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::time::Instant;
use tokio::task::spawn_blocking;
use yingku_core::job::{Kind, URGENT};
use yingku_core::ladder::{Grid, Size, TIMESCALE};
use yingku_core::playback::State;
use yingku_db::ladder::Made;
use yingku_db::{Tx, rows, transaction};
use yingku_fmp4::{Cell, Cut, Encoded, Misfit};

/// So much must be free for a unit: more than the largest one takes.
const ROOM_BYTES: u64 = 256 << 20;
/// How much earlier than its first picture a unit is decoded, in seconds: where pictures are
/// missing after one, the next is tried.
const PREROLLS: [u64; 3] = [1, 10, 60];
/// The number that sound has among the sizes.
pub(super) const SOUND: i64 = 0;

/// Queues a unit, or gives it a priority where it is queued.
pub(super) async fn enqueue(
    tx: &Tx,
    blob_id: i64,
    unit: Range<usize>,
    priority: i64,
) -> Result<()> {
    job::enqueue_at(tx, Kind::Unit, &payload(blob_id, &unit), priority).await
}

/// What a unit's job is about.
pub(super) fn payload(blob_id: i64, unit: &Range<usize>) -> serde_json::Value {
    json!({ "blob_id": blob_id, "first": unit.start, "past": unit.end })
}

/// The same of one segment in one size, which somebody waits for.
pub(super) fn single(blob_id: i64, segment: usize, size: i64) -> serde_json::Value {
    json!({ "blob_id": blob_id, "first": segment, "past": segment + 1, "size": size })
}

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

impl App {
    /// Encodes what is missing of a unit, publishes it, and ends the job with the same commit.
    pub(in crate::app) async fn encode_unit(&self, claim: &Claim) -> Result<()> {
        let number = |name: &str| claim.payload[name].as_u64().unwrap_or_default();
        let id = number("blob_id") as i64;
        let blob = yingku_db::blob::find(&self.db, id).await?;
        let found = self.find_ladder(id).await?;
        // Purged, or planned anew, while it was queued.
        let (Some(blob), Some((row, ladder))) = (blob, found) else {
            return transaction!(self.db, |tx| claim.done(tx).await);
        };
        let wanted = number("first") as usize..(number("past") as usize).min(ladder.count());
        let made = yingku_db::ladder::list_made(&self.db, id).await?;
        let sources = Sources::of(self, &blob).await?;
        let path = self.blobs.local_path(sources.decoded()).await?;
        let prober = self.prober().await.ok_or_else(|| Error::Internal("no ffmpeg".to_owned()))?;
        self.check_free(ROOM_BYTES).await?;
        let (grid, priority) = (ladder.grid(), claim.priority());
        let work = Work { app: self, prober, ladder: &ladder, grid, path, priority };
        let mut parts = Vec::new();
        // What somebody waits for is encoded in that size alone, to be there sooner.
        let only = claim.payload["size"].as_i64();
        let mut sizes = ladder.sizes();
        sizes.retain(|size| only.is_none_or(|only| only == i64::from(size.name)));
        for run in missing(&sizes, &made, wanted) {
            parts.extend(work.encode(&run).await?);
        }
        self.publish(claim, true, &row, parts).await
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
                storage_key: self.blobs.keep_scratch(part.scratch).await?,
                size_bytes: part.offsets.last().map_or(0, |&end| end as i64),
                offsets: json!(part.offsets).to_string(),
                took_ms: part.took_ms,
                created_at_ms: self.now(),
            };
            made.push((unit, BASE64.encode(part.init)));
        }
        let published = transaction!(self.db, |tx| {
            let is_held = yingku_db::blob::hold(tx, id).await?;
            let planned = yingku_db::ladder::find(tx, id).await?;
            let is_wanted = is_held && planned.is_some();
            if is_wanted {
                if planned.is_some_and(|planned| planned.plan != ladder.plan) {
                    return Err(Error::Internal("planned anew meanwhile".to_owned()));
                }
                insert(tx, &made).await?;
                self.note_begun(tx, id).await?;
            }
            match is_done {
                true => claim.done(tx).await?,
                false => claim.check(tx).await?,
            }
            Ok::<_, Error>(is_wanted)
        });
        if !matches!(published, Ok(true)) {
            for (unit, _) in &made {
                self.blobs.delete(&unit.storage_key).await?;
            }
        }
        published?;
        self.films.published();
        Ok(())
    }

    /// A film whose beginning is there can be played.
    pub(super) async fn note_begun(&self, tx: &Tx, id: i64) -> Result<()> {
        let Some(film) = yingku_db::film::find(tx, id).await? else { return Ok(()) };
        if film.state != State::Preparing.as_str() {
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
        let ready = super::film::row(id, State::Ready, Some("encoded"), self.now());
        Ok(yingku_db::film::put(tx, ready).await?)
    }
}

impl App {
    /// Writes down that a part of a content will not be made, after its job was given up: a film
    /// whose beginning is there is played as far as it goes.
    pub(in crate::app) async fn give_up_unit(&self, payload: &serde_json::Value) -> Result<()> {
        let id = payload["blob_id"].as_i64().unwrap_or_default();
        let now = self.now();
        transaction!(self.db, |tx| {
            if !yingku_db::blob::hold(tx, id).await? {
                return Ok(());
            }
            let Some(film) = yingku_db::film::find(tx, id).await? else { return Ok(()) };
            let row = match (State::parse(&film.state), payload["first"] == 0) {
                (Some(State::Preparing), true) => {
                    super::film::row(id, State::Unplayable, Some("conversion"), now)
                }
                (Some(State::Ready), _) if film.reason.as_deref() == Some("encoded") => {
                    super::film::row(id, State::Partial, Some("partly"), now)
                }
                _ => return Ok(()),
            };
            Ok::<_, Error>(yingku_db::film::put(tx, row).await?)
        })?;
        Ok(())
    }
}

/// Writes parts down. The beginning of a size is the same for all its parts: one that differs
/// was made by another encoder, or tampered with.
async fn insert(tx: &Tx, made: &[(rows::Unit, String)]) -> Result<()> {
    for (unit, init) in made {
        let known = yingku_db::ladder::list_encodings(tx, unit.blob_id).await?;
        match known.into_iter().find(|known| known.size == unit.size) {
            Some(known) if known.init == *init => {}
            Some(_) => {
                return Err(Error::Internal("another encoder made this size".to_owned()));
            }
            None => {
                let (blob_id, size) = (unit.blob_id, unit.size);
                let row = rows::Encoding { blob_id, size, init: init.clone() };
                yingku_db::ladder::insert_encoding(tx, row).await?;
            }
        }
        yingku_db::ladder::insert_unit(tx, unit.clone()).await?;
    }
    Ok(())
}

/// Segments that the same sizes lack.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Run {
    segments: Range<usize>,
    sizes: Vec<Size>,
}

/// What is missing of a stretch.
fn missing(sizes: &[Size], made: &[Made], wanted: Range<usize>) -> Vec<Run> {
    let has = |size: &Size, segment: usize| {
        let (name, segment) = (i64::from(size.name), segment as i64);
        made.iter().any(|made| made.size == name && (made.first..made.past).contains(&segment))
    };
    let mut runs: Vec<Run> = Vec::new();
    for segment in wanted {
        let sizes: Vec<Size> = sizes.iter().filter(|size| !has(size, segment)).copied().collect();
        match runs.last_mut() {
            _ if sizes.is_empty() => {}
            Some(last) if last.segments.end == segment && last.sizes == sizes => {
                last.segments.end += 1;
            }
            _ => runs.push(Run { segments: segment..segment + 1, sizes }),
        }
    }
    runs
}

/// The work on one unit.
struct Work<'a> {
    app: &'a App,
    prober: Prober,
    ladder: &'a Ladder,
    grid: Grid,
    path: PathBuf,
    priority: i64,
}

/// Why a run could not be encoded as a whole.
enum Trouble {
    /// What was decoded is not what there should be.
    Misfit(Misfit),
    /// ffmpeg gave up.
    Refused(String),
    /// It is not the film's fault.
    Fault(Error),
}

impl From<Trouble> for Error {
    fn from(trouble: Trouble) -> Self {
        match trouble {
            Trouble::Fault(error) => error,
            Trouble::Refused(why) => Error::Internal(why),
            Trouble::Misfit(misfit) => Error::Internal(misfit.to_string()),
        }
    }
}

impl Work<'_> {
    /// Encodes a run. What cannot be decoded is black.
    async fn encode(&self, run: &Run) -> Result<Vec<Part>> {
        match self.try_prerolls(run).await {
            Ok(parts) => return Ok(parts),
            Err(Trouble::Fault(error)) => return Err(error),
            Err(Trouble::Misfit(misfit)) => tracing::info!(%misfit, ?run, "a run does not fit"),
            Err(Trouble::Refused(why)) => tracing::info!(why, ?run, "a run cannot be decoded"),
        }
        let mut parts = Vec::new();
        for segment in run.segments.clone() {
            let one = Run { segments: segment..segment + 1, sizes: run.sizes.clone() };
            parts.extend(match self.try_prerolls(&one).await {
                Ok(parts) => parts,
                Err(Trouble::Fault(error)) => return Err(error),
                // A film without a beginning is none: rather none than one that is black.
                Err(trouble) if segment == 0 => return Err(trouble.into()),
                Err(_) => self.black(&one).await?,
            });
        }
        Ok(parts)
    }

    /// Tries to decode from further and further before the run. A film that is damaged lacks
    /// pictures wherever one begins: then what comes last is taken.
    async fn try_prerolls(&self, run: &Run) -> std::result::Result<Vec<Part>, Trouble> {
        let mut tried = Err(Trouble::Refused("nothing was decoded".to_owned()));
        let expected: u32 = self.grid.pictures[run.segments.clone()].iter().sum();
        for preroll_seconds in PREROLLS {
            match self.try_to_encode(run, preroll_seconds).await {
                Ok((parts, pictures)) if pictures == expected => return Ok(parts),
                Ok((parts, _)) => tried = Ok(parts),
                Err(fault @ Trouble::Fault(_)) => return Err(fault),
                Err(trouble) if tried.is_err() => tried = Err(trouble),
                Err(_) => {}
            }
            if run.segments.start == 0 {
                break;
            }
        }
        tried
    }

    async fn try_to_encode(
        &self,
        run: &Run,
        preroll_seconds: u64,
    ) -> std::result::Result<(Vec<Part>, u32), Trouble> {
        let begun = Instant::now();
        let keys = self.keys(run);
        let outputs = self.outputs(run.sizes.len()).await.map_err(Trouble::Fault)?;
        let paths: Vec<&Path> = outputs.iter().map(Scratch::path).collect();
        let stretch = self.stretch(run, &keys, preroll_seconds);
        self.prober.encode(&stretch, &self.path, &paths).await.map_err(trouble)?;
        self.cut(run, &outputs, begun).await
    }

    async fn black(&self, run: &Run) -> Result<Vec<Part>> {
        let begun = Instant::now();
        let keys = self.keys(run);
        let outputs = self.outputs(run.sizes.len()).await?;
        let paths: Vec<&Path> = outputs.iter().map(Scratch::path).collect();
        let stretch = Stretch { start: keys.first().copied(), ..self.stretch(run, &keys, 0) };
        let end = self.cells(run).last().map_or(0, |cell| cell.end);
        let encoded = self.prober.encode_black(&stretch, end, &paths).await;
        let cut = match encoded.map_err(trouble) {
            Ok(()) => self.cut(run, &outputs, begun).await,
            Err(trouble) => Err(trouble),
        };
        Ok(cut?.0)
    }

    fn cells(&self, run: &Run) -> Vec<Cell> {
        let cells = run.segments.clone().filter_map(|number| self.grid.cell(number));
        cells.map(|(start, end)| Cell { start, end }).collect()
    }

    fn keys(&self, run: &Run) -> Vec<u64> {
        self.cells(run).iter().map(|cell| cell.start).collect()
    }

    fn stretch<'a>(&self, run: &'a Run, keys: &'a [u64], preroll_seconds: u64) -> Stretch<'a> {
        let is_urgent = self.priority >= URGENT;
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let is_first = run.segments.start == 0;
        Stretch {
            origin: self.ladder.origin,
            start: keys.first().copied().filter(|_| !is_first),
            end: self.grid.cell(run.segments.end).map(|cell| cell.0),
            keys,
            preroll_seconds,
            is_interlaced: self.ladder.is_interlaced,
            is_hdr: self.ladder.is_hdr,
            is_reordered: self.grid.lead > 0,
            sizes: &run.sizes,
            threads: if is_urgent || is_first { cores } else { 1 },
            is_nice: !is_urgent,
        }
    }

    async fn outputs(&self, count: usize) -> Result<Vec<Scratch>> {
        let mut outputs = Vec::new();
        for _ in 0..count {
            outputs.push(self.app.blobs.scratch().await?);
        }
        Ok(outputs)
    }

    /// Cuts what was encoded; also answers how many pictures there are.
    async fn cut(
        &self,
        run: &Run,
        outputs: &[Scratch],
        begun: Instant,
    ) -> std::result::Result<(Vec<Part>, u32), Trouble> {
        let took_ms = begun.elapsed().as_millis() as i64;
        let fault = |error: Error| Trouble::Fault(error);
        let (mut parts, mut pictures) = (Vec::new(), u32::MAX);
        for (size, output) in run.sizes.iter().zip(outputs) {
            let encoded = output.open().map_err(|error| fault(BlobError::from(error).into()))?;
            let (lead, first, cells) = (self.grid.lead, run.segments.start, self.cells(run));
            let cut = spawn_blocking(move || {
                let cut = read(&encoded)?.cut_pictures(TIMESCALE, lead, first, &cells);
                cut.map(|cut| (cut, encoded)).map_err(Trouble::Misfit)
            });
            let cut = cut.await.map_err(|error| fault(Error::Internal(error.to_string())))?;
            let (cut, encoded) = cut?;
            pictures = pictures.min(cut.samples.iter().sum());
            let part = self.app.part(i64::from(size.name), first, cut, encoded, took_ms);
            parts.push(part.await.map_err(fault)?);
        }
        Ok((parts, pictures))
    }
}

fn read(encoded: &File) -> std::result::Result<Encoded, Trouble> {
    Encoded::read(encoded).map_err(|error| match error {
        yingku_fmp4::Error::Io(error) => Trouble::Fault(BlobError::from(error).into()),
        other => Trouble::Refused(other.to_string()),
    })
}

fn trouble(error: ConvertError) -> Trouble {
    match error {
        ConvertError::Refused(why) => Trouble::Refused(why),
        ConvertError::Failed(_) => Trouble::Fault(Error::Internal(error.to_string())),
    }
}

impl App {
    /// Writes segments into a file of their own, one after the other.
    pub(super) async fn part(
        &self,
        size: i64,
        first: usize,
        cut: Cut,
        encoded: File,
        took_ms: i64,
    ) -> Result<Part> {
        let scratch = self.blobs.scratch().await?;
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
        let found = missing(&sizes, &made, 1..6);
        let expected = [(2..3, &sizes[..]), (3..4, &sizes[1..]), (4..6, &sizes[..])];
        let expected = expected.map(|(segments, sizes)| Run { segments, sizes: sizes.to_vec() });
        assert_eq!(found, expected);
        assert_eq!(missing(&sizes, &made, 0..2), []);
    }
}
