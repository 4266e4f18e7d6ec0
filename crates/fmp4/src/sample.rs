//! The sample tables of a track (ISO/IEC 14496-12, 8.6 and 8.7), kept as they are in the
//! file, run-length coded: a film of two hours has half a million samples, and takes two
//! megabytes here.

use crate::Error;
use mp4_atom::{Co64, Ctts, Stco, Stsc, Stss, Stsz, StszSamples, Stts};

/// Samples of one track: twelve hours of 60 pictures a second fit.
const MAX_SAMPLES: u32 = 4_000_000;

/// One picture or packet of sound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Sample {
    /// Its number in the track, from 0.
    pub index: u32,
    /// Where its bytes begin in the file.
    pub offset: u64,
    pub size_bytes: u32,
    /// When it is decoded, in the track's units, from 0.
    pub dts: u64,
    /// When it is shown, relative to `dts`.
    pub cts: i32,
    /// To the next one's `dts`.
    pub duration: u32,
}

impl Sample {
    /// When it is shown, in the track's units, before any edit.
    pub fn pts(&self) -> i64 {
        // `Table::new` makes sure that no sum of durations is near the limits.
        self.dts as i64 + i64::from(self.cts)
    }
}

/// The tables of one track, checked: they agree with each other and lie within the file.
#[derive(Clone, Debug, Default)]
pub(crate) struct Table {
    count: u32,
    sizes: StszSamples,
    /// (samples, duration of each).
    durations: Vec<(u32, u32)>,
    /// (samples, offset of each).
    offsets: Vec<(u32, i32)>,
    /// (first chunk from 0, samples in each).
    runs: Vec<(u32, u32)>,
    chunks: Vec<u64>,
    /// The furthest that a sample is shown before it is decoded, in the track's units.
    lift: u32,
    /// Numbers of samples that decoding can begin at, ascending; all of them where `None`.
    sync: Option<Vec<u32>>,
}

/// The boxes that a table is made of.
#[derive(Default)]
pub(crate) struct Boxes {
    pub stts: Option<Stts>,
    pub ctts: Option<Ctts>,
    pub stsc: Option<Stsc>,
    pub stsz: Option<Stsz>,
    pub stco: Option<Stco>,
    pub co64: Option<Co64>,
    pub stss: Option<Stss>,
}

impl Table {
    /// Checks the boxes of a track in a file of this size.
    pub fn new(boxes: Boxes, file_bytes: u64) -> Result<Table, Error> {
        let (Some(stts), Some(stsc), Some(stsz)) = (boxes.stts, boxes.stsc, boxes.stsz) else {
            return Err(Error::Malformed("a sample table is missing"));
        };
        let chunks: Vec<u64> = match (boxes.stco, boxes.co64) {
            (Some(stco), None) => stco.entries.into_iter().map(u64::from).collect(),
            (None, Some(co64)) => co64.entries,
            _ => return Err(Error::Malformed("there must be one table of chunks")),
        };
        let count = match &stsz.samples {
            StszSamples::Identical { count, .. } => *count,
            StszSamples::Different { sizes } => {
                u32::try_from(sizes.len()).map_err(|_| Error::TooMuch("samples"))?
            }
        };
        if count > MAX_SAMPLES {
            return Err(Error::TooMuch("samples"));
        }
        if stsc.entries.iter().any(|run| run.sample_description_index != 1) {
            return Err(Error::Malformed("a track changes its format"));
        }
        let first = |run: &mp4_atom::StscEntry| {
            Some((run.first_chunk.checked_sub(1)?, run.samples_per_chunk))
        };
        let runs: Option<Vec<_>> = stsc.entries.iter().map(first).collect();
        let runs = runs.ok_or(Error::Malformed("chunks are counted from 1"))?;
        let starts_at_0 = count == 0 || runs.first().is_some_and(|run| run.0 == 0);
        if !starts_at_0 || !runs.is_sorted_by(|a, b| a.0 < b.0) || runs.iter().any(|run| run.1 == 0)
        {
            return Err(Error::Malformed("the runs of chunks are out of order"));
        }
        let ctts = boxes.ctts.unwrap_or_default().entries.into_iter();
        // Old writers stored negative offsets in boxes of version 0.
        let offset = |offset: i64| {
            i32::try_from(offset).or_else(|_| u32::try_from(offset).map(|bits| bits as i32))
        };
        let offsets: Result<Vec<_>, _> = ctts
            .map(|run| offset(run.sample_offset).map(|offset| (run.sample_count, offset)))
            .collect();
        let sync = boxes.stss.map(|stss| {
            stss.entries
                .into_iter()
                .map(|number| number.checked_sub(1))
                .collect::<Option<Vec<u32>>>()
        });
        let sync = match sync {
            Some(None) => return Err(Error::Malformed("samples are counted from 1")),
            Some(Some(sync)) if !sync.is_sorted_by(|a, b| a < b) => {
                return Err(Error::Malformed("the key frames are out of order"));
            }
            Some(sync) => sync,
            None => None,
        };
        let mut table = Table {
            count,
            sizes: stsz.samples,
            durations: stts
                .entries
                .into_iter()
                .map(|run| (run.sample_count, run.sample_delta))
                .collect(),
            offsets: offsets.map_err(|_| Error::Malformed("a composition offset is too large"))?,
            runs,
            chunks,
            lift: 0,
            sync,
        };
        table.lift = table.check(file_bytes)?;
        Ok(table)
    }

