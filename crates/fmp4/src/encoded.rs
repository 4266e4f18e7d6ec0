//! What an encoder wrote of one stretch of a film, cut into the segments of the film's grid.
//!
//! ffmpeg's fragments cannot be sent as they are: it counts from the decoding of a stretch's
//! first picture, not from when that is shown, so that stretches would overlap. Here every
//! picture gets its own time again, and nothing depends on where the stretch began: a
//! picture is decoded when one is shown, in the order of decoding, and shown by a constant
//! `lead` later, which the initialisation segment takes back.

use crate::boxes::{box_head, decode};
use crate::codec::Codec;
use crate::movie::Movie;
use crate::write::{self, Entry, Header, SegmentBytes};
use crate::{Error, Source};
use mp4_atom::{Moof, Traf};

/// Bytes of the table of one fragment.
const MAX_MOOF_BYTES: u64 = 16 << 20;
/// Fragments of one file.
const MAX_FRAGMENTS: usize = 100_000;
/// Samples of one file.
const MAX_SAMPLES: usize = 4_000_000;
/// The bit that says that decoding cannot begin at a sample (ISO/IEC 14496-12, 8.8.3.1).
const IS_NOT_SYNC: u32 = 0x1_0000;

/// A segment of a film that is encoded: from a moment to another, in units of the timescale.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cell {
    /// When its first picture is shown.
    pub start: u64,
    /// When the next segment begins.
    pub end: u64,
}

/// A fragmented MP4 of one track, as ffmpeg writes it.
#[derive(Debug)]
pub struct Encoded {
    codec: Codec,
    timescale: u32,
    shown_size: (u32, u32),
    samples: Vec<Coded>,
}

/// One picture or packet of sound.
#[derive(Clone, Copy, Debug)]
struct Coded {
    offset: u64,
    size_bytes: u32,
    is_sync: bool,
    /// When it is decoded, in the track's units, as the encoder has it.
    dts: i64,
    /// When it is shown, relative to that.
    cts: i64,
}

/// How encoded sound is cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SoundPlan {
    /// How long a packet is, in units of the timescale.
    pub packet: u32,
    /// Packets of each segment but the last, which has the rest.
    pub packets: usize,
    /// How many segments there are.
    pub segments: usize,
}

/// Segments made of what was encoded.
#[derive(Debug)]
pub struct Cut {
    /// The initialisation segment.
    pub init: Vec<u8>,
    /// The segments, in order.
    pub segments: Vec<SegmentBytes>,
    /// How many pictures, or packets of sound, each has.
    pub samples: Vec<u32>,
}

/// Why what was encoded does not fit the grid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Misfit {
    /// Its units of time are others.
    #[error("units of time differ")]
    Timescale,
    /// A segment has no pictures.
    #[error("segment {0} is empty")]
    Empty(usize),
    /// A segment begins with a picture that decoding cannot begin at, or is shown elsewhere.
    #[error("segment {0} does not begin at its key frame")]
    Start(usize),
    /// A picture lies outside of the grid.
    #[error("a picture lies outside of its segment")]
    Outside,
    /// Two pictures are shown at the same time.
    #[error("two pictures are shown at once")]
    Twice,
    /// Pictures are decoded further ahead of when they are shown than the lead allows.
    #[error("the order of decoding differs too much")]
    Order,
}

impl Encoded {
    /// Reads the tables of a file; a fragment that is not complete yet is left out, with all
    /// behind it. The file is believed no more than any stranger's.
    ///
    /// # Errors
    /// See [`Error`].
    pub fn read(source: &impl Source) -> Result<Encoded, Error> {
        let movie = Movie::read(source)?;
        let [track] = <[_; 1]>::try_from(movie.tracks)
            .map_err(|_| Error::Malformed("there must be one track"))?;
        let codec = track.codec.ok_or(Error::Malformed("the codec is not known"))?;
        let mut encoded = Encoded {
            codec,
            timescale: track.timescale,
            shown_size: track.shown_size,
            samples: Vec::new(),
        };
        encoded.read_fragments(source)?;
        Ok(encoded)
    }

