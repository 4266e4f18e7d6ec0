//! Playlists (RFC 8216).

use std::fmt::Write;
use yingku_fmp4::{Codec, Streamable, Track};

/// The playlist that a player begins with.
pub(super) const MASTER: &str = "master.m3u8";
/// The folder of the original's pictures, and of its sound.
pub(super) const VIDEO: &str = "video";
/// See [`VIDEO`].
pub(super) const AUDIO: &str = "audio";

/// What there is of a film, and where.
pub(super) fn master(film: &Streamable) -> String {
    let mut text = "#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-INDEPENDENT-SEGMENTS\n".to_owned();
    let (folder, leading) = match (&film.video, &film.audio) {
        (Some(video), _) => (VIDEO, video),
        (None, Some(audio)) => (AUDIO, audio),
        (None, None) => return text,
    };
    let sound = film.audio.as_ref().filter(|_| film.video.is_some());
    if let Some(audio) = sound {
        let name = if audio.language == "und" { "Audio" } else { &audio.language };
        let _ = write!(text, "#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"audio\",NAME=\"{name}\"");
        if audio.language != "und" {
            let _ = write!(text, ",LANGUAGE=\"{}\"", audio.language);
        }
        if let Codec::Aac(aac) = &audio.codec {
            let _ = write!(text, ",CHANNELS=\"{}\"", aac.channels);
        }
        let _ = writeln!(text, ",DEFAULT=YES,AUTOSELECT=YES,URI=\"{AUDIO}/index.m3u8\"");
    }
    let tracks = || std::iter::once(leading).chain(sound);
    let rate = |of: fn(&Track) -> u64| tracks().map(of).sum::<u64>();
    let codecs: Vec<String> = tracks().map(|track| track.codec.name()).collect();
    let _ = write!(
        text,
        "#EXT-X-STREAM-INF:BANDWIDTH={},AVERAGE-BANDWIDTH={},CODECS=\"{}\"",
        rate(Track::peak_bits),
        rate(Track::average_bits),
        codecs.join(",")
    );
    if let Codec::H264(h264) = &leading.codec {
        let _ = write!(text, ",RESOLUTION={}x{}", h264.width, h264.height);
        let _ = write!(text, ",FRAME-RATE={:.3},VIDEO-RANGE=SDR", leading.samples_a_second());
    }
    if sound.is_some() {
        text.push_str(",AUDIO=\"audio\"");
    }
    let _ = writeln!(text, "\n{folder}/index.m3u8");
    text
}

/// The first segments of a track, so many.
pub(super) fn media(track: &Track, count: usize) -> String {
    let seconds = |units: u64| track.seconds(i64::try_from(units).unwrap_or(i64::MAX));
    let longest =
        track.segments.iter().map(|segment| seconds(segment.duration)).fold(0.0, f64::max);
    // RFC 8216, 4.3.3.1: no segment is longer, each rounded to whole seconds.
    let mut text = format!(
        "#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-TARGETDURATION:{}\n#EXT-X-MEDIA-SEQUENCE:0\n\
         #EXT-X-PLAYLIST-TYPE:VOD\n#EXT-X-INDEPENDENT-SEGMENTS\n#EXT-X-MAP:URI=\"init.mp4\"\n",
        longest.round().max(1.0)
    );
    for (number, segment) in track.segments.iter().take(count).enumerate() {
        let _ = writeln!(text, "#EXTINF:{:.6},\n{number}.m4s", seconds(segment.duration));
    }
    text.push_str("#EXT-X-ENDLIST\n");
    text
}
