//! Writing boxes: the initialisation segment, and the head of a segment (ISO/IEC 14496-12,
//! 8.8; RFC 8216, 3.3).

use crate::codec::{Aac, Codec, Pictures};
use std::ops::Range;

/// The number of the one track of each file that is written here.
const TRACK_ID: u32 = 1;
/// Flags of `tfhd`: offsets count from the beginning of the `moof`.
const DEFAULT_BASE_IS_MOOF: u32 = 0x02_0000;
/// Flags of `trun`: where the data is, and for each sample duration, size, flags, offset.
const TRUN_FLAGS: u32 = 0x1 | 0x100 | 0x200 | 0x400 | 0x800;
/// Flags of a sample that decoding can begin at, and of another (8.8.3.1).
const SYNC: u32 = 0x0200_0000;
const NOT_SYNC: u32 = 0x0101_0000;
/// `und`, in three groups of five bits.
const UNDETERMINED: u16 = 0x55c4;

/// A segment as it is sent: the head, then these ranges of the file, one after the other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SegmentBytes {
    /// What comes first: `styp`, `moof`, and the header of `mdat`.
    pub head: Vec<u8>,
    /// Where the media lies in the file.
    pub ranges: Vec<Range<u64>>,
}

impl SegmentBytes {
    /// How long the segment is, in bytes.
    pub fn size_bytes(&self) -> u64 {
        let media: u64 = self.ranges.iter().map(|range| range.end - range.start).sum();
        self.head.len() as u64 + media
    }
}

/// Boxes under construction.
#[derive(Default)]
struct Boxes(Vec<u8>);

impl Boxes {
    fn put(&mut self, kind: &[u8; 4], fill: impl FnOnce(&mut Boxes)) {
        let at = self.0.len();
        self.0.extend([0; 4]);
        self.0.extend(kind);
        fill(self);
        // No box that is written here comes near 4 GiB.
        let size = (self.0.len() - at) as u32;
        self.0[at..at + 4].copy_from_slice(&size.to_be_bytes());
    }

    /// A box with a version and flags.
    fn put_full(&mut self, kind: &[u8; 4], version: u8, flags: u32, fill: impl FnOnce(&mut Boxes)) {
        self.put(kind, |boxes| {
            boxes.u32(u32::from(version) << 24 | flags);
            fill(boxes);
        });
    }

    fn u16(&mut self, value: u16) {
        self.0.extend(value.to_be_bytes());
    }

    fn u32(&mut self, value: u32) {
        self.0.extend(value.to_be_bytes());
    }

    fn u64(&mut self, value: u64) {
        self.0.extend(value.to_be_bytes());
    }

    fn bytes(&mut self, bytes: &[u8]) {
        self.0.extend(bytes);
    }

    fn zeros(&mut self, count: usize) {
        self.0.resize(self.0.len() + count, 0);
    }
}

/// What an initialisation segment says of its track.
pub(crate) struct Header<'a> {
    pub(crate) codec: &'a Codec,
    pub(crate) language: &'a str,
    pub(crate) timescale: u32,
    /// Width and height as shown, in 65,536ths of a pixel.
    pub(crate) shown_size: (u32, u32),
    /// Media before this is not shown, in the track's units.
    pub(crate) media_time: u64,
}

/// `ftyp` and `moov` of a track.
pub(crate) fn init(track: &Header<'_>) -> Vec<u8> {
    let mut boxes = Boxes::default();
    boxes.put(b"ftyp", |ftyp| {
        ftyp.bytes(b"iso6");
        ftyp.u32(0);
        ftyp.bytes(b"iso6cmfcmp41");
    });
    boxes.put(b"moov", |moov| {
        moov.put_full(b"mvhd", 0, 0, |mvhd| {
            mvhd.zeros(8);
            mvhd.u32(track.timescale);
            mvhd.u32(0);
            mvhd.u32(0x1_0000);
            mvhd.u16(0x100);
            mvhd.zeros(10);
            matrix(mvhd);
            mvhd.zeros(24);
            mvhd.u32(TRACK_ID + 1);
        });
        moov.put(b"trak", |trak| put_track(trak, track));
        moov.put(b"mvex", |mvex| {
            mvex.put_full(b"trex", 0, 0, |trex| {
                trex.u32(TRACK_ID);
                trex.u32(1);
                trex.zeros(12);
            });
        });
    });
    boxes.0
}

