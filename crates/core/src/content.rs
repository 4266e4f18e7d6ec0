//! Content: its sampled fingerprint, its hash's form, and names for its file. Reading
//! files and hashing whole ones belong to the server.

use crate::character::{is_bidi, is_control};
use crate::video;
use crate::word::words;
use md5::{Digest, Md5};
use unicode_normalization::UnicodeNormalization;

/// Bytes taken at each of the four places (from the brief's protocol).
pub const SAMPLE_BYTES: u64 = 10;
/// Most bytes of UTF-8 in a file name, under the 255 that file systems hold.
pub const MAX_FILE_NAME_BYTES: usize = 200;

words! {
    /// Whether a content was looked into.
    pub enum ProbeState {
        /// Not yet.
        Pending = "pending",
        /// It was.
        Done = "done",
        /// Nothing in it can be played.
        Unreadable = "unreadable",
        /// It could not be: ffprobe was not there.
        NoFfmpeg = "no_ffmpeg",
        /// It must not be: there was no sandbox, and the site requires one.
        NoSandbox = "no_sandbox",
    }
}

/// What is taken out of folders.
const FILMS: &[&str] = &[
    "3g2", "3gp", "aac", "asf", "avi", "divx", "f4v", "flac", "flv", "m1v", "m2ts", "m2v", "m4a",
    "m4v", "mka", "mkv", "mov", "mp2", "mp3", "mp4", "mpe", "mpeg", "mpg", "mts", "mxf", "oga",
    "ogg", "ogm", "ogv", "opus", "qt", "rm", "rmvb", "ts", "vob", "wav", "weba", "webm", "wma",
    "wmv",
];

/// Whether a file that is found in a folder is called like a film, or like sound alone. One that
/// somebody names is taken whatever it is called.
pub fn is_film_name(name: &str) -> bool {
    let extension = name.rsplit_once('.').map(|(_, extension)| extension.to_lowercase());
    extension.is_some_and(|extension| FILMS.contains(&extension.as_str()))
}

/// Where the fingerprint of a file of this size is taken, as (offset, length) in bytes:
/// at 0, size/3, 2*(size/3) and size-10, 10 bytes each, fewer at the end of a short file.
pub fn fingerprint_ranges(size_bytes: u64) -> [(u64, u64); 4] {
    let third = size_bytes / 3;
    [0, third, 2 * third, size_bytes.saturating_sub(SAMPLE_BYTES)]
        .map(|offset| (offset, SAMPLE_BYTES.min(size_bytes - offset)))
}

/// The fingerprint of these samples: lower-case hex of the MD5 over all four in order.
/// A cheap first question, never proof.
pub fn fingerprint_of(samples: [&[u8]; 4]) -> String {
    let mut md5 = Md5::new();
    for sample in samples {
        md5.update(sample);
    }
    hex::encode(md5.finalize())
}

/// Takes the fingerprint of a file of known size while its bytes go by in order.
#[derive(Clone, Debug)]
pub struct Sampler {
    ranges: [(u64, u64); 4],
    samples: [Vec<u8>; 4],
    offset: u64,
}

impl Sampler {
    /// A sampler before the first byte of a file of that size.
    pub fn new(size_bytes: u64) -> Self {
        Sampler { ranges: fingerprint_ranges(size_bytes), samples: Default::default(), offset: 0 }
    }

    /// The next bytes of the file.
    pub fn update(&mut self, bytes: &[u8]) {
        let from = self.offset;
        let to = from + bytes.len() as u64;
        for ((offset, len), sample) in self.ranges.into_iter().zip(&mut self.samples) {
            let start = offset.max(from);
            let end = (offset + len).min(to);
            if start < end {
                sample.extend_from_slice(&bytes[(start - from) as usize..(end - from) as usize]);
            }
        }
        self.offset = to;
    }

    /// The fingerprint of what went by.
    pub fn finish(self) -> String {
        fingerprint_of(self.samples.each_ref().map(Vec::as_slice))
    }
}

/// A sampled fingerprint that somebody gave: 32 hex digits, made lower-case.
pub fn parse_fingerprint(text: &str) -> Option<String> {
    hex_digits(text, 32)
}

/// A BLAKE3 content hash that somebody gave: 64 hex digits, made lower-case.
pub fn parse_content_hash(text: &str) -> Option<String> {
    hex_digits(text, 64)
}

fn hex_digits(text: &str, digits: usize) -> Option<String> {
    let valid = text.len() == digits && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    valid.then(|| text.to_ascii_lowercase())
}

