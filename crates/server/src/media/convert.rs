//! Makes of a film what is missing to play it, by ffmpeg.

use super::probe::{FORMATS, Prober};
use super::sandbox::{Allowance, Files, RunError};
use std::ffi::OsString;
use std::io;
use std::path::Path;
use std::time::Duration;

/// A day is more than any film needs here.
const WALL: Duration = Duration::from_secs(24 * 3_600);
/// Seconds of one processor that any file gets, and for each MiB of it: a small file that is
/// damaged does not keep a processor busy for a day.
const CPU_SECONDS: u64 = 600;
const CPU_SECONDS_PER_MIB: u64 = 8;
/// What is made may be larger than its source by so much: an index, and sound that was coded
/// better.
const MORE_BYTES: u64 = 512 << 20;
/// Bits of encoded sound in a second.
const AUDIO_RATE: &str = "128k";

/// What is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Conversion {
    /// The pictures as they are, in a plain MP4; the sound as it is, or encoded.
    Copy {
        /// Whether the sound is encoded.
        encodes_audio: bool,
    },
    /// The sound alone, as AAC from the beginning of the film to its end.
    Audio {
        /// How long the pictures are, in milliseconds: sound that ends earlier is followed by
        /// silence.
        duration_ms: i64,
    },
    /// The same in fragments of four seconds, each of which can be read as soon as it is
    /// written; and it ends where the film does.
    Sound {
        /// How long the film is, in milliseconds.
        duration_ms: i64,
    },
    /// The pictures as they are, in Matroska, which any decoder finds its way in: times that
    /// are missing or jump are put right.
    Remux,
}

/// Why nothing was made.
#[derive(Debug, thiserror::Error)]
pub enum ConvertError {
    /// ffmpeg cannot make it of this file.
    #[error("the file cannot be converted: {0}")]
    Refused(String),
    /// ffmpeg is not here, or could not be run.
    #[error("ffmpeg could not be run: {0}")]
    Failed(io::Error),
}

impl From<RunError> for ConvertError {
    fn from(error: RunError) -> Self {
        match error {
            RunError::Failed(error) => ConvertError::Failed(error),
            RunError::Killed => ConvertError::Failed(io::Error::other("it was killed")),
            other => ConvertError::Refused(other.to_string()),
        }
    }
}

impl Prober {
    /// Makes something of a file, and writes it to another that is empty. Dropping the future
    /// kills the process.
    ///
    /// # Errors
    /// See [`ConvertError`].
    pub async fn convert(
        &self,
        conversion: Conversion,
        input: &Path,
        output: &Path,
    ) -> Result<(), ConvertError> {
        let missing = || ConvertError::Failed(io::Error::from(io::ErrorKind::NotFound));
        let ffmpeg = self.ffmpeg.as_deref().ok_or_else(missing)?;
        let absolute = |path| std::path::absolute(path).map_err(ConvertError::Failed);
        let (input, output) = (absolute(input)?, absolute(output)?);
        let size_bytes = input.metadata().map_err(ConvertError::Failed)?.len();
        let mut args: Vec<OsString> = words("-nostdin -v error -y -protocol_whitelist file");
        args.extend(["-format_whitelist".into(), FORMATS.into()]);
        if conversion == Conversion::Remux {
            args.extend(words("-fflags +genpts"));
        }
        args.extend(["-i".into(), self.sandbox.name_of(&input)]);
        args.extend(words(&steps(conversion)));
        args.extend(words("-map_metadata -1 -map_chapters -1 -fflags +bitexact -f"));
        args.push(if conversion == Conversion::Remux { "matroska" } else { "mp4" }.into());
        args.push(self.sandbox.name_of_output(0, &output));
        let files = Files { input: Some(&input), outputs: &[&output] };
        let allowance = Allowance {
            wall: WALL,
            cpu_seconds: cpu_seconds(size_bytes),
            memory_bytes: 4 << 30,
            file_bytes: size_bytes.saturating_add(MORE_BYTES),
            output_bytes: 64 << 10,
            is_nice: true,
        };
        self.sandbox.run(ffmpeg, &args, files, allowance).await?;
        Ok(())
    }
}

/// How long a file of that size may keep one processor busy.
fn cpu_seconds(size_bytes: u64) -> u64 {
    (CPU_SECONDS + (size_bytes >> 20) * CPU_SECONDS_PER_MIB).min(WALL.as_secs())
}

pub(super) fn words(line: &str) -> Vec<OsString> {
    line.split_whitespace().map(Into::into).collect()
}

/// What ffmpeg does between its input and its output. Encoded sound is resampled against its
/// own time stamps, so that gaps are filled and its beginning is the film's.
fn steps(conversion: Conversion) -> String {
    let encode = format!("-c:a aac -b:a {AUDIO_RATE} -ac 2");
    let even = "aresample=48000:async=1:first_pts=0";
    match conversion {
        Conversion::Copy { encodes_audio: false } => {
            "-map 0:v:0 -map 0:a:0? -c:v copy -c:a copy".to_owned()
        }
        Conversion::Copy { encodes_audio: true } => {
            format!("-map 0:v:0 -map 0:a:0? -c:v copy -af {even} {encode}")
        }
        Conversion::Sound { duration_ms } => format!(
            "-vn -map 0:a:0 -af {even},apad=whole_dur={duration_ms}ms,atrim=end={duration_ms}ms \
             {encode} -movflags +empty_moov+default_base_moof+frag_discont \
             -frag_duration 4000000 -flush_packets 1"
        ),
        Conversion::Remux => "-map 0:V:0 -map 0:a:0? -c copy".to_owned(),
        Conversion::Audio { duration_ms } => {
            format!("-vn -map 0:a:0 -af {even},apad=whole_dur={duration_ms}ms {encode}")
        }
    }
}
