//! Takes pictures out of films, by ffmpeg: candidates for a poster, and sheets of small frames.

use super::convert::{ConvertError, words};
use super::encode::TO_SDR;
use super::probe::{FORMATS, Prober};
use super::sandbox::{Allowance, Files};
use std::ffi::OsString;
use std::io;
use std::path::Path;
use std::time::Duration;
use yingku_core::picture::{CELL, POSTER_WIDTHS, SHEET_SIDE, SheetPlan};

const WALL: Duration = Duration::from_secs(1_800);
const CPU_SECONDS: u64 = 900;
/// More than any picture of these sizes needs.
const FILE_BYTES: u64 = 32 << 20;
/// A poster is the most ordinary of so many frames: neither a flash nor a fade.
const FRAMES: u32 = 40;
/// The width of what is shown until a picture is loaded, in pixels.
const BLUR_WIDTH: u32 = 20;

/// How a file that [`Prober::frame`] writes is coded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Coding {
    /// WebP.
    Webp,
    /// JPEG, for programs that know no other.
    Jpeg,
}

/// How an uploaded picture is coded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CoverFormat {
    /// JPEG.
    Jpeg,
    /// PNG.
    Png,
    /// WebP.
    Webp,
}

impl CoverFormat {
    /// That of a file, by its first bytes; `None` where it is none of these.
    pub fn of(bytes: &[u8]) -> Option<CoverFormat> {
        match infer::get(bytes)?.mime_type() {
            "image/jpeg" => Some(CoverFormat::Jpeg),
            "image/png" => Some(CoverFormat::Png),
            "image/webp" => Some(CoverFormat::Webp),
            _ => None,
        }
    }

    fn demuxer(self) -> &'static str {
        match self {
            CoverFormat::Jpeg => "jpeg_pipe",
            CoverFormat::Png => "png_pipe",
            CoverFormat::Webp => "webp_pipe",
        }
    }
}

/// What [`Prober::frame`] writes, in this order: each width as WebP, a JPEG, and last a tiny one.
pub const FRAME_FILES: [(u32, Coding); 5] = [
    (POSTER_WIDTHS[0], Coding::Webp),
    (POSTER_WIDTHS[1], Coding::Webp),
    (POSTER_WIDTHS[2], Coding::Webp),
    (POSTER_WIDTHS[1], Coding::Jpeg),
    (BLUR_WIDTH, Coding::Webp),
];

impl Prober {
    /// Writes an uploaded picture in all sizes of a poster, to files that are empty
    /// ([`FRAME_FILES`]).
    ///
    /// # Errors
    /// See [`ConvertError`].
    pub async fn cover(
        &self,
        format: CoverFormat,
        input: &Path,
        outputs: &[&Path],
    ) -> Result<(), ConvertError> {
        let demuxer = format.demuxer();
        let args = self.poster_args("", outputs);
        let before = format!("-f {demuxer}");
        self.take_pictures(input, demuxer, &before, args, outputs).await.map(drop)
    }

    /// Writes a good frame from there on, in all its sizes, to files that are empty
    /// ([`FRAME_FILES`]); nothing where there is no frame.
    ///
    /// # Errors
    /// See [`ConvertError`].
    pub async fn frame(
        &self,
        input: &Path,
        at_ms: i64,
        is_hdr: bool,
        outputs: &[&Path],
    ) -> Result<(), ConvertError> {
        let sdr = if is_hdr { to_sdr() } else { String::new() };
        let args = self.poster_args(&format!("{sdr}thumbnail={FRAMES},"), outputs);
        let seek = format!("-ss {at_ms}ms");
        self.take_pictures(input, FORMATS, &seek, args, outputs).await.map(drop)
    }

