//! Encoding a run of segments in all its sizes, by one process, and cutting what comes of it.
//! A film that is damaged is tried again, and black where nothing can be decoded.

use super::convert::ConvertError;
use super::encode::Stretch;
use super::probe::Prober;
use crate::blob::{BlobError, Scratch, Staging};
use std::fs::File;
use std::io;
use std::path::Path;
use std::time::Instant;
use tokio::task::spawn_blocking;
use yingku_core::ladder::{Run, Size, TIMESCALE, UnitPlan};
use yingku_fmp4::{Cell, Cut, Encoded, Misfit};

/// How much earlier than its first picture a run is decoded, in seconds: where pictures are
/// missing after one, the next is tried.
const PREROLLS: [u64; 3] = [1, 10, 60];

/// Why a run was not encoded.
#[derive(Debug, thiserror::Error)]
pub enum UnitError {
    /// What was decoded is not what there should be.
    #[error(transparent)]
    Misfit(Misfit),
    /// ffmpeg gave up.
    #[error("{0}")]
    Refused(String),
    /// The disk failed, which is not the film's fault.
    #[error(transparent)]
    Storage(#[from] BlobError),
    /// ffmpeg could not be run, which is not the film's fault.
    #[error("ffmpeg could not be run: {0}")]
    Failed(io::Error),
}

impl UnitError {
    fn is_of_the_film(&self) -> bool {
        matches!(self, UnitError::Misfit(_) | UnitError::Refused(_))
    }
}

impl From<ConvertError> for UnitError {
    fn from(error: ConvertError) -> Self {
        match error {
            ConvertError::Refused(why) => UnitError::Refused(why),
            ConvertError::Failed(error) => UnitError::Failed(error),
        }
    }
}

/// Segments that were encoded.
#[derive(Debug)]
pub struct EncodedRun {
    /// The number of the first segment.
    pub first: usize,
    /// How many segments there are.
    pub count: usize,
    /// How long that took, in milliseconds.
    pub took_ms: i64,
    /// What there is of each size.
    pub sizes: Vec<EncodedSize>,
}

/// One size of segments that were encoded.
#[derive(Debug)]
pub struct EncodedSize {
    /// The size.
    pub size: Size,
    /// What ffmpeg wrote.
    pub output: Scratch,
    /// How that is cut.
    pub cut: Cut,
}

/// Encodes runs of one film.
#[derive(Debug)]
pub struct UnitEncoder<'a> {
    /// What runs ffmpeg.
    pub prober: &'a Prober,
    /// Where ffmpeg writes.
    pub staging: &'a Staging,
    /// The film.
    pub source: &'a Path,
    /// How it is encoded.
    pub plan: UnitPlan,
    /// Whether somebody waits: then with all processors, and before everything else.
    pub is_urgent: bool,
}

