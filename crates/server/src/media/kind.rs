//! The media type of a file by its first bytes. A name only chooses between types that the
//! same bytes may have.

/// The media type of a video or sound file, by its first bytes (8 KiB are enough); `None`
/// for everything else. The name's extension counts only within a family: whether an MP4,
/// Ogg or ASF file is called sound alone.
pub fn type_of(head: &[u8], file_name: &str) -> Option<&'static str> {
    let extension = file_name.rsplit_once('.').map(|(_, extension)| extension.to_lowercase());
    let extension = extension.as_deref().unwrap_or_default();
    iso_media(head, extension)
        .or_else(|| matroska(head))
        .or_else(|| by_signature(head, extension))
        .or_else(|| is_transport_stream(head).then_some("video/mp2t"))
        .or_else(|| by_infer(head))
}

/// MP4, QuickTime and their kin: a `ftyp` box with its brand (ISO/IEC 14496-12, 4.3), or the
/// boxes that QuickTime began with before there was one.
fn iso_media(head: &[u8], extension: &str) -> Option<&'static str> {
    let name = head.get(4..8)?;
    if matches!(name, b"moov" | b"mdat" | b"wide" | b"pnot") {
        return Some("video/quicktime");
    }
    if name != b"ftyp" {
        return None;
    }
    match head.get(8..12)? {
        // Still pictures in the same box.
        b"heic" | b"heix" | b"hevc" | b"hevx" | b"heim" | b"heis" | b"mif1" | b"msf1" | b"avif"
        | b"avis" | b"crx " | b"jp2 " | b"jpx " | b"jpm " => None,
        b"qt  " => Some("video/quicktime"),
        b"M4A " | b"M4B " | b"M4P " => Some("audio/mp4"),
        [b'3', b'g', b'2', _] => Some("video/3gpp2"),
        [b'3', b'g', _, _] => Some("video/3gpp"),
        _ if matches!(extension, "m4a" | "m4b") => Some("audio/mp4"),
        _ => Some("video/mp4"),
    }
}

/// An EBML head names its document type (RFC 8794, 11.2.4).
fn matroska(head: &[u8]) -> Option<&'static str> {
    if !head.starts_with(b"\x1a\x45\xdf\xa3") {
        return None;
    }
    let named = |name: &[u8]| head[..head.len().min(256)].windows(name.len()).any(|w| w == name);
    if named(b"webm") {
        Some("video/webm")
    } else if named(b"matroska") {
        Some("video/x-matroska")
    } else {
        None
    }
}

/// What `infer` does not know, or does not distinguish.
fn by_signature(head: &[u8], extension: &str) -> Option<&'static str> {
    const ASF: &[u8] = b"\x30\x26\xb2\x75\x8e\x66\xcf\x11\xa6\xd9";
    const MXF: &[u8] = b"\x06\x0e\x2b\x34\x02\x05\x01\x01\x0d\x01\x02";
    if head.starts_with(ASF) {
        let sound = extension == "wma";
        return Some(if sound { "audio/x-ms-wma" } else { "video/x-ms-wmv" });
    }
    if head.starts_with(b"OggS") {
        let sound = extension != "ogv" && !head.windows(7).any(|window| window == b"\x80theora");
        return Some(if sound { "audio/ogg" } else { "video/ogg" });
    }
    if head.starts_with(b".RMF") {
        return Some("video/vnd.rn-realvideo");
    }
    head.starts_with(MXF).then_some("application/mxf")
}

/// MPEG-TS (ISO/IEC 13818-1): a sync byte at the start of each packet, and packets of 188
/// bytes, of 192 with a time stamp before each (Blu-ray), or of 204 with a checksum.
fn is_transport_stream(head: &[u8]) -> bool {
    const PACKETS: usize = 5;
    [(188, 0), (192, 4), (204, 0)]
        .into_iter()
        .any(|(packet, first)| (0..PACKETS).all(|n| head.get(first + n * packet) == Some(&0x47)))
}