fn matrix(boxes: &mut Boxes) {
    for value in [0x1_0000, 0, 0, 0, 0x1_0000, 0, 0, 0, 0x4000_0000] {
        boxes.u32(value);
    }
}

fn put_track(trak: &mut Boxes, track: &Header<'_>) {
    let is_audio = matches!(track.codec, Codec::Aac(_));
    // Enabled, and in the film.
    trak.put_full(b"tkhd", 0, 3, |tkhd| {
        tkhd.zeros(8);
        tkhd.u32(TRACK_ID);
        tkhd.zeros(16);
        tkhd.u32(0);
        tkhd.u16(if is_audio { 0x100 } else { 0 });
        tkhd.u16(0);
        matrix(tkhd);
        let (width, height) = if is_audio { (0, 0) } else { track.shown_size };
        tkhd.u32(width);
        tkhd.u32(height);
    });
    if track.media_time > 0 {
        trak.put(b"edts", |edts| {
            edts.put_full(b"elst", 1, 0, |elst| {
                elst.u32(1);
                elst.u64(0);
                elst.u64(track.media_time);
                elst.u32(0x1_0000);
            });
        });
    }
    trak.put(b"mdia", |mdia| {
        mdia.put_full(b"mdhd", 0, 0, |mdhd| {
            mdhd.zeros(8);
            mdhd.u32(track.timescale);
            mdhd.u32(0);
            mdhd.u16(language_code(track.language));
            mdhd.u16(0);
        });
        mdia.put_full(b"hdlr", 0, 0, |hdlr| {
            hdlr.u32(0);
            hdlr.bytes(if is_audio { b"soun" } else { b"vide" });
            hdlr.zeros(13);
        });
        mdia.put(b"minf", |minf| put_media(minf, track.codec));
    });
}

/// ISO/IEC 14496-12, 8.4.2.3: three letters of five bits.
fn language_code(language: &str) -> u16 {
    match language.as_bytes() {
        letters @ [_, _, _] if letters.iter().all(u8::is_ascii_lowercase) => {
            letters.iter().fold(0, |code, letter| code << 5 | u16::from(letter - 0x60))
        }
        _ => UNDETERMINED,
    }
}

fn put_media(minf: &mut Boxes, codec: &Codec) {
    match codec {
        Codec::H264(_) | Codec::Hevc(_) => minf.put_full(b"vmhd", 0, 1, |vmhd| vmhd.zeros(8)),
        Codec::Aac(_) => minf.put_full(b"smhd", 0, 0, |smhd| smhd.zeros(4)),
    }
    minf.put(b"dinf", |dinf| {
        dinf.put_full(b"dref", 0, 0, |dref| {
            dref.u32(1);
            // The media is in the same file.
            dref.put_full(b"url ", 0, 1, |_| ());
        });
    });
    minf.put(b"stbl", |stbl| {
        stbl.put_full(b"stsd", 0, 0, |stsd| {
            stsd.u32(1);
            match codec {
                Codec::H264(h264) => put_pictures(stsd, b"avc1", b"avcC", &h264.pictures),
                Codec::Hevc(hevc) => put_pictures(stsd, b"hvc1", b"hvcC", &hevc.pictures),
                Codec::Aac(aac) => put_aac(stsd, aac),
            }
        });
        for kind in [b"stts", b"stsc", b"stco"] {
            stbl.put_full(kind, 0, 0, |table| table.u32(0));
        }
        stbl.put_full(b"stsz", 0, 0, |stsz| stsz.zeros(8));
    });
}

