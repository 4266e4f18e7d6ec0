//! Asks ffprobe what a file holds.

use super::sandbox::{Allowance, Files, RunError, Sandbox};
use super::stream::{MAX_SIDE, Pictures, Stream};
use serde::Deserialize;
use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;

/// The demuxers that may open a stranger's file: containers that hold their own bytes. No
/// playlist, no list of other files, no picture sequence, no script.
pub(super) const FORMATS: &str = "mov,matroska,webm,avi,flv,live_flv,mpegts,mpeg,mpegvideo,ogg,asf,asf_o,\
                       rm,mxf,mp3,flac,wav,w64,aac,amr,aiff,ape,dsf,caf";
/// What is asked about the file.
const ENTRIES: &str = "format=format_name,duration,start_time:\
                       stream=codec_type,codec_name,profile,pix_fmt,width,height,duration,time_base,\
                       avg_frame_rate,field_order,sample_aspect_ratio,color_primaries,color_transfer,\
                       color_space,channels,sample_rate:\
                       stream_disposition=attached_pic,default,forced:\
                       stream_tags=language,title:stream_side_data=rotation";
const ALLOWANCE: Allowance = Allowance {
    wall: Duration::from_secs(20),
    cpu_seconds: 20,
    memory_bytes: 2 << 30,
    file_bytes: 0,
    output_bytes: 1 << 20,
    is_nice: false,
};
/// Files that are probed at the same time.
const MAX_PROBES: usize = 2;
const MAX_STREAMS: usize = 64;
/// A year; what claims to be longer lies.
const MAX_DURATION_MS: i64 = 366 * 86_400_000;

/// What a file holds.
#[derive(Clone, Debug, PartialEq)]
pub struct Probe {
    /// How long it plays, where it says so.
    pub duration_ms: Option<i64>,
    /// Whether there are moving pictures; a cover does not count.
    pub has_video: bool,
    /// Whether there is sound.
    pub has_audio: bool,
    /// The container, in ffmpeg's words: `mov,mp4,m4a,3gp,3g2,mj2`.
    pub format: String,
    /// Whether the pictures are H.264 of eight bits, 4:2:0, which every browser plays.
    pub is_h264: bool,
    /// Whether the sound is AAC-LC, which every browser plays.
    pub is_aac: bool,
    /// What must be known of the first moving pictures to encode them.
    pub pictures: Option<Pictures>,
    /// All that it consists of.
    pub streams: Vec<yingku_protocol::Stream>,
}

impl Probe {
    /// Whether there are subtitles, as text or as pictures.
    pub fn has_subtitles(&self) -> bool {
        self.streams.iter().any(|stream| stream.kind == yingku_protocol::StreamKind::Subtitle)
    }
}

/// Why a file could not be probed.
#[derive(Debug, thiserror::Error)]
pub enum ProbeError {
    /// ffprobe finds no media in it, or only a kind that is not opened here.
    #[error("no readable media: {0}")]
    Unreadable(String),
    /// ffprobe was killed: it took too long, or too much memory, or had too much to say.
    #[error("ffprobe {0}")]
    Excessive(String),
    /// More streams, pixels or time than any honest file has.
    #[error("more than is accepted of {0}")]
    TooMuch(&'static str),
    /// ffprobe could not be run.
    #[error("ffprobe could not be run: {0}")]
    Failed(io::Error),
}

impl From<RunError> for ProbeError {
    fn from(error: RunError) -> Self {
        match error {
            RunError::Refused(why) => ProbeError::Unreadable(why),
            RunError::TimedOut | RunError::TooMuch | RunError::Killed => {
                ProbeError::Excessive(error.to_string())
            }
            RunError::Failed(error) => ProbeError::Failed(error),
        }
    }
}

/// A way to probe files on this machine.
#[derive(Clone, Debug)]
pub struct Prober {
    ffprobe: PathBuf,
    pub(super) ffmpeg: Option<PathBuf>,
    pub(super) sandbox: Sandbox,
    /// Why bubblewrap is not used.
    why_bare: Option<String>,
    places: Arc<Semaphore>,
}

impl Prober {
    /// Looks for ffprobe, and tries whether it runs under bubblewrap. `None` where there is
    /// no ffprobe that runs.
    pub async fn find() -> Option<Prober> {
        let ffprobe = on_path("ffprobe")?;
        let why_bare = match on_path("bwrap") {
            None => "bwrap is not installed".to_owned(),
            Some(bwrap) => {
                let closed = Prober::new(ffprobe.clone(), Sandbox::new(Some(bwrap)));
                match closed.try_out().await {
                    Ok(()) => return Some(closed),
                    Err(error) => format!("bwrap {error}"),
                }
            }
        };
        tracing::warn!(%why_bare, "ffprobe runs without a sandbox");
        let bare = Prober { why_bare: Some(why_bare), ..Prober::new(ffprobe, Sandbox::new(None)) };
        match bare.try_out().await {
            Ok(()) => Some(bare),
            Err(error) => {
                tracing::warn!(%error, "ffprobe does not work here");
                None
            }
        }
    }