fn by_infer(head: &[u8]) -> Option<&'static str> {
    match infer::get(head)?.mime_type() {
        // Notes, not sound.
        "audio/midi" => None,
        "audio/x-flac" => Some("audio/flac"),
        "audio/m4a" => Some("audio/mp4"),
        "video/x-m4v" => Some("video/mp4"),
        kind if kind.starts_with("video/") || kind.starts_with("audio/") => Some(kind),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn packets(size: usize, first: usize) -> Vec<u8> {
        let mut bytes = vec![0; size * 6];
        (0..6).for_each(|n| bytes[first + n * size] = 0x47);
        bytes
    }

    #[test]
    fn types_by_content() {
        let ebml = |name: &[u8]| [b"\x1a\x45\xdf\xa3\x9f\x42\x82\x88", name, &[0; 300]].concat();
        let cases: Vec<(Vec<u8>, &str, Option<&str>)> = vec![
            (b"\0\0\0\x20ftypisom\0\0\0\0".to_vec(), "a.mp4", Some("video/mp4")),
            (b"\0\0\0\x20ftypisom\0\0\0\0".to_vec(), "a.txt", Some("video/mp4")),
            (b"\0\0\0\x20ftypisom\0\0\0\0".to_vec(), "a.M4A", Some("audio/mp4")),
            (b"\0\0\0\x20ftypXAVC\0\0\0\0".to_vec(), "a", Some("video/mp4")),
            (b"\0\0\0\x20ftypM4A \0\0\0\0".to_vec(), "a.mp4", Some("audio/mp4")),
            (b"\0\0\0\x14ftypqt  \0\0\0\0".to_vec(), "a.mov", Some("video/quicktime")),
            (b"\0\0\0\x08wide\0\0\0\0mdat".to_vec(), "a.mov", Some("video/quicktime")),
            (b"\0\0\0\x18ftyp3gp4\0\0\0\0".to_vec(), "a.3gp", Some("video/3gpp")),
            (b"\0\0\0\x18ftyp3g2a\0\0\0\0".to_vec(), "a.3g2", Some("video/3gpp2")),
            (b"\0\0\0\x18ftypheic\0\0\0\0".to_vec(), "a.mp4", None),
            (b"\0\0\0\x18ftypavif\0\0\0\0".to_vec(), "a.mp4", None),
            (ebml(b"matroska"), "a.mkv", Some("video/x-matroska")),
            (ebml(b"webm"), "a.mkv", Some("video/webm")),
            (ebml(b"other"), "a.mkv", None),
            (b"RIFF\0\0\0\0AVI LIST".to_vec(), "a.avi", Some("video/x-msvideo")),
            (b"RIFF\0\0\0\0WAVEfmt ".to_vec(), "a.wav", Some("audio/x-wav")),
            (b"RIFF\0\0\0\0WEBPVP8 ".to_vec(), "a.mp4", None),
            (b"FLV\x01\x05\0\0\0\x09".to_vec(), "a.flv", Some("video/x-flv")),
            (b"\0\0\x01\xba\x44\0\x04\0".to_vec(), "a.mpg", Some("video/mpeg")),
            (packets(188, 0), "a.ts", Some("video/mp2t")),
            (packets(192, 4), "a.m2ts", Some("video/mp2t")),
            (packets(204, 0), "a.ts", Some("video/mp2t")),
            (b"Great film".repeat(100), "a.ts", None),
            ([b"OggS".as_slice(), &[0; 24], b"\x80theora"].concat(), "a", Some("video/ogg")),
            ([b"OggS".as_slice(), &[0; 24], b"OpusHead"].concat(), "a", Some("audio/ogg")),
            (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11\xa6\xd9".to_vec(), "a", Some("video/x-ms-wmv")),
            (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11\xa6\xd9".to_vec(), "a.wma", Some("audio/x-ms-wma")),
            (b".RMF\0\0\0\x12".to_vec(), "a.rmvb", Some("video/vnd.rn-realvideo")),
            (b"ID3\x04\0\0\0\0\0\0".to_vec(), "a.mp3", Some("audio/mpeg")),
            (b"fLaC\0\0\0\x22".to_vec(), "a.flac", Some("audio/flac")),
            (b"MThd\0\0\0\x06\0\0\0\0".to_vec(), "a.mid", None),
            (b"#EXTM3U\n#EXT-X-VERSION:3\n".to_vec(), "a.mp4", None),
            (b"ffconcat version 1.0\nfile /etc/passwd\n".to_vec(), "a.mp4", None),
            (b"\x89PNG\r\n\x1a\n\0\0\0\0".to_vec(), "a.mp4", None),
            (b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\0\0\0\0".to_vec(), "a.mp4", None),
            (b"MZ\x90\0".to_vec(), "a.mp4", None),
            (b"<html><script>".to_vec(), "a.mp4", None),
            (b"".to_vec(), "a.mp4", None),
            (b"\0".to_vec(), "a.mp4", None),
        ];
        for (head, name, expected) in cases {
            let shown = String::from_utf8_lossy(&head[..head.len().min(24)]).into_owned();
            assert_eq!(type_of(&head, name), expected, "{name}: {shown:?}");
        }
    }
}
