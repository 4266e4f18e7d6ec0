//! Playlists (RFC 8216).

use super::film::Film;
use super::name::{AUDIO, SOUND, TEXT, VIDEO};
use super::queue;
use std::fmt::Write;
use yingku_core::ladder::Size;
use yingku_db::ladder::Made;
use yingku_db::subtitle::Known;
use yingku_fmp4::{Codec, Streamable, Track, VideoRange};

/// What browsers call encoded sound, and its bits in a second.
const SOUND_CODEC: &str = "mp4a.40.2";
const SOUND_BITS: u64 = 132_000;

/// Sound that goes with pictures.
struct Sound {
    /// The group that it is alone in.
    group: &'static str,
    /// Where its playlist is.
    folder: &'static str,
    language: String,
    channels: u16,
    codec: String,
    peak_bits: u64,
    average_bits: u64,
}

/// What there is of a film, and where: the original, and sizes that are complete. Where that is
/// nothing, or `is_partial` players are asked for that wait for what is not encoded yet, all sizes.
pub(super) fn master(film: &Film, made: &[Made], texts: &[Known], is_partial: bool) -> String {
    let mut text = "#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-INDEPENDENT-SEGMENTS\n".to_owned();
    put_texts(&mut text, texts);
    let has_texts = !texts.is_empty();
    let original = film.original.as_ref();
    let video = original.and_then(|film| film.video.as_ref());
    let audio = original.and_then(|film| film.audio.as_ref());
    if let (None, Some(audio)) = (video, audio) {
        put_variant(&mut text, AUDIO, &variant(audio), None, has_texts);
        return text;
    }
    // An original that only some browsers play has its own sound; what is encoded, another.
    let is_universal = original.is_some_and(Streamable::is_universal);
    let own = audio.map(|audio| sound_of(audio, if is_universal { "audio" } else { "original" }));
    let other = encoded_sound(film).filter(|_| !is_universal);
    [&other, &own].into_iter().flatten().for_each(|sound| put_sound(&mut text, sound));
    let ladder = film.ladder.as_ref();
    let all = ladder.map(|ladder| ladder.sizes()).unwrap_or_default();
    let is_complete = |size: &&Size| is_complete(made, size, ladder.map_or(0, |it| it.count()));
    let complete: Vec<&Size> = all.iter().filter(is_complete).collect();
    let has_some = is_universal || (!complete.is_empty() && !is_partial);
    let offered = if has_some { complete } else { all.iter().collect() };
    let beside = if is_universal { own.as_ref() } else { other.as_ref() };
    for size in offered {
        let rate = ladder.map_or(0.0, |ladder| ladder.rate);
        let count = ladder.map_or(0, |ladder| ladder.count());
        let variant = encoded(size, made, film, rate, count);
        put_variant(&mut text, &format!("{}p", size.name), &variant, beside, has_texts);
    }
    if let Some(video) = video {
        put_variant(&mut text, VIDEO, &variant(video), own.as_ref(), has_texts);
    }
    text
}

/// Pictures, or sound alone, that can be chosen.
struct Variant {
    codec: String,
    peak_bits: u64,
    average_bits: u64,
    shown: Option<Shown>,
    /// How much of it is there, of a hundred.
    percent: usize,
}

struct Shown {
    /// In pixels.
    width: u32,
    /// In pixels.
    height: u32,
    /// Pictures in a second.
    rate: f64,
    range: VideoRange,
}

fn variant(track: &Track) -> Variant {
    let shown = track.codec.pictures().map(|pictures| Shown {
        width: u32::from(pictures.width),
        height: u32::from(pictures.height),
        rate: track.samples_a_second(),
        range: track.codec.range(),
    });
    Variant {
        codec: track.codec.name(),
        peak_bits: track.peak_bits(),
        average_bits: track.average_bits(),
        shown,
        percent: 100,
    }
}

fn encoded(size: &Size, made: &[Made], film: &Film, rate: f64, count: usize) -> Variant {
    let mine = || made.iter().filter(|made| made.size == i64::from(size.name));
    let lengths = film.encoded(i64::from(size.name)).unwrap_or_default();
    // What was planned anew a moment ago may be longer than what is known of it here.
    let length = |made: &Made| lengths.get(made.first as usize..made.past as usize);
    let seconds: f64 = mine().filter_map(length).flatten().sum();
    let bytes: i64 = mine().map(|made| made.size_bytes).sum();
    let average_bits = match seconds {
        0.0 => size.max_bits,
        _ => (bytes as f64 * 8.0 / seconds) as u64,
    };
    // The encoder keeps a second's bits below twice the limit, and four seconds' below one and
    // a half times it.
    let peak_bits = size.max_bits * 3 / 2;
    let Size { width, height, .. } = *size;
    let shown = Some(Shown { width, height, rate, range: VideoRange::Sdr });
    let average_bits = average_bits.min(peak_bits);
    let percent = covered(made, i64::from(size.name)).min(count) * 100 / count.max(1);
    Variant { codec: size.codec(), peak_bits, average_bits, shown, percent }
}

/// Whether every segment of a size is made.
pub(super) fn is_complete(made: &[Made], size: &Size, count: usize) -> bool {
    covered(made, i64::from(size.name)) >= count
}

/// How many segments of a size are made.
pub(super) fn covered(made: &[Made], size: i64) -> usize {
    let (mut count, mut at) = (0, 0);
    // They come in order, and may lie over each other.
    for made in made.iter().filter(|made| made.size == size) {
        count += (made.past - made.first.max(at)).max(0);
        at = at.max(made.past);
    }
    usize::try_from(count).unwrap_or_default()
}

