//! Subtitles of films: their formats, the encodings of their text, and how their languages are
//! written. How they are converted never belongs here.

use crate::field::FieldProblem;
use crate::word::words;

words! {
    /// Where subtitles come from.
    pub enum SubtitleOrigin {
        /// They were in the file of the film.
        Embedded = "embedded",
        /// An admin uploaded them.
        Uploaded = "uploaded",
        /// The file has none: it is not looked into again.
        Nothing = "nothing",
    }
}

words! {
    /// How a file of subtitles is written.
    pub enum SubtitleFormat {
        /// SubRip.
        Srt = "srt",
        /// Advanced SubStation Alpha, and the older SSA.
        Ass = "ass",
        /// WebVTT.
        Vtt = "vtt",
    }
}

words! {
    /// How the characters of a file of subtitles are written.
    pub enum TextEncoding {
        /// UTF-8.
        Utf8 = "utf-8",
        /// UTF-16, the lower byte first.
        Utf16Le = "utf-16le",
        /// UTF-16, the higher byte first.
        Utf16Be = "utf-16be",
        /// GB 18030, and with it GBK and GB 2312.
        Gb18030 = "gb18030",
        /// Big5.
        Big5 = "big5",
        /// Shift JIS.
        ShiftJis = "shift_jis",
        /// EUC-KR.
        EucKr = "euc-kr",
        /// Windows-1252, and with it Latin-1.
        Windows1252 = "windows-1252",
    }
}

/// The largest file of subtitles, in bytes.
pub const MAX_BYTES: u64 = 4 << 20;
/// The most subtitles of one film.
pub const MAX_OF_A_FILM: usize = 50;
/// The longest label, in characters.
const MAX_LABEL: usize = 100;
/// The longest language, in characters (RFC 5646, 4.4.1).
const MAX_LANGUAGE: usize = 35;

/// How a file is written: by its name, or where that says nothing, by its beginning.
pub fn format_of(file_name: &str, text: &str) -> Option<SubtitleFormat> {
    let ending = file_name.rsplit_once('.').map(|(_, ending)| ending.to_lowercase());
    match ending.as_deref() {
        Some("srt") => return Some(SubtitleFormat::Srt),
        Some("ass" | "ssa") => return Some(SubtitleFormat::Ass),
        Some("vtt") => return Some(SubtitleFormat::Vtt),
        _ => {}
    }
    let text = text.trim_start();
    match () {
        () if text.starts_with("WEBVTT") => Some(SubtitleFormat::Vtt),
        () if text.starts_with("[Script Info]") => Some(SubtitleFormat::Ass),
        () if text.lines().take(5).any(|line| line.contains("-->")) => Some(SubtitleFormat::Srt),
        () => None,
    }
}

/// A language as it is kept (BCP 47): `zh-Hans`. Codes of three letters become those of two where
/// there are such; other words that files use for Chinese are understood.
///
/// # Errors
/// What is no language tag.
pub fn language(text: &str) -> Result<String, FieldProblem> {
    let text = text.trim();
    if text.is_empty() {
        return Err(FieldProblem::Missing);
    }
    let mut parts = text.split(['-', '_']);
    let primary = parts.next().unwrap_or_default().to_ascii_lowercase();
    let known = match primary.as_str() {
        "chs" | "sc" | "gb" => "zh-Hans",
        "cht" | "tc" | "big5" => "zh-Hant",
        primary => short(primary),
    };
    let mut tag = known.to_owned();
    for part in parts {
        tag.push('-');
        tag += &match part.len() {
            2 => part.to_ascii_uppercase(),
            4 if part.is_ascii() => {
                part[..1].to_ascii_uppercase() + &part[1..].to_ascii_lowercase()
            }
            _ => part.to_ascii_lowercase(),
        };
    }
    let is_sound = |(place, part): (usize, &str)| {
        let lengths = if place == 0 { 2..=3 } else { 1..=8 };
        lengths.contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric())
    };
    let is_alphabetic = known
        .split('-')
        .next()
        .is_some_and(|primary| primary.bytes().all(|byte| byte.is_ascii_alphabetic()));
    if tag.len() > MAX_LANGUAGE {
        return Err(FieldProblem::TooLong(MAX_LANGUAGE as u64));
    }
    match is_alphabetic && tag.split('-').enumerate().all(is_sound) {
        true => Ok(tag),
        false => Err(FieldProblem::BadFormat("BCP 47")),
    }
}

/// What a viewer is shown beside the language: `Director's commentary`.
///
/// # Errors
/// What is too long, or is no text of one line.
pub fn label(text: &str) -> Result<String, FieldProblem> {
    let text = text.trim();
    if text.chars().count() > MAX_LABEL {
        return Err(FieldProblem::TooLong(MAX_LABEL as u64));
    }
    match text.chars().any(crate::character::is_control) {
        true => Err(FieldProblem::BadCharacter),
        false => Ok(text.to_owned()),
    }
}

