//! The embedded pages: files that `npm run build` left in web/dist, found by path and
//! encoding. A release binary carries them, a debug build reads them from the folder.
//! How they are answered is decided in `http`.

use rust_embed::{EmbeddedFile, RustEmbed};

#[derive(RustEmbed)]
#[folder = "../../web/dist"]
#[allow_missing = true]
struct Dist;

/// A file of the pages, in one encoding.
pub struct WebFile {
    /// Its bytes.
    pub bytes: std::borrow::Cow<'static, [u8]>,
    /// How they are encoded, for `Content-Encoding`.
    pub encoding: Option<&'static str>,
    /// Changes whenever the bytes do.
    pub etag: String,
    /// What it is, for `Content-Type`.
    pub media_type: &'static str,
}

/// The file of that name in the best encoding that is accepted.
pub fn find(name: &str, accept_encoding: &str) -> Option<WebFile> {
    let media_type = media_type(name)?;
    for (encoding, suffix) in [("br", ".br"), ("gzip", ".gz")] {
        let encoded =
            accepts(accept_encoding, encoding).then(|| Dist::get(&format!("{name}{suffix}")));
        if let Some(file) = encoded.flatten() {
            return Some(WebFile { media_type, ..read(file, Some(encoding)) });
        }
    }
    Some(WebFile { media_type, ..read(Dist::get(name)?, None) })
}

fn read(file: EmbeddedFile, encoding: Option<&'static str>) -> WebFile {
    let etag = format!("\"{}\"", hex::encode(&file.metadata.sha256_hash()[..16]));
    WebFile { bytes: file.data, encoding, etag, media_type: "" }
}

/// Only what the pages are made of; an encoded twin is no file of its own.
fn media_type(name: &str) -> Option<&'static str> {
    Some(match name.rsplit_once('.')?.1 {
        "html" => "text/html; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "webmanifest" => "application/manifest+json",
        _ => return None,
    })
}

/// Whether an `Accept-Encoding` has that coding (RFC 9110, section 12.5.3); a weight of
/// zero refuses it.
fn accepts(header: &str, coding: &str) -> bool {
    header.split(',').any(|item| {
        let (name, weight) = item.split_once(';').unwrap_or((item, ""));
        let refused = weight.trim().strip_prefix("q=").and_then(|q| q.parse::<f32>().ok());
        name.trim().eq_ignore_ascii_case(coding) && refused != Some(0.0)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codings_are_told_apart() {
        for (header, wanted) in [
            ("gzip, deflate, br", true),
            ("br;q=0.5", true),
            ("br;q=0", false),
            ("gzip", false),
            ("", false),
        ] {
            assert_eq!(accepts(header, "br"), wanted, "{header}");
        }
    }

    #[test]
    fn only_files_of_the_pages_are_found() {
        assert!(find("../Cargo.toml", "").is_none());
        assert!(find("index.html.br", "br").is_none());
    }
}