/// A name under which any system can save the file, from one that a stranger gave: the
/// last part of a path of either kind, NFC, without controls and direction marks, `_`
/// for `<>:"|?*`, no dots or spaces around it, no device name of Windows, at most 200
/// bytes with its extension kept, never empty. Safe names stay as they are.
pub fn safe_file_name(name: &str) -> String {
    let safe = |c| if r#"<>:"|?*"#.contains(c) { '_' } else { c };
    let clean: String = last_part(name).map(safe).nfc().collect();
    let name = trim_edges(&clean);
    if name.is_empty() {
        return "video".to_owned();
    }
    let prefix = if is_windows_device(name) { "_" } else { "" };
    shorten(&format!("{prefix}{name}"))
}

/// The default title of a file of that name: its last part without its extension, always
/// a valid title. What only a file may not be called stays: `Mission: Impossible`.
pub fn stem(name: &str) -> String {
    let clean: String = last_part(name).nfc().collect();
    let name = trim_edges(&clean);
    let stem = &name[..name.len() - extension_bytes(name)];
    let short: String = stem.chars().take(video::MAX_TITLE_CHARS as usize).collect();
    video::title(&short).unwrap_or_else(|_| "video".to_owned())
}

/// The last part of a path of either kind, without controls and direction marks.
fn last_part(name: &str) -> impl Iterator<Item = char> {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    last.chars().filter(|&c| !is_control(c) && !is_bidi(c))
}

fn trim_edges(name: &str) -> &str {
    name.trim_matches(|c: char| c == '.' || c.is_whitespace())
}

/// Windows takes these for devices whatever extension follows.
fn is_windows_device(name: &str) -> bool {
    let base = name.split('.').next().unwrap_or_default().trim_end().to_uppercase();
    if ["CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"].contains(&base.as_str()) {
        return true;
    }
    let port = base.strip_prefix("COM").or_else(|| base.strip_prefix("LPT"));
    port.is_some_and(|number| {
        let mut digits = number.chars();
        matches!((digits.next(), digits.next()), (Some('0'..='9' | '¹' | '²' | '³'), None))
    })
}

/// Bytes of the extension with its dot, 0 where the name has none. `第1.5集` has none:
/// an extension is up to 10 ASCII letters and digits with a letter among them.
fn extension_bytes(name: &str) -> usize {
    let Some((base, extension)) = name.rsplit_once('.') else { return 0 };
    let looks_right = (1..=10).contains(&extension.len())
        && extension.bytes().all(|byte| byte.is_ascii_alphanumeric())
        && extension.bytes().any(|byte| byte.is_ascii_alphabetic());
    if base.is_empty() || !looks_right { 0 } else { extension.len() + 1 }
}