    fn new(ffprobe: PathBuf, sandbox: Sandbox) -> Prober {
        let places = Arc::new(Semaphore::new(MAX_PROBES));
        Prober { ffprobe, ffmpeg: on_path("ffmpeg"), sandbox, why_bare: None, places }
    }

    /// The same without bubblewrap.
    #[cfg(test)]
    pub(super) fn bare(&self) -> Prober {
        Prober::new(self.ffprobe.clone(), Sandbox::new(None))
    }

    /// Why it runs without bubblewrap, where it does.
    pub fn why_bare(&self) -> Option<&str> {
        self.why_bare.as_deref()
    }

    /// Whether it runs without network and other files (bubblewrap); else only its formats,
    /// protocols, time and memory are limited. For the doctor.
    pub fn is_sandboxed(&self) -> bool {
        self.sandbox.is_closed()
    }

    /// Whether ffmpeg is here as well as ffprobe.
    pub fn can_encode(&self) -> bool {
        self.ffmpeg.is_some()
    }

    async fn try_out(&self) -> Result<(), RunError> {
        self.sandbox.run(&self.ffprobe, &["-version"], Files::default(), ALLOWANCE).await.map(drop)
    }

    /// Says what a file holds. Two run at a time; others wait. Dropping the future kills the
    /// process.
    ///
    /// # Errors
    /// See [`ProbeError`]; all but [`ProbeError::Failed`] are about the file.
    pub async fn probe(&self, path: &Path) -> Result<Probe, ProbeError> {
        // The semaphore is never closed.
        let _place = self.places.acquire().await.ok();
        let entries = ["-print_format", "json=compact=1", "-show_entries", ENTRIES];
        let stdout = self.ask(path, &entries, ALLOWANCE).await?;
        let report: Report = serde_json::from_slice(&stdout)
            .map_err(|error| ProbeError::Unreadable(error.to_string()))?;
        report.judge()
    }
}

impl Prober {
    /// What ffprobe says of a file.
    pub(super) async fn ask(
        &self,
        path: &Path,
        question: &[&str],
        allowance: Allowance,
    ) -> Result<Vec<u8>, ProbeError> {
        let path = std::path::absolute(path).map_err(ProbeError::Failed)?;
        let guards = ["-v", "error", "-protocol_whitelist", "file", "-format_whitelist", FORMATS];
        let mut args: Vec<OsString> = guards.iter().chain(question).map(Into::into).collect();
        args.extend(["-i".into(), self.sandbox.name_of(&path)]);
        let files = Files { input: Some(&path), outputs: &[] };
        Ok(self.sandbox.run(&self.ffprobe, &args, files, allowance).await?)
    }
}

fn on_path(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let found = std::env::split_paths(&path)
        .filter(|dir| dir.is_absolute())
        .map(|dir| dir.join(program))
        .find(|file| file.is_file())?;
    // A link into another place would lead nowhere inside the sandbox.
    found.canonicalize().ok()
}

#[derive(Deserialize)]
struct Report {
    #[serde(default)]
    streams: Vec<Stream>,
    format: Format,
}

#[derive(Deserialize)]
struct Format {
    #[serde(default)]
    format_name: String,
    duration: Option<String>,
    start_time: Option<String>,
}

impl Report {
    fn judge(self) -> Result<Probe, ProbeError> {
        if self.streams.len() > MAX_STREAMS {
            return Err(ProbeError::TooMuch("streams"));
        }
        let sides = self.streams.iter().flat_map(|stream| [stream.width, stream.height]);
        if sides.flatten().any(|side| side > MAX_SIDE) {
            return Err(ProbeError::TooMuch("pixels"));
        }
        let streams = self.streams.iter().filter_map(|stream| milliseconds(&stream.duration));
        let duration_ms = milliseconds(&self.format.duration).or(streams.max());
        if duration_ms.is_some_and(|duration_ms| duration_ms > MAX_DURATION_MS) {
            return Err(ProbeError::TooMuch("time"));
        }
        let first = |kind| self.streams.iter().find(|stream| stream.is(kind));
        let (video, audio) = (first("video"), first("audio"));
        let is = |value: &Option<String>, wanted: &str| value.as_deref() == Some(wanted);
        Ok(Probe {
            duration_ms,
            has_video: video.is_some(),
            has_audio: audio.is_some(),
            is_h264: video.is_some_and(|video| {
                is(&video.codec_name, "h264") && is(&video.pix_fmt, "yuv420p")
            }),
            is_aac: audio
                .is_some_and(|audio| is(&audio.codec_name, "aac") && is(&audio.profile, "LC")),
            pictures: video.and_then(|video| video.pictures(self.format.start_time.as_deref())),
            streams: self.streams.iter().filter_map(Stream::describe).collect(),
            format: self.format.format_name,
        })
    }
}

/// Seconds with a fraction, as ffprobe writes them.
fn milliseconds(seconds: &Option<String>) -> Option<i64> {
    let seconds: f64 = seconds.as_deref()?.parse().ok()?;
    (seconds.is_finite() && seconds >= 0.0).then_some((seconds * 1000.0).round() as i64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;
    use std::process::Command;
    use yingku_protocol::StreamKind;

    /// Every prober that this machine has, the closed one first.
    async fn probers() -> Vec<Prober> {
        let found = Prober::find().await.expect("ffprobe is needed for this test");
        let bare = found.bare();
        vec![found, bare]
    }

    fn film(dir: &Path, name: &str, args: &[&str]) -> PathBuf {
        let path = dir.join(name);
        let mut ffmpeg = Command::new("ffmpeg");
        ffmpeg.args(["-v", "error", "-nostdin"]).args(args).arg(&path);
        assert!(ffmpeg.status().expect("ffmpeg is needed for this test").success());
        path
    }

    const PICTURES: [&str; 4] = ["-f", "lavfi", "-i", "testsrc2=size=320x240:rate=10:duration=2"];
    const SMALL: [&str; 6] =
        ["-f", "lavfi", "-i", "testsrc2=size=64x48:rate=25:duration=1", "-r", "25"];
    const SOUND: [&str; 4] = ["-f", "lavfi", "-i", "sine=duration=2"];

    #[tokio::test]
    async fn a_film_is_described() {
        let dir = tempfile::tempdir().unwrap();
        let both = [&PICTURES[..], &SOUND, &["-pix_fmt", "yuv420p"]].concat();
        let path = film(dir.path(), "影 库.mp4", &both);
        for prober in probers().await {
            let probe = prober.probe(&path).await.unwrap();
            let duration_ms = probe.duration_ms.unwrap();
            assert!((1_900..2_200).contains(&duration_ms), "{duration_ms}");
            let expected = Probe {
                duration_ms: Some(duration_ms),
                has_video: true,
                has_audio: true,
                format: "mov,mp4,m4a,3gp,3g2,mj2".into(),
                is_h264: true,
                is_aac: true,
                pictures: Some(Pictures {
                    width: 320,
                    height: 240,
                    rate: 10.0,
                    is_interlaced: false,
                    is_hdr: false,
                    time_base: (1, 10_240),
                    origin: 0,
                }),
                streams: probe.streams.clone(),
            };
            assert_eq!(probe, expected);
            let kinds: Vec<StreamKind> = probe.streams.iter().map(|stream| stream.kind).collect();
            assert_eq!(kinds, [StreamKind::Video, StreamKind::Audio]);
        }
    }

    #[tokio::test]
    async fn every_container_that_we_name_is_probed_and_typed() {
        let dir = tempfile::tempdir().unwrap();
        let prober = Prober::find().await.unwrap();
        for (name, kind) in [
            ("a.mp4", "video/mp4"),
            ("a.mov", "video/quicktime"),
            ("a.mkv", "video/x-matroska"),
            ("a.avi", "video/x-msvideo"),
            ("a.flv", "video/x-flv"),
            ("a.ts", "video/mp2t"),
            ("a.m2ts", "video/mp2t"),
            ("a.mpg", "video/mpeg"),
            ("a.wmv", "video/x-ms-wmv"),
            ("a.ogv", "video/ogg"),
            ("a.webm", "video/webm"),
        ] {
            let path = film(dir.path(), name, &SMALL);
            check(&prober, &path, kind, true).await;
        }
        for (name, kind) in [
            ("a.mp3", "audio/mpeg"),
            ("a.m4a", "audio/mp4"),
            ("a.flac", "audio/flac"),
            ("a.wav", "audio/x-wav"),
            ("a.ogg", "audio/ogg"),
        ] {
            check(&prober, &film(dir.path(), name, &SOUND), kind, false).await;
        }
    }

    async fn check(prober: &Prober, path: &Path, kind: &str, has_video: bool) {
        let bytes = std::fs::read(path).unwrap();
        let name = path.file_name().unwrap().to_str().unwrap();
        assert_eq!(super::super::type_of(&bytes[..bytes.len().min(8192)], name), Some(kind));
        let probe = prober.probe(path).await.unwrap();
        assert_eq!((probe.has_video, probe.has_audio), (has_video, !has_video), "{name}");
    }

    #[tokio::test]
    async fn a_list_of_other_files_is_refused_and_leads_nowhere() {
        let dir = tempfile::tempdir().unwrap();
        let target = film(dir.path(), "target.ts", &PICTURES);
        let target = target.display();
        let hostile = [
            format!("ffconcat version 1.0\nfile '{target}'\n"),
            format!("ffconcat version 1.0\nfile 'file:{target}'\n"),
            format!("#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\n{target}\n#EXT-X-ENDLIST\n"),
            format!(
                "#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\nfile:{target}\n#EXT-X-ENDLIST\n"
            ),
            "v=0\no=- 0 0 IN IP4 127.0.0.1\nm=video 9 RTP/AVP 96\n".into(),
            "just text".into(),
            String::new(),
        ];
        for prober in probers().await {
            for text in &hostile {
                let path = dir.path().join("hostile.mp4");
                std::fs::write(&path, text).unwrap();
                let refused = prober.probe(&path).await.unwrap_err();
                assert!(matches!(refused, ProbeError::Unreadable(_)), "{text}: {refused}");
            }
        }
    }

    #[tokio::test]
    async fn a_cover_is_no_moving_picture() {
        let report = r#"{"streams":[
            {"codec_type":"video","width":600,"height":600,"disposition":{"attached_pic":1}},
            {"codec_type":"audio","duration":"61.5004"}],
            "format":{"format_name":"mp3"}}"#;
        let probe = serde_json::from_str::<Report>(report).unwrap().judge().unwrap();
        assert!(!probe.has_video && probe.has_audio);
        assert_eq!((probe.pictures, probe.duration_ms), (None, Some(61_500)));
    }