    fn read_fragments(&mut self, source: &impl Source) -> Result<(), Error> {
        let size_bytes = source.size_bytes();
        let mut at = 0;
        let mut fragment: Option<(u64, Moof)> = None;
        for _ in 0..MAX_FRAGMENTS * 2 {
            if size_bytes.saturating_sub(at) < 16 {
                return Ok(());
            }
            let mut head = [0; 16];
            source.read_exact_at(&mut head, at)?;
            let (kind, header_bytes, body_bytes) = box_head(&head, size_bytes - at)?;
            let (body_at, end) =
                (at + header_bytes, (at + header_bytes).saturating_add(body_bytes));
            if end > size_bytes {
                return Ok(());
            }
            match &kind {
                b"moof" => {
                    if body_bytes > MAX_MOOF_BYTES {
                        return Err(Error::TooMuch("tables"));
                    }
                    let mut body = vec![0; body_bytes as usize];
                    source.read_exact_at(&mut body, body_at)?;
                    fragment = Some((at, decode(&body)?));
                }
                b"mdat" => {
                    let (moof_at, moof) =
                        fragment.take().ok_or(Error::Malformed("media without a table"))?;
                    let [traf] = <[_; 1]>::try_from(moof.traf)
                        .map_err(|_| Error::Malformed("there must be one track"))?;
                    self.add(&traf, moof_at, body_at..end)?;
                }
                _ => {}
            }
            at = end;
        }
        Err(Error::TooMuch("fragments"))
    }

    fn add(&mut self, traf: &Traf, moof_at: u64, media: std::ops::Range<u64>) -> Result<(), Error> {
        const MISSING: Error = Error::Malformed("a fragment lacks what it must say");
        let tfhd = &traf.tfhd;
        if tfhd.base_data_offset.is_some() || !tfhd.default_base_is_moof {
            return Err(Error::Malformed("offsets must count from the fragment"));
        }
        let decoded_at = traf.tfdt.as_ref().ok_or(MISSING)?.base_media_decode_time;
        let mut dts = i64::try_from(decoded_at).ok().filter(|&dts| dts < 1 << 60).ok_or(MISSING)?;
        for trun in &traf.trun {
            let data_offset = trun.data_offset.and_then(|offset| u64::try_from(offset).ok());
            let mut offset = moof_at + data_offset.ok_or(MISSING)?;
            if self.samples.len() + trun.samples.len() > MAX_SAMPLES {
                return Err(Error::TooMuch("samples"));
            }
            for entry in &trun.samples {
                let size_bytes = entry.size.or(tfhd.default_sample_size).ok_or(MISSING)?;
                let duration = entry.duration.or(tfhd.default_sample_duration).ok_or(MISSING)?;
                let flags = entry.flags.or(tfhd.default_sample_flags).ok_or(MISSING)?;
                let end = offset + u64::from(size_bytes);
                if offset < media.start || end > media.end {
                    return Err(Error::Malformed("a sample lies outside of its fragment"));
                }
                self.samples.push(Coded {
                    offset,
                    size_bytes,
                    is_sync: flags & IS_NOT_SYNC == 0,
                    dts,
                    cts: entry.cts.unwrap_or_default(),
                });
                offset = end;
                dts += i64::from(duration);
            }
        }
        Ok(())
    }

    /// How it is coded.
    pub fn codec(&self) -> &Codec {
        &self.codec
    }

    /// How many pictures, or packets of sound, it has so far.
    pub fn samples(&self) -> usize {
        self.samples.len()
    }