impl UnitEncoder<'_> {
    /// Encodes a run. What cannot be decoded is black. Dropping the future kills ffmpeg.
    ///
    /// # Errors
    /// See [`UnitError`].
    pub async fn encode(&self, run: &Run) -> Result<Vec<EncodedRun>, UnitError> {
        let (first, count) = (run.first, run.segments.len());
        match self.try_prerolls(run).await {
            Ok(encoded) => return Ok(vec![encoded]),
            Err(error) if !error.is_of_the_film() => return Err(error),
            Err(error) => tracing::info!(%error, first, count, "a run cannot be encoded at once"),
        }
        let mut encoded = Vec::new();
        for one in run.singles() {
            encoded.push(match self.try_prerolls(&one).await {
                Ok(encoded) => encoded,
                // A film whose beginning is black is worse than one that fails.
                Err(error) if one.is_first() || !error.is_of_the_film() => return Err(error),
                Err(_) => self.black(&one).await?,
            });
        }
        Ok(encoded)
    }

    /// Tries to decode from further and further before the run. A film that is damaged lacks
    /// pictures wherever one begins: then what comes last is taken.
    async fn try_prerolls(&self, run: &Run) -> Result<EncodedRun, UnitError> {
        let mut tried = Err(UnitError::Refused("nothing was decoded".to_owned()));
        for preroll_seconds in PREROLLS {
            match self.try_to_encode(run, preroll_seconds).await {
                Ok(encoded) if encoded.pictures() == run.pictures() => return Ok(encoded),
                Ok(encoded) => tried = Ok(encoded),
                Err(error) if !error.is_of_the_film() => return Err(error),
                Err(error) if tried.is_err() => tried = Err(error),
                Err(_) => {}
            }
            if run.is_first() {
                break;
            }
        }
        tried
    }

    async fn try_to_encode(&self, run: &Run, preroll: u64) -> Result<EncodedRun, UnitError> {
        let begun = Instant::now();
        let (keys, outputs) = (run.keys(), self.outputs(run).await?);
        let paths: Vec<&Path> = outputs.iter().map(Scratch::path).collect();
        let stretch = self.stretch(run, &keys, preroll);
        self.prober.encode(&stretch, self.source, &paths).await?;
        self.cut(run, outputs, begun).await
    }

    async fn black(&self, run: &Run) -> Result<EncodedRun, UnitError> {
        let begun = Instant::now();
        let (keys, outputs) = (run.keys(), self.outputs(run).await?);
        let paths: Vec<&Path> = outputs.iter().map(Scratch::path).collect();
        let stretch = Stretch { start: keys.first().copied(), ..self.stretch(run, &keys, 0) };
        self.prober.encode_black(&stretch, run.end(), &paths).await?;
        self.cut(run, outputs, begun).await
    }

    fn stretch<'a>(&self, run: &'a Run, keys: &'a [u64], preroll_seconds: u64) -> Stretch<'a> {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Stretch {
            origin: self.plan.origin,
            start: keys.first().copied().filter(|_| !run.is_first()),
            end: Some(run.end()).filter(|_| !run.is_last),
            keys,
            preroll_seconds,
            is_interlaced: self.plan.is_interlaced,
            is_hdr: self.plan.is_hdr,
            is_reordered: self.plan.lead > 0,
            sizes: &run.sizes,
            threads: if self.is_urgent || run.is_first() { cores } else { 1 },
            is_nice: !self.is_urgent,
        }
    }

    async fn outputs(&self, run: &Run) -> Result<Vec<Scratch>, UnitError> {
        let mut outputs = Vec::new();
        for _ in &run.sizes {
            outputs.push(self.staging.scratch().await?);
        }
        Ok(outputs)
    }

    async fn cut(
        &self,
        run: &Run,
        outputs: Vec<Scratch>,
        begun: Instant,
    ) -> Result<EncodedRun, UnitError> {
        let took_ms = begun.elapsed().as_millis() as i64;
        let mut sizes = Vec::new();
        for (&size, output) in run.sizes.iter().zip(outputs) {
            let file = output.open().map_err(BlobError::from)?;
            let cut = cut_unit(file, self.plan, run).await?;
            sizes.push(EncodedSize { size, output, cut });
        }
        Ok(EncodedRun { first: run.first, count: run.segments.len(), took_ms, sizes })
    }
}

impl EncodedRun {
    /// How many pictures there are: of the size that has the fewest.
    fn pictures(&self) -> u32 {
        let pictures = self.sizes.iter().map(|encoded| encoded.cut.samples.iter().sum());
        pictures.min().unwrap_or_default()
    }
}

/// Cuts what ffmpeg wrote of a run in one size, where it is what it should be.
///
/// # Errors
/// [`UnitError::Misfit`] and [`UnitError::Refused`] where it is not; the disk's errors.
pub async fn cut_unit(file: File, plan: UnitPlan, run: &Run) -> Result<Cut, UnitError> {
    let cell =
        |segment: &yingku_core::ladder::Segment| Cell { start: segment.start, end: segment.end };
    let (first, cells) = (run.first, run.segments.iter().map(cell).collect::<Vec<_>>());
    let cut = spawn_blocking(move || {
        let encoded = Encoded::read(&file).map_err(|error| match error {
            yingku_fmp4::Error::Io(error) => UnitError::Storage(error.into()),
            other => UnitError::Refused(other.to_string()),
        })?;
        encoded.cut_pictures(TIMESCALE, plan.lead, first, &cells).map_err(UnitError::Misfit)
    });
    cut.await.map_err(|error| UnitError::Failed(io::Error::other(error)))?
}
