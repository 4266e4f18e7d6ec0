//! Encodes a stretch of a film, in all its sizes at once, by ffmpeg: the pictures are decoded
//! once. What ffmpeg writes is not sent as it is: see `yingku_fmp4::Encoded`.

use super::convert::{ConvertError, words};
use super::probe::{FORMATS, Prober};
use super::sandbox::{Allowance, Files};
use std::ffi::OsString;
use std::fmt::Write;
use std::io;
use std::path::Path;
use std::time::{Duration, Instant};
use yingku_core::ladder::{Size, TIMESCALE};

/// A minute of large pictures takes a slow machine a quarter of an hour.
const WALL: Duration = Duration::from_secs(6 * 3_600);
/// The version of these settings: what was encoded by another is encoded again.
pub(crate) const RECIPE: u32 = 1;
/// So much film is encoded to see how fast that is.
const TRIED_SECONDS: u64 = 2;
/// PQ and HLG to the colours of an ordinary screen.
pub(super) const TO_SDR: &str = "zscale=t=linear:npl=100,format=gbrpf32le,zscale=p=bt709,\
                      tonemap=tonemap=hable:desat=0,zscale=t=bt709:m=bt709:r=tv,format=yuv420p";

/// A stretch of a film to be encoded. Times are in units of 1/90,000 second, from the film's
/// beginning.
#[derive(Clone, Debug)]
pub struct Stretch<'a> {
    /// When the film begins, by the file's own clock.
    pub origin: i64,
    /// Its first picture; `None` for the first of the film.
    pub start: Option<u64>,
    /// The picture behind its last; `None` for the end of the film.
    pub end: Option<u64>,
    /// Where segments begin.
    pub keys: &'a [u64],
    /// Decoding begins so much earlier, in seconds: some files only find key frames near.
    pub preroll_seconds: u64,
    /// Whether each picture is two fields.
    pub is_interlaced: bool,
    /// Whether the colours are brought to those of an ordinary screen.
    pub is_hdr: bool,
    /// Whether pictures may be encoded in another order than they are shown in.
    pub is_reordered: bool,
    /// The sizes.
    pub sizes: &'a [Size],
    /// Threads of the decoder, and of the encoder of each size.
    pub threads: usize,
    /// Whether everything else on this machine goes first.
    pub is_nice: bool,
}

impl Prober {
    /// Encodes a stretch of a file into one file for each size, which are empty before. Dropping
    /// the future kills the process.
    ///
    /// # Errors
    /// See [`ConvertError`].
    pub async fn encode(
        &self,
        stretch: &Stretch<'_>,
        input: &Path,
        outputs: &[&Path],
    ) -> Result<(), ConvertError> {
        let input = std::path::absolute(input).map_err(ConvertError::Failed)?;
        let seek = stretch.start.map_or(0, |start| start / u64::from(TIMESCALE));
        let mut args = words("-nostdin -v error -y -protocol_whitelist file -copyts -threads");
        args.push(stretch.threads.to_string().into());
        args.extend(["-format_whitelist".into(), FORMATS.into()]);
        if let Some(seek) = seek.checked_sub(stretch.preroll_seconds).filter(|&seek| seek > 0) {
            args.extend(["-ss".into(), seek.to_string().into()]);
        }
        args.extend(["-i".into(), self.sandbox.name_of(&input)]);
        args.extend(words("-filter_complex_threads 1 -filter_complex"));
        args.push(graph(stretch).into());
        self.run_encoder(args, Some(&input), outputs, stretch).await
    }

    /// The same without any film: black pictures, 25 in a second, where nothing can be decoded.
    ///
    /// # Errors
    /// See [`ConvertError`].
    pub async fn encode_black(
        &self,
        stretch: &Stretch<'_>,
        end: u64,
        outputs: &[&Path],
    ) -> Result<(), ConvertError> {
        let mut args = words("-nostdin -v error -y -copyts -filter_complex");
        let start = stretch.start.unwrap_or_default();
        let seconds = (end - start) as f64 / f64::from(TIMESCALE);
        let mut graph = String::new();
        for (place, size) in stretch.sizes.iter().enumerate() {
            let _ = write!(
                graph,
                "color=black:s={}x{}:r=25:d={seconds},settb=1/{TIMESCALE},setpts=PTS+{start},\
                 trim=end_pts={end}[o{place}];",
                size.width, size.height
            );
        }
        args.push(graph.trim_end_matches(';').into());
        self.run_encoder(args, None, outputs, stretch).await
    }

