//! What tus clients send along with a file: `Upload-Metadata` and `Upload-Concat`.

use crate::app::UploadAbout;
use crate::http::extract::malformed;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::collections::BTreeMap;
use yingku_core::content;
use yingku_protocol::{FieldProblem, Refusal, UploadKind, UploadVideo, Visibility};

type Result<T> = std::result::Result<T, Refusal>;

/// Most bytes of metadata.
const MAX_BYTES: usize = 16 << 10;
/// Most parts of an upload.
const MAX_PARTS: usize = 1_000;

/// What comes with an upload, from its metadata. Keys that mean nothing here are passed over.
pub(super) fn about(metadata: &str) -> Result<UploadAbout> {
    let values = parse(metadata)?;
    let text = |key: &str| values.get(key).filter(|value| !value.is_empty()).cloned();
    let fingerprint = text("fingerprint").map(|value| {
        let read = content::parse_fingerprint(&value);
        read.ok_or_else(|| {
            Refusal::invalid("fingerprint", FieldProblem::BadFormat("32 hexadecimal digits"))
        })
    });
    let fingerprint = fingerprint.transpose()?;
    Ok(UploadAbout { video: video(text)?, fingerprint, ..UploadAbout::default() })
}

fn video(text: impl Fn(&str) -> Option<String>) -> Result<UploadVideo> {
    let number = |key: &'static str| match text(key) {
        Some(value) => value
            .parse()
            .map(Some)
            .map_err(|_| Refusal::invalid(key, FieldProblem::BadFormat("whole number"))),
        None => Ok(None),
    };
    Ok(UploadVideo {
        file_name: text("filename").or_else(|| text("name")).unwrap_or_default(),
        title: text("title"),
        is_free: Some(is_free(text("is_free").as_deref())?),
        price_minor: number("price_minor")?,
        member_price_minor: number("member_price_minor")?,
        description: text("description"),
        category: text("category"),
        tags: text("tags"),
        visibility: visibility(text("visibility"))?,
        content_hash: text("content_hash"),
    })
}

fn visibility(value: Option<String>) -> Result<Option<Visibility>> {
    let Some(value) = value else { return Ok(None) };
    let problem = FieldProblem::BadFormat("public|unlisted|draft");
    let parsed = Visibility::parse(&value);
    parsed.map(Some).ok_or_else(|| Refusal::invalid("visibility", problem))
}

fn is_free(value: Option<&str>) -> Result<bool> {
    match value {
        None | Some("0" | "false") => Ok(false),
        Some("1" | "true") => Ok(true),
        Some(_) => Err(Refusal::invalid("is_free", FieldProblem::BadFormat("1 or 0"))),
    }
}

/// Pairs of a key and, in Base64, its value; parted by commas.
fn parse(metadata: &str) -> Result<BTreeMap<String, String>> {
    if metadata.len() > MAX_BYTES {
        return Err(malformed("Upload-Metadata is too long"));
    }
    let mut values = BTreeMap::new();
    for pair in metadata.split(',').map(str::trim).filter(|pair| !pair.is_empty()) {
        let (key, value) = pair.split_once(' ').unwrap_or((pair, ""));
        let value = STANDARD.decode(value.trim());
        let value = value.map_err(|_| malformed("a value of Upload-Metadata is no Base64"))?;
        // What is no text is some other program's.
        let value = String::from_utf8(value).unwrap_or_default();
        if values.insert(key.to_owned(), value).is_some() {
            return Err(malformed("a key of Upload-Metadata comes twice"));
        }
    }
    Ok(values)
}

/// What an upload is for, and the names of its parts.
pub(super) fn concat(text: &str) -> Result<(UploadKind, Vec<String>)> {
    if text.is_empty() {
        return Ok((UploadKind::Whole, Vec::new()));
    }
    if text == "partial" {
        return Ok((UploadKind::Partial, Vec::new()));
    }
    let Some(list) = text.strip_prefix("final;") else {
        return Err(malformed("Upload-Concat is neither partial nor final"));
    };
    // An address may be whole or of this site alone; its last part is the name.
    let name = |url: &str| url.trim_end_matches('/').rsplit('/').next().map(str::to_owned);
    let names: Vec<String> = list.split_whitespace().filter_map(name).collect();
    match names.len() {
        0 => Err(malformed("Upload-Concat names no parts")),
        count if count > MAX_PARTS => Err(malformed("Upload-Concat names too many parts")),
        _ => Ok((UploadKind::Final, names)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metadata_is_read() {
        let about_it =
            about("filename 55S15b2xLm1wNA==, is_free MQ==,unknown,title").expect("it is");
        assert_eq!(about_it.fingerprint, None);
        let about_it = about_it.video;
        assert_eq!((about_it.file_name.as_str(), about_it.is_free), ("电影.mp4", Some(true)));
        assert_eq!(about_it.title, None);
        assert_eq!(about("").expect("empty is fine").video.is_free, Some(false));
        for bad in
            ["filename *", "a YQ==,a YQ==", "is_free Mg==", "price_minor YQ==", "fingerprint YQ=="]
        {
            assert!(about(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn concatenation_is_read() {
        let named = concat("final;/api/v1/uploads/a http://h/api/v1/uploads/b").expect("it is");
        assert_eq!(named, (UploadKind::Final, vec!["a".to_owned(), "b".to_owned()]));
        assert_eq!(concat("partial").expect("it is").0, UploadKind::Partial);
        assert!(concat("final;").is_err() && concat("whole").is_err());
    }
}
