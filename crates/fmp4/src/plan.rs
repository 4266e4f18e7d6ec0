//! Whether a film can be played as it is, and where it is cut: the segment boundaries of the
//! pictures are their own key frames, merged to 4 to 10 seconds; the sound follows them.

use crate::codec::Codec;
use crate::movie::{Edit, Kind, Movie, MovieTrack};
use crate::sample::{Place, Sample, Table};
use crate::write::{self, Entry, Header, SegmentBytes};
use crate::{Error, Source};

/// A segment has this many seconds at least, where key frames allow it …
const MIN_SECONDS: f64 = 4.0;
/// … and this many at most. Sparser key frames make a seek slow.
const MAX_SECONDS: f64 = 10.0;
/// Sound may begin so much earlier or later than the pictures.
const MAX_START_GAP_SECONDS: f64 = 0.1;
/// Sound that ends earlier than this before the pictures would leave the player waiting.
const MAX_END_GAP_SECONDS: f64 = 2.0;
/// Samples of one segment: its head is built in memory, 16 bytes for each.
const MAX_SEGMENT_SAMPLES: u32 = 20_000;
/// Units of a picture that are looked at for the slice that says whether it is a key frame.
const MAX_UNITS: usize = 64;
/// The transformation that leaves the pictures as they are.
const UPRIGHT: [i32; 9] = [0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x4000_0000];

/// Why a film cannot be played as it is. Encoding may help.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Obstacle {
    /// It has neither pictures nor sound.
    Empty,
    /// Its samples come in fragments; copying it into a plain MP4 would do.
    Fragmented,
    /// The pictures are coded in a way that not every browser plays.
    VideoCodec,
    /// The sound is coded in a way that not every browser plays.
    AudioCodec,
    /// The pictures are turned or mirrored.
    Turned,
    /// The edit list leaves parts out, or puts them in another order.
    Edited,
    /// Key frames are too far apart, or too many pictures are between them.
    SparseKeyFrames,
    /// Pictures behind a key frame need those before it, so that nobody can begin there.
    OpenGroups,
    /// Sound and pictures do not begin together, or the sound ends too early.
    Uneven,
}

/// A film that can be played as it is.
#[derive(Debug)]
pub struct Streamable {
    /// The moving pictures.
    pub video: Option<Track>,
    /// The sound.
    pub audio: Option<Track>,
}

/// A track, cut into segments.
#[derive(Debug)]
pub struct Track {
    /// How it is coded.
    pub codec: Codec,
    /// Its language, three letters (ISO 639-2).
    pub language: String,
    /// Units of time in a second.
    pub timescale: u32,
    /// Its segments, in order; there is at least one.
    pub segments: Vec<Segment>,
    pub(crate) shown_size: (u32, u32),
    /// Media before this is not shown, in the track's units: B-frames and the encoder's
    /// priming lie there.
    pub(crate) media_time: u64,
    /// Added to every time, in the track's units.
    pub(crate) delay: u64,
    pub(crate) table: Table,
}

/// A stretch of a track that is sent at once, and that a player can begin with.
#[derive(Clone, Debug)]
pub struct Segment {
    /// When its first picture is shown, or its sound begins: in the track's units, from the
    /// beginning of the film. Sound may begin before 0 (priming).
    pub start: i64,
    /// To the beginning of the next one, in the track's units.
    pub duration: u64,
    /// Bytes of the media in it.
    pub media_bytes: u64,
    /// How many pictures, or packets of sound.
    pub samples: u32,
    pub(crate) place: Place,
}

impl Streamable {
    /// Decides whether a film can be played as it is, and where it is cut. Its sound is that of
    /// `sound` where there is such a file. Reads the beginning of each picture at which it would
    /// be cut: not every key frame that a file names is one that a player can begin with.
    ///
    /// HEVC is played by some devices only ([`Streamable::is_universal`]); whatever else stands
    /// against such a film, its obstacle is the codec.
    ///
    /// # Errors
    /// The storage's; whatever the film itself lacks is an [`Obstacle`].
    pub fn plan(
        movie: Movie,
        source: &impl Source,
        sound: Option<Movie>,
    ) -> Result<Result<Streamable, Obstacle>, Error> {
        if movie.is_fragmented {
            return Ok(Err(Obstacle::Fragmented));
        }
        let [video, mut audio] = choose(movie);
        if let Some(sound) = sound {
            [_, audio] = choose(sound);
        }
        if video.is_none() && audio.is_none() {
            return Ok(Err(Obstacle::Empty));
        }
        let is_hevc = video.as_ref().is_some_and(|it| matches!(it.codec, Some(Codec::Hevc(_))));
        let planned = plan_tracks(video, audio, source)?;
        Ok(planned.map_err(|obstacle| if is_hevc { Obstacle::VideoCodec } else { obstacle }))
    }