    /// How fast these sizes are encoded of a film of 1080p: seconds of film in a second. The
    /// pictures are made up, the files are of no use.
    ///
    /// # Errors
    /// See [`ConvertError`].
    pub async fn try_encoder(
        &self,
        sizes: &[Size],
        threads: usize,
        outputs: &[&Path],
    ) -> Result<f64, ConvertError> {
        let stretch = Stretch {
            origin: 0,
            start: None,
            end: Some(TRIED_SECONDS * u64::from(TIMESCALE)),
            keys: &[0],
            preroll_seconds: 0,
            is_interlaced: false,
            is_hdr: false,
            is_reordered: true,
            sizes,
            threads,
            is_nice: false,
        };
        let mut args = words("-nostdin -v error -y -copyts -f lavfi -i");
        args.push("testsrc2=size=1920x1080:rate=25".into());
        args.push("-filter_complex".into());
        args.push(graph(&stretch).into());
        let begun = Instant::now();
        self.run_encoder(args, None, outputs, &stretch).await?;
        Ok(TRIED_SECONDS as f64 / begun.elapsed().as_secs_f64().max(0.001))
    }

    async fn run_encoder(
        &self,
        mut args: Vec<OsString>,
        input: Option<&Path>,
        outputs: &[&Path],
        stretch: &Stretch<'_>,
    ) -> Result<(), ConvertError> {
        let missing = || ConvertError::Failed(io::Error::from(io::ErrorKind::NotFound));
        let ffmpeg = self.ffmpeg.as_deref().ok_or_else(missing)?;
        let outputs: Result<Vec<_>, _> = outputs.iter().map(std::path::absolute).collect();
        let outputs = outputs.map_err(ConvertError::Failed)?;
        for (place, (size, output)) in stretch.sizes.iter().zip(&outputs).enumerate() {
            args.extend(words(&settings(stretch, place, size)));
            args.push(self.sandbox.name_of_output(place, output));
        }
        let outputs: Vec<&Path> = outputs.iter().map(AsRef::as_ref).collect();
        let allowance = Allowance {
            wall: WALL,
            cpu_seconds: WALL.as_secs(),
            memory_bytes: 8 << 30,
            file_bytes: 4 << 30,
            output_bytes: 64 << 10,
            is_nice: stretch.is_nice,
        };
        self.sandbox.run(ffmpeg, &args, Files { input, outputs: &outputs }, allowance).await?;
        Ok(())
    }
}

/// The filters: each picture once, at its own time; no other stretch has it.
fn graph(stretch: &Stretch<'_>) -> String {
    let mut graph = "[0:V:0]".to_owned();
    if stretch.is_interlaced {
        graph.push_str("bwdif=mode=send_frame,");
    }
    let _ = write!(graph, "settb=1/{TIMESCALE},setpts=PTS-({})", stretch.origin);
    let bounds = [("start_pts", stretch.start), ("end_pts", stretch.end)];
    let bounds: Vec<String> =
        bounds.iter().filter_map(|(name, at)| at.map(|at| format!("{name}={at}"))).collect();
    if !bounds.is_empty() {
        let _ = write!(graph, ",trim={}", bounds.join(":"));
    }
    // Of two pictures at one time a player shows one.
    graph.push_str(",select='isnan(prev_selected_pts)+gt(pts,prev_selected_pts)'");
    if stretch.is_hdr {
        let _ = write!(graph, ",{TO_SDR}");
    }
    let _ = write!(graph, ",split={}", stretch.sizes.len());
    for place in 0..stretch.sizes.len() {
        let _ = write!(graph, "[s{place}]");
    }
    for (place, size) in stretch.sizes.iter().enumerate() {
        let Size { width, height, .. } = size;
        let _ = write!(graph, ";[s{place}]scale={width}:{height},setsar=1[o{place}]");
    }
    graph
}