fn put_pictures(stsd: &mut Boxes, kind: &[u8; 4], parameters: &[u8; 4], pictures: &Pictures) {
    stsd.put(kind, |entry| {
        entry.zeros(6);
        entry.u16(1);
        entry.zeros(16);
        entry.u16(pictures.width);
        entry.u16(pictures.height);
        // 72 dots an inch, both ways.
        entry.u32(0x48_0000);
        entry.u32(0x48_0000);
        entry.u32(0);
        entry.u16(1);
        entry.zeros(32);
        entry.u16(24);
        entry.u16(0xffff);
        entry.put(parameters, |body| body.bytes(&pictures.parameters));
        for (kind, body) in &pictures.extras {
            entry.put(kind, |extra| extra.bytes(body));
        }
    });
}

fn put_aac(stsd: &mut Boxes, aac: &Aac) {
    stsd.put(b"mp4a", |mp4a| {
        mp4a.zeros(6);
        mp4a.u16(1);
        mp4a.zeros(8);
        mp4a.u16(aac.channels);
        mp4a.u16(16);
        mp4a.u32(0);
        mp4a.u32(aac.sample_rate << 16);
        mp4a.put(b"esds", |esds| esds.bytes(&aac.esds));
    });
}

/// One picture or packet of sound, as a segment lists it.
pub(crate) struct Entry {
    pub(crate) duration: u32,
    pub(crate) size_bytes: u32,
    pub(crate) is_sync: bool,
    /// When it is shown, relative to when it is decoded; not negative.
    pub(crate) cts: u32,
    /// Where its bytes begin in the file.
    pub(crate) offset: u64,
}

/// A segment (the first has the number 0) that begins to be decoded at a time and has these
/// samples.
pub(crate) fn segment(number: usize, decoded_at: u64, samples: &[Entry]) -> SegmentBytes {
    let mut boxes = Boxes::default();
    boxes.put(b"styp", |styp| {
        styp.bytes(b"msdh");
        styp.u32(0);
        styp.bytes(b"msdhmsix");
    });
    let moof_at = boxes.0.len();
    let mut data_offset_at = 0;
    boxes.put(b"moof", |moof| {
        moof.put_full(b"mfhd", 0, 0, |mfhd| mfhd.u32(number as u32 + 1));
        moof.put(b"traf", |traf| {
            traf.put_full(b"tfhd", 0, DEFAULT_BASE_IS_MOOF, |tfhd| tfhd.u32(TRACK_ID));
            traf.put_full(b"tfdt", 1, 0, |tfdt| tfdt.u64(decoded_at));
            traf.put_full(b"trun", 0, TRUN_FLAGS, |trun| {
                trun.u32(samples.len() as u32);
                data_offset_at = trun.0.len();
                trun.u32(0);
                for sample in samples {
                    trun.u32(sample.duration);
                    trun.u32(sample.size_bytes);
                    trun.u32(if sample.is_sync { SYNC } else { NOT_SYNC });
                    trun.u32(sample.cts);
                }
            });
        });
    });
    let media_bytes: u64 = samples.iter().map(|sample| u64::from(sample.size_bytes)).sum();
    // The long form of the header: a stranger's samples may be large.
    boxes.u32(1);
    boxes.bytes(b"mdat");
    boxes.u64(media_bytes + 16);
    let data_offset = (boxes.0.len() - moof_at) as u32;
    boxes.0[data_offset_at..data_offset_at + 4].copy_from_slice(&data_offset.to_be_bytes());
    SegmentBytes { head: boxes.0, ranges: merged(samples) }
}

/// The bytes of samples, those that follow each other in the file as one range.
fn merged(samples: &[Entry]) -> Vec<Range<u64>> {
    let mut ranges: Vec<Range<u64>> = Vec::new();
    for sample in samples {
        let end = sample.offset + u64::from(sample.size_bytes);
        match ranges.last_mut() {
            Some(last) if last.end == sample.offset => last.end = end,
            _ => ranges.push(sample.offset..end),
        }
    }
    ranges
}