fn sound_of(track: &Track, group: &'static str) -> Sound {
    let channels = match &track.codec {
        Codec::Aac(aac) => aac.channels,
        Codec::H264(_) | Codec::Hevc(_) => 2,
    };
    Sound {
        group,
        folder: AUDIO,
        language: track.language.clone(),
        channels,
        codec: track.codec.name(),
        peak_bits: track.peak_bits(),
        average_bits: track.average_bits(),
    }
}

/// The sound that was encoded; `None` where none is.
fn encoded_sound(film: &Film) -> Option<Sound> {
    film.encoded(queue::SOUND)?;
    Some(Sound {
        group: "audio",
        folder: SOUND,
        language: "und".to_owned(),
        channels: 2,
        codec: SOUND_CODEC.to_owned(),
        peak_bits: SOUND_BITS,
        average_bits: SOUND_BITS,
    })
}

fn put_sound(text: &mut String, sound: &Sound) {
    let Sound { group, folder, language, channels, .. } = sound;
    let name = if language == "und" { "Audio" } else { language };
    let _ = write!(text, "#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"{group}\",NAME=\"{name}\"");
    if language != "und" {
        let _ = write!(text, ",LANGUAGE=\"{language}\"");
    }
    let _ = write!(text, ",CHANNELS=\"{channels}\"");
    let _ = writeln!(text, ",DEFAULT=YES,AUTOSELECT=YES,URI=\"{folder}/index.m3u8\"");
}

/// Subtitles are in one group. Whoever watches chooses among them; what is shown at first, too, is
/// left to players.
fn put_texts(text: &mut String, texts: &[Known]) {
    for known in texts {
        // A quoted string holds neither quotes nor line ends (RFC 8216, 4.2), and no two of a group
        // have the same name.
        let name = if known.label.is_empty() { &known.language } else { &known.label };
        let is_same = |other: &Known| {
            other.id != known.id && other.label == known.label && other.language == known.language
        };
        let is_ambiguous = texts.iter().any(is_same);
        let number = if is_ambiguous { format!(" ({})", known.id) } else { String::new() };
        let _ = writeln!(
            text,
            "#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID=\"text\",NAME=\"{}{number}\",LANGUAGE=\"{}\",\
             DEFAULT=NO,AUTOSELECT=YES,FORCED=NO,URI=\"{TEXT}{}/index.m3u8\"",
            name.replace('"', "'"),
            known.language,
            known.id
        );
    }
}

/// The playlist of subtitles: one file for so many seconds of film.
pub(super) fn text(seconds: f64) -> String {
    format!(
        "#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-TARGETDURATION:{}\n#EXT-X-MEDIA-SEQUENCE:0\n\
         #EXT-X-PLAYLIST-TYPE:VOD\n#EXTINF:{seconds:.3},\nall.vtt\n#EXT-X-ENDLIST\n",
        seconds.ceil().max(1.0)
    )
}

fn put_variant(
    text: &mut String,
    folder: &str,
    variant: &Variant,
    sound: Option<&Sound>,
    has_texts: bool,
) {
    let with = |bits: u64, of: fn(&Sound) -> u64| bits + sound.map_or(0, of);
    let codecs = match sound {
        Some(sound) => format!("{},{}", variant.codec, sound.codec),
        None => variant.codec.clone(),
    };
    let _ = write!(
        text,
        "#EXT-X-STREAM-INF:BANDWIDTH={},AVERAGE-BANDWIDTH={},CODECS=\"{codecs}\"",
        with(variant.peak_bits, |sound| sound.peak_bits),
        with(variant.average_bits, |sound| sound.average_bits),
    );
    if let Some(Shown { width, height, rate, range }) = variant.shown {
        let range = match range {
            VideoRange::Sdr => "SDR",
            VideoRange::Pq => "PQ",
            VideoRange::Hlg => "HLG",
        };
        let _ = write!(text, ",RESOLUTION={width}x{height}");
        let _ = write!(text, ",FRAME-RATE={rate:.3},VIDEO-RANGE={range}");
    }
    if let Some(sound) = sound {
        let _ = write!(text, ",AUDIO=\"{}\"", sound.group);
    }
    if has_texts {
        text.push_str(",SUBTITLES=\"text\"");
    }
    // Of our own, for the player of the pages; others pass over it (RFC 8216, 6.3.1).
    if variant.percent < 100 {
        let _ = write!(text, ",YINGKU-PERCENT={}", variant.percent);
    }
    let _ = writeln!(text, "\n{folder}/index.m3u8");
}

/// The first segments of a track, so many, by their lengths in seconds. Those of `gaps` will not
/// be there: players go on behind them (EXT-X-GAP, draft-pantos-hls-rfc8216bis, 4.4.4.7).
pub(super) fn media(lengths: &[f64], count: usize, gaps: &[bool]) -> String {
    let longest = lengths.iter().copied().fold(0.0, f64::max);
    let version = if gaps.contains(&true) { 8 } else { 7 };
    // RFC 8216, 4.3.3.1: no segment is longer, each rounded to whole seconds.
    let mut text = format!(
        "#EXTM3U\n#EXT-X-VERSION:{version}\n#EXT-X-TARGETDURATION:{}\n#EXT-X-MEDIA-SEQUENCE:0\n\
         #EXT-X-PLAYLIST-TYPE:VOD\n#EXT-X-INDEPENDENT-SEGMENTS\n#EXT-X-MAP:URI=\"init.mp4\"\n",
        longest.round().max(1.0)
    );
    for (number, length) in lengths.iter().take(count).enumerate() {
        if gaps.get(number) == Some(&true) {
            text.push_str("#EXT-X-GAP\n");
        }
        let _ = writeln!(text, "#EXTINF:{length:.6},\n{number}.m4s");
    }
    text.push_str("#EXT-X-ENDLIST\n");
    text
}
