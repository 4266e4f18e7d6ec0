//! Files beside a film that describe it: `FILM.json`, or `FILM.nfo` as Kodi and others write them
//! (XML). A film that is alone in its folder may also have `movie.nfo`.

use crate::app::{Error, Result};
use serde::Deserialize;
use std::fs::File;
use std::io::Read;
use std::path::Path;
use yingku_protocol::{Code, Refusal, Visibility};

/// A description that is larger is none.
const MOST_BYTES: u64 = 1 << 20;

/// What is said of a film.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub(super) struct Sidecar {
    pub(super) title: Option<String>,
    pub(super) description: Option<String>,
    pub(super) category: Option<String>,
    pub(super) tags: Vec<String>,
    pub(super) is_free: Option<bool>,
    pub(super) price_minor: Option<i64>,
    pub(super) member_price_minor: Option<i64>,
    pub(super) visibility: Option<Visibility>,
}

/// The elements of an `.nfo` that mean something here.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Nfo {
    title: Option<String>,
    plot: Option<String>,
    genre: Vec<String>,
    tag: Vec<String>,
}

impl Sidecar {
    /// What lies beside a film; nothing where nothing does.
    ///
    /// # Errors
    /// [`Code::SidecarUnreadable`], which names the file.
    pub(super) fn beside(film: &Path, is_alone: bool) -> Result<Sidecar> {
        let json = film.with_extension("json");
        if let Some(text) = text_of(&json)? {
            return serde_json::from_str(&text).map_err(|error| unreadable(&json, &error));
        }
        let mut names = vec![film.with_extension("nfo")];
        if is_alone {
            names.push(film.with_file_name("movie.nfo"));
        }
        for nfo in names {
            if let Some(text) = text_of(&nfo)? {
                let text = text.trim_start_matches('\u{feff}');
                let read = quick_xml::de::from_str(text);
                return read.map(Sidecar::of).map_err(|error| unreadable(&nfo, &error));
            }
        }
        Ok(Sidecar::default())
    }

    /// The first genre is the category; the others are tags.
    fn of(nfo: Nfo) -> Sidecar {
        let mut genres = nfo.genre.into_iter().filter(|genre| !genre.trim().is_empty());
        Sidecar {
            title: nfo.title.filter(|title| !title.trim().is_empty()),
            description: nfo.plot.filter(|plot| !plot.trim().is_empty()),
            category: genres.next(),
            tags: genres.chain(nfo.tag).collect(),
            ..Sidecar::default()
        }
    }
}

fn text_of(path: &Path) -> Result<Option<String>> {
    let Ok(file) = File::open(path) else { return Ok(None) };
    let mut text = String::new();
    match file.take(MOST_BYTES).read_to_string(&mut text) {
        Ok(_) => Ok(Some(text)),
        Err(error) => Err(unreadable(path, &error)),
    }
}

fn unreadable(path: &Path, error: &dyn std::fmt::Display) -> Error {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    Refusal::from(Code::SidecarUnreadable)
        .with("file", name)
        .with("reason", error.to_string())
        .into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn what_lies_beside_a_film_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let film = folder.path().join("a.mkv");
        assert_eq!(Sidecar::beside(&film, true).unwrap(), Sidecar::default());
        let nfo = "\u{feff}<?xml version=\"1.0\"?><movie><title>霸王别姬</title><plot>一出戏 &amp; 一生</plot>\
                   <genre>剧情</genre><genre>历史</genre><tag>京剧</tag><rating>8.1</rating></movie>";
        fs::write(folder.path().join("movie.nfo"), nfo).unwrap();
        assert_eq!(Sidecar::beside(&film, false).unwrap(), Sidecar::default());
        let read = Sidecar::beside(&film, true).unwrap();
        assert_eq!(read.title.as_deref(), Some("霸王别姬"));
        assert_eq!(read.description.as_deref(), Some("一出戏 & 一生"));
        assert_eq!(read.category.as_deref(), Some("剧情"));
        assert_eq!(read.tags, ["历史", "京剧"]);
        let json =
            r#"{ "title": "A", "is_free": true, "tags": ["x"], "visibility": "draft", "n": 1 }"#;
        fs::write(folder.path().join("a.json"), json).unwrap();
        let read = Sidecar::beside(&film, true).unwrap();
        assert_eq!((read.title.as_deref(), read.is_free), (Some("A"), Some(true)));
        assert_eq!(read.visibility, Some(Visibility::Draft));
        for wrong in ["{", r#"{ "is_free": "perhaps" }"#, "\u{0}"] {
            fs::write(folder.path().join("a.json"), wrong).unwrap();
            let error = Sidecar::beside(&film, true).unwrap_err().refusal();
            assert_eq!(
                (error.code, error.facts["file"].as_str()),
                (Code::SidecarUnreadable, Some("a.json"))
            );
        }
    }
}
