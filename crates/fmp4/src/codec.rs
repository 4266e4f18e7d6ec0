//! How a track is coded: the sample entries that this module can pass on, and what browsers
//! call them (RFC 6381).

use crate::boxes::{children, decode};
use h264_reader::nal::sps::{ChromaFormat, FrameMbsFlags, SeqParameterSet};
use h264_reader::rbsp::{BitReader, decode_nal};
use mp4_atom::{Atom, Avcc, Colr, Esds, Hvcc};
use std::fmt::Write;

/// The fixed part of a sample entry of pictures (ISO/IEC 14496-12, 12.1.3), of sound.
const VISUAL_BYTES: usize = 78;
const AUDIO_BYTES: usize = 28;
/// What QuickTime's versions 1 and 2 of an audio entry have in addition.
const AUDIO_V1_BYTES: usize = 16;
const AUDIO_V2_BYTES: usize = 36;

/// How a track is coded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Codec {
    /// H.264 with its parameters in the header (`avc1`).
    H264(H264),
    /// HEVC with its parameters in the header (`hvc1`).
    Hevc(Hevc),
    /// AAC.
    Aac(Aac),
}

/// Coded pictures, whatever codes them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pictures {
    /// Width of the coded pictures, in pixels.
    pub width: u16,
    /// Height of the coded pictures, in pixels.
    pub height: u16,
    /// Bytes of the lengths before its units.
    pub(crate) length_size: u8,
    /// The body of the `avcC` or `hvcC` box.
    pub(crate) parameters: Vec<u8>,
    /// Boxes that go with the pictures wherever they go: shape of the pixels, colours.
    pub(crate) extras: Vec<([u8; 4], Vec<u8>)>,
}

/// H.264.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct H264 {
    /// Its pictures.
    pub pictures: Pictures,
    /// Profile, constraints and level, as in the `avcC` box.
    pub profile: [u8; 3],
    /// Whether it is 8 bit 4:2:0, progressive, in a profile that every browser plays.
    pub is_plain: bool,
}

/// HEVC.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hevc {
    /// Its pictures.
    pub pictures: Pictures,
    /// Which screen they are for.
    pub range: VideoRange,
    /// Whether it is 4:2:0 of 8 or 10 bits, in a profile that devices which play HEVC know, and
    /// its range is known.
    pub is_plain: bool,
    /// What browsers call it.
    name: String,
}

/// The range of brightness that pictures are made for (VIDEO-RANGE of HLS).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VideoRange {
    /// Any screen.
    Sdr,
    /// Perceptual quantisation (SMPTE ST 2084).
    Pq,
    /// Hybrid log-gamma (ARIB STD-B67).
    Hlg,
}

/// AAC.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Aac {
    /// The audio object type (ISO/IEC 14496-3, 1.5.1): 2 is AAC-LC.
    pub object_type: u8,
    /// Channels as the sample entry counts them.
    pub channels: u16,
    /// Samples in a second.
    pub sample_rate: u32,
    /// The body of the `esds` box.
    pub(crate) esds: Vec<u8>,
}

impl Codec {
    /// What browsers call it, for example `avc1.640028` (RFC 6381).
    pub fn name(&self) -> String {
        match self {
            Codec::H264(h264) => {
                let [profile, constraints, level] = h264.profile;
                format!("avc1.{profile:02x}{constraints:02x}{level:02x}")
            }
            Codec::Hevc(hevc) => hevc.name.clone(),
            Codec::Aac(aac) => format!("mp4a.40.{}", aac.object_type),
        }
    }

    /// Its pictures; `None` for sound.
    pub fn pictures(&self) -> Option<&Pictures> {
        match self {
            Codec::H264(h264) => Some(&h264.pictures),
            Codec::Hevc(hevc) => Some(&hevc.pictures),
            Codec::Aac(_) => None,
        }
    }

    /// Which screen its pictures are for.
    pub fn range(&self) -> VideoRange {
        match self {
            Codec::Hevc(hevc) => hevc.range,
            Codec::H264(_) | Codec::Aac(_) => VideoRange::Sdr,
        }
    }
}

/// The codec of a sample entry; `None` where it is another, or cannot be read.
pub(crate) fn read(kind: &[u8; 4], body: &[u8]) -> Option<Codec> {
    match kind {
        b"avc1" => h264(body).map(Codec::H264),
        b"hvc1" | b"hev1" => hevc(body).map(Codec::Hevc),
        b"mp4a" => aac(body).map(Codec::Aac),
        _ => None,
    }
}