    /// Goes through all samples once: after this no table is too short, and none leads
    /// beyond the file. Finds [`Table::lift`].
    fn check(&self, file_bytes: u64) -> Result<u32, Error> {
        let mut lift = 0;
        let mut samples = self.start();
        for _ in 0..self.count {
            let sample =
                samples.next(self).ok_or(Error::Malformed("a sample table is too short"))?;
            let end = sample.offset.checked_add(u64::from(sample.size_bytes));
            if end.is_none_or(|end| end > file_bytes) {
                return Err(Error::Malformed("a sample lies beyond the end of the file"));
            }
            if sample.dts > 1 << 60 {
                return Err(Error::TooMuch("time"));
            }
            if sample.cts < 0 {
                lift = lift.max(sample.cts.unsigned_abs());
            }
        }
        Ok(lift)
    }

    /// What must be added to the offset of every sample so that none is negative, in the
    /// track's units: players that read a negative one as large show everything late.
    pub fn lift(&self) -> u32 {
        self.lift
    }

    /// About how much memory it takes, in bytes.
    pub fn bytes(&self) -> u64 {
        let sizes = match &self.sizes {
            StszSamples::Identical { .. } => 0,
            StszSamples::Different { sizes } => size_of_val(&**sizes),
        };
        let sync = self.sync.as_ref().map_or(0, |sync| size_of_val(&**sync));
        let runs =
            size_of_val(&*self.durations) + size_of_val(&*self.offsets) + size_of_val(&*self.runs);
        (sizes + sync + runs + size_of_val(&*self.chunks)) as u64
    }

    /// How many samples there are.
    pub fn count(&self) -> u32 {
        self.count
    }

    /// Whether decoding can begin at a sample.
    pub fn is_sync(&self, index: u32) -> bool {
        self.sync.as_ref().is_none_or(|sync| sync.binary_search(&index).is_ok())
    }

    /// The place before the first sample.
    pub fn start(&self) -> Place {
        Place::default()
    }

    fn size_of(&self, index: u32) -> Option<u32> {
        match &self.sizes {
            StszSamples::Identical { size, .. } => Some(*size),
            StszSamples::Different { sizes } => sizes.get(index as usize).copied(),
        }
    }
}

/// A place in a run-length coded table.
#[derive(Clone, Copy, Debug, Default)]
struct Run {
    at: usize,
    /// Samples of the present run that are behind.
    done: u32,
}

impl Run {
    /// The value for the next sample; `None` behind the last.
    fn next<T: Copy>(&mut self, runs: &[(u32, T)]) -> Option<T> {
        while runs.get(self.at)?.0 <= self.done {
            *self = Run { at: self.at + 1, done: 0 };
        }
        self.done += 1;
        Some(runs[self.at].1)
    }
}

/// A place before a sample, from which reading goes on. Small: there is one for each segment.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Place {
    index: u32,
    dts: u64,
    duration_run: Run,
    offset_run: Run,
    /// The run of chunks, the chunk, the sample in it, and where that sample begins.
    chunk_run: usize,
    chunk: u32,
    in_chunk: u32,
    offset: u64,
}

impl Place {
    /// The next sample; `None` behind the last.
    pub fn next(&mut self, table: &Table) -> Option<Sample> {
        if self.index >= table.count {
            return None;
        }
        let size_bytes = table.size_of(self.index)?;
        let duration = self.duration_run.next(&table.durations)?;
        let cts = match table.offsets.is_empty() {
            true => 0,
            false => self.offset_run.next(&table.offsets)?,
        };
        self.enter_chunk(table)?;
        let sample = Sample {
            index: self.index,
            offset: self.offset,
            size_bytes,
            dts: self.dts,
            cts,
            duration,
        };
        self.index += 1;
        self.in_chunk += 1;
        self.offset = self.offset.checked_add(u64::from(size_bytes))?;
        self.dts += u64::from(duration);
        Some(sample)
    }

    /// Goes to the chunk that the next sample is in.
    fn enter_chunk(&mut self, table: &Table) -> Option<()> {
        let (_, in_each) = *table.runs.get(self.chunk_run)?;
        if self.in_chunk == in_each {
            self.chunk += 1;
            self.in_chunk = 0;
            if table.runs.get(self.chunk_run + 1).is_some_and(|next| next.0 == self.chunk) {
                self.chunk_run += 1;
            }
        }
        if self.in_chunk == 0 {
            self.offset = *table.chunks.get(self.chunk as usize)?;
        }
        Some(())
    }
}