    /// Cuts pictures along these cells, the first of which has that number in the film.
    /// `lead`, in units of the timescale, is the same for a whole film: see the module.
    ///
    /// # Errors
    /// See [`Misfit`].
    pub fn cut_pictures(
        &self,
        timescale: u32,
        lead: u64,
        first: usize,
        cells: &[Cell],
    ) -> Result<Cut, Misfit> {
        if self.timescale != timescale {
            return Err(Misfit::Timescale);
        }
        let init = self.init(lead);
        let mut cut = Cut { init, segments: Vec::new(), samples: Vec::new() };
        let begins_at = self.samples.first().map_or(0, |sample| sample.cts);
        let shown = |sample: &Coded| sample.dts + sample.cts - begins_at;
        let mut rest = self.samples.as_slice();
        for (number, cell) in (first..).zip(cells) {
            let is_in =
                |at: i64| u64::try_from(at).is_ok_and(|at| (cell.start..cell.end).contains(&at));
            let count = rest.iter().take_while(|sample| is_in(shown(sample))).count();
            let (mine, others) = rest.split_at(count);
            rest = others;
            let begin = mine.first().ok_or(Misfit::Empty(number))?;
            let times: Vec<i64> = mine.iter().map(shown).collect();
            let order = in_order(&times, cell.end)?;
            if !begin.is_sync || times[0] != order[0].0 {
                return Err(Misfit::Start(number));
            }
            let entry =
                |((sample, &shown), &(decoded, duration)): ((&Coded, &i64), &(i64, u32))| {
                    let cts = u32::try_from(shown - decoded + lead as i64);
                    Ok(sample.entry(duration, cts.map_err(|_| Misfit::Order)?))
                };
            let entries: Result<Vec<Entry>, Misfit> =
                mine.iter().zip(&times).zip(&order).map(entry).collect();
            cut.samples.push(count as u32);
            cut.segments.push(write::segment(number, order[0].0.unsigned_abs(), &entries?));
        }
        if rest.is_empty() { Ok(cut) } else { Err(Misfit::Outside) }
    }

    /// Cuts sound into segments, without its first packet: the encoder's priming. Gives those
    /// from `first` on that are whole, which the last one is only where the sound is
    /// (`is_all`).
    pub fn cut_sound(&self, plan: &SoundPlan, first: usize, is_all: bool) -> Cut {
        let mut cut = Cut { init: self.init(0), segments: Vec::new(), samples: Vec::new() };
        let heard = self.samples.get(1..).unwrap_or_default();
        for number in first..plan.segments {
            let start = (number * plan.packets).min(heard.len());
            let is_last = number + 1 == plan.segments;
            let end = if is_last { heard.len() } else { (start + plan.packets).min(heard.len()) };
            let is_whole = is_all || (!is_last && end - start == plan.packets);
            if start == end || !is_whole {
                break;
            }
            let part = &heard[start..end];
            let entry = |sample: &Coded| sample.entry(plan.packet, 0);
            let entries: Vec<Entry> = part.iter().map(entry).collect();
            let decoded_at = start as u64 * u64::from(plan.packet);
            cut.samples.push(part.len() as u32);
            cut.segments.push(write::segment(number, decoded_at, &entries));
        }
        cut
    }

    fn init(&self, lead: u64) -> Vec<u8> {
        write::init(&Header {
            codec: &self.codec,
            language: "und",
            timescale: self.timescale,
            shown_size: self.shown_size,
            media_time: lead,
        })
    }
}

impl Coded {
    fn entry(&self, duration: u32, cts: u32) -> Entry {
        let Coded { offset, size_bytes, is_sync, .. } = *self;
        Entry { duration, size_bytes, is_sync, cts, offset }
    }
}

/// The times in order, each with how long it lasts; the last one lasts to the end.
fn in_order(times: &[i64], end: u64) -> Result<Vec<(i64, u32)>, Misfit> {
    let mut order = times.to_vec();
    order.sort_unstable();
    let ends = order.iter().skip(1).copied().chain([end as i64]);
    order
        .iter()
        .zip(ends)
        .map(|(&at, end)| match u32::try_from(end - at) {
            Ok(0) => Err(Misfit::Twice),
            Ok(duration) => Ok((at, duration)),
            Err(_) => Err(Misfit::Outside),
        })
        .collect()
}