    /// Whether every browser plays it.
    pub fn is_universal(&self) -> bool {
        self.video.as_ref().is_none_or(|video| matches!(video.codec, Codec::H264(_)))
    }

    /// About how much memory its tables take, in bytes.
    pub fn table_bytes(&self) -> u64 {
        let tracks = [&self.video, &self.audio].into_iter().flatten();
        tracks.map(|track| track.table.bytes() + size_of_val(&*track.segments) as u64).sum()
    }

    /// How long it plays, in milliseconds.
    pub fn duration_ms(&self) -> u64 {
        let tracks = [&self.video, &self.audio];
        let seconds = tracks.into_iter().flatten().map(Track::end_seconds).fold(0.0, f64::max);
        (seconds * 1000.0).round() as u64
    }
}

impl Track {
    /// The initialisation segment.
    pub fn init(&self) -> Vec<u8> {
        write::init(&Header {
            codec: &self.codec,
            language: &self.language,
            timescale: self.timescale,
            shown_size: self.shown_size,
            media_time: self.media_time + u64::from(self.table.lift()),
        })
    }

    /// A segment: its head, and where in the file its media lies. `None` where there is none
    /// with that number (from 0).
    pub fn segment(&self, number: usize) -> Option<SegmentBytes> {
        let segment = self.segments.get(number)?;
        let mut place = segment.place;
        let samples: Vec<Sample> =
            (0..segment.samples).map_while(|_| place.next(&self.table)).collect();
        let decoded_at = samples.first().map_or(0, |sample| sample.dts) + self.delay;
        let entries: Vec<Entry> = samples.into_iter().map(|sample| self.entry(sample)).collect();
        Some(write::segment(number, decoded_at, &entries))
    }

    /// How long each segment is, in seconds.
    pub fn lengths(&self) -> Vec<f64> {
        let seconds = |segment: &Segment| self.seconds(segment.duration as i64);
        self.segments.iter().map(seconds).collect()
    }

    /// Bits in a second of its busiest stretch of about a segment's length.
    pub fn peak_bits(&self) -> u64 {
        let longest = self.segments.iter().map(|segment| segment.duration).max();
        // A short rest at the end may be one large picture.
        let whole = |segment: &&Segment| segment.duration * 2 >= longest.unwrap_or_default();
        let rate = |segment: &Segment| self.bits(segment.media_bytes, segment.duration);
        self.segments.iter().filter(whole).map(rate).max().unwrap_or_default()
    }

    /// Bits in a second, over the whole.
    pub fn average_bits(&self) -> u64 {
        let bytes = self.segments.iter().map(|segment| segment.media_bytes).sum();
        self.bits(bytes, self.segments.iter().map(|segment| segment.duration).sum())
    }

    /// Pictures, or packets of sound, in a second.
    pub fn samples_a_second(&self) -> f64 {
        let units: u64 = self.segments.iter().map(|segment| segment.duration).sum();
        f64::from(self.table.count()) / self.seconds(units as i64).max(0.001)
    }

    fn bits(&self, bytes: u64, units: u64) -> u64 {
        (bytes as f64 * 8.0 / self.seconds(units as i64).max(0.001)).ceil() as u64
    }

    /// A time of this track in seconds.
    pub fn seconds(&self, units: i64) -> f64 {
        units as f64 / f64::from(self.timescale)
    }

    fn start_seconds(&self) -> f64 {
        self.seconds(self.segments.first().map_or(0, |first| first.start))
    }

    fn end_seconds(&self) -> f64 {
        let end = self.segments.last().map_or(0, |last| last.start + last.duration as i64);
        self.seconds(end)
    }
}

fn plan_tracks(
    video: Option<MovieTrack>,
    audio: Option<MovieTrack>,
    source: &impl Source,
) -> Result<Result<Streamable, Obstacle>, Error> {
    let video = match video {
        None => None,
        Some(track) => match plan_video(track, source)? {
            Ok(track) => Some(track),
            Err(obstacle) => return Ok(Err(obstacle)),
        },
    };
    let planned = audio.map(|track| plan_audio(track, video.as_ref())).transpose();
    Ok(planned.and_then(|audio| even(Streamable { video, audio })))
}

/// The pictures and the sound that a player would choose: of each the first that is enabled.
fn choose(movie: Movie) -> [Option<MovieTrack>; 2] {
    let mut chosen = [None, None];
    for track in movie.tracks {
        let place = match track.kind {
            Kind::Video => 0,
            Kind::Audio => 1,
            Kind::Other => continue,
        };
        let better = |known: &MovieTrack| !known.is_enabled && track.is_enabled;
        if track.table.count() > 0 && chosen[place].as_ref().is_none_or(better) {
            chosen[place] = Some(track);
        }
    }
    chosen
}