    /// The sizes of a poster, of what these filters make of the first pictures.
    fn poster_args(&self, filters: &str, outputs: &[&Path]) -> Vec<OsString> {
        let mut graph =
            format!("[0:v:0]{filters}scale='iw*sar':ih,setsar=1,split={}", FRAME_FILES.len());
        (0..FRAME_FILES.len()).for_each(|place| graph += &format!("[s{place}]"));
        for (place, (width, _)) in FRAME_FILES.iter().enumerate() {
            graph += &format!(";[s{place}]scale='min({width},trunc(iw/2)*2)':-2[o{place}]");
        }
        let mut args = vec![OsString::from("-filter_complex"), graph.into()];
        for (place, (_, coding)) in FRAME_FILES.iter().enumerate() {
            let coded = match coding {
                Coding::Webp => "-c:v libwebp -quality 78 -f webp",
                Coding::Jpeg => "-c:v mjpeg -q:v 4 -pix_fmt yuvj420p -f mjpeg",
            };
            args.extend(words(&format!("-map [o{place}] -frames:v 1 {coded}")));
            args.push(self.sandbox.name_of_output(place, outputs[place]));
        }
        args
    }

    /// Writes a sheet of small frames to a file that is empty, as WebP; answers when each of them
    /// is, in milliseconds from the beginning of the film. Only frames that need no others are
    /// decoded, so that an hour takes seconds.
    ///
    /// # Errors
    /// See [`ConvertError`].
    pub async fn sheet(
        &self,
        input: &Path,
        plan: SheetPlan,
        is_hdr: bool,
        output: &Path,
    ) -> Result<Vec<i64>, ConvertError> {
        let SheetPlan { start_ms, length_ms, step_ms } = plan;
        let (width, height) = CELL;
        let step = (step_ms - step_ms / 20) as f64 / 1_000.0;
        let sdr = if is_hdr { to_sdr() } else { String::new() };
        let graph = format!(
            "[0:v:0]select='isnan(prev_selected_t)+gte(t-prev_selected_t,{step})',{sdr}\
             scale='iw*sar':ih,scale={width}:{height}:force_original_aspect_ratio=decrease,\
             pad={width}:{height}:(ow-iw)/2:(oh-ih)/2,setsar=1,metadata=mode=add:key=k:value=1,\
             metadata=mode=print:file=-,tile={SHEET_SIDE}x{SHEET_SIDE}[o]"
        );
        let mut args = vec![OsString::from("-filter_complex"), graph.into()];
        args.extend(words(
            "-map [o] -frames:v 1 -fps_mode passthrough -c:v libwebp -quality 60 -f webp",
        ));
        args.push(self.sandbox.name_of_output(0, output));
        let seek = format!("-skip_frame nokey -threads 1 -ss {start_ms}ms -t {length_ms}ms");
        let printed = self.take_pictures(input, FORMATS, &seek, args, &[output]).await?;
        Ok(moments(&printed, start_ms))
    }

    async fn take_pictures(
        &self,
        input: &Path,
        formats: &str,
        before: &str,
        after: Vec<OsString>,
        outputs: &[&Path],
    ) -> Result<Vec<u8>, ConvertError> {
        let missing = || ConvertError::Failed(io::Error::from(io::ErrorKind::NotFound));
        let ffmpeg = self.ffmpeg.as_deref().ok_or_else(missing)?;
        let mut args = words("-nostdin -v error -y -protocol_whitelist file,pipe");
        args.extend(["-format_whitelist".into(), formats.into()]);
        args.extend(words(before));
        args.extend(["-i".into(), self.sandbox.name_of(input)]);
        args.extend(words("-an -sn -dn -map_metadata -1 -fflags +bitexact"));
        args.extend(after);
        let files = Files { input: Some(input), outputs };
        let allowance = Allowance {
            wall: WALL,
            cpu_seconds: CPU_SECONDS,
            memory_bytes: 4 << 30,
            file_bytes: FILE_BYTES,
            output_bytes: 64 << 10,
            is_nice: true,
        };
        Ok(self.sandbox.run(ffmpeg, &args, files, allowance).await?)
    }
}

fn to_sdr() -> String {
    format!("{TO_SDR},")
}

/// What the filter `metadata` printed: `frame:0    pts:512     pts_time:0.04`.
fn moments(printed: &[u8], start_ms: i64) -> Vec<i64> {
    let printed = String::from_utf8_lossy(printed);
    let seconds = printed.lines().filter_map(|line| line.split_once("pts_time:"));
    let cells = (SHEET_SIDE * SHEET_SIDE) as usize;
    seconds
        .filter_map(|(_, seconds)| seconds.trim().parse::<f64>().ok())
        .map(|seconds| start_ms + (seconds * 1_000.0).round().max(0.0) as i64)
        .take(cells)
        .collect()
}