/// The pictures of a sample entry that has one box of parameters of that kind. The caller reads
/// `length_size` from those.
fn pictures(body: &[u8], parameters: &[u8; 4]) -> Option<Pictures> {
    let (fixed, rest) = body.split_at_checked(VISUAL_BYTES)?;
    let side = |at: usize| u16::from_be_bytes([fixed[at], fixed[at + 1]]);
    let boxes = children(rest).ok()?;
    let found: Vec<&[u8]> =
        boxes.iter().filter(|(kind, _)| kind == parameters).map(|(_, body)| *body).collect();
    let [parameters] = found[..] else { return None };
    let extras = boxes.iter().filter(|(kind, _)| matches!(kind, b"pasp" | b"colr"));
    Some(Pictures {
        width: side(24),
        height: side(26),
        length_size: 0,
        parameters: parameters.to_vec(),
        extras: extras.map(|(kind, body)| (*kind, body.to_vec())).collect(),
    })
}

fn h264(body: &[u8]) -> Option<H264> {
    let pictures = pictures(body, b"avcC")?;
    let avcc: Avcc = decode(&pictures.parameters).ok()?;
    let profile =
        [avcc.avc_profile_indication, avcc.profile_compatibility, avcc.avc_level_indication];
    let pictures = Pictures { length_size: avcc.length_size, ..pictures };
    Some(H264 { pictures, profile, is_plain: is_plain(&avcc) })
}

fn hevc(body: &[u8]) -> Option<Hevc> {
    let pictures = pictures(body, b"hvcC")?;
    let hvcc: Hvcc = decode(&pictures.parameters).ok()?;
    let depth = 8 + hvcc.bit_depth_luma_minus8;
    let range = range(&pictures);
    let is_plain = hvcc.general_profile_space == 0
        && matches!(hvcc.general_profile_idc, 1 | 2)
        && hvcc.chroma_format_idc == 1
        && hvcc.bit_depth_luma_minus8 == hvcc.bit_depth_chroma_minus8
        && has_parameter_sets(&hvcc)
        // Ten bits are mostly HDR: offered only where the file says whether they are.
        && (depth == 8 || (depth == 10 && range.is_some()));
    Some(Hevc {
        range: range.unwrap_or(VideoRange::Sdr),
        is_plain,
        name: hevc_name(&hvcc),
        pictures: Pictures { length_size: hvcc.length_size_minus_one + 1, ..pictures },
    })
}

/// Whether there is one of each kind (ITU-T H.265, table 7-1): `hvc1` has them in the header.
fn has_parameter_sets(hvcc: &Hvcc) -> bool {
    [32, 33, 34].iter().all(|kind| {
        hvcc.arrays.iter().any(|array| array.nal_unit_type == *kind && !array.nalus.is_empty())
    })
}

/// What a `colr` box says of the range (ITU-T H.273, table 3).
fn range(pictures: &Pictures) -> Option<VideoRange> {
    let (_, body) = pictures.extras.iter().find(|(kind, _)| kind == b"colr")?;
    match decode(body).ok()? {
        Colr::Nclx { transfer_characteristics: transfer, .. }
        | Colr::Nclc { transfer_characteristics: transfer, .. } => Some(match transfer {
            16 => VideoRange::Pq,
            18 => VideoRange::Hlg,
            _ => VideoRange::Sdr,
        }),
        _ => None,
    }
}

/// ISO/IEC 14496-15, annex E.3: profile, compatibility with its bits in reverse, tier and level,
/// and the constraints without the zeros at their end.
fn hevc_name(hvcc: &Hvcc) -> String {
    let compatibility = u32::from_be_bytes(hvcc.general_profile_compatibility_flags).reverse_bits();
    let tier = if hvcc.general_tier_flag { 'H' } else { 'L' };
    let (profile, level) = (hvcc.general_profile_idc, hvcc.general_level_idc);
    let mut name = format!("hvc1.{profile}.{compatibility:X}.{tier}{level}");
    let constraints = &hvcc.general_constraint_indicator_flags;
    let used = constraints.iter().rposition(|&byte| byte != 0).map_or(0, |last| last + 1);
    for byte in &constraints[..used] {
        let _ = write!(name, ".{byte:X}");
    }
    name
}

