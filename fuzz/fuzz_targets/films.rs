//! A stranger's MP4: read, planned, and every segment of it made.
#![no_main]

use libfuzzer_sys::fuzz_target;
use yingku_fmp4::{Movie, Streamable};

fuzz_target!(|data: &[u8]| {
    let file = data.to_vec();
    let Ok(movie) = Movie::read(&file) else { return };
    let Ok(Ok(film)) = Streamable::plan(movie, &file, None) else { return };
    for track in [&film.video, &film.audio].into_iter().flatten() {
        assert!(!track.init().is_empty());
        for number in 0..track.segments.len() {
            let segment = track.segment(number).expect("there is such a segment");
            assert!(segment.ranges.iter().all(|range| range.end <= data.len() as u64));
        }
    }
});