    #[test]
    fn a_file_that_claims_too_much_is_refused() {
        let stream = r#"{"codec_type":"audio"}"#;
        let streams = vec![stream; MAX_STREAMS + 1].join(",");
        let wide = r#"{"codec_type":"video","width":16385,"height":1}"#;
        for (streams, duration) in [(streams.as_str(), "1"), (wide, "1"), (stream, "99999999999")] {
            let report =
                format!(r#"{{"streams":[{streams}],"format":{{"duration":"{duration}"}}}}"#);
            let report: Report = serde_json::from_str(&report).unwrap();
            assert!(matches!(report.judge(), Err(ProbeError::TooMuch(_))));
        }
    }

    #[tokio::test]
    async fn an_ffprobe_that_talks_nonsense_is_no_probe() {
        let dir = tempfile::tempdir().unwrap();
        let fake = dir.path().join("ffprobe");
        std::fs::write(&fake, "#!/bin/sh\necho nonsense\n").unwrap();
        std::fs::set_permissions(&fake, std::fs::Permissions::from_mode(0o755)).unwrap();
        let prober = Prober::new(fake, Sandbox::new(None));
        let refused = prober.probe(Path::new("/dev/null")).await.unwrap_err();
        assert!(matches!(refused, ProbeError::Unreadable(_)), "{refused}");
    }
}