/// How one size is encoded and written.
fn settings(stretch: &Stretch<'_>, place: usize, size: &Size) -> String {
    let keys: Vec<String> = stretch
        .keys
        .iter()
        .map(|&key| format!("{:.6}", key as f64 / f64::from(TIMESCALE)))
        .collect();
    let (most, level) = (size.max_bits, f64::from(size.level) / 10.0);
    let order = if stretch.is_reordered { "" } else { "-bf 0" };
    format!(
        "-map [o{place}] -fps_mode passthrough -enc_time_base 1:{TIMESCALE} -c:v libx264 \
         -preset veryfast -crf 23 -maxrate {most} -bufsize {} -profile:v high -level:v {level} \
         -pix_fmt yuv420p -threads {} {order} \
         -x264-params keyint=infinite:min-keyint=100000:open-gop=0 -force_key_frames {} \
         -video_track_timescale {TIMESCALE} -avoid_negative_ts disabled -map_metadata -1 \
         -map_chapters -1 -fflags +bitexact -flags:v +bitexact \
         -movflags +frag_keyframe+empty_moov+default_base_moof+frag_discont -f mp4",
        most * 2,
        stretch.threads,
        keys.join(","),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs::File;
    use std::os::unix::fs::FileExt;
    use std::path::PathBuf;
    use std::process::Command;
    use yingku_core::ladder::{Grid, Pictures, sizes, units};
    use yingku_fmp4::{Cell, Encoded};

    /// Each picture has another brightness than its neighbours.
    const FILM: &str = "color=gray:s=192x108:r=25:d=14,geq=lum='mod(N*37\\,200)+20':cb=128:cr=128";
    const SOUND: &str = "-f lavfi -i sine=duration=14";

    fn film(dir: &Path, name: &str, input: &str, args: &str) -> PathBuf {
        let path = dir.join(name);
        let mut ffmpeg = Command::new("ffmpeg");
        ffmpeg.args(["-v", "error", "-nostdin", "-y", "-f", "lavfi", "-i", input]);
        ffmpeg.args(args.split_whitespace()).arg(&path);
        assert!(ffmpeg.status().expect("ffmpeg is needed for this test").success(), "{name}");
        path
    }

    /// When each picture of a file is shown, in units of 1/90,000 second, and how bright it is.
    fn pictures(path: &Path, origin: i64) -> Vec<(i64, i64)> {
        let run = |args: &str| {
            let mut ffmpeg = Command::new("ffmpeg");
            ffmpeg.args(["-v", "error", "-nostdin", "-copyts", "-i"]).arg(path);
            ffmpeg.args(["-map", "0:V:0", "-fps_mode", "passthrough"]);
            ffmpeg.args(args.split_whitespace()).arg("-");
            let output = ffmpeg.output().expect("ffmpeg is needed for this test");
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
            output.stdout
        };
        let times = run("-enc_time_base 1:90000 -vf settb=1/90000 -f framemd5");
        let times = String::from_utf8(times).unwrap();
        let times = times.lines().filter(|line| !line.starts_with('#'));
        let time = |line: &str| line.split(',').nth(2).unwrap().trim().parse::<i64>().unwrap();
        let light = run("-vf scale=1:1,format=gray -f rawvideo");
        let light = light.into_iter().map(i64::from);
        times.map(|line| time(line) - origin).zip(light).collect()
    }

    /// Encodes a film unit by unit, last unit first, and joins what comes of it.
    async fn encode(prober: &Prober, dir: &Path, path: &Path, preroll_seconds: u64) -> PathBuf {
        let shown = prober.probe(path).await.unwrap().pictures.unwrap();
        let timeline = prober.timeline(path, &shown).await.unwrap();
        assert!(!timeline.has_gaps);
        let grid = Grid::of(timeline.times, timeline.last).unwrap();
        let (width, height, rate) = (shown.width, shown.height, shown.rate);
        let size = sizes(&Pictures { width, height, rate, original_bits: None }, &[72])[0];
        let cell = |number| {
            let segment = grid.segment(number).unwrap();
            Cell { start: segment.start, end: segment.end }
        };
        let mut parts = Vec::new();
        let mut init = Vec::new();
        for unit in units(grid.count()).into_iter().rev() {
            let cells: Vec<Cell> = unit.clone().map(cell).collect();
            let keys: Vec<u64> = cells.iter().map(|cell| cell.start).collect();
            let stretch = Stretch {
                origin: shown.origin,
                start: (unit.start > 0).then_some(keys[0]),
                end: (unit.end < grid.count()).then(|| cells[cells.len() - 1].end),
                keys: &keys,
                preroll_seconds,
                is_interlaced: shown.is_interlaced,
                is_hdr: shown.is_hdr,
                is_reordered: grid.lead > 0,
                sizes: &[size],
                threads: 1,
                is_nice: false,
            };
            let output = dir.join("unit");
            File::create(&output).unwrap();
            prober.encode(&stretch, path, &[&output]).await.unwrap();
            let file = File::open(&output).unwrap();
            let encoded = Encoded::read(&file).unwrap();
            assert_eq!(encoded.codec().name(), size.codec());
            let cut = encoded.cut_pictures(TIMESCALE, grid.lead, unit.start, &cells).unwrap();
            assert_eq!(cut.samples, grid.pictures[unit.clone()], "segments {unit:?}");
            let mut bytes = Vec::new();
            for segment in &cut.segments {
                bytes.extend(&segment.head);
                for range in &segment.ranges {
                    let at = bytes.len();
                    bytes.resize(at + (range.end - range.start) as usize, 0);
                    file.read_exact_at(&mut bytes[at..], range.start).unwrap();
                }
            }
            assert!(init.is_empty() || init == cut.init, "every unit has the same beginning");
            init = cut.init;
            parts.push(bytes);
        }
        parts.push(init);
        let joined = dir.join("joined.mp4");
        std::fs::write(&joined, parts.into_iter().rev().flatten().collect::<Vec<u8>>()).unwrap();
        joined
    }

    #[tokio::test]
    async fn every_picture_of_every_kind_of_film_is_there_once_and_at_its_time() {
        let dir = tempfile::tempdir().unwrap();
        let dir = dir.path();
        let prober = Prober::find().await.expect("ffprobe is needed for this test");
        let x264 = "-c:v libx264 -preset ultrafast -crf 8";
        let hevc = "-c:v libx265 -preset ultrafast -x265-params log-level=none";
        let kinds = [
            ("hevc.mp4", FILM, format!("{SOUND} {hevc} -c:a aac")),
            ("sparse.mp4", FILM, format!("{x264} -g 1000 -pix_fmt yuv420p -bf 2")),
            ("open.mp4", FILM, format!("{x264} -g 60 -bf 2 -x264-params open-gop=1")),
            ("vp9.webm", FILM, "-c:v libvpx-vp9 -deadline realtime -cpu-used 8 -b:v 1M".to_owned()),
            ("ten.mkv", FILM, format!("{x264} -pix_fmt yuv420p10le -g 60")),
            (
                "variable.mp4",
                &format!("{FILM},select='not(eq(mod(n\\,7)\\,3))'"),
                format!("-fps_mode vfr {hevc}"),
            ),
            (
                "slides.mkv",
                &format!("{FILM},select='not(mod(n\\,50))'"),
                format!("-fps_mode vfr {x264}"),
            ),
            ("ntsc.mp4", &FILM.replace("r=25", "r=30000/1001"), hevc.to_owned()),
            ("sixty.mkv", &FILM.replace("r=25", "r=60").replace("d=14", "d=6"), hevc.to_owned()),
            ("late.mkv", &format!("{FILM},setpts=PTS+2/TB"), format!("{SOUND} {x264} -c:a aac")),
            ("fields.mkv", FILM, format!("{x264} -flags +ilme+ildct -g 50")),
        ];
        for (name, input, args) in kinds {
            println!("{name}");
            let path = film(dir, name, input, &args);
            compare(&prober, dir, &path, 1).await;
        }
        // Its index names no key frames: it is copied first, as any film like it.
        let path =
            film(dir, "mpeg2.ts", FILM, &format!("{SOUND} -c:v mpeg2video -bf 2 -q:v 2 -c:a mp2"));
        let copy = dir.join("mpeg2.mkv");
        File::create(&copy).unwrap();
        prober.convert(super::super::Conversion::Remux, &path, &copy).await.unwrap();
        compare(&prober, dir, &copy, 1).await;
    }

    async fn compare(prober: &Prober, dir: &Path, path: &Path, preroll_seconds: u64) {
        let joined = encode(prober, dir, path, preroll_seconds).await;
        let origin = prober.probe(path).await.unwrap().pictures.unwrap().origin;
        let (original, ours) = (pictures(path, origin), pictures(&joined, 0));
        assert_eq!(original.len(), ours.len());
        for (original, ours) in original.iter().zip(&ours) {
            assert_eq!(original.0, ours.0, "{original:?} {ours:?}");
            assert!((original.1 - ours.1).abs() <= 12, "{original:?} {ours:?}");
        }
    }
}