/// The track without its segments.
fn bare(track: MovieTrack, obstacle: Obstacle) -> Result<(Track, u64), Obstacle> {
    let Edit::Simple { delay, media_time, duration } = track.edit else {
        return Err(Obstacle::Edited);
    };
    let track = Track {
        codec: track.codec.ok_or(obstacle)?,
        language: track.language,
        timescale: track.timescale,
        segments: Vec::new(),
        shown_size: track.shown_size,
        media_time,
        delay,
        table: track.table,
    };
    Ok((track, duration))
}

impl Track {
    /// When its samples are shown, in the track's units from the beginning of the film, in the
    /// order of the file.
    pub fn times(&self) -> impl Iterator<Item = i64> {
        let mut place = self.table.start();
        std::iter::from_fn(move || place.next(&self.table)).map(|sample| self.shown(&sample))
    }

    fn entry(&self, sample: Sample) -> Entry {
        Entry {
            duration: sample.duration,
            size_bytes: sample.size_bytes,
            is_sync: self.table.is_sync(sample.index),
            cts: (i64::from(sample.cts) + i64::from(self.table.lift())) as u32,
            offset: sample.offset,
        }
    }

    /// When a sample is shown, in the track's units from the beginning of the film.
    fn shown(&self, sample: &Sample) -> i64 {
        sample.pts() + self.delay as i64 - self.media_time as i64
    }

    fn units(&self, seconds: f64) -> i64 {
        (seconds * f64::from(self.timescale)) as i64
    }

    /// Whether an edit that plays so much of the media leaves a part of its end out.
    fn is_cut_short(&self, edit_duration: u64) -> bool {
        let end = self.segments.last().map_or(0, |last| last.start + last.duration as i64);
        let played = self.delay as i64 + edit_duration as i64;
        edit_duration > 0 && end - played > self.units(0.5)
    }
}

/// Collects segments while samples go by.
struct Cutter {
    segments: Vec<Segment>,
    /// The latest end of a sample so far.
    end: i64,
}

impl Cutter {
    fn new() -> Cutter {
        Cutter { segments: Vec::new(), end: i64::MIN }
    }

    fn begin(&mut self, place: Place, start: i64) {
        if let Some(last) = self.segments.last_mut() {
            last.duration = u64::try_from(start - last.start).unwrap_or_default();
        }
        self.segments.push(Segment { start, duration: 0, media_bytes: 0, place, samples: 0 });
    }

    fn add(&mut self, sample: &Sample, shown: i64) {
        self.end = self.end.max(shown + i64::from(sample.duration));
        if let Some(last) = self.segments.last_mut() {
            last.media_bytes += u64::from(sample.size_bytes);
            last.samples += 1;
        }
    }

    fn finish(mut self) -> Vec<Segment> {
        if let Some(last) = self.segments.last_mut() {
            last.duration = u64::try_from(self.end - last.start).unwrap_or_default();
        }
        self.segments
    }
}

fn plan_video(track: MovieTrack, source: &impl Source) -> Result<Result<Track, Obstacle>, Error> {
    if track.matrix != UPRIGHT {
        return Ok(Err(Obstacle::Turned));
    }
    let (mut track, edit_duration) = match bare(track, Obstacle::VideoCodec) {
        Ok(bare) => bare,
        Err(obstacle) => return Ok(Err(obstacle)),
    };
    let is_plain = match &track.codec {
        Codec::H264(h264) => h264.is_plain,
        Codec::Hevc(hevc) => hevc.is_plain,
        Codec::Aac(_) => false,
    };
    if !is_plain {
        return Ok(Err(Obstacle::VideoCodec));
    }
    let mut cutter = Cutter::new();
    let mut place = track.table.start();
    // The latest picture before the present segment, and the first of it.
    let (mut latest, mut start) = (i64::MIN, 0);
    loop {
        let before = place;
        let Some(sample) = place.next(&track.table) else { break };
        let shown = track.shown(&sample);
        let is_due = cutter.segments.is_empty() || shown - start >= track.units(MIN_SECONDS);
        if is_due && track.table.is_sync(sample.index) && can_begin(source, &track.codec, &sample)?
        {
            // Everything before it is shown before it.
            if shown <= latest {
                return Ok(Err(Obstacle::OpenGroups));
            }
            start = shown;
            cutter.begin(before, start);
        } else if cutter.segments.is_empty() || shown < start {
            return Ok(Err(Obstacle::OpenGroups));
        }
        cutter.add(&sample, shown);
        latest = latest.max(shown);
    }
    track.segments = cutter.finish();
    let longest = track.segments.iter().map(|segment| segment.duration).max().unwrap_or_default();
    let is_sparse = longest as i64 > track.units(MAX_SECONDS)
        || track.segments.iter().any(|segment| segment.samples > MAX_SEGMENT_SAMPLES);
    Ok(if is_sparse {
        Err(Obstacle::SparseKeyFrames)
    } else if track.is_cut_short(edit_duration) || track.segments[0].start < 0 {
        Err(Obstacle::Edited)
    } else {
        Ok(track)
    })
}