/// Baseline, Main or High, 8 bit, 4:2:0, no fields; by the parameters themselves.
fn is_plain(avcc: &Avcc) -> bool {
    let is_plain = |unit: &Vec<u8>| {
        let bits = decode_nal(unit).ok()?;
        let sps = SeqParameterSet::from_bits(BitReader::new(&*bits)).ok()?;
        let chroma = &sps.chroma_info;
        Some(
            matches!(u8::from(sps.profile_idc), 66 | 77 | 100)
                && chroma.chroma_format == ChromaFormat::YUV420
                && chroma.bit_depth_luma_minus8 == 0
                && chroma.bit_depth_chroma_minus8 == 0
                && matches!(sps.frame_mbs_flags, FrameMbsFlags::Frames),
        )
    };
    let sets = &avcc.sequence_parameter_sets;
    !sets.is_empty() && sets.iter().all(|set| is_plain(set) == Some(true))
}

fn aac(body: &[u8]) -> Option<Aac> {
    let (fixed, rest) = body.split_at_checked(AUDIO_BYTES)?;
    let word = |at: usize| u16::from_be_bytes([fixed[at], fixed[at + 1]]);
    let rest = match word(8) {
        0 => rest,
        1 => rest.get(AUDIO_V1_BYTES..)?,
        2 => rest.get(AUDIO_V2_BYTES..)?,
        _ => return None,
    };
    let mut boxes = children(rest).ok()?;
    // QuickTime puts it one level deeper.
    if let Some((_, wave)) = boxes.iter().find(|(kind, _)| kind == b"wave") {
        boxes = children(wave).ok()?;
    }
    let (_, esds) = boxes.iter().find(|(kind, _)| *kind == *Esds::KIND.as_ref())?;
    let decoded: Esds = decode(esds).ok()?;
    // ISO/IEC 14496-1, 7.2.6.6.2: 0x40 is ISO/IEC 14496-3.
    let config = decoded.es_desc.dec_config;
    if config.object_type_indication != 0x40 {
        return None;
    }
    let specific = specific(esds)?;
    Some(Aac {
        object_type: object_type(&specific)?,
        channels: word(16),
        sample_rate: u32::from(word(24)),
        esds: esds.to_vec(),
    })
}

/// The AudioSpecificConfig: the body of the descriptor with tag 5 (ISO/IEC 14496-1, 7.2.6.7).
fn specific(esds: &[u8]) -> Option<Vec<u8>> {
    // Version and flags; ES descriptor; decoder configuration.
    let es = descriptor(esds.get(4..)?, 3)?;
    let flags = *es.get(2)?;
    let mut at = 3 + if flags & 0x80 != 0 { 2 } else { 0 };
    if flags & 0x40 != 0 {
        at += 1 + usize::from(*es.get(at)?);
    }
    at += if flags & 0x20 != 0 { 2 } else { 0 };
    let configuration = descriptor(es.get(at..)?, 4)?;
    descriptor(configuration.get(13..)?, 5).map(<[u8]>::to_vec)
}

/// The body of the descriptor that begins here, if it has that tag.
fn descriptor(bytes: &[u8], tag: u8) -> Option<&[u8]> {
    let (&found, rest) = bytes.split_first()?;
    let mut size = 0;
    for (at, byte) in rest.iter().take(4).enumerate() {
        size = size << 7 | usize::from(byte & 0x7f);
        if byte & 0x80 == 0 {
            return rest.get(at + 1..at + 1 + size).filter(|_| found == tag);
        }
    }
    None
}

/// ISO/IEC 14496-3, 1.6.2.1: five bits, 31 for those above. 5 and 29 are AAC-LC with parts
/// that double its band or its channels (HE-AAC); the same may be announced behind AAC-LC.
fn object_type(config: &[u8]) -> Option<u8> {
    let (&first, rest) = config.split_first()?;
    let object_type = match first >> 3 {
        31 => 32 + ((first & 7) << 3 | rest.first()? >> 5),
        plain => plain,
    };
    // The sync word of the extension, 11 bits, on the bit after GASpecificConfig: it begins
    // after 16 bits wherever the rate is one of the table's.
    let announced = config.get(2..4).is_some_and(|bytes| {
        u16::from_be_bytes([bytes[0], bytes[1]]) >> 5 == 0x2b7
            && bytes[1] & 0x1f == 5
            && config.get(4).is_some_and(|byte| byte & 0x80 != 0)
    });
    Some(if object_type == 2 && announced { 5 } else { object_type })
}
