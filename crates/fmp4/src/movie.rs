//! Reading the boxes of a file: containers are walked here, so that a box which nobody needs
//! (names, covers, vendors' own) can be as broken as it likes; the boxes that matter are
//! decoded by `mp4-atom`.

use crate::boxes::{MAX_BOXES, box_head, children, decode};
use crate::codec::{self, Codec};
use crate::sample::{Boxes, Table};
use crate::{Error, Source};
use mp4_atom::{Elst, Hdlr, Mdhd, Mvhd, Tkhd};

/// Bytes of the tables of one file: those of two hours have five to ten million.
const MAX_MOOV_BYTES: u64 = 64 << 20;
const MAX_TRACKS: usize = 64;

/// What a track holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Moving pictures.
    Video,
    /// Sound.
    Audio,
    /// Anything else.
    Other,
}

/// A file whose tables were read.
#[derive(Debug)]
pub struct Movie {
    /// Its tracks, in the order of the file.
    pub tracks: Vec<MovieTrack>,
    /// Whether samples come in fragments (`moof`), so that the tables here are not all.
    pub is_fragmented: bool,
}

/// One track of a file.
#[derive(Debug)]
pub struct MovieTrack {
    /// Its number in the file.
    pub id: u32,
    /// What it holds.
    pub kind: Kind,
    /// Whether players should play it without being asked to.
    pub is_enabled: bool,
    /// Its language, three letters (ISO 639-2); `und` where the file does not say.
    pub language: String,
    /// How it is coded; `None` where that is nothing that this module knows.
    pub codec: Option<Codec>,
    /// Units of time in a second.
    pub timescale: u32,
    /// The transformation of the pictures, as in `tkhd`.
    pub(crate) matrix: [i32; 9],
    /// Width and height as shown, in 65,536ths of a pixel.
    pub(crate) shown_size: (u32, u32),
    pub(crate) edit: Edit,
    pub(crate) table: Table,
}

/// What the edit list of a track says (ISO/IEC 14496-12, 8.6.6).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Edit {
    /// After a pause, the media from a moment on, at its own speed.
    Simple {
        /// The pause, in the track's units.
        delay: u64,
        /// The moment, in the track's units.
        media_time: u64,
        /// How long the media plays, in the track's units; 0: to its end.
        duration: u64,
    },
    /// Parts in another order, or at another speed.
    Complex,
}

impl Movie {
    /// Reads the tables of a file. It reads little else, but it waits for the storage.
    ///
    /// # Errors
    /// See [`Error`].
    pub fn read(source: &impl Source) -> Result<Movie, Error> {
        let moov = find_moov(source)?;
        let mut movie = Movie { tracks: Vec::new(), is_fragmented: false };
        let mut movie_timescale = None;
        let mut traks = Vec::new();
        for (kind, body) in children(&moov)? {
            match &kind {
                b"mvhd" => movie_timescale = Some(decode::<Mvhd>(body)?.timescale),
                b"trak" => traks.push(body),
                b"mvex" => movie.is_fragmented = true,
                _ => {}
            }
        }
        let movie_timescale =
            movie_timescale.ok_or(Error::Malformed("there is no movie header"))?;
        if traks.len() > MAX_TRACKS {
            return Err(Error::TooMuch("tracks"));
        }
        for trak in traks {
            movie.tracks.push(read_track(trak, movie_timescale, source.size_bytes())?);
        }
        Ok(movie)
    }
}

/// The body of the box that holds the tables, wherever in the file it is.
fn find_moov(source: &impl Source) -> Result<Vec<u8>, Error> {
    let size_bytes = source.size_bytes();
    let mut at = 0;
    for _ in 0..MAX_BOXES {
        if size_bytes.saturating_sub(at) < 8 {
            break;
        }
        let mut head = [0; 16];
        let head_bytes = (size_bytes - at).min(16) as usize;
        source.read_exact_at(&mut head[..head_bytes], at)?;
        let (kind, header_bytes, body_bytes) = box_head(&head[..head_bytes], size_bytes - at)?;
        let body_at = at + header_bytes;
        if &kind == b"moov" {
            if body_bytes > MAX_MOOV_BYTES {
                return Err(Error::TooMuch("tables"));
            }
            if body_bytes > size_bytes - body_at {
                return Err(Error::Malformed("the tables are cut short"));
            }
            let mut moov = vec![0; body_bytes as usize];
            source.read_exact_at(&mut moov, body_at)?;
            return Ok(moov);
        }
        at = body_at.saturating_add(body_bytes);
    }
    Err(Error::Malformed("there is no movie box"))
}