fn shorten(name: &str) -> String {
    if name.len() <= MAX_FILE_NAME_BYTES {
        return name.to_owned();
    }
    let (base, extension) = name.split_at(name.len() - extension_bytes(name));
    let base = &base[..base.floor_char_boundary(MAX_FILE_NAME_BYTES - extension.len())];
    format!("{}{extension}", trim_edges(base))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn films_go_by_their_extension() {
        assert!(FILMS.is_sorted());
        for (name, is_film) in
            [("a.MKV", true), ("a.b.mp4", true), ("mp4", false), ("a.txt", false), ("a.", false)]
        {
            assert_eq!(is_film_name(name), is_film, "{name}");
        }
    }

    /// From classic-vectors.json: content whose byte i is (7*i + (i>>8)) mod 256.
    const VECTORS: [(u64, &str); 10] = [
        (0, "d41d8cd98f00b204e9800998ecf8427e"),
        (1, "f1d3ff8443297732862df21dc4e57262"),
        (9, "892a6087ff9866dedebbdd091d934f60"),
        (10, "f26c20220d3fce7ff9480f65559af102"),
        (11, "7a64d6c11be9ded9db4b6b0dd020dd53"),
        (25, "9bd7c55e8362334f19067d513b4d948e"),
        (40, "78ac16df823a9a1fb1755aae55d019c9"),
        (100, "794ade814356c6c227134fa68a20fa43"),
        (4_096, "98ddefc553fb8bdf02bfef19d6c6c2c5"),
        (1_000_003, "a50f779124062c416fac2ac76559ac6b"),
    ];

    fn sample_content(size: u64) -> Vec<u8> {
        (0..size).map(|i| (7 * i + (i >> 8)) as u8).collect()
    }

    #[test]
    fn fingerprints_are_those_of_the_vectors() {
        for (size, expected) in VECTORS {
            let content = sample_content(size);
            let samples = fingerprint_ranges(size)
                .map(|(offset, len)| &content[offset as usize..(offset + len) as usize]);
            assert_eq!(fingerprint_of(samples), expected, "{size}");
        }
    }

    #[test]
    fn a_sampler_does_not_care_how_the_bytes_are_cut() {
        for (size, expected) in VECTORS {
            let content = sample_content(size);
            for cut in [1, 3, 7, 10, 64, 65_536, usize::MAX] {
                let mut sampler = Sampler::new(size);
                content.chunks(cut).for_each(|bytes| sampler.update(bytes));
                assert_eq!(sampler.finish(), expected, "{size} by {cut}");
            }
        }
    }

    #[test]
    fn ranges_lie_inside_the_file() {
        assert_eq!(fingerprint_ranges(0), [(0, 0); 4]);
        assert_eq!(fingerprint_ranges(25), [(0, 10), (8, 10), (16, 9), (15, 10)]);
        for size in [1, 2, 9, 10, 11, 39, 40, u64::MAX] {
            for (offset, len) in fingerprint_ranges(size) {
                assert!(offset + len <= size, "{size}");
            }
        }
    }

    #[test]
    fn hashes_are_hex_of_the_right_length() {
        assert_eq!(parse_fingerprint(&"aB".repeat(16)), Some("ab".repeat(16)));
        assert_eq!(parse_content_hash(&"0F".repeat(32)), Some("0f".repeat(32)));
        for bad in ["", "g", &"a".repeat(31), &"a".repeat(33), &"g".repeat(32), "影"] {
            assert_eq!(parse_fingerprint(bad), None, "{bad}");
        }
        assert_eq!(parse_content_hash(&"a".repeat(63)), None);
    }

    #[test]
    fn names_become_safe() {
        let cases = [
            ("影片.mp4", "影片.mp4"),
            ("../../etc/passwd", "passwd"),
            (r"C:\films\a.mkv", "a.mkv"),
            (r"a/b\c/d.mp4", "d.mp4"),
            ("", "video"),
            ("dir/", "video"),
            ("..", "video"),
            (" . ", "video"),
            ("\u{202E}\0", "video"),
            (".mp4", "mp4"),
            (" a.mp4. ", "a.mp4"),
            ("a\r\nb\0.mp4", "ab.mp4"),
            ("gpj\u{202E}exe.mp4", "gpjexe.mp4"),
            (r#"a<b>c:d"e|f?g*.mp4"#, "a_b_c_d_e_f_g_.mp4"),
            ("e\u{301}.mp4", "é.mp4"),
            ("<\u{338}.mp4", "_\u{338}.mp4"),
            ("CON", "_CON"),
            ("con.mp4", "_con.mp4"),
            ("nul .tar.gz", "_nul .tar.gz"),
            ("com1.mp4", "_com1.mp4"),
            ("LPT³", "_LPT³"),
            ("com10.mp4", "com10.mp4"),
            ("console.mp4", "console.mp4"),
        ];
        for (given, expected) in cases {
            assert_eq!(safe_file_name(given), expected, "{given:?}");
            assert_eq!(safe_file_name(expected), expected, "again: {given:?}");
        }
    }

    #[test]
    fn long_names_keep_their_extension() {
        let film = format!("{}.mp4", "影".repeat(100));
        let short = safe_file_name(&film);
        assert_eq!(short, format!("{}.mp4", "影".repeat(65)), "65 * 3 + 4 bytes");
        assert_eq!(safe_file_name(&"a".repeat(201)), "a".repeat(200));
        assert_eq!(safe_file_name(&"a".repeat(200)), "a".repeat(200));
        let dotted = format!("{}. .{}", "a".repeat(198), "b".repeat(50));
        assert_eq!(safe_file_name(&dotted), "a".repeat(198));
        let spaced = format!("{} {}.mp4", "a".repeat(195), "b".repeat(50));
        assert_eq!(safe_file_name(&spaced), format!("{}.mp4", "a".repeat(195)));
    }

    #[test]
    fn a_stem_is_a_title() {
        let cases = [
            ("影片.mp4", "影片"),
            ("a.b.mkv", "a.b"),
            ("第1.5集", "第1.5集"),
            ("Vol.2", "Vol.2"),
            ("Vol.2.mp4", "Vol.2"),
            ("/x/name", "name"),
            ("Mission: Impossible?.mp4", "Mission: Impossible?"),
            ("con.mp4", "con"),
            ("", "video"),
            ("\u{200B}.mp4", "video"),
        ];
        for (given, expected) in cases {
            assert_eq!(stem(given), expected, "{given:?}");
        }
        for hostile in ["\n.mp4", &"影".repeat(500), "..\u{2028}.x", "con."] {
            let title = stem(hostile);
            assert_eq!(video::title(&title), Ok(title.clone()), "{hostile:?}");
        }
    }
}
