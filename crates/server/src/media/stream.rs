//! One stream of a file, as ffprobe describes it.

use serde::Deserialize;
use yingku_core::character::{is_control, is_format};
use yingku_protocol::StreamKind;

/// Pixels on either side.
pub(super) const MAX_SIDE: i64 = 16_384;
/// Characters of a text that a file holds about itself.
const MAX_TEXT: usize = 100;

/// Moving pictures, as they are shown.
#[derive(Clone, Debug, PartialEq)]
pub struct Pictures {
    /// In square pixels, turned upright.
    pub width: u32,
    /// In square pixels, turned upright.
    pub height: u32,
    /// Pictures in a second, on average; 0 where it is not known.
    pub rate: f64,
    /// Whether each is two fields of different moments.
    pub is_interlaced: bool,
    /// Whether they need a screen of high dynamic range (PQ or HLG).
    pub is_hdr: bool,
    /// A unit of their time, in seconds: numerator, denominator.
    pub time_base: (u32, u32),
    /// When the film begins, in units of 1/90,000 second by the file's own clock.
    pub origin: i64,
}

#[derive(Deserialize)]
pub(super) struct Stream {
    pub(super) codec_type: Option<String>,
    pub(super) codec_name: Option<String>,
    pub(super) profile: Option<String>,
    pub(super) pix_fmt: Option<String>,
    pub(super) width: Option<i64>,
    pub(super) height: Option<i64>,
    pub(super) duration: Option<String>,
    time_base: Option<String>,
    avg_frame_rate: Option<String>,
    field_order: Option<String>,
    sample_aspect_ratio: Option<String>,
    color_primaries: Option<String>,
    color_transfer: Option<String>,
    color_space: Option<String>,
    channels: Option<i64>,
    sample_rate: Option<String>,
    #[serde(default)]
    disposition: Disposition,
    #[serde(default)]
    tags: Tags,
    #[serde(default)]
    side_data_list: Vec<SideData>,
}

#[derive(Deserialize)]
struct SideData {
    rotation: Option<f64>,
}

#[derive(Deserialize, Default)]
struct Disposition {
    #[serde(default)]
    attached_pic: i64,
    #[serde(default)]
    default: i64,
    #[serde(default)]
    forced: i64,
}

#[derive(Deserialize, Default)]
struct Tags {
    language: Option<String>,
    title: Option<String>,
}

impl Stream {
    /// Whether it is of a kind; a cover is no moving picture.
    pub(super) fn is(&self, kind: &str) -> bool {
        self.codec_type.as_deref() == Some(kind) && self.disposition.attached_pic == 0
    }

    /// What must be known of moving pictures to encode them.
    pub(super) fn pictures(&self, start_time: Option<&str>) -> Option<Pictures> {
        let side = |side: Option<i64>| side.and_then(|side| u32::try_from(side).ok());
        let (width, height) = (side(self.width)?, side(self.height)?);
        let wide = match fraction(&self.sample_aspect_ratio, ':') {
            Some((across, down)) => f64::from(width) * f64::from(across) / f64::from(down),
            None => f64::from(width),
        };
        let width = (wide.round() as u32).clamp(1, MAX_SIDE as u32);
        let is_sideways =
            self.rotation().is_some_and(|turned| (turned as f64 / 90.0).round() as i64 % 2 != 0);
        let (width, height) = if is_sideways { (height, width) } else { (width, height) };
        let start_seconds: f64 = start_time.and_then(|start| start.parse().ok()).unwrap_or(0.0);
        let transfer = self.color_transfer.as_deref();
        Some(Pictures {
            width,
            height,
            rate: self.rate().unwrap_or(0.0),
            is_interlaced: matches!(self.field_order.as_deref(), Some("tt" | "bb" | "tb" | "bt")),
            is_hdr: matches!(transfer, Some("smpte2084" | "arib-std-b67")),
            time_base: fraction(&self.time_base, '/')?,
            origin: (start_seconds * 90_000.0).round() as i64,
        })
    }
}

impl Stream {
    /// What people are shown of it; `None` where it is neither pictures, sound nor subtitles.
    pub(super) fn describe(&self) -> Option<yingku_protocol::Stream> {
        let kinds = [StreamKind::Video, StreamKind::Audio, StreamKind::Subtitle];
        let kind = kinds.into_iter().find(|kind| self.is(kind.as_str()))?;
        let positive = |number: Option<i64>| number.filter(|&number| number > 0);
        Some(yingku_protocol::Stream {
            kind,
            codec: clean(&self.codec_name).unwrap_or_default(),
            profile: clean(&self.profile),
            language: clean(&self.tags.language).filter(|language| language != "und"),
            title: clean(&self.tags.title),
            is_default: self.disposition.default != 0,
            is_forced: self.disposition.forced != 0,
            width: positive(self.width),
            height: positive(self.height),
            rotation_degrees: self.rotation().filter(|&degrees| degrees != 0),
            frame_rate: self.rate().map(|rate| (rate * 1_000.0).round() / 1_000.0),
            pixel_format: clean(&self.pix_fmt),
            color_primaries: clean(&self.color_primaries),
            color_transfer: clean(&self.color_transfer),
            color_space: clean(&self.color_space),
            channels: positive(self.channels),
            sample_rate_hz: positive(self.sample_rate.as_ref().and_then(|rate| rate.parse().ok())),
        })
    }

    /// How far the pictures are turned, clockwise in degrees below 360.
    fn rotation(&self) -> Option<i64> {
        let turned = self.side_data_list.iter().find_map(|data| data.rotation)?;
        // ffprobe counts the other way round.
        turned.is_finite().then(|| (-turned.round() as i64).rem_euclid(360))
    }

    /// Pictures in a second.
    fn rate(&self) -> Option<f64> {
        if !self.is("video") {
            return None;
        }
        let (count, seconds) = fraction(&self.avg_frame_rate, '/')?;
        Some(f64::from(count) / f64::from(seconds))
    }
}

/// A text from the file, on one line and no longer than is shown; `None` where nothing is left.
fn clean(text: &Option<String>) -> Option<String> {
    let shown = |c: &char| !is_control(*c) && !is_format(*c);
    let line: String = text.as_deref()?.chars().filter(shown).take(MAX_TEXT).collect();
    let line = line.trim();
    (!line.is_empty()).then(|| line.to_owned())
}

/// Two positive numbers with a sign between them.
fn fraction(text: &Option<String>, sign: char) -> Option<(u32, u32)> {
    let (above, below) = text.as_deref()?.split_once(sign)?;
    let parse = |number: &str| number.parse().ok().filter(|&number| number > 0);
    Some((parse(above)?, parse(below)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_from_a_file_are_one_short_line() {
        let text = |text: &str| clean(&Some(text.to_owned()));
        assert_eq!(text(" 国语 \n\u{202e}(导演)\u{7} "), Some("国语 (导演)".to_owned()));
        assert_eq!(text("\n\t "), None);
        assert_eq!(text(&"影".repeat(300)), Some("影".repeat(100)));
        assert_eq!(clean(&None), None);
    }
}