/// What WebVTT says before a moment, in milliseconds: the cues that begin earlier.
pub fn until(text: &str, end_ms: i64) -> String {
    let is_early = |block: &&str| {
        let timing = block.lines().find(|line| line.contains("-->"));
        let start = timing.map(|line| line.split("-->").next().unwrap_or_default());
        // What is no cue, such as the head, says nothing.
        start.is_none_or(|start| milliseconds(start).is_some_and(|start| start < end_ms))
    };
    let text = text.replace("\r\n", "\n");
    let blocks: Vec<&str> = text.split("\n\n").filter(is_early).collect();
    blocks.join("\n\n") + "\n"
}

/// A time of WebVTT, `01:02.003` or `01:02:03.004`.
fn milliseconds(time: &str) -> Option<i64> {
    let (seconds, thousandths) = time.trim().split_once('.')?;
    let parts = seconds.split(':').map(|part| part.parse::<i64>().ok());
    let seconds =
        parts.into_iter().try_fold(0_i64, |sum, part| sum.checked_mul(60)?.checked_add(part?))?;
    seconds.checked_mul(1_000)?.checked_add(thousandths.parse().ok()?)
}

/// The code of two letters for one of three (ISO 639-2, both kinds, to ISO 639-1).
fn short(code: &str) -> &str {
    const PAIRS: [(&str, &str); 41] = [
        ("chi", "zh"),
        ("zho", "zh"),
        ("cmn", "zh"),
        ("eng", "en"),
        ("jpn", "ja"),
        ("kor", "ko"),
        ("fre", "fr"),
        ("fra", "fr"),
        ("ger", "de"),
        ("deu", "de"),
        ("spa", "es"),
        ("por", "pt"),
        ("ita", "it"),
        ("rus", "ru"),
        ("ara", "ar"),
        ("hin", "hi"),
        ("tha", "th"),
        ("vie", "vi"),
        ("ind", "id"),
        ("may", "ms"),
        ("msa", "ms"),
        ("tur", "tr"),
        ("pol", "pl"),
        ("dut", "nl"),
        ("nld", "nl"),
        ("swe", "sv"),
        ("dan", "da"),
        ("nor", "no"),
        ("fin", "fi"),
        ("gre", "el"),
        ("ell", "el"),
        ("heb", "he"),
        ("hun", "hu"),
        ("cze", "cs"),
        ("ces", "cs"),
        ("rum", "ro"),
        ("ron", "ro"),
        ("ukr", "uk"),
        ("per", "fa"),
        ("fas", "fa"),
        ("tib", "bo"),
    ];
    PAIRS.iter().find(|(long, _)| *long == code).map_or(code, |(_, short)| short)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages_have_one_form() {
        for (text, tag) in [
            ("chi", "zh"),
            ("zho", "zh"),
            ("ZH_cn", "zh-CN"),
            ("zh-hans", "zh-Hans"),
            ("chs", "zh-Hans"),
            ("cht", "zh-Hant"),
            ("EN", "en"),
            (" yue ", "yue"),
            ("sr-latn-rs", "sr-Latn-RS"),
        ] {
            assert_eq!(language(text).as_deref(), Ok(tag), "{text}");
        }
        for text in ["e", "中文", "en-", "en-abcdefghi", "12", "en us", "-", "zh-中a"] {
            assert_eq!(language(text), Err(FieldProblem::BadFormat("BCP 47")), "{text}");
        }
        assert_eq!(language(" "), Err(FieldProblem::Missing));
        assert_eq!(language(&"en-abcdefgh".repeat(9)), Err(FieldProblem::TooLong(35)));
    }

    #[test]
    fn a_preview_has_only_the_cues_of_its_beginning() {
        let text = "WEBVTT\n\n00:01.000 --> 00:02.000\nA\n\n7\n00:59.999 --> 01:30.000\nB\n\n\
                    01:00:00.000 --> 01:00:01.000\nC\n";
        assert_eq!(until(text, 3_600_001).trim(), text.trim());
        let early = "WEBVTT\n\n00:01.000 --> 00:02.000\nA\n\n7\n00:59.999 --> 01:30.000\nB\n";
        assert_eq!(until(text, 60_000), early);
        assert_eq!(until(&text.replace('\n', "\r\n"), 60_000), early);
        assert_eq!(until(text, 1_000), "WEBVTT\n");
    }

    #[test]
    fn a_label_is_a_line() {
        assert_eq!(label(" 导演评论 ").as_deref(), Ok("导演评论"));
        assert_eq!(label("").as_deref(), Ok(""));
        assert_eq!(label("a\nb"), Err(FieldProblem::BadCharacter));
        assert!(label(&"影".repeat(100)).is_ok());
        assert_eq!(label(&"影".repeat(101)), Err(FieldProblem::TooLong(100)));
    }

    #[test]
    fn formats_are_known_by_name_or_by_what_is_written() {
        assert_eq!(format_of("a.SRT", ""), Some(SubtitleFormat::Srt));
        assert_eq!(format_of("a.ssa", ""), Some(SubtitleFormat::Ass));
        assert_eq!(format_of("", "WEBVTT\n"), Some(SubtitleFormat::Vtt));
        assert_eq!(format_of("a.txt", "[Script Info]\n"), Some(SubtitleFormat::Ass));
        let srt = "1\n00:00:01,000 --> 00:00:02,000\nHi\n";
        assert_eq!(format_of("a", srt), Some(SubtitleFormat::Srt));
        assert_eq!(format_of("a.txt", "just text"), None);
    }
}