#[derive(Default)]
struct Parts {
    tkhd: Option<Tkhd>,
    mdhd: Option<Mdhd>,
    hdlr: Option<Hdlr>,
    elst: Option<Elst>,
    /// The sample entries, each with its kind; only the first is used.
    entries: usize,
    codec: Option<Codec>,
    boxes: Boxes,
}

impl Parts {
    fn collect(&mut self, boxes: &[u8]) -> Result<(), Error> {
        for (kind, body) in children(boxes)? {
            match &kind {
                b"mdia" | b"minf" | b"stbl" | b"edts" => self.collect(body)?,
                b"tkhd" => self.tkhd = Some(decode(body)?),
                b"mdhd" => self.mdhd = Some(decode(body)?),
                // There is a second one in QuickTime's `minf`, about where the data lies.
                b"hdlr" if self.hdlr.is_none() => self.hdlr = Some(decode(body)?),
                b"elst" => self.elst = Some(decode(body)?),
                b"stsd" => {
                    // Version, flags, number of entries.
                    let entries = children(body.get(8..).unwrap_or_default())?;
                    self.entries = entries.len();
                    let first = entries.first();
                    self.codec = first.and_then(|(kind, body)| codec::read(kind, body));
                }
                b"stts" => self.boxes.stts = Some(decode(body)?),
                b"ctts" => self.boxes.ctts = Some(decode(body)?),
                b"stsc" => self.boxes.stsc = Some(decode(body)?),
                b"stsz" => self.boxes.stsz = Some(decode(body)?),
                b"stco" => self.boxes.stco = Some(decode(body)?),
                b"co64" => self.boxes.co64 = Some(decode(body)?),
                b"stss" => self.boxes.stss = Some(decode(body)?),
                _ => {}
            }
        }
        Ok(())
    }
}

fn read_track(trak: &[u8], movie_timescale: u32, file_bytes: u64) -> Result<MovieTrack, Error> {
    let mut parts = Parts::default();
    parts.collect(trak)?;
    let (Some(tkhd), Some(mdhd), Some(hdlr)) = (parts.tkhd, parts.mdhd, parts.hdlr) else {
        return Err(Error::Malformed("a track has no header"));
    };
    if mdhd.timescale == 0 || movie_timescale == 0 {
        return Err(Error::Malformed("a second has no units"));
    }
    let kind = match hdlr.handler.as_ref() {
        b"vide" => Kind::Video,
        b"soun" => Kind::Audio,
        _ => Kind::Other,
    };
    let m = &tkhd.matrix;
    Ok(MovieTrack {
        id: tkhd.track_id,
        kind,
        is_enabled: tkhd.enabled,
        language: mdhd.language,
        codec: parts.codec.filter(|_| parts.entries == 1),
        timescale: mdhd.timescale,
        matrix: [m.a, m.b, m.u, m.c, m.d, m.v, m.x, m.y, m.w],
        shown_size: (fixed(tkhd.width), fixed(tkhd.height)),
        edit: edit_of(parts.elst.as_ref(), mdhd.timescale, movie_timescale),
        table: match kind {
            Kind::Other => Table::default(),
            _ => Table::new(parts.boxes, file_bytes)?,
        },
    })
}

fn fixed(value: mp4_atom::FixedPoint<u16>) -> u32 {
    u32::from(value.integer()) << 16 | u32::from(value.decimal())
}

fn edit_of(elst: Option<&Elst>, timescale: u32, movie_timescale: u32) -> Edit {
    let entries = elst.map(|elst| elst.entries.as_slice()).unwrap_or_default();
    let (delay, media) = match entries {
        [] => return Edit::Simple { delay: 0, media_time: 0, duration: 0 },
        [media] => (0, media),
        [pause, media] if pause.media_time.is_none() => (pause.segment_duration, media),
        _ => return Edit::Complex,
    };
    let scale = |duration: u64| {
        let scaled = u128::from(duration) * u128::from(timescale) / u128::from(movie_timescale);
        u64::try_from(scaled).ok().filter(|&scaled| scaled < 1 << 60)
    };
    let rate = &media.media_rate;
    match (media.media_time, scale(delay), scale(media.segment_duration)) {
        (Some(media_time), Some(delay), Some(duration))
            if media_time < 1 << 60 && rate.integer() == 1 && rate.decimal() == 0 =>
        {
            Edit::Simple { delay, media_time, duration }
        }
        _ => Edit::Complex,
    }
}