/// Whether a player can begin with this picture: its first slice is an IDR's. A file may mark
/// others as key frames, whose followers need what was before.
fn can_begin(source: &impl Source, codec: &Codec, sample: &Sample) -> Result<bool, Error> {
    let Some(pictures) = codec.pictures() else { return Ok(false) };
    let length_size = u64::from(pictures.length_size);
    let end = sample.offset + u64::from(sample.size_bytes);
    let mut at = sample.offset;
    for _ in 0..MAX_UNITS {
        if end.saturating_sub(at) <= length_size {
            return Ok(false);
        }
        let mut head = [0; 5];
        let head = &mut head[..=pictures.length_size as usize];
        source.read_exact_at(head, at)?;
        let (length, kind) = head.split_at(pictures.length_size as usize);
        let length = length.iter().fold(0, |length, byte| length << 8 | u64::from(*byte));
        match is_idr(codec, kind[0]) {
            Some(is_idr) => return Ok(is_idr),
            None => at += length_size + length,
        }
    }
    Ok(false)
}

/// Whether the unit that begins with this byte is a slice of an IDR picture (ITU-T H.264, table
/// 7-1; H.265, table 7-1); `None` where it is no slice.
fn is_idr(codec: &Codec, first: u8) -> Option<bool> {
    match codec {
        Codec::H264(_) => match first & 0x1f {
            5 => Some(true),
            1..=4 => Some(false),
            _ => None,
        },
        Codec::Hevc(_) => match first >> 1 & 0x3f {
            19 | 20 => Some(true),
            0..=31 => Some(false),
            _ => None,
        },
        Codec::Aac(_) => None,
    }
}

fn plan_audio(track: MovieTrack, video: Option<&Track>) -> Result<Track, Obstacle> {
    let (mut track, edit_duration) = bare(track, Obstacle::AudioCodec)?;
    if !matches!(&track.codec, Codec::Aac(aac) if aac.object_type == 2) {
        return Err(Obstacle::AudioCodec);
    }
    let mut cutter = Cutter::new();
    let mut place = track.table.start();
    let mut boundaries = Boundaries::of(video);
    loop {
        let before = place;
        let Some(sample) = place.next(&track.table) else { break };
        let shown = track.shown(&sample);
        if boundaries.passes(track.seconds(shown)) || cutter.segments.is_empty() {
            cutter.begin(before, shown);
        }
        cutter.add(&sample, shown);
    }
    track.segments = cutter.finish();
    if track.segments.iter().any(|segment| segment.samples > MAX_SEGMENT_SAMPLES) {
        return Err(Obstacle::SparseKeyFrames);
    }
    if track.is_cut_short(edit_duration) {
        return Err(Obstacle::Edited);
    }
    Ok(track)
}

/// Where sound is cut: with the pictures, or every few seconds where there are none.
struct Boundaries<'a> {
    video: Option<&'a Track>,
    /// The number of the next boundary.
    next: usize,
}

impl Boundaries<'_> {
    fn of(video: Option<&Track>) -> Boundaries<'_> {
        Boundaries { video, next: 1 }
    }

    /// Whether a boundary lies between the last time that was asked about and this one.
    fn passes(&mut self, seconds: f64) -> bool {
        let begun = self.next;
        while self.at(self.next).is_some_and(|at| at <= seconds) {
            self.next += 1;
        }
        self.next > begun
    }

    fn at(&self, number: usize) -> Option<f64> {
        match self.video {
            None => Some(number as f64 * MIN_SECONDS),
            Some(video) => video.segments.get(number).map(|segment| video.seconds(segment.start)),
        }
    }
}

/// Refuses a film whose sound and pictures would leave a player waiting for one of them.
fn even(film: Streamable) -> Result<Streamable, Obstacle> {
    let first = film.video.as_ref().or(film.audio.as_ref()).map_or(0.0, Track::start_seconds);
    let is_late = first > MAX_START_GAP_SECONDS;
    let is_uneven = match (&film.video, &film.audio) {
        (Some(video), Some(audio)) => {
            // Priming before the beginning is dropped by players.
            (audio.start_seconds().max(0.0) - video.start_seconds()).abs() > MAX_START_GAP_SECONDS
                || video.end_seconds() - audio.end_seconds() > MAX_END_GAP_SECONDS
        }
        _ => false,
    };
    if is_late || is_uneven { Err(Obstacle::Uneven) } else { Ok(film) }
}
