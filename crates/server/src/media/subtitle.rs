//! Subtitles as WebVTT, by ffmpeg: those in the file of a film, and those that are a file of
//! their own.

use super::convert::{ConvertError, words};
use super::probe::{FORMATS, Prober};
use super::sandbox::{Allowance, Files};
use std::ffi::OsString;
use std::io;
use std::path::Path;
use std::time::Duration;
use yingku_core::subtitle::SubtitleFormat;

/// All of a file is read to find what is spread over it.
const WALL: Duration = Duration::from_secs(1_800);
const CPU_SECONDS: u64 = 600;
/// A small file is converted while somebody waits.
const UPLOAD_WALL: Duration = Duration::from_secs(20);
const UPLOAD_CPU_SECONDS: u64 = 20;
/// More than anybody says in a film, in bytes.
const TEXT_BYTES: u64 = 8 << 20;
/// Codecs of subtitles that are text; others are pictures.
const TEXT_CODECS: [&str; 6] = ["subrip", "ass", "ssa", "webvtt", "mov_text", "text"];

/// Whether subtitles of that codec are text, as ffmpeg names it.
pub fn is_text(codec: &str) -> bool {
    TEXT_CODECS.contains(&codec)
}

impl Prober {
    /// Writes subtitles of a film as WebVTT to files that are empty: those with these numbers
    /// among all of its subtitles, in that order.
    ///
    /// # Errors
    /// See [`ConvertError`].
    pub async fn embedded_subtitles(
        &self,
        input: &Path,
        numbers: &[usize],
        outputs: &[&Path],
    ) -> Result<(), ConvertError> {
        let allowance =
            Allowance { wall: WALL, cpu_seconds: CPU_SECONDS, is_nice: true, ..ALLOWANCE };
        self.write_subtitles(input, FORMATS, None, numbers, outputs, allowance).await
    }

    /// Writes a file of subtitles in UTF-8 as WebVTT to another that is empty.
    ///
    /// # Errors
    /// See [`ConvertError`].
    pub async fn subtitles(
        &self,
        format: SubtitleFormat,
        input: &Path,
        output: &Path,
    ) -> Result<(), ConvertError> {
        let demuxer = match format {
            SubtitleFormat::Srt => "srt",
            SubtitleFormat::Ass => "ass",
            SubtitleFormat::Vtt => "webvtt",
        };
        self.write_subtitles(input, demuxer, Some(demuxer), &[0], &[output], ALLOWANCE).await
    }

    async fn write_subtitles(
        &self,
        input: &Path,
        formats: &str,
        demuxer: Option<&str>,
        numbers: &[usize],
        outputs: &[&Path],
        allowance: Allowance,
    ) -> Result<(), ConvertError> {
        let missing = || ConvertError::Failed(io::Error::from(io::ErrorKind::NotFound));
        let ffmpeg = self.ffmpeg.as_deref().ok_or_else(missing)?;
        let mut args: Vec<OsString> = words("-nostdin -v error -y -protocol_whitelist file");
        args.extend(["-format_whitelist".into(), formats.into()]);
        if let Some(demuxer) = demuxer {
            args.extend(["-f".into(), demuxer.into()]);
        }
        args.extend(["-i".into(), self.sandbox.name_of(input)]);
        for (place, (number, output)) in numbers.iter().zip(outputs).enumerate() {
            args.extend(words(&format!(
                "-map 0:s:{number} -c:s webvtt -map_metadata -1 -map_chapters -1 -f webvtt"
            )));
            args.push(self.sandbox.name_of_output(place, output));
        }
        let files = Files { input: Some(input), outputs };
        self.sandbox.run(ffmpeg, &args, files, allowance).await?;
        Ok(())
    }
}

const ALLOWANCE: Allowance = Allowance {
    wall: UPLOAD_WALL,
    cpu_seconds: UPLOAD_CPU_SECONDS,
    memory_bytes: 2 << 30,
    file_bytes: TEXT_BYTES,
    output_bytes: 64 << 10,
    is_nice: false,
};
